/** @file A table in files of any length: read into memory, or gone through in blocks once a sample of it is known. */
import { open } from "node:fs/promises";
import { assembled } from "../scan/assembled-columns.ts";
import type { Sources } from "../scan/column-kinds.ts";
import { surveyWithSample } from "../scan/sampled-scan.ts";
import type { Table } from "../table.ts";
import { withUnits } from "../units.ts";
import { withFiles } from "./open-sources.ts";
import { type ReadOptions, tableInMemory } from "./read.ts";
import type { DataFile } from "./source.ts";
import { fileBlocks } from "./table-blocks.ts";

/** A table in files: what to read and how. */
export interface TableFiles extends ReadOptions {
  /** A path, a glob (`runs/*.parquet`), several of either, or "-" for standard input. */
  readonly files: string | readonly string[];
  /** What columns are measured in: `{ teff: "K" }`. */
  readonly units?: Readonly<Record<string, string>>;
}

/** A table too long to be held in memory. */
export interface LongTable {
  readonly rows: number;
  /** The rows to measure columns on: all, or a random sample; see `measuredRows`. */
  readonly sample: Table;
  /** All rows, for as long as the files are open. */
  readonly blocks: AsyncIterable<Table>;
}

/** Opens the files and runs `work` on them; afterwards they are closed. @throws InputError as `readTable` does. */
export async function withTableFiles<T>(
  files: TableFiles,
  work: (opened: OpenTableFiles) => Promise<T>,
): Promise<T> {
  return await withFiles(files.files, files, (sources) => work(new OpenTableFiles(sources, files)));
}

/** Files to be read once: all rows into memory, or in blocks. */
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
  async inMemory(): Promise<Table> {
    return this.#withUnits(await tableInMemory(this.#sources, this.#files));
  }

  /**
   * Goes through all rows once, to learn what they hold; never more than the sample is in memory.
   * @throws InputError for cells that cannot be read, and what `signal` was aborted with.
   */
  async inBlocks(signal?: AbortSignal): Promise<LongTable> {
    const { precision = "auto" } = this.#files;
    const { survey, cells } = await surveyWithSample(this.#sources, precision, signal);
    const blocks = fileBlocks(this.#sources, survey, { precision, close: async () => {} });
    const { parts, label } = this.#sources;
    const columns = assembled(parts, { cells, meanings: survey.meanings }, label);
    const sample = this.#withUnits({ source: label, rows: cells[0].length, columns });
    return { rows: survey.rows, sample, blocks };
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
