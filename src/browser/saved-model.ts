/** @file A model as files that a page saves and opens again: those of its folder, or one zip of them. */
import { unzipSync, zipSync } from "fflate";
import { InputError } from "../base/errors.ts";
import { MANIFEST } from "../base/manifest.ts";
import type { Model } from "../model/model.ts";
import { type ModelBytes, trainedModelFiles } from "../model/trained-model.ts";

/**
 * The files of a model's folder, to be saved by the page: `anygiven density FOLDER` and {@link load} answer as this model does.
 * @example
 * import { load, savedFiles } from "anygiven/browser";
 * const files = savedFiles(await load("/models/survey"));
 * console.log(files.map(({ name, size }) => `${name}: ${size} bytes`));
 */
export function savedFiles({ config, weights }: Pick<Model, "config" | "weights">): File[] {
  return Object.entries(trainedModelFiles({ config, weights })).map(
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
export async function savedZip(model: Pick<Model, "config" | "weights">, name = "model"): Promise<File> {
  const entries = await Promise.all(
    savedFiles(model).map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const),
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
