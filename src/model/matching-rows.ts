/** @file The rows of a table that look like a question: what is observed where the same is given. */
import { InputError } from "../base/errors.ts";
import { encodingOfColumn } from "../columns/encoding.ts";
import { geometryOf, kindOf } from "../columns/kinds.ts";
import { limitsOf } from "../columns/limits.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { type Column, isKnown, type Table, tableColumn } from "../table/table.ts";
import { type Given, type GivenCell, questionTable } from "./question-table.ts";
import { givenText } from "./question-text.ts";

/** Half of the window around a given number, if none is stated: in units of the column's scale. */
const DEFAULT_WINDOW = 0.1;

export interface MatchingRows {
  readonly rows: readonly number[];
  /** "412 rows with MedInc 7 ± 0.2, Kind red", or "all 20640 rows". */
  readonly label: string;
}

/**
 * Rows whose given columns hold the question's values: numbers within a window on either side, categories exactly.
 * @param within half widths of the windows by column; default a tenth of the column's scale (1.4826 MAD) in training.
 * @param asked columns that must be known in a row for it to count.
 * @throws InputError for a column that the table lacks, for a window of one that is not given, and if no row matches.
 */
export function matchingRows(
  config: ModelConfig,
  table: Table,
  given: Given,
  within: Readonly<Record<string, number>> = {},
  asked: readonly string[] = [],
): MatchingRows {
  const stray = Object.keys(within).find((name) => !Object.hasOwn(given, name));
  if (stray !== undefined)
    throw new InputError(
      `\`within\` names "${stray}", which is not given: give it a value, or leave it out.`,
    );
  const known = questionTable(config, given).columns.filter((each) => isKnown(each, 0));
  const conditions = known.map((cell) => {
    const window = Object.hasOwn(within, cell.name) ? within[cell.name] : undefined;
    return conditionOf(config, table, cell, given[cell.name], window);
  });
  const shown = asked.map((name) => tableColumn(table, name).values);
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter(
    (row) => conditions.every(({ holds }) => holds(row)) && shown.every((cells) => !Number.isNaN(cells[row])),
  );
  const stated = conditions.map(({ text }) => text).join(", ");
  if (rows.length === 0) throw noMatch(table.source, asked, stated);
  const all = rows.length === table.rows ? "all " : "";
  return { rows, label: stated === "" ? `${all}${rows.length} rows` : `${rows.length} rows with ${stated}` };
}

function noMatch(source: string, asked: readonly string[], stated: string): InputError {
  if (stated === "") return new InputError(`No row of ${source} has a value of ${asked.join(" and ")}.`);
  return new InputError(
    `No row of ${source} with a value of ${asked.join(" and ")} has ${stated}: widen the windows with \`within\`, a width for each column.`,
  );
}

interface Condition {
  readonly text: string;
  readonly holds: (row: number) => boolean;
}

function intervalCondition(column: Column, limited: Column, cell: Given[string]): Condition {
  const [low, high] = limitsOf(limited, 0);
  const holds = (row: number) => column.values[row] >= low && column.values[row] <= high;
  return { text: givenText({ [column.name]: cell }).replace(/^ given /, ""), holds };
}

function conditionOf(
  config: ModelConfig,
  table: Table,
  cellOf: Column,
  cell: Given[string],
  window: number | undefined,
): Condition {
  const { name, values, categories } = cellOf;
  const column = tableColumn(table, name);
  const encoding = encodingOfColumn(config, name);
  if (Number.isNaN(values[0])) return intervalCondition(column, cellOf, cell);
  const { isCategorical, write, distanceUnit } = kindOf(encoding);
  const { difference } = geometryOf(encoding);
  if (isCategorical) {
    const wanted = categories ? (column.categories ?? []).indexOf(categories[0]) : values[0];
    return { text: `${name} ${String(cell as GivenCell)}`, holds: (row) => column.values[row] === wanted };
  }
  const [value, half] = [values[0], window ?? DEFAULT_WINDOW * encoding.scale];
  return {
    text: `${name} ${write(value, encoding)} ± ${Number(half.toPrecision(2))}${distanceUnit}`,
    holds: (row) => Math.abs(difference(column.values[row], value)) <= half,
  };
}

/**
 * The cells of those rows; of a category column as indices in the model's list (a table has a list of its own), NaN for a
 * name that the model does not know.
 */
export function cellsAt(
  config: ModelConfig,
  { name, values, categories }: Column,
  rows: readonly number[],
): Float64Array {
  const known = encodingOfColumn(config, name).categories;
  const indices = categories?.map((category) => known.indexOf(category));
  return Float64Array.from(rows, (row) => {
    const cell = values[row];
    if (!indices || Number.isNaN(cell)) return cell;
    const index = indices[cell];
    return index < 0 ? Number.NaN : index;
  });
}
