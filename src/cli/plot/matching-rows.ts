/** @file The rows of a table that look like a question: what is observed where the same is given. */

import { InputError } from "../../base/errors.ts";
import { columnIndex } from "../../columns/encoding.ts";
import { geometryOf, kindOf } from "../../columns/kinds.ts";
import type { Model } from "../../model/model.ts";
import { type Given, type GivenCell, questionTable } from "../../model/question-table.ts";
import type { Column, Table } from "../../table/table.ts";
import { tableColumn } from "../../table/table.ts";
import { columnsOfModel, tableFor } from "../asked-table.ts";
import { type TableReading, tableReading } from "../table-options.ts";

/** Half of the window around a given number, if none is told: in units of the column's scale. */
const DEFAULT_WINDOW = 0.1;

export interface MatchingRows {
  readonly rows: readonly number[];
  /** "412 rows with MedInc 7 ± 0.2, Kind red", or "all 20640 rows". */
  readonly label: string;
}

/**
 * Rows whose given columns hold the question's values: numbers within a window on either side, categories exactly.
 * @param asked columns that must be known in a row for it to count.
 * @param windows half widths by column; default a tenth of the column's scale (1.4826 MAD) in training.
 * @throws InputError for a column that the table lacks, for a window of one that is not given, and if no row matches.
 */
export function matchingRows(
  model: Pick<Model, "config">,
  table: Table,
  given: Given,
  windows: Readonly<Record<string, number>> = {},
  asked: readonly string[] = [],
): MatchingRows {
  for (const name of Object.keys(windows)) {
    if (!Object.hasOwn(given, name))
      throw new InputError(`--within names "${name}", which is not given: give it a value, or leave it out.`);
  }
  const conditions = questionTable(model.config, given).columns.flatMap((known) => {
    if (Number.isNaN(known.values[0])) return [];
    return [
      conditionOf(
        model,
        table,
        known,
        given[known.name]!,
        Object.hasOwn(windows, known.name) ? windows[known.name] : undefined,
      ),
    ];
  });
  const shown = asked.map((name) => tableColumn(table, name).values);
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter(
    (row) => conditions.every(({ holds }) => holds(row)) && shown.every((cells) => !Number.isNaN(cells[row])),
  );
  const said = conditions.map(({ text }) => text).join(", ");
  if (rows.length === 0) {
    if (said === "") throw new InputError(`No row of ${table.source} has a value of ${asked.join(" and ")}.`);
    throw new InputError(
      `No row of ${table.source} with a value of ${asked.join(" and ")} has ${said}: widen the windows with --within NAME=WIDTH.`,
    );
  }
  const all = rows.length === table.rows ? "all " : "";
  return { rows, label: said === "" ? `${all}${rows.length} rows` : `${rows.length} rows with ${said}` };
}

interface Condition {
  readonly text: string;
  readonly holds: (row: number) => boolean;
}

function conditionOf(
  { config }: Pick<Model, "config">,
  table: Table,
  { name, values, categories }: Column,
  cell: Given[string],
  window: number | undefined,
): Condition {
  const column = tableColumn(table, name);
  const known = config.columns[columnIndex(config.columns, name)];
  const { isCategorical, write, distanceUnit } = kindOf(known.encoding);
  const { difference } = geometryOf(known.encoding);
  if (isCategorical) {
    const wanted = categories ? (column.categories ?? []).indexOf(categories[0]) : values[0];
    return { text: `${name} ${String(cell as GivenCell)}`, holds: (row) => column.values[row] === wanted };
  }
  const [value, half] = [values[0], window ?? DEFAULT_WINDOW * known.encoding.scale];
  return {
    text: `${name} ${write(value, known.encoding)} ± ${Number(half.toPrecision(2))}${distanceUnit}`,
    holds: (row) => Math.abs(difference(column.values[row], value)) <= half,
  };
}

export interface LikeRows extends TableReading {
  /** The columns whose cells are wanted. */
  readonly of: readonly string[];
  readonly given: Given;
  readonly within?: Readonly<Record<string, number>> | undefined;
}

/** Reads a table, and takes of the rows that look like the question the cells of the asked columns. */
export async function rowsLike(
  model: Model,
  sources: readonly string[],
  { of, given, within, ...options }: LikeRows,
): Promise<{ readonly label: string; readonly values: Readonly<Record<string, Float64Array>> }> {
  const table = await tableFor(model, sources, {
    ...tableReading(options),
    columns: (known) => columnsOfModel(model, known),
  });
  const { rows, label } = matchingRows(model, table, given, within, of);
  const values = of.map((name) => [name, cellsAt(model, tableColumn(table, name), rows)] as const);
  return { label, values: Object.fromEntries(values) };
}

/**
 * The cells of those rows; of a category column as places in the model's list (a table has a list of its own), NaN for a
 * name that the model does not know.
 */
export function cellsAt(
  { config }: Pick<Model, "config">,
  { name, values, categories }: Column,
  rows: readonly number[],
): Float64Array {
  const known = config.columns[columnIndex(config.columns, name)].encoding.categories;
  const indices = categories?.map((category) => known.indexOf(category));
  return Float64Array.from(rows, (row) => {
    const cell = values[row];
    if (!indices || Number.isNaN(cell)) return cell;
    const index = indices[cell];
    return index < 0 ? Number.NaN : index;
  });
}
