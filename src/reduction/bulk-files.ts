/**
 * @file Many bulk files of a survey read for some stars: several at once, those that can hold none of the stars not at
 * all, those that were finished before not again; and which stars lie where no file is.
 *
 * Gunzip and SHA-256 take nearly all the time. Node unpacks in threads of its own (four, but for the environment's
 * UV_THREADPOOL_SIZE), so several files at once keep several cores busy.
 */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { LongWork } from "../base/async.ts";
import { InputError } from "../base/errors.ts";
import { asReadError } from "../files/system-errors.ts";
import { filesNamed } from "../table/files/source.ts";
import type { FinishedFile, StarRecords } from "./star-records.ts";
import type { Stars } from "./stars.ts";
import { readWantedRows, type WantedCells } from "./wanted-rows.ts";

/** What is made of a row: the numbers of the star's record, or what is wrong with it. */
export interface BulkRows extends Pick<WantedCells, "id" | "columns"> {
  readonly record: (cells: readonly string[]) => Float64Array | string;
}

/** What was read, and what was not. */
export interface BulkReport {
  /** In the order in which they were named, then those that were read before and are not named now. */
  readonly files: readonly FinishedFile[];
  /** How many these last are. */
  readonly notNamed: number;
  /** Files of parts of the sky where none of the stars is. */
  readonly passedOver: number;
  /** Files that an earlier run had finished. */
  readonly finishedBefore: number;
  /** Stars in parts of the sky that no file is of, and these parts: pixels of HEALPix order 8, from and to. */
  readonly uncovered: { readonly stars: number; readonly pixels: readonly (readonly [number, number])[] };
}

interface BulkReading extends LongWork {
  readonly filesAtOnce: number;
}

/** Reads the files into the records. @throws InputError for a file that cannot be read, and `signal`'s reason. */
export async function readBulkFiles(
  sources: readonly string[],
  rows: BulkRows,
  { stars, records }: { readonly stars: Stars; readonly records: StarRecords },
  { filesAtOnce, signal, onProgress }: BulkReading,
): Promise<BulkReport> {
  const paths = (await Promise.all(sources.map(filesNamed))).flat();
  refuseTwins(paths);
  const sky = new SkyParts(stars);
  const found = await Promise.all(
    paths.filter((path) => sky.mayHold(path)).map(async (path) => ({ path, ...(await sizeOf(path)) })),
  );
  const todo = found.filter((file) => records.finished(file.path, file) === undefined);
  const total = todo.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    onProgress?.(done, total);
  };
  await inTurns(todo, filesAtOnce, signal, async ({ path, mtimeMs }, stop) => {
    const file = records.begin();
    const take = (star: number, cells: readonly string[]) => {
      const record = rows.record(cells);
      if (typeof record === "string") return record;
      records.add(file, star, record);
      return undefined;
    };
    const wanted = { ...rows, star: (id: string) => stars.numberOf(id), take };
    const read = await readWantedRows(path, wanted, { signal: stop, onBytes });
    await records.finish(file, { path, modified: mtimeMs, ...read });
  });
  const named = found.map((file) => records.finished(file.path, file) as FinishedFile);
  const others = records.allFinished.filter((line) => !named.includes(line));
  return {
    files: [...named, ...others],
    notNamed: others.length,
    passedOver: paths.length - found.length,
    finishedBefore: found.length - todo.length,
    uncovered: sky.uncovered([...paths, ...others.map(({ path }) => path)]),
  };
}

/** Files are known by their names: a survey's lie in one folder, or in several as they were fetched. */
function refuseTwins(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const twin = seen.get(basename(path));
    if (twin !== undefined)
      throw new InputError(`${twin} and ${path} have the same name; name one of them, or rename one.`);
    seen.set(basename(path), path);
  }
}

