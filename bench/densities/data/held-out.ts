/** @file Rows set aside: a fixed choice by seed. */
import { generator } from "../../../src/numeric/generator.ts";
import type { Table } from "../../../src/table/table.ts";
import { chosenRows } from "../../../src/table/table.ts";

export interface HeldOut {
  readonly train: Table;
  readonly heldOut: Table;
}

/** Sets `count` rows aside, the same for the same seed and number of rows; both parts keep the rows' order. */
export function holdOut(table: Table, count: number, seed: number): HeldOut {
  const order = Int32Array.from({ length: table.rows }, (_, row) => row);
  generator(seed, "held out").shuffle(order);
  return {
    train: chosenRows(table, order.slice(count).sort()),
    heldOut: chosenRows(table, order.slice(0, count).sort()),
  };
}
