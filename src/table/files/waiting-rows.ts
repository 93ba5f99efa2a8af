/** @file Rows on their way to a file: the latest in memory, those before them as Parquet in a folder beside it. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBFloatVector,
  DuckDBVector,
  FLOAT,
} from "@duckdb/node-api";
import { literal, parquetRows } from "./duckdb.ts";

type Numbers = Float32Array | Float64Array;

/** Cells in memory, 8 MB of float64; more of them go to the folder. */
const maxCells = 1_048_576;

/** The last step of writing needs all rows: the last one may decide whether a column is one of whole days. */
export class WaitingRows {
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  readonly #parts: string[] = [];
  #types: readonly (typeof FLOAT | typeof DOUBLE)[] = [];
  #appender: DuckDBAppender | undefined;
  #rows = 0;

  /** @param folder where rows may wait; made when that is needed, and left to the caller to remove. */
  constructor(connection: DuckDBConnection, folder: string) {
    this.#connection = connection;
    this.#folder = folder;
  }

  /** Adds rows, arrays of one length. The first call decides which columns are float32. */
  async append(arrays: readonly Numbers[]): Promise<void> {
    if (this.#types.length === 0) {
      this.#types = arrays.map((array) => (array instanceof Float32Array ? FLOAT : DOUBLE));
    }
    const rows = arrays[0].length;
    const max = Math.max(1, Math.floor(maxCells / arrays.length));
    for (let from = 0; from === 0 || from < rows; ) {
      if (this.#rows >= max) await this.#moveToFolder();
      const to = Math.min(rows, from + max - this.#rows);
      this.#appender ??= await this.#startTable();
      appendArrays(
        this.#appender,
        this.#types,
        arrays.map((array) => array.subarray(from, to)),
      );
      this.#rows += to - from;
      from = Math.max(to, from + 1);
    }
  }

  /** Ends appending. @returns what stands after FROM: all rows in their order, as columns c0, c1, ... */
  finish(): string {
    this.#appender?.closeSync();
    return this.#parts.length === 0 ? "waiting" : `(FROM ${parquetRows(this.#parts)} UNION ALL FROM waiting)`;
  }

  async #startTable(): Promise<DuckDBAppender> {
    const columns = this.#types.map((type, i) => `c${i} ${type}`).join(", ");
    await this.#connection.run(`CREATE OR REPLACE TABLE waiting (${columns})`);
    return await this.#connection.createAppender("waiting");
  }

  async #moveToFolder(): Promise<void> {
    this.#appender?.closeSync();
    await mkdir(this.#folder, { recursive: true });
    const part = join(this.#folder, `${this.#parts.length}.parquet`);
    await this.#connection.run(
      `COPY waiting TO ${literal(part)} (FORMAT parquet, COMPRESSION 'uncompressed')`,
    );
    this.#parts.push(part);
    this.#appender = undefined;
    this.#rows = 0;
  }
}

function appendArrays(
  appender: DuckDBAppender,
  types: readonly (typeof FLOAT | typeof DOUBLE)[],
  arrays: readonly Numbers[],
): void {
  const rows = arrays[0].length;
  const most = DuckDBVector.standardSize();
  // One chunk for all rows: new ones would pile up, as V8 does not know of the memory behind them.
  const chunk = DuckDBDataChunk.create(types);
  for (let from = 0; from < rows; from += most) {
    const count = Math.min(most, rows - from);
    chunk.reset();
    chunk.rowCount = count;
    for (const [i, array] of arrays.entries()) {
      const vector = chunk.getColumnVector(i);
      if (!(vector instanceof DuckDBFloatVector || vector instanceof DuckDBDoubleVector)) {
        throw new TypeError(`DuckDB made ${vector.type} where FLOAT or DOUBLE was asked for`);
      }
      for (let row = 0; row < count; row++) vector.setItem(row, array[from + row]);
      vector.flush();
    }
    appender.appendDataChunk(chunk);
  }
  appender.flushSync();
}
