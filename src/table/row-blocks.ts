/** @file Files of any length, gone through block by block: once to learn what they hold, then as often as wanted. */
import { open } from "node:fs/promises";
import { InputError } from "../errors.ts";
import { blockRows, type ColumnBuilder, type Precision } from "./column-builder.ts";
import type { Meanings, Part, Sources } from "./column-kinds.ts";
import { assemble, noRows, type ReadOptions, tableInMemory, withSources } from "./read.ts";
import { builderOf, firstReading, type Numbers, type Reading, readFile } from "./read-columns.ts";
import { RowSample, sampleSize } from "./row-sample.ts";
import type { DataFile } from "./source.ts";
import type { Column, Table } from "./table.ts";
import { withUnits } from "./units.ts";

/** A table in files: what to read and how. */
export interface TableFiles extends ReadOptions {
  /** A path, a glob (`runs/*.parquet`), several of either, or "-" for standard input. */
  readonly files: string | readonly string[];
  /** What columns are measured in: `{ teff: "K" }`. */
  readonly units?: Readonly<Record<string, string>>;
}

/** What a first pass through all rows has told. */
export interface Scan {
  readonly rows: number;
  /** The rows to measure columns on: all, or a random sample; see `measuredRows`. */
  readonly sample: Table;
  readonly meanings: Meanings;
  readonly careful: boolean;
  /** The parts that float32 is not good enough for. */
  readonly precise: ReadonlySet<Part>;
}

/** Opens the files and runs `work` on them; afterwards they are closed. @throws InputError as `readTable` does. */
export async function withTableFiles<T>(
  files: TableFiles,
  work: (opened: OpenTableFiles) => Promise<T>,
): Promise<T> {
  return await withSources(files.files, files, (sources) => work(new OpenTableFiles(sources, files)));
}

export class OpenTableFiles {
  readonly #sources: Sources;
  readonly #files: TableFiles;

  constructor(sources: Sources, files: TableFiles) {
    this.#sources = sources;
    this.#files = files;
  }

  /** What the user calls the files. */
  get source(): string {
    return this.#sources.label;
  }

  /** Columns of numbers that are read, those of errors too. */
  get parts(): number {
    return this.#sources.parts.length;
  }

  /** How many rows there are, about: as the format tells, else as many for each byte as at the file's beginning. */
  async expectedRows(): Promise<number> {
    let sum = 0;
    for (const { rows, file } of this.#sources.relations) sum += rows ?? (await rowsOfText(file));
    return sum;
  }

  /** All rows in memory. */
  async table(): Promise<Table> {
    return this.#withUnits(await tableInMemory(this.#sources, this.#files));
  }

  /**
   * Goes through all rows once; never more than a block and the sample are in memory.
   * @throws InputError for cells that cannot be read, and what `signal` was aborted with.
   */
  async scan(signal?: AbortSignal): Promise<Scan> {
    const { precision = "auto" } = this.#files;
    const { parts, label } = this.#sources;
    const size = sampleSize(parts.length);
    const sampled = async (reading: Reading) => {
      const sample = new RowSample(size);
      const builders = await readBlocks(reading, signal, async (cells) => sample.add(cells));
      return builders && { sample, builders };
    };
    const { read, meanings, careful } = await firstReading({ ...this.#sources, precision }, sampled);
    const { rows } = read.sample;
    if (rows === 0) throw new InputError(noRows(label));
    const cells = read.sample.cells();
    const again = precision === "auto" ? parts.filter((_, i) => read.builders[i]!.needsFloat64) : [];
    if (again.length > 0) {
      const reading: Reading = { ...this.#sources, meanings, careful, precision: "float64", parts: again };
      const precise = (await sampled(reading)) ?? changed(label);
      for (const [i, more] of precise.sample.cells().entries()) cells[parts.indexOf(again[i]!)] = more;
    }
    const sample = this.#tableOf(cells, meanings);
    return { rows, sample, meanings, careful, precise: new Set(again) };
  }

  /** Goes through all rows again, in blocks of some ten thousand, as tables of their own. */
  async forEachBlock(
    { meanings, careful, precise, rows }: Scan,
    work: (block: Table, firstRow: number) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    const { precision = "auto" } = this.#files;
    const reading: Reading = { ...this.#sources, meanings, careful, precision };
    let firstRow = 0;
    const builders = await readBlocks(
      reading,
      signal,
      async (cells) => {
        await work(this.#tableOf(cells, meanings), firstRow);
        firstRow += cells[0]!.length;
      },
      (part) => (precise.has(part) ? "float64" : precision),
    );
    if (!builders || firstRow !== rows) changed(this.source);
  }

  #tableOf(cells: readonly Numbers[], meanings: Meanings): Table {
    const { parts, label } = this.#sources;
    const columns: Column[] = assemble(parts, { cells, meanings }, label);
    return this.#withUnits({ source: label, rows: cells[0]!.length, columns });
  }

  #withUnits(table: Table): Table {
    return withUnits(table, this.#files.units ?? {});
  }
}

const BEGINNING = 1 << 20;

async function rowsOfText({ path, format }: DataFile): Promise<number> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, BEGINNING)), 0);
    const mark = format === "json" ? "{" : "\n";
    const marks = buffer.toString("latin1", 0, bytesRead).split(mark).length - 1;
    return Math.ceil(((marks + 1) * size) / bytesRead);
  } finally {
    await file.close();
  }
}

function changed(label: string): never {
  throw new InputError(`${label} has changed while it was read: start again when nothing writes to it`);
}

/** All rows in blocks. @returns the builders, emptied, or undefined if a file could not be read fast. */
async function readBlocks(
  reading: Reading,
  signal: AbortSignal | undefined,
  onBlock: (cells: Numbers[]) => Promise<void>,
  precisionOf: (part: Part) => "auto" | Precision = () => reading.precision,
): Promise<ColumnBuilder[] | undefined> {
  let taken = 0;
  const takeBlock = async () => {
    if (first.rows === taken) return;
    taken = first.rows;
    await onBlock(builders.map((builder) => builder.take()));
  };
  const onRows = async () => {
    signal?.throwIfAborted();
    if (first.rows - taken >= blockRows) await takeBlock();
  };
  const blocks: Reading = { ...reading, onRows };
  const builders = reading.parts.map((part) => builderOf({ ...blocks, precision: precisionOf(part) }, part));
  const first = builders[0]!;
  for (const relation of reading.relations) {
    if (!(await readFile(blocks, relation, builders))) return undefined;
  }
  await takeBlock();
  return builders;
}
