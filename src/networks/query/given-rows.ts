/** @file What is given in some rows, laid out for the shared-context network. */

import type { ModelColumn } from "../../columns/encoding.ts";
import { encodeColumn } from "../../columns/kinds.ts";
import type { Feeds } from "../../runtime/executable.ts";
import type { Column } from "../../table/table.ts";
import { PADDING_SCORE } from "../leung-bovy/programs.ts";
import { classOffsets, type SharedConfig } from "./config.ts";

/** The cells of one column of the model that are given in some rows. */
export interface GivenCells {
  /** The column's place in the model. */
  readonly place: number;
  /** Model scale; NaN where not given, 0 at a class. */
  readonly values: Float32Array;
  /** Class numbers of the column; -1 where not given, 0 for a plain number. */
  readonly classes: Int32Array;
  /** Model scale; 0 where unknown. */
  readonly errors?: Float32Array;
  /** Whether class 0 is a number's continuous part, not a category. */
  readonly isMixed: boolean;
}

export interface GivenRows {
  readonly rows: number;
  readonly cells: readonly GivenCells[];
}

/** @param source where the rows come from, and @param firstRow the place of the first one there, for messages. */
export function givenColumn(
  column: Column,
  place: number,
  known: ModelColumn,
  source: string,
  firstRow = 0,
): GivenCells {
  const { coding } = known;
  const { values, classes, errors } = encodeColumn(column, coding, source, firstRow);
  return { place, values, classes, isMixed: coding.categories.length === 0, ...(errors && { errors }) };
}

/** Rows from .. to - 1, copied. */
export function rowsOf({ cells }: GivenRows, from: number, to: number): GivenRows {
  return {
    rows: to - from,
    cells: cells.map(({ values, classes, errors, ...cell }) => ({
      ...cell,
      values: values.slice(from, to),
      classes: classes.slice(from, to),
      ...(errors && { errors: errors.slice(from, to) }),
    })),
  };
}

/** The inputs of the context for rows `start` .. `start + rows`; see SharedContext. */
export function contextOfRows(
  { cells }: GivenRows,
  { start, rows }: { readonly start: number; readonly rows: number },
  asked: readonly number[],
  network: SharedConfig,
): { readonly feeds: Feeds; readonly sizes: { batch: number; sequence: number; requests: number } } {
  const isGiven = (cell: GivenCells, row: number) => !Number.isNaN(cell.values[row]);
  let most = 0;
  for (let row = start; row < start + rows; row++) {
    let count = 0;
    for (const cell of cells) if (isGiven(cell, row)) count++;
    most = Math.max(most, count);
  }
  const sequence = most + 1;
  const offsets = classOffsets(network);
  const tokens = new Int32Array(sequence * rows);
  const values = new Float32Array(sequence * rows);
  const errors = new Float32Array(sequence * rows);
  const classes = new Int32Array(sequence * rows);
  const keyMask = new Float32Array(rows * sequence);
  for (let row = 0; row < rows; row++) {
    let place = 0;
    for (const cell of cells) {
      if (!isGiven(cell, start + row)) continue;
      const at = ++place * rows + row;
      tokens[at] = cell.place + 1;
      values[at] = cell.values[start + row];
      errors[at] = cell.errors?.[start + row] ?? 0;
      classes[at] = classNumber(cell, start + row, network, offsets);
    }
    keyMask.fill(PADDING_SCORE, row * sequence + place + 1, (row + 1) * sequence);
  }
  const requests = asked.length;
  const askedTokens = Int32Array.from({ length: requests * rows }, (_, i) => asked[Math.floor(i / rows)] + 1);
  const feeds = {
    tokens,
    values,
    keyMask,
    asked: askedTokens,
    ...(network.errors && { errors }),
    ...(network.classes.some(Boolean) && { classes }),
  };
  return { feeds, sizes: { batch: rows, sequence, requests } };
}

/** 0 for a number; the number of a class through all columns, plus 1. */
function classNumber(
  cell: GivenCells,
  row: number,
  network: SharedConfig,
  offsets: readonly number[],
): number {
  if (network.classes[cell.place] === 0) return 0;
  const own = cell.classes[row];
  return own === 0 && cell.isMixed ? 0 : offsets[cell.place] + own + 1;
}
