/** @file One column growing chunk by chunk. */
import { CellCheck, type CellRules, type Precision } from "./cell-check.ts";

/** Rows a block holds where the number of rows is not known beforehand. */
const blockRows = 65_536;

/**
 * Cells are kept in blocks, and only joined at the end: so a table whose length is unknown needs no second
 * copy but of one column, and one whose length is known needs none.
 */
export class ColumnBuilder extends CellCheck {
  readonly #blocks: (Float32Array | Float64Array)[] = [];
  #used = 0; // cells of the last block that are filled

  constructor(precision: Precision, rules: CellRules, expectedRows: number | undefined) {
    super(precision, rules);
    if (expectedRows) this.#addBlock(expectedRows);
  }

  override append(cells: Float32Array | Float64Array): number {
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
  finish(): Float32Array | Float64Array {
    const blocks = this.#blocks.splice(0);
    if (blocks.length === 1 && blocks[0]!.length === this.rows) return blocks[0]!;
    const values = this.precision === "float32" ? new Float32Array(this.rows) : new Float64Array(this.rows);
    let at = 0;
    for (const block of blocks) {
      values.set(block.subarray(0, Math.min(block.length, this.rows - at)), at);
      at += block.length;
    }
    return values;
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
