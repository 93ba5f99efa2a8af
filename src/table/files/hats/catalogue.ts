/** @file The folder of a HATS catalogue: which of its files hold its rows, and which repeat or summarise them. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError } from "../../../base/errors.ts";
import { isAbsent } from "../../../files/system-errors.ts";
import type { SkyPixel } from "../../sky-columns.ts";
import { type Properties, saidOfFolder } from "./properties.ts";

export interface HatsCatalogue {
  readonly folder: string;
  readonly properties: Properties;
  /** In the order of the sky, as hats itself reads them. */
  readonly partitions: readonly SkyPixel[];
  /** Of all partitions. */
  readonly files: readonly string[];
}

/** Kinds of catalogues that are no tables of their own, and what each is. */
const OTHERS: Readonly<Record<string, string>> = {
  margin: "it repeats rows of a catalogue near the edges of its partitions",
  index: "it only tells where rows of a catalogue are",
  association: "it pairs rows of two catalogues",
  map: "it is a map, not a table of objects",
};

/**
 * The folder of the rows: itself, or the primary catalogue of a collection; undefined for a folder of another kind.
 * @throws InputError for a margin, an index, or a collection whose catalogue is not there.
 */
export async function hatsFolder(folder: string): Promise<string | undefined> {
  const said = await saidOfFolder(folder);
  if (said === undefined) return undefined;
  const primary = said.properties.get("hats_primary_table_url");
  if (!said.isCollection) {
    const kind = said.properties.get("dataproduct_type") ?? "object";
    const why = Object.hasOwn(OTHERS, kind) ? OTHERS[kind] : undefined;
    if (why === undefined) return folder;
    throw new InputError(
      `${folder} is a HATS ${kind}: ${why}; name the catalogue instead${primary ? ` (${primary})` : ""}, or the collection.`,
    );
  }
  if (!primary)
    throw new InputError(
      `${folder} is a HATS collection whose collection.properties names no catalogue (hats_primary_table_url): name the catalogue's folder.`,
    );
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(primary))
    throw new InputError(
      `${folder} is a HATS collection whose catalogue lies elsewhere (${primary}): fetch that folder first and name it.`,
    );
  const inner = resolve(folder, primary);
  const found = await saidOfFolder(inner);
  if (found === undefined || found.isCollection)
    throw new InputError(
      `${folder} is a HATS collection, but its catalogue ${primary} is not there, or has no hats.properties: fetch the whole collection.`,
    );
  return inner;
}

/** The catalogue in its own folder. @throws InputError where partitions are missing. */
export async function hatsCatalogue(folder: string, label: string): Promise<HatsCatalogue> {
  const said = await saidOfFolder(folder);
  if (said === undefined || said.isCollection) throw new Error(`${folder} is no HATS catalogue`);
  const { properties } = said;
  const partitions = (await listedPartitions(folder, label)) ?? (await foundPartitions(folder));
  if (partitions.length === 0)
    throw new InputError(
      `${label} is a HATS catalogue without a partition (dataset/Norder=.../): fetch it again.`,
    );
  const suffix = properties.get("hats_npix_suffix") ?? ".parquet";
  const files: string[] = [];
  for (const partition of inOrder(partitions)) {
    const path = join(folder, "dataset", partitionPath(partition));
    files.push(...(suffix === "/" ? await filesWithin(path) : [path + suffix]));
  }
  for (const path of files) {
    const isThere = await stat(path).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
    if (!isThere?.isFile()) throw missingPartition(label, path.slice(folder.length + 1));
  }
  return { folder, properties, partitions: inOrder(partitions), files };

  async function filesWithin(path: string): Promise<string[]> {
    const names = await namesIn(path);
    const own = names.filter((name) => !/^[._]/.test(name)).sort();
    if (own.length === 0) throw missingPartition(label, path.slice(folder.length + 1));
    return own.map((name) => join(path, name));
  }
}

function missingPartition(label: string, path: string): InputError {
  return new InputError(
    `${label} is a HATS catalogue whose partition ${path} is not there: fetch the whole folder, or take its line out of partition_info.csv.`,
  );
}

const PIXELS_OF_FOLDER = 10_000;

/** Where a partition lies in the folder "dataset", without its ending. */
export function partitionPath({ order, pixel }: SkyPixel): string {
  const first = Math.floor(pixel / PIXELS_OF_FOLDER) * PIXELS_OF_FOLDER;
  return join(`Norder=${order}`, `Dir=${first}`, `Npix=${pixel}`);
}

/** As partition_info.csv lists them; undefined where there is no such file. */
async function listedPartitions(folder: string, label: string): Promise<SkyPixel[] | undefined> {
  const text = await readFile(join(folder, "partition_info.csv"), "utf8").catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const names = (header ?? "").split(",").map((name) => name.trim());
  const [order, pixel] = ["Norder", "Npix"].map((name) => names.indexOf(name));
  return lines.map((line, i) => {
    const cells = line.split(",");
    const partition = { order: whole(cells[order]), pixel: whole(cells[pixel]) };
    if (Number.isNaN(partition.order + partition.pixel))
      throw new InputError(
        `${label}: line ${i + 2} of partition_info.csv ("${line.slice(0, 40)}") has no Norder and Npix; delete the file if it is damaged, for the partitions are then looked for.`,
      );
    return partition;
  });
}

function whole(text: string | undefined): number {
  return /^\s*\d+\s*$/.test(text ?? "") ? Number(text) : Number.NaN;
}

async function foundPartitions(folder: string): Promise<SkyPixel[]> {
  const found: SkyPixel[] = [];
  const dataset = join(folder, "dataset");
  for (const [order, orders] of await numbered(dataset, "Norder"))
    for (const [, folders] of await numbered(join(dataset, orders), "Dir"))
      for (const [pixel] of await numbered(join(dataset, orders, folders), "Npix"))
        found.push({ order, pixel });
  return found;
}

async function numbered(folder: string, key: string): Promise<[number, string][]> {
  return (await namesIn(folder)).flatMap((name) => {
    const [, number] = new RegExp(`^${key}=(\\d+)(\\D.*)?$`).exec(name) ?? [];
    return number === undefined ? [] : [[Number(number), name] as [number, string]];
  });
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
}

/** A coarse pixel stands where its first fine one would. */
function inOrder(partitions: readonly SkyPixel[]): SkyPixel[] {
  const placeOf = ({ order, pixel }: SkyPixel) => pixel / 4 ** order;
  return [...partitions].sort((a, b) => placeOf(a) - placeOf(b) || a.order - b.order);
}
