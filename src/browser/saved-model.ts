/** @file A model as files that a page saves and opens again: those of its folder, or one zip of them. */
import { unzipSync, zipSync } from "fflate";
import { InputError } from "../base/errors.ts";
import { MANIFEST } from "../base/manifest.ts";
import type { Model, SaveOptions } from "../model/model.ts";
import { type ModelBytes, trainedModelFiles } from "../model/trained-model.ts";

/**
 * The files of a model's folder, to be saved by the page: `anygiven density FOLDER` and {@link load} answer as this model does.
 * @param options `weights: 16`: 0.6 of the size; see {@link Model.save}. @throws InputError if answers would move too far.
 * @example
 * import { load, savedFiles } from "anygiven/browser";
 * const files = await savedFiles(await load("/models/survey"));
 * console.log(files.map(({ name, size }) => `${name}: ${size} bytes`));
 */
export async function savedFiles(model: Model, { weights = 32 }: SaveOptions = {}): Promise<File[]> {
  const parameters = weights === 16 ? (await model.sixteenBits()).parameters : undefined;
  return Object.entries(trainedModelFiles(model, parameters)).map(
    ([name, content]) => new File([content].flat() as BlobPart[], name),
  );
}

/**
 * The same as one zip, which `anygiven density MODEL.zip` and {@link load} open as it is.
 * @param name of the file, without ".zip".
 * @example
 * import { load, savedZip } from "anygiven/browser";
 * const zip = await savedZip(await load("/models/survey"), "survey");
 * const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(zip), download: zip.name });
 * link.click();
 */
export async function savedZip(model: Model, name = "model", options: SaveOptions = {}): Promise<File> {
  const files = await savedFiles(model, options);
  const entries = await Promise.all(
    files.map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const),
  );
  return new File([zipSync(Object.fromEntries(entries))], `${name}.zip`, { type: "application/zip" });
}

const NAMES = { config: "config.json", weights: "weights.safetensors" } as const;

/** @throws InputError where a file is missing. */
export async function openedFiles(files: readonly File[]): Promise<ModelBytes> {
  const [only] = files;
  const entries =
    files.length === 1 && only.name.endsWith(".zip")
      ? unzipped(new Uint8Array(await only.arrayBuffer()), only.name)
      : new Map(
          await Promise.all(
            files.map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const),
          ),
        );
  const bytes = (name: string) => {
    const found = entries.get(name);
    if (found) return found;
    throw new InputError(
      `There is no ${name} among the files: choose both config.json and weights.safetensors of a model's folder, or its zip.`,
    );
  };
  const manifest = entries.get(MANIFEST);
  return { config: bytes(NAMES.config), weights: bytes(NAMES.weights), ...(manifest && { manifest }) };
}

/** The files of a zip by their names without folders. @throws InputError for what is none. */
function unzipped(zip: Uint8Array, label: string): Map<string, Uint8Array> {
  try {
    const entries = Object.entries(unzipSync(zip));
    return new Map(entries.map(([path, bytes]) => [path.split("/").at(-1) ?? path, bytes]));
  } catch (error) {
    throw new InputError(
      `${label} is no zip, or a damaged one (${(error as Error).message}): save it again.`,
    );
  }
}
