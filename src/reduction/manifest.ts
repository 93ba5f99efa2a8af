/** @file `reduction.json`: what a reduction read, with sizes and checksums, what it decided, and how many rows it made. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { LongWork } from "../base/async.ts";
import { InputError } from "../base/errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { asReadError, readWholeFile } from "../files/system-errors.ts";
import type { CoefficientLimits } from "./cuts.ts";
import { COEFFICIENTS } from "./spectra.ts";

/** A file that was read. */
export interface InputFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Sizes and checksums of files.
 * @throws InputError for a file that cannot be read, and what `signal` was aborted with.
 */
export async function inputFiles(
  paths: readonly string[],
  { signal, onProgress }: LongWork,
): Promise<InputFile[]> {
  const made: InputFile[] = [];
  try {
    const sizes = await Promise.all(paths.map((path) => stat(path)));
    const total = sizes.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    for (const path of paths) {
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
        signal?.throwIfAborted();
        hash.update(piece as Buffer);
        bytes += (piece as Buffer).length;
        done += (piece as Buffer).length;
        onProgress?.(done, total);
      }
      made.push({ path, bytes, sha256: hash.digest("hex") });
    }
  } catch (error) {
    throw asReadError(paths[made.length] ?? "", error);
  }
  return made;
}

/** Writes it beside the training set. */
export async function writeManifest(path: string, manifest: object): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(manifest, undefined, 1)}\n`);
}

/** Limits as a manifest has them. */
export function limitsForManifest({ low, high }: CoefficientLimits): { low: number[]; high: number[] } {
  return { low: [...low], high: [...high] };
}

/** The limits of an earlier reduction, out of its manifest. @throws InputError where there are none. */
export async function limitsOfManifest(path: string): Promise<CoefficientLimits> {
  const text = (await readWholeFile(path)).toString("utf8");
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw new InputError(`${path} is no JSON; name the reduction.json of an earlier reduction.`);
  }
  const limits = (said as { coefficientLimits?: { low?: unknown; high?: unknown } } | null)
    ?.coefficientLimits;
  const numbers = (list: unknown) =>
    Array.isArray(list) && list.length === COEFFICIENTS && list.every((each) => typeof each === "number")
      ? Float64Array.from(list as number[])
      : undefined;
  const [low, high] = [numbers(limits?.low), numbers(limits?.high)];
  if (!low || !high)
    throw new InputError(
      `${path} has no limits of coefficients; name the reduction.json of an earlier reduction.`,
    );
  return { low, high };
}
