/** @file The cells of one column as they come, chunk by chunk: checked, counted, and kept if they are wanted. */

export type Precision = "float32" | "float64";

/** Cells of a column. */
export type Numbers = Float32Array | Float64Array;

/** An array for a number of cells. */
export function arrayFor(rows: number, precision: Precision): Numbers {
  return precision === "float32" ? new Float32Array(rows) : new Float64Array(rows);
}

/** Why a cell was refused. */
export type Refusal = "wrong" | "infinite" | "error of the other sign" | "too large for float32";

export interface CellRules {
  /** Numbers that mean "missing". */
  readonly missing: readonly number[];
  /** The number that stands for a text which is no number. */
  readonly wrong: number;
  /** The sign that measurement errors have: one of the other is refused. Undefined for other cells. */
  readonly errors: 1 | -1 | undefined;
  /** True if float32 was demanded, so a finite number beyond its range is refused. */
  readonly onlyFloat32: boolean;
}

/**
 * A column is kept as float32 if rounding moves no cell by more than this part of the column's standard
 * deviation: a thousand times less than what the noise schedules of the models resolve (0.016). Whole numbers are kept as they
 * are: long ids that differ would become the same.
 */
const noticeable = 1e-4;

/** The largest number that rounds to a finite float32: just under the middle between its largest and 2^128. */
const largestFloat32 = 3.4028235677973362e38;

/** Looks at the cells of a column as they come, and counts them. */
export class CellCheck {
  /** The first refused cell of the latest {@link append}: its row in that chunk, and why. */
  refused: { readonly row: number; readonly why: Refusal } | undefined;
  #rows = 0;
  readonly #moments = new Moments();
  readonly #missing: Float64Array;

  constructor(
    readonly precision: Precision,
    readonly rules: CellRules,
  ) {
    // A float32 file holds -99.99 as its nearest float32, so that one means missing too.
    this.#missing = Float64Array.from(rules.missing.flatMap((each) => [each, Math.fround(each)]));
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * Adds cells; a missing one is NaN or one of the missing numbers, which are made NaN in place. Stops at the first
   * refused one. @returns how many were added.
   */
  append(cells: Numbers): number {
    this.refused = undefined;
    const end = this.#endOfAccepted(cells);
    if (this.precision === "float32") this.#moments.add(cells, end);
    this.#rows += end;
    return end;
  }

  /** Takes back the latest rows. (The moments keep them: they serve an estimate only.) */
  truncate(rows: number): void {
    this.#rows = rows;
  }

  /** True if float32 loses a noticeable part of this column, so that it should be read as float64. */
  get needsFloat64(): boolean {
    if (this.precision !== "float32") return false;
    const { loss, areWhole } = this.#moments;
    return loss > (areWhole ? 0 : noticeable * this.#moments.scale());
  }

  /** Turns missing numbers into NaN, in place, and gives the row of the first refused cell (or the end). */
  #endOfAccepted(cells: Numbers): number {
    const { wrong, errors, onlyFloat32 } = this.rules;
    const missing = this.#missing;
    const largest = onlyFloat32 ? largestFloat32 : Number.MAX_VALUE;
    for (let row = 0; row < cells.length; row++) {
      const value = cells[row];
      if (missing.length > 0 && missing.includes(value)) cells[row] = Number.NaN;
      else if (value === wrong || value > largest || value < -largest || (errors && value * errors < 0)) {
        this.refused = { row, why: refusal(value, wrong, errors) };
        return row;
      }
    }
    return cells.length;
  }
}

function refusal(value: number, wrong: number, sign: CellRules["errors"]): Refusal {
  if (value === wrong) return "wrong";
  if (value - value !== 0) return "infinite";
  if (sign !== undefined && value * sign < 0 && Math.abs(value) <= largestFloat32)
    return "error of the other sign";
  return "too large for float32";
}

/** Spread of the values and the worst loss of rounding to float32, in one pass. */
class Moments {
  loss = 0;
  areWhole = true;
  #count = 0;
  #first = Number.NaN;
  #varies = false;
  #sum = 0;
  #squares = 0;

  add(cells: Numbers, end: number): void {
    let loss = this.loss;
    let count = 0;
    let sum = 0;
    let squares = 0;
    if (Number.isNaN(this.#first)) this.#first = cells.find((value) => !Number.isNaN(value)) ?? Number.NaN;
    const first = this.#first;
    let varies = this.#varies;
    let areWhole = this.areWhole;
    for (let row = 0; row < end; row++) {
      const value = cells[row];
      if (Number.isNaN(value)) continue;
      const from = value - first; // sums about a value of the column's own lose no digits to a far mean
      const lost = Math.abs(value - Math.fround(value));
      if (lost > loss) loss = lost;
      varies ||= from !== 0;
      areWhole &&= Number.isInteger(value);
      count++;
      sum += from;
      squares += from * from;
    }
    this.loss = loss;
    this.#varies = varies;
    this.areWhole = areWhole;
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

/** Rows a block holds where the number of rows is not known beforehand. */
const blockRows = 65_536;

/**
 * Cells are kept in blocks, and only joined at the end: so a table whose length is unknown needs no second
 * copy but of one column, and one whose length is known needs none.
 */
export class ColumnBuilder extends CellCheck {
  readonly #blocks: Numbers[] = [];
  #used = 0; // cells of the last block that are filled

  constructor(precision: Precision, rules: CellRules, expectedRows: number | undefined) {
    super(precision, rules);
    if (expectedRows) this.#addBlock(expectedRows);
  }

  override append(cells: Numbers): number {
    const end = super.append(cells);
    for (let row = 0; row < end; ) {
      const block = this.#blockWithRoom();
      const part = cells.subarray(row, Math.min(end, row + block.length - this.#used));
      block.set(part, this.#used);
      this.#used += part.length;
      row += part.length;
    }
    return end;
  }

  override truncate(rows: number): void {
    let surplus = this.rows - rows;
    super.truncate(rows);
    while (surplus > this.#used) {
      surplus -= this.#used;
      this.#blocks.pop();
      this.#used = this.#blocks.at(-1)!.length;
    }
    this.#used -= surplus;
  }

  /** All cells in one array; the builder is empty afterwards. */
  finish(): Numbers {
    const blocks = this.#blocks.splice(0);
    if (blocks.length === 1 && blocks[0].length === this.rows) return blocks[0];
    const values = arrayFor(this.rows, this.precision);
    let at = 0;
    for (const block of blocks) {
      values.set(block.subarray(0, Math.min(block.length, this.rows - at)), at);
      at += block.length;
    }
    return values;
  }

  #blockWithRoom(): Numbers {
    const last = this.#blocks.at(-1);
    return last !== undefined && this.#used < last.length ? last : this.#addBlock(blockRows);
  }

  #addBlock(rows: number): Numbers {
    const block = arrayFor(rows, this.precision);
    this.#blocks.push(block);
    this.#used = 0;
    return block;
  }
}
