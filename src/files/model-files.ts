/** @file The files of a model's folder on the disk, and where the models lie that come with the package. */
import { existsSync, statSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { InputError } from "../base/errors.ts";
import { type FileContent, writeFileAtomic } from "./atomic-file.ts";
import { packageFile } from "./package-files.ts";
import { asReadError, isAbsent, systemErrorCode } from "./system-errors.ts";

/**
 * Models that come with the package: of the simulated stars (`scripts/train-survey-model.ts` made it), and two small ones for the
 * explorer, of penguins (Gorman, Williams & Fraser 2014; CC0) and of two half circles (`scripts/train-small-models.sh`).
 */
export const SHIPPED_MODELS = ["survey", "penguins", "moons"] as const;

/** What lies in a model's folder, besides checkpoints. */
export const MODEL_FILES: readonly string[] = [
  "config.json",
  "weights.safetensors",
  "manifest.json",
  "model-card.md",
  "schema.json",
  "metrics.csv",
  "training.log",
  "system.json",
];

/** Whether a folder is a model's, whole or not. */
export function holdsModel(folder: string): boolean {
  return (
    ["config.json", "weights.safetensors", "manifest.json"].filter((name) => existsSync(join(folder, name)))
      .length > 1
  );
}

/**
 * The folder of a model that answers: one's own of that name, or else the one that comes with the package.
 * What trains or writes takes names as they are.
 */
export function folderToAsk(name: string): string {
  const isShipped = (SHIPPED_MODELS as readonly string[]).includes(name);
  if (!isShipped || existsSync(join(name, "config.json"))) return name;
  return dirname(packageFile(`models/${name}/config.json`));
}

/**
 * The file's bytes, or undefined if there is none; of a zip of the folder, as pages save models, those within.
 * @throws InputError if it can't be read.
 */
export async function readModelFile(folder: string, file: string): Promise<Uint8Array | undefined> {
  if (folder.endsWith(".zip") && existsSync(folder) && statSync(folder).isFile())
    return zippedFile(folder, file);
  const path = join(folder, file);
  try {
    return await readFile(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw asReadError(path, error);
  }
}

async function zippedFile(zip: string, file: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(zip).catch((error: unknown) => {
    throw asReadError(zip, error);
  });
  try {
    const isWanted = ({ name }: { readonly name: string }) => name.split("/").at(-1) === file;
    return Object.values(unzipSync(bytes, { filter: isWanted }))[0];
  } catch (error) {
    throw new InputError(`${zip} is no zip, or a damaged one (${(error as Error).message}): save it again.`);
  }
}

/** Makes the folder and writes the file whole or not at all. @throws InputError if that can't be. */
export async function writeModelFile(folder: string, file: string, content: FileContent): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new InputError(
      `The folder ${folder} can't be made (${systemErrorCode(error) ?? error}): choose another.`,
    );
  });
  await writeFileAtomic(join(folder, file), content, { follow: false });
}
