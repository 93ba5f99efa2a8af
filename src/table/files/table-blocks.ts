/** @file A table that is not held in memory: read block by block, as often as wanted. */
import { InputError } from "../../base/errors.ts";
import type { KeptCells, TableBlocks } from "../blocks.ts";
import { cellChunks } from "../scan/cell-stream.ts";
import { arrayFor, CellCheck, type Numbers, type Precision } from "../scan/column-cells.ts";
import { explainFailure, firstRefused, rulesOf } from "../scan/file-pass.ts";
import type { Sources } from "../scan/infer-types.ts";
import { assembled } from "../scan/parts.ts";
import { noRows } from "../scan/refused-cells.ts";
import { type CellScan, scanCells } from "../scan/scan.ts";
import type { Column, Table } from "../table.ts";
import type { KeptChoice } from "./kept-cells.ts";
import { openFiles } from "./open-sources.ts";
import type { ReadOptions } from "./read.ts";
import { explainRefusedCell } from "./read-complaints.ts";
import type { TablePart } from "./row-choice.ts";

export interface BlockOptions extends ReadOptions {
  /** Rows of a block (the last has what is left); default 16,384. */
  readonly blockRows?: number;
  /** Columns whose cells are kept as they stand, letter by letter, for {@link openTableWriter} to pass them on. */
  readonly keep?: KeptChoice;
  /** Of files, or rows of files, that are a part of a longer table: where they lie in it. */
  readonly part?: TablePart;
}

const DEFAULT_BLOCK_ROWS = 16_384;

/**
 * Opens a table to be read block by block, in little memory whatever its length: cells, kinds of columns and
 * precisions are those that {@link readTable} gives, whatever the size of the blocks.
 *
 * All cells are scanned before the first block comes, because the last one may change a column's type; so
 * what is wrong with the files is reported here, too. Iterate as often as you like, but one at a time, and close in
 * the end. `signal` and `onProgress` are about that first look.
 *
 * With `keep`, cells of columns are kept as they stand, for a writer to pass on ({@link openTableWriter} with `kept`).
 *
 * @throws InputError for everything that is wrong with the files or the options.
 * @example
 * const table = await tableBlocks("stars.parquet", { columns: ["teff", "logg"] });
 * try {
 *   for await (const block of table) console.log(block.rows, block.columns[0].values);
 * } finally {
 *   await table.close();
 * }
 */
export async function tableBlocks(
  source: string | readonly string[],
  { blockRows = DEFAULT_BLOCK_ROWS, ...options }: BlockOptions = {},
): Promise<TableBlocks> {
  if (!Number.isInteger(blockRows) || blockRows < 1)
    throw new InputError(`The rows of a block are ${blockRows}; they must be a whole number of at least 1.`);
  const { sources, kept, close } = await openFiles(source, options);
  try {
    const precision = options.precision ?? "auto";
    const { rows: [firstRow] = [options.part?.firstRow ?? 0] } = options.part ?? {};
    const reading = { precision, blockRows, close, firstRow, ...(kept && { kept }) };
    return fileBlocks(sources, await scanCells(sources, precision), reading);
  } catch (error) {
    await close();
    throw error;
  }
}

/** The rows of files that are open and have been looked at. @throws InputError where there are none. */
export function fileBlocks(sources: Sources, scan: CellScan, reading: Reading): TableBlocks {
  if (scan.rows === 0) throw new InputError(noRows(sources.label));
  return new FileBlocks(sources, scan, reading);
}

interface Reading {
  /** What was demanded of the scan. */
  readonly precision: "auto" | Precision;
  readonly blockRows?: number;
  readonly kept?: KeptCells;
  /** Of a part of a longer table. */
  readonly firstRow?: number;
  readonly close: () => Promise<void>;
}

class FileBlocks implements TableBlocks {
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly kept?: KeptCells;
  readonly firstRow: number;
  readonly #sources: Sources;
  readonly #scan: CellScan;
  readonly #reading: Reading;
  #state: "free" | "being read" | "closed" = "free";

  constructor(sources: Sources, scan: CellScan, reading: Reading) {
    this.source = sources.label;
    this.rows = scan.rows;
    this.#sources = sources;
    this.#scan = scan;
    this.#reading = reading;
    this.firstRow = reading.firstRow ?? 0;
    if (reading.kept) this.kept = reading.kept;
    this.columns = this.#table(this.#arrays(0)).columns;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Table> {
    if (this.#state !== "free") throw new Error(`the blocks of ${this.source} are ${this.#state}`);
    this.#state = "being read";
    try {
      yield* this.#blocks();
    } finally {
      if (this.#state === "being read") this.#state = "free";
    }
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    await this.#reading.close();
  }

  async *#blocks(): AsyncGenerator<Table> {
    const { blockRows = DEFAULT_BLOCK_ROWS } = this.#reading;
    const lengthFrom = (start: number) => Math.min(blockRows, this.rows - start);
    let start = 0;
    let block = this.#arrays(lengthFrom(0));
    let filled = 0;
    for await (const chunk of this.#chunks()) {
      const rows = chunk[0].length;
      for (let from = 0; from < rows; ) {
        const room = block[0].length - filled;
        if (room === 0) throw this.#changed();
        const to = Math.min(rows, from + room);
        block.forEach((cells, i) => {
          cells.set(chunk[i].subarray(from, to), filled);
        });
        filled += to - from;
        from = to;
        if (filled < block[0].length) continue;
        yield this.#table(block);
        start += filled;
        block = this.#arrays(lengthFrom(start));
        filled = 0;
      }
    }
    if (start < this.rows) throw this.#changed();
  }

  /** Cells of all files, checked; what was missing or refused in the scan is so again. */
  async *#chunks(): AsyncGenerator<Numbers[]> {
    const { connection, missing, parts, uncheckedErrors = false } = this.#sources;
    const { columnTypes, readings } = this.#scan;
    const checks = parts.map((part) => {
      const { rules } = rulesOf(
        { columnTypes, missing, uncheckedErrors, precision: this.#reading.precision },
        part,
      );
      return new CellCheck("float64", rules); // whether float32 will do is known by now
    });
    for (const reading of readings) {
      const before = checks[0].rows;
      try {
        for await (const chunk of cellChunks(connection, reading, missing)) {
          const row = checks[0].rows - before;
          for (const [i, check] of checks.entries()) check.append(chunk[i]);
          const refused = firstRefused(reading, checks);
          if (refused !== undefined) {
            const cell = { ...refused, row: row + refused.row };
            throw await explainRefusedCell(connection, reading.relation, cell);
          }
          yield chunk;
        }
      } catch (error) {
        throw await explainFailure(connection, reading, error);
      }
    }
  }

  #arrays(rows: number): Numbers[] {
    return this.#scan.precisions.map((each) => arrayFor(rows, each));
  }

  #table(cells: readonly Numbers[]): Table {
    const { parts } = this.#sources;
    const { columnTypes } = this.#scan;
    return {
      source: this.source,
      rows: cells[0].length,
      columns: assembled(parts, { cells, columnTypes }, this.source),
    };
  }

  #changed(): InputError {
    return new InputError(`${this.source} changed while it was read: it no longer has ${this.rows} rows.`);
  }
}
