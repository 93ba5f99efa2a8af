/** @file Whether made-up rows are copies: how many equal a row of a table, and how far they are from its closest ones. */
import { encodingOfColumn } from "../columns/encoding.ts";
import { geometryOf, kindOf } from "../columns/kinds.ts";
import { coordinates } from "../columns/transforms.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { generator } from "../numeric/generator.ts";
import { sampleQuantile } from "../numeric/samples.ts";
import { type Column, type Table, tableColumn } from "../table/table.ts";
import { cellsOf } from "./density-model.ts";

/** Distances of some rows to the closest record; a quantile of none is NaN. */
export interface RecordDistances {
  /** How many rows were looked at, drawn at random where there are more. */
  readonly rows: number;
  readonly median: number;
  /** A twentieth of the rows are nearer than this. */
  readonly nearest: number;
}

/** Made-up rows beside those of a table; see `Model.closestRecords`. */
export interface ClosestRecords {
  /** Made-up rows, and those that equal a row of the table in every cell. */
  readonly rows: number;
  readonly coincidences: number;
  /** Rows of the table, and those that equal another row of it. */
  readonly tableRows: number;
  readonly twins: number;
  /** Of made-up rows to the closest row of the table. */
  readonly made: RecordDistances;
  /** Of the table's rows to the closest other one: what is to be expected of new rows. */
  readonly reference: RecordDistances;
  /** Whether made-up rows are nearer to the table's, or equal them more often, than these do among each other. */
  readonly copied: boolean;
}

/** Distances are worked out of so many rows, of fewer where the table is long, and to so many of its rows. */
const MAX_SAMPLED = 2000;
const MIN_SAMPLED = 200;
const MAX_RECORDS = 200_000;
const MAX_WORK = 6e8;
/** A missing cell among numbers: as far from any as can be, and 0 from another missing one. */
const MISSING = 1e6;
const NEAR = 0.05;
/** Made-up rows so much nearer than the table's own are told of. */
const MUCH_NEARER = 0.5;
/** And such an excess of equal ones, in standard deviations of chance. */
const MUCH_MORE = 4;

/** Rows as numbers, row by row, and how two of them are compared. */
interface Points {
  readonly cells: Float32Array;
  readonly rows: number;
}

/**
 * The made rows are added block by block.
 *
 * The distance of two rows is the mean over the columns of how far their cells are apart, from 0 (equal) to 1: numbers by
 * their difference in standardised units, 1 where that is a standard deviation or more; names, or a missing cell beside one
 * that is not, 1.
 */
export class ClosestRecordSearch {
  readonly #config: ModelConfig;
  readonly #table: Table;
  readonly #names: readonly string[];
  /** Of each row of the table how often it is there. */
  readonly #records = new Map<string, number>();
  /** Half a turn of a circular column, in standardised units; of any other without end. */
  readonly #halfTurns: readonly number[];
  readonly #sampled: Set<number>;
  readonly #sample: Float32Array[] = [];
  #rows = 0;
  #coincidences = 0;