/** What is told of a reading. @param what the files are of: "spectra". */
export function notesOfBulk(
  what: string,
  { passedOver, finishedBefore, notNamed, uncovered, files: all }: BulkReport,
): string[] {
  const files = (count: number) => `${count} ${count === 1 ? "file" : "files"} of ${what}`;
  const notes: string[] = [];
  if (finishedBefore > 0) notes.push(`Read before, and not again: ${files(finishedBefore)}.`);
  if (notNamed > 0)
    notes.push(
      `Read before for this folder, and not named now: ${files(notNamed)}; what was found there counts.`,
    );
  if (passedOver > 0)
    notes.push(`Not read, because no star of allStar is in their parts of the sky: ${files(passedOver)}.`);
  if (uncovered.stars > 0) {
    const parts = uncovered.pixels.map(([from, to]) => `${from} to ${to}`);
    const listed =
      parts.slice(0, 10).join(", ") + (parts.length > 10 ? `, and ${parts.length - 10} more` : "");
    notes.push(
      `Stars without ${what}, because no file is of their part of the sky: ${uncovered.stars} (HEALPix order 8, pixels ${listed}); fetch those files, and run this again.`,
    );
  }
  for (const { path, faulty, fault } of all)
    if (faulty > 0)
      notes.push(`${path}: rows that could not be read, and were passed over: ${faulty}; ${fault}.`);
  return notes;
}

async function sizeOf(path: string): Promise<{ size: number; mtimeMs: number }> {
  const { size, mtimeMs } = await stat(path).catch((error: unknown) => {
    throw asReadError(path, error);
  });
  return { size, mtimeMs };
}

/** Works on so many at once; after a failure the others end, too, and then it is thrown. */
async function inTurns<Item>(
  items: readonly Item[],
  atOnce: number,
  signal: AbortSignal | undefined,
  work: (item: Item, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const waiting = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of waiting) {
      if (stop.aborted) return;
      await work(item, stop).catch((error: unknown) => failed.abort(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  stop.throwIfAborted();
}

/** Which parts of the sky files are of, by their names: `..._000000-003111.csv.gz` has pixels 0 to 3111 of order 8. */
class SkyParts {
  readonly #starsIn = new Map<number, number>();
  readonly #pixels: readonly number[];

  constructor(stars: Stars) {
    for (let star = 0; star < stars.count; star++) {
      const pixel = stars.pixelOf(star);
      this.#starsIn.set(pixel, (this.#starsIn.get(pixel) ?? 0) + 1);
    }
    this.#pixels = [...this.#starsIn.keys()].sort((a, b) => a - b);
  }

  /** True where the name does not say otherwise. */
  mayHold(path: string): boolean {
    const part = partOf(path);
    return part === undefined || this.#pixels.some((pixel) => pixel >= part[0] && pixel <= part[1]);
  }

  uncovered(paths: readonly string[]): BulkReport["uncovered"] {
    const parts = paths.map(partOf);
    if (parts.includes(undefined)) return { stars: 0, pixels: [] };
    const known = parts.filter((part) => part !== undefined).sort(([a], [b]) => a - b);
    const gaps: [number, number][] = [];
    let next = 0;
    for (const [from, to] of [...known, [PIXELS, PIXELS] as const]) {
      if (from > next) gaps.push([next, from - 1]);
      next = Math.max(next, to + 1);
    }
    let stars = 0;
    const pixels = gaps.filter(([from, to]) => {
      const inside = this.#pixels.filter((pixel) => pixel >= from && pixel <= to);
      stars += inside.reduce((sum, pixel) => sum + (this.#starsIn.get(pixel) ?? 0), 0);
      return inside.length > 0;
    });
    return { stars, pixels };
  }
}

/** Pixels of order 8. */
const PIXELS = 12 * 4 ** 8;

function partOf(path: string): readonly [number, number] | undefined {
  const found = /_(\d{6})-(\d{6})\.csv(\.gz)?$/.exec(basename(path));
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}
