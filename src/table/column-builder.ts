/** @file One column growing chunk by chunk, with what it takes to know whether float32 is good enough for it. */

export type Precision = "float32" | "float64";

/** Why a cell was refused. */
export type Refusal = "wrong" | "infinite" | "negative error" | "too large for float32";

export interface CellRules {
  /** Numbers that mean "missing". */
  readonly missing: readonly number[];
  /** The number that stands for a text which is no number. */
  readonly wrong: number;
  /** True for measurement errors: a negative one is refused. */
  readonly errors: boolean;
  /** True if float32 was demanded, so a finite number beyond its range is refused. */
  readonly onlyFloat32: boolean;
}

/**
 * A column is kept as float32 if rounding moves no cell by more than this part of the column's standard
 * deviation: a thousand times less than what the noise schedules of the models resolve (0.016).
 */
const noticeable = 1e-4;

/** Rows a block holds where the number of rows is not known beforehand. */
export const blockRows = 65_536;

/** The largest number that rounds to a finite float32: just under the middle between its largest and 2^128. */
const largestFloat32 = 3.4028235677973362e38;

/**
 * Cells are kept in blocks, and only joined at the end: so a table whose length is unknown needs no second
 * copy but of one column, and one whose length is known needs none.
 */
export class ColumnBuilder {
  /** The first refused cell of the latest {@link append}: its row in that chunk, and why. */
  refused: { readonly row: number; readonly why: Refusal } | undefined;
  readonly #blocks: (Float32Array | Float64Array)[] = [];
  #used = 0; // cells of the last block that are filled
  #rows = 0;
  #taken = 0; // rows that are kept here no more
  readonly #moments = new Moments();
  readonly #missing: Float64Array;

  constructor(
    readonly precision: Precision,
    readonly rules: CellRules,
    expectedRows: number | undefined,
  ) {
    // A float32 file holds -99.99 as its nearest float32, so that one means missing too.
    this.#missing = Float64Array.from(rules.missing.flatMap((each) => [each, Math.fround(each)]));
    if (expectedRows) this.#addBlock(expectedRows);
  }

  /** All rows that were added, those that were taken away too. */
  get rows(): number {
    return this.#rows;
  }

  /** Adds cells; a missing one is NaN or one of the missing numbers. Stops at the first refused one. */
  append(cells: Float32Array | Float64Array): void {
    this.refused = undefined;
    const end = this.#endOfAccepted(cells);
    if (this.precision === "float32") this.#moments.add(cells, end);
    for (let row = 0; row < end; ) {
      const block = this.#blockWithRoom();
      const part = cells.subarray(row, Math.min(end, row + block.length - this.#used));
      block.set(part, this.#used);
      this.#used += part.length;
      this.#rows += part.length;
      row += part.length;
    }
  }

  /** Takes back the latest rows. (The moments keep them: they serve an estimate only.) */
  truncate(rows: number): void {
    let surplus = this.#rows - rows;
    this.#rows = rows;
    while (surplus > this.#used) {
      surplus -= this.#used;
      this.#blocks.pop();
      this.#used = this.#blocks.at(-1)!.length;
    }
    this.#used -= surplus;
  }

  /** True if float32 loses a noticeable part of this column, so that it should be read again as float64. */
  get needsFloat64(): boolean {
    return this.precision === "float32" && this.#moments.loss > noticeable * this.#moments.scale();
  }

  /** The cells added since the last taking, in one array; they are kept here no more. */
  take(): Float32Array | Float64Array {
    const blocks = this.#blocks.splice(0);
    const rows = this.#rows - this.#taken;
    this.#taken = this.#rows;
    this.#used = 0;
    if (blocks.length === 1 && blocks[0]!.length === rows) return blocks[0]!;
    const values = this.precision === "float32" ? new Float32Array(rows) : new Float64Array(rows);
    let at = 0;
    for (const block of blocks) {
      values.set(block.subarray(0, Math.min(block.length, rows - at)), at);
      at += block.length;
    }
    return values;
  }

  /** Turns missing numbers into NaN, in place, and gives the row of the first refused cell (or the end). */
  #endOfAccepted(cells: Float32Array | Float64Array): number {
    const { wrong, errors, onlyFloat32 } = this.rules;
    const missing = this.#missing;
    const largest = onlyFloat32 ? largestFloat32 : Number.MAX_VALUE;
    for (let row = 0; row < cells.length; row++) {
      const value = cells[row]!;
      if (missing.length > 0 && missing.includes(value)) cells[row] = Number.NaN;
      else if (value === wrong || value > largest || value < -largest || (errors && value < 0)) {
        this.refused = { row, why: refusal(value, wrong) };
        return row;
      }
    }
    return cells.length;
  }

  #blockWithRoom(): Float32Array | Float64Array {
    const last = this.#blocks.at(-1);
    return last !== undefined && this.#used < last.length ? last : this.#addBlock(blockRows);
  }

  #addBlock(rows: number): Float32Array | Float64Array {
    const block = this.precision === "float32" ? new Float32Array(rows) : new Float64Array(rows);
    this.#blocks.push(block);
    this.#used = 0;
    return block;
  }
}

function refusal(value: number, wrong: number): Refusal {
  if (value === wrong) return "wrong";
  if (value - value !== 0) return "infinite";
  return value < 0 && value >= -largestFloat32 ? "negative error" : "too large for float32";
}

/** Spread of the values and the worst loss of rounding to float32, in one pass. */
class Moments {
  loss = 0;
  #count = 0;
  #first = Number.NaN;
  #varies = false;
  #sum = 0;
  #squares = 0;

  add(cells: Float32Array | Float64Array, end: number): void {
    let loss = this.loss;
    let count = 0;
    let sum = 0;
    let squares = 0;
    if (Number.isNaN(this.#first)) this.#first = cells.find((value) => !Number.isNaN(value)) ?? Number.NaN;
    const first = this.#first;
    let varies = this.#varies;
    for (let row = 0; row < end; row++) {
      const value = cells[row]!;
      if (Number.isNaN(value)) continue;
      const from = value - first; // sums about a value of the column's own lose no digits to a far mean
      const lost = Math.abs(value - Math.fround(value));
      if (lost > loss) loss = lost;
      varies ||= from !== 0;
      count++;
      sum += from;
      squares += from * from;
    }
    this.loss = loss;
    this.#varies = varies;
    this.#count += count;
    this.#sum += sum;
    this.#squares += squares;
  }

  /** The standard deviation (of a constant, its size); 0, so that float64 is chosen, if its square overflows. */
  scale(): number {
    if (!this.#varies) return Math.abs(this.#first);
    const variance = (this.#squares - this.#sum ** 2 / this.#count) / this.#count;
    return Number.isFinite(variance) ? Math.sqrt(Math.max(0, variance)) : 0;
  }
}
