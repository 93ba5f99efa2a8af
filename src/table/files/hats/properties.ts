/**
 * @file The files in which a HATS catalogue or collection says what it is: lines of "key=value", as Java's properties.
 * @see https://docs.ivoa.net (note "HATS: Hierarchical Adaptive Tiling Scheme in the Virtual Observatory"), section 3.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent } from "../../../files/system-errors.ts";

export type Properties = ReadonlyMap<string, string>;

/** Newest name first: catalogues of before 2025 have the second only. */
const OF_CATALOGUE = ["hats.properties", "properties"] as const;
const OF_COLLECTION = "collection.properties";

/** What a folder says that it is. */
export interface SaidOfFolder {
  readonly isCollection: boolean;
  readonly properties: Properties;
}

/** Undefined for a folder that is neither a catalogue nor a collection of them. */
export async function saidOfFolder(folder: string): Promise<SaidOfFolder | undefined> {
  for (const name of [...OF_CATALOGUE, OF_COLLECTION]) {
    const text = await readFile(join(folder, name), "utf8").catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (text === undefined) continue;
    const properties = parsedProperties(text);
    // A file "properties" may be anybody's.
    if (name === "properties" && !properties.has("dataproduct_type")) continue;
    return { isCollection: name === OF_COLLECTION, properties };
  }
  return undefined;
}

/** Keys end at the first sign of equality (or colon); lines that begin with # or ! are remarks. */
function parsedProperties(text: string): Properties {
  const found = new Map<string, string>();
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, key, value] = /^\s*([^#!=:\s][^=:\s]*)\s*[=:]?\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined) found.set(key, value.replace(/\\([=:#!\\ ])/g, "$1"));
  }
  return found;
}
