/**
 * @file What was found of stars in the files of a survey, on the disk: a record of numbers for each, and a journal of the
 * files that were read to their end. After an interruption these need not be read again.
 *
 * `NAME.bin` is records of (star: uint32, file: uint32, numbers: float64 each), in the order in which they were found,
 * several files mixed; `NAME.jsonl` has a line that says of which stars they are, and one for each finished file.
 * Records of a file without a line are nobody's: of a file that was interrupted, and will be read again.
 */
import { type FileHandle, open, readFile, truncate } from "node:fs/promises";
import { endianness } from "node:os";
import { basename } from "node:path";
import { InputError } from "../base/errors.ts";
import { asReadError, asWriteError, isAbsent } from "../files/system-errors.ts";
import type { ReadFile } from "./wanted-rows.ts";

/** A file as the journal has it. */
export interface FinishedFile extends ReadFile {
  readonly path: string;
  /** Milliseconds since 1970 when it was last changed. */
  readonly modified: number;
}

interface JournalLine extends FinishedFile {
  readonly file: number;
}

/** What the records are of: the same in every run that goes on with them. */
export interface RecordsOf {
  /** A checksum of the stars' ids. */
  readonly stars: string;
  /** Numbers of a record. */
  readonly width: number;
}

const LAYOUT = 1;
const HEAD_BYTES = 8;
const WAITING_BYTES = 1 << 20;