  /**
   * @param names the columns that are compared. @param rows how many will be made, all in all.
   * @throws InputError for a column that the table lacks, and a cell that its column can't have.
   */
  constructor(config: ModelConfig, table: Table, names: readonly string[], rows: number) {
    this.#config = config;
    this.#table = table;
    this.#names = names;
    this.#halfTurns = names.map((name) => {
      const encoding = encodingOfColumn(config, name);
      const { period } = geometryOf(encoding);
      return period === undefined ? Number.POSITIVE_INFINITY : period / encoding.scale / 2;
    });
    this.#sampled = new Set(this.#drawn(rows, "made"));
    for (const key of this.#keys(table)) this.#records.set(key, (this.#records.get(key) ?? 0) + 1);
  }

  /** The next made-up rows. */
  add(made: Table): void {
    for (const key of this.#keys(made)) if (this.#records.has(key)) this.#coincidences++;
    const chosen = Array.from({ length: made.rows }, (_, row) => row).filter((row) =>
      this.#sampled.has(this.#rows + row),
    );
    this.#sample.push(this.#points(made, chosen).cells);
    this.#rows += made.rows;
  }

  /** @param signal ends the work between two rows. */
  report(signal?: AbortSignal): ClosestRecords {
    const { rows: tableRows } = this.#table;
    const records = this.#points(this.#table, this.#spread(tableRows, MAX_RECORDS));
    const width = this.#names.length;
    const nearest: number[] = [];
    for (const cells of this.#sample) {
      for (let from = 0; from < cells.length; from += width) {
        signal?.throwIfAborted();
        nearest.push(this.#nearest(cells.subarray(from, from + width), records, -1));
      }
    }
    const own = this.#drawn(records.rows, "records").map((row) => {
      signal?.throwIfAborted();
      return this.#nearest(records.cells.subarray(row * width, (row + 1) * width), records, row);
    });
    let twins = 0;
    for (const count of this.#records.values()) if (count > 1) twins += count;
    const [made, reference] = [distances(nearest), distances(own)];
    return {
      rows: this.#rows,
      coincidences: this.#coincidences,
      tableRows,
      twins,
      made,
      reference,
      copied:
        made.nearest < MUCH_NEARER * reference.nearest ||
        isMuchMore(this.#coincidences, (this.#rows * twins) / tableRows),
    };
  }

  /** As many rows as can be compared with the table's, drawn at random. */
  #drawn(rows: number, what: string): number[] {
    const perRow = Math.min(this.#table.rows, MAX_RECORDS) * this.#names.length;
    const size = Math.min(rows, Math.max(MIN_SAMPLED, Math.min(MAX_SAMPLED, Math.floor(MAX_WORK / perRow))));
    const all = Uint32Array.from({ length: rows }, (_, row) => row);
    generator(1, "closest records", what).shuffle(all, size);
    return Array.from(all.subarray(0, size).sort());
  }

  /** At most so many rows at even steps. */
  #spread(rows: number, most: number): number[] {
    const size = Math.min(rows, most);
    return Array.from({ length: size }, (_, i) => Math.floor((i * rows) / size));
  }

  /** A text for each row: the same for rows whose cells are all equal, as float32. */
  *#keys(table: Table): Generator<string> {
    const columns = this.#cells(table);
    const cells: (number | string)[] = columns.map(() => 0);
    for (let row = 0; row < table.rows; row++) {
      columns.forEach((values, i) => {
        cells[i] = Math.fround(values[row]);
      });
      yield cells.join();
    }
  }

  /** The compared columns: numbers as they are, names as indices in the model's list. */
  #cells(table: Table): Column["values"][] {
    return this.#names.map((name) =>
      cellsOf(tableColumn(table, name), encodingOfColumn(this.#config, name), table.source),
    );
  }

  #points(table: Table, rows: readonly number[]): Points {
    const width = this.#names.length;
    const cells = new Float32Array(rows.length * width);
    for (const [i, values] of this.#cells(table).entries()) {
      const encoding = encodingOfColumn(this.#config, this.#names[i]);
      const { toStandardised } = coordinates(encoding);
      const { unrolled } = geometryOf(encoding);
      const { isCategorical } = kindOf(encoding);
      rows.forEach((row, k) => {
        const value = values[row];
        const place = isCategorical ? value : toStandardised(unrolled(value, encoding.center));
        cells[k * width + i] = Number.isNaN(value) ? MISSING : place;
      });
    }
    return { cells, rows: rows.length };
  }

  /** @param but the record that is the point itself, or -1. */
  #nearest(point: Float32Array, { cells, rows }: Points, but: number): number {
    const width = point.length;
    let least = width;
    for (let row = 0, at = 0; row < rows; row++, at += width) {
      if (row === but) continue;
      let sum = 0;
      for (let i = 0; i < width && sum < least; i++) {
        let apart = Math.abs(point[i] - cells[at + i]);
        const half = this.#halfTurns[i];
        if (apart > half && apart < 2 * half) apart = 2 * half - apart;
        sum += Math.min(apart, 1); // names that differ have numbers that differ by 1 or more
      }
      if (sum < least) least = sum;
    }
    return least / width;
  }
}

function distances(found: readonly number[]): RecordDistances {
  const sorted = Float64Array.from(found).sort();
  return { rows: found.length, median: sampleQuantile(sorted, 0.5), nearest: sampleQuantile(sorted, NEAR) };
}

function isMuchMore(count: number, expected: number): boolean {
  return count > expected + MUCH_MORE * Math.sqrt(expected + 1);
}
