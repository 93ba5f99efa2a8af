/** @file One column growing chunk by chunk. */
import { CellCheck, type CellRules, type Numbers, type Precision, roomFor } from "./cell-check.ts";

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
    const values = roomFor(this.rows, this.precision);
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
    const block = roomFor(rows, this.precision);
    this.#blocks.push(block);
    this.#used = 0;
    return block;
  }
}