export class StarRecords {
  readonly #path: string;
  readonly #width: number;
  readonly #records: FileHandle;
  readonly #journal: FileHandle;
  readonly #finished: Map<number, JournalLine>;
  #bytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #nextFile: number;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    { width }: RecordsOf,
    {
      records,
      journal,
      bytes,
      finished,
    }: { records: FileHandle; journal: FileHandle; bytes: number; finished: readonly JournalLine[] },
  ) {
    this.#path = path;
    this.#width = width;
    this.#records = records;
    this.#journal = journal;
    this.#bytes = bytes;
    this.#finished = new Map(finished.map((line) => [line.file, line]));
    this.#nextFile = finished.reduce((most, { file }) => Math.max(most, file + 1), 0);
  }

  /**
   * Opens or begins the records at `path` (without an ending).
   * @throws InputError where those that are there are of other stars.
   */
  static async open(path: string, of: RecordsOf): Promise<StarRecords> {
    if (endianness() !== "LE")
      throw new InputError("Records of stars are kept on little-endian machines only.");
    const lines = await journalLines(`${path}.jsonl`);
    const [head, ...finished] = lines as [RecordsOf & { layout: number }, ...JournalLine[]];
    if (head !== undefined && (head.stars !== of.stars || head.width !== of.width || head.layout !== LAYOUT))
      throw new InputError(
        `${path}.bin holds what was found for other stars than these; name another folder with \`out\`, or delete ${path}.bin and ${path}.jsonl.`,
      );
    const { records, journal } = await openBoth(path, head === undefined);
    if (head === undefined) await journal.appendFile(`${JSON.stringify({ layout: LAYOUT, ...of })}\n`);
    const size = HEAD_BYTES + 8 * of.width;
    const whole = Math.floor((await records.stat()).size / size);
    if (whole < finished.reduce((sum, { found }) => sum + found, 0))
      throw new InputError(`${path}.bin is shorter than ${path}.jsonl says; delete both, and begin anew.`);
    const bytes = whole * size;
    const made = new StarRecords(path, of, { records, journal, bytes, finished });
    // A number that was given to an interrupted file is used by no other: its records lie among the rest.
    await made.#scan(({ heads }, _, count) => {
      for (let i = 0; i < count; i++) made.#nextFile = Math.max(made.#nextFile, heads(i).file + 1);
    });
    return made;
  }

  /** The line of a file that was read to its end, wherever it lay then, if it is still the same by its name, size and time. */
  finished(
    path: string,
    { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number },
  ): FinishedFile | undefined {
    const line = this.#latest().get(basename(path));
    return line?.bytes === size && line.modified === mtimeMs ? line : undefined;
  }

  /** All files that were read to their end, those that are not there any more too. */
  get allFinished(): FinishedFile[] {
    return [...this.#latest().values()];
  }

  /** A file that was read again counts as it was the last time. */
  #latest(): Map<string, JournalLine> {
    return new Map(Array.from(this.#finished.values(), (line) => [basename(line.path), line]));
  }

  /** A number for a file that is about to be read. */
  begin(): number {
    return this.#nextFile++;
  }

  /** Adds a record of that file. */
  add(file: number, star: number, numbers: Float64Array): void {
    const record = Buffer.allocUnsafe(HEAD_BYTES + numbers.byteLength);
    record.writeUInt32LE(star, 0);
    record.writeUInt32LE(file, 4);
    record.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), HEAD_BYTES);
    this.#waiting.push(record);
    this.#waitingBytes += record.length;
    if (this.#waitingBytes > WAITING_BYTES) this.#flush();
  }

  /** The file is read to its end: its records are on the disk before its line is. */
  async finish(file: number, about: FinishedFile): Promise<void> {
    this.#flush();
    const line: JournalLine = { file, ...about };
    try {
      await this.#writing;
      await this.#records.datasync();
      await this.#journal.appendFile(`${JSON.stringify(line)}\n`);
      await this.#journal.datasync();
    } catch (error) {
      throw asWriteError(this.#path, error);
    }
    this.#finished.set(file, line);
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#waiting);
    const at = this.#bytes;
    [this.#waiting, this.#waitingBytes] = [[], 0];
    this.#bytes += bytes.length;
    this.#writing = this.#writing.then(async () => {
      await this.#records.write(bytes, 0, bytes.length, at);
    });
    this.#writing.catch(() => undefined); // whoever finishes a file gets the error
  }

  /**
   * Which record each star has; -1 for none. Of a star in several files, the record of the file named first counts.
   * @param paths the files whose records count.
   * @returns also how many stars were in more than one.
   */
  async places(paths: readonly string[], stars: number): Promise<{ places: Int32Array; repeated: number }> {
    await this.#writing;
    const latest = this.#latest();
    const ranks = new Map(
      paths.flatMap((path, rank) => {
        const line = latest.get(basename(path));
        return line === undefined ? [] : [[line.file, rank] as const];
      }),
    );
    const places = new Int32Array(stars).fill(-1);
    const rankOf = new Float64Array(stars).fill(Number.POSITIVE_INFINITY);
    const again = new Set<number>();
    await this.#scan(({ heads }, first, count) => {
      for (let i = 0; i < count; i++) {
        const { star, file } = heads(i);
        const rank = ranks.get(file);
        if (rank === undefined || star >= stars) continue;
        if (places[star] !== -1 && rank !== rankOf[star]) again.add(star);
        if (rank > rankOf[star]) continue;
        places[star] = first + i;
        rankOf[star] = rank;
      }
    });
    return { places, repeated: again.size };
  }

  /** The numbers of the record at a place. */
  async read(place: number): Promise<Float64Array> {
    const numbers = new Float64Array(this.#width);
    const bytes = new Uint8Array(numbers.buffer);
    await this.#records.read(bytes, 0, bytes.length, place * this.#size + HEAD_BYTES);
    return numbers;
  }

  /** All records' numbers, one after another, each only valid within the call. */
  async each(use: (place: number, numbers: Float64Array) => void): Promise<void> {
    await this.#writing;
    const numbers = new Float64Array(this.#width);
    const bytes = new Uint8Array(numbers.buffer);
    await this.#scan(({ block }, first, count) => {
      for (let i = 0; i < count; i++) {
        const at = i * this.#size + HEAD_BYTES;
        bytes.set(block.subarray(at, at + bytes.length));
        use(first + i, numbers);
      }
    });
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#records.close();
    await this.#journal.close();
  }

  get #size(): number {
    return HEAD_BYTES + 8 * this.#width;
  }

  async #scan(
    use: (
      block: { readonly block: Buffer; readonly heads: (i: number) => { star: number; file: number } },
      first: number,
      count: number,
    ) => void,
  ): Promise<void> {
    const size = this.#size;
    const most = Math.max(1, Math.floor((16 << 20) / size));
    const records = Math.floor(this.#bytes / size);
    const block = Buffer.allocUnsafe(most * size);
    const heads = (i: number) => ({
      star: block.readUInt32LE(i * size),
      file: block.readUInt32LE(i * size + 4),
    });
    for (let first = 0; first < records; first += most) {
      const count = Math.min(most, records - first);
      await this.#records.read(block, 0, count * size, first * size);
      use({ block, heads }, first, count);
    }
  }
}

async function openBoth(path: string, isNew: boolean): Promise<{ records: FileHandle; journal: FileHandle }> {
  try {
    const records = await open(`${path}.bin`, isNew ? "w+" : "r+");
    return { records, journal: await open(`${path}.jsonl`, "a") };
  } catch (error) {
    if (!isNew && isAbsent(error))
      throw new InputError(`${path}.bin is gone, but ${path}.jsonl is there; delete it, and begin anew.`);
    throw asWriteError(path, error);
  }
}

/** The lines of a journal. The last may have been cut off when the machine stopped: it is taken away. */
async function journalLines(path: string): Promise<unknown[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (isAbsent(error)) return "";
    throw asReadError(path, error);
  });
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  const lines = whole.split("\n").slice(0, -1);
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      throw new InputError(`Line ${i + 1} of ${path} is no JSON; delete it and its .bin, and begin anew.`);
    }
  });
}
