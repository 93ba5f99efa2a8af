/** @file From a table to what batches are drawn from. */

import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { encodeColumn, kindOf } from "../columns/kinds.ts";
import { standardise } from "../columns/scaling.ts";
import { isShared } from "../networks/any-network.ts";
import { isDeconvolved, type ModelConfig } from "../networks/model-config.ts";
import type { Column, Table } from "../table/table.ts";

/** The table in the model's scale; NaN is a missing cell. Column i has token i + 1. */
export interface TrainingData {
  readonly rows: number;
  readonly columns: readonly Float32Array[];
  /** Places in `columns` of those that may be asked. */
  readonly outputs: Int32Array;
  /** By column: each cell's class, where the column has any. */
  readonly classes?: readonly (Int32Array | undefined)[];
  /** By column with classes: whether class 0 is a continuous part. */
  readonly mixed?: readonly boolean[];
  /** By column: each cell's measurement error in the model's scale, 0 where unknown. */
  readonly errors?: readonly (Float32Array | undefined)[];
  /** By column of whole numbers: the width in the model's scale that each is spread over. */
  readonly widths?: readonly (Float32Array | undefined)[];
  /** Whether asked columns' errors are taken out: the density learnt is that of the true value. */
  readonly deconvolve?: boolean;
}

/**
 * The table's columns in the model's order and scale.
 * @param firstRow the place of the table's first row among all, where it is a block of a longer one: for messages.
 */
export function trainingData(table: Table, config: ModelConfig, firstRow = 0): TrainingData {
  const outputs = config.columns.flatMap(({ output }, place) => (output ? [place] : []));
  const columns = config.columns.map(({ name }) => namedColumn(table, name));
  const common = { rows: table.rows, outputs: Int32Array.from(outputs) };
  if (!isShared(config.network)) {
    return {
      ...common,
      columns: columns.map((column, i) => scaledCells(column, config.columns[i], table.source, firstRow)),
    };
  }
  const coded = columns.map((column, i) =>
    encodeColumn(column, config.columns[i].coding, table.source, firstRow),
  );
  const { classes } = config.network;
  return {
    ...common,
    columns: coded.map(({ values }) => values),
    classes: coded.map((each, i) => (classes[i] > 0 ? each.classes : undefined)),
    mixed: config.columns.map(({ coding }) => !kindOf(coding).isCategorical),
    errors: coded.map(({ errors }, i) => (config.columns[i].errors ? errors : undefined)),
    widths: coded.map(({ widths }) => widths),
    deconvolve: isDeconvolved(config),
  };
}

function namedColumn(table: Table, name: string): Column {
  const column = table.columns.find((c) => c.name === name);
  if (column) return column;
  const names = table.columns.map((c) => c.name);
  throw new InputError(unknownName("column", name, names, table.source));
}

function scaledCells(
  column: Column,
  { name, coding }: ModelColumn,
  source: string,
  firstRow: number,
): Float32Array {
  const cells = standardise(column, coding);
  const infinite = cells.findIndex((cell) => Math.abs(cell) === Number.POSITIVE_INFINITY);
  if (infinite >= 0) {
    throw new InputError(
      `Column "${name}" of ${source} has the value ${column.values[infinite]} in row ${firstRow + infinite + 1}, which is too large to scale: correct it or make it missing.`,
    );
  }
  return cells;
}
