/** @file Writes a site of the explorer: the built page, models, and a sample of the rows of each one's table. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InputError } from "../base/errors.ts";
import { encodeManifest, MANIFEST } from "../base/manifest.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { packageFile } from "../files/package-files.ts";
import { asWriteError } from "../files/system-errors.ts";
import type { SampledRows, SiteList, SiteModel } from "./site-format.ts";

/** A model that a site shows. */
export interface ShownModel {
  readonly name: string;
  /** Its folder on the disk. */
  readonly folder: string;
  readonly rows?: SampledRows;
  readonly command?: SiteModel["command"];
}

/** The files of a model that a page needs. */
const CONTENTS = ["config.json", "weights.safetensors"] as const;
export const MODEL_FILES = [...CONTENTS, MANIFEST] as const;
type ModelFile = (typeof MODEL_FILES)[number];

/** A file of a model as a page gets it; its manifest is made anew of the other two, as a folder may have none, or name more files. */
export async function modelFile(folder: string, file: ModelFile): Promise<string | Uint8Array<ArrayBuffer>> {
  if (file !== MANIFEST) return new Uint8Array(await readFile(join(folder, file)));
  const marks = CONTENTS.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return [name, { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length }] as const;
  });
  return encodeManifest({ files: Object.fromEntries(await Promise.all(marks)) });
}

/** The folder of the built page. @throws InputError where it was not built: a clone of the repository without `npm run build`. */
export function pageFolder(): string {
  return dirname(packageFile("dist/explorer/index.html"));
}

/** The page's own files, by path in the folder. */
export async function pageFiles(folder = pageFolder()): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((each) => each.isFile())
    .map((each) =>
      join(each.parentPath, each.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

/**
 * Writes the folder; a site that was there is replaced file by file, each whole.
 * @returns how many files and bytes.
 * @throws InputError for two models of one name, a folder without a model, and what can't be written.
 */
export async function writeSite(
  out: string,
  shown: readonly ShownModel[],
): Promise<{ readonly files: number; readonly bytes: number }> {
  const names = shown.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new InputError(`Two models are called "${twice}": rename the folder of one of them.`);
  let [files, bytes] = [0, 0];
  const write = async (path: string, content: string | Uint8Array) => {
    const target = join(out, path);
    await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
      throw asWriteError(target, error);
    });
    await writeFileAtomic(target, content);
    files++;
    bytes += content.length;
  };
  const page = pageFolder();
  for (const file of await pageFiles(page)) await write(file, await readFile(join(page, file)));
  for (const { name, folder, rows } of shown) {
    for (const file of MODEL_FILES)
      await write(`${folderInSite(name)}/${file}`, await modelFile(folder, file));
    if (rows) await write(rowsInSite(name), JSON.stringify(rows));
  }
  // Last: a page that finds the list finds all that it names.
  await write("site.json", JSON.stringify(siteList(shown), undefined, 2));
  return { files, bytes };
}

const folderInSite = (name: string) => `models/${encodeURIComponent(name)}`;
const rowsInSite = (name: string) => `${folderInSite(name)}/rows.json`;

/** Addresses in the list are those of the folders' names, so "%" in a name is written twice. */
export function siteList(shown: readonly Pick<ShownModel, "name" | "rows" | "command">[]): SiteList {
  const models = shown.map(({ name, rows, command }) => ({
    name,
    folder: encodeURI(folderInSite(name)),
    ...(rows && { rows: encodeURI(rowsInSite(name)) }),
    ...(command && { command }),
  }));
  return { format: "anygiven-explorer", models };
}
