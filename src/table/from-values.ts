/** @file Tables from what a program has at hand: rows as plain objects, or columns as arrays. */
import {
  CELLS,
  check,
  checkFields,
  either,
  LIST,
  listOf,
  OBJECT,
  recordOf,
  shown,
  TEXT,
} from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { type Column, MILLISECONDS_PER_DAY, type Table } from "./table.ts";

/** A cell as JavaScript has it; null, undefined and NaN are missing. */
export type CellValue = number | string | boolean | Date | null | undefined;

export interface FromValuesOptions {
  /** Where the rows came from, for messages; default "the rows". */
  readonly source?: string;
  /** What columns are measured in: `{ teff: "K" }`. */
  readonly units?: Readonly<Record<string, string>>;
  /** Which column holds the measurement errors of which: `{ teff: "sigma_teff" }`. */
  readonly errors?: Readonly<Record<string, string>>;
}

/**
 * A table from rows as plain objects; a cell that a row lacks is missing. Texts make a category column, true and false
 * a boolean one, `Date`s one of dates (days since 1970-01-01, UTC); numbers stay numbers.
 * @throws InputError for no rows at all, a column without any value or of more than one kind (row and column named).
 * @example
 * const table = tableFromRows([
 *   { teff: 4700, survey: "north" },
 *   { teff: 5800, survey: null },
 * ]);
 * console.log(table.columns.map(({ name, kind }) => [name, kind]));
 */
export function tableFromRows(
  rows: readonly Readonly<Record<string, CellValue>>[],
  options: FromValuesOptions = {},
): Table {
  check("the rows", rows, listOf(OBJECT));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => [name, rows.map((row) => row[name])] as const);
  return tableFromColumns(Object.fromEntries(columns), options);
}

/**
 * A table from columns as arrays of one length; see {@link tableFromRows} for what the cells may be.
 * @throws InputError for columns of different lengths, and as {@link tableFromRows} does.
 * @example
 * const table = tableFromColumns({ teff: [4700, 5800], e_teff: [50, 80] }, { errors: { teff: "e_teff" } });
 * console.log(table.rows);
 */
export function tableFromColumns(
  columns: Readonly<Record<string, readonly CellValue[] | Float32Array | Float64Array>>,
  options: FromValuesOptions = {},
): Table {
  check("the columns", columns, recordOf(either(CELLS, LIST)));
  checkFields("the options", options, {
    optional: { source: TEXT, units: recordOf(TEXT), errors: recordOf(TEXT) },
  });
  const { source = "the rows", units = {}, errors = {} } = options;
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].length ?? 0;
  if (rows === 0) throw new InputError(`A table needs a column and a row: ${source} have none.`);
  const other = entries.find(([, cells]) => cells.length !== rows);
  if (other) {
    throw new InputError(
      `Columns of ${source} have different lengths: "${entries[0][0]}" ${rows}, "${other[0]}" ${other[1].length}.`,
    );
  }
  const errorNames = new Set(Object.values(errors));
  for (const name of [...Object.keys(errors), ...errorNames, ...Object.keys(units)]) {
    if (!Object.hasOwn(columns, name)) throw new InputError(`There is no column "${name}" in ${source}.`);
  }
  const made = entries
    .filter(([name]) => !errorNames.has(name))
    .map(([name, cells]): Column => {
      const column = columnFromCells(name, cells, source);
      const unit = Object.hasOwn(units, name) ? units[name] : undefined;
      const own = Object.hasOwn(errors, name) ? errors[name] : undefined;
      return {
        ...column,
        ...(unit !== undefined && { unit }),
        ...(own !== undefined && { errors: columnFromCells(own, columns[own], source).values }),
      };
    });
  return { source, rows, columns: made };
}

function columnFromCells(
  name: string,
  cells: readonly CellValue[] | Float32Array | Float64Array,
  source: string,
): Column {
  if (cells instanceof Float32Array || cells instanceof Float64Array) return { name, values: cells };
  const first = cells.findIndex((cell) => !isMissing(cell));
  if (first < 0) {
    throw new InputError(`Column "${name}" of ${source} has no value at all: leave it out.`);
  }
  const kind = kindOfCell(cells[first]);
  const wrong = cells.findIndex((cell) => !isMissing(cell) && kindOfCell(cell) !== kind);
  if (wrong >= 0 || kind === undefined) {
    const row = wrong >= 0 ? wrong : first;
    throw new InputError(
      `Column "${name}" of ${source}, row ${row + 1}: ${shown(cells[row])} is not a ${kind ?? "number, text, truth value or Date"}` +
        `${kind ? `, as the value of row ${first + 1} is` : ""}.`,
    );
  }
  if (kind !== "category") {
    const values = Float64Array.from(cells, (cell) => (isMissing(cell) ? Number.NaN : numberOfCell(cell)));
    return { name, values, ...(kind !== "number" && { kind }) };
  }
  const categories = [...new Set(cells.filter((cell) => typeof cell === "string"))].sort();
  const indexOf = new Map(categories.map((category, index) => [category, index]));
  const values = Float64Array.from(cells, (cell) => indexOf.get(cell as string) ?? Number.NaN);
  return { name, kind, categories, values };
}

function isMissing(cell: CellValue): boolean {
  return cell === null || cell === undefined || (typeof cell === "number" && Number.isNaN(cell));
}

function kindOfCell(cell: CellValue): "number" | "category" | "boolean" | "date" | undefined {
  if (cell instanceof Date) return "date";
  if (typeof cell === "string") return "category";
  return typeof cell === "number" || typeof cell === "boolean"
    ? (typeof cell as "number" | "boolean")
    : undefined;
}

function numberOfCell(cell: CellValue): number {
  return cell instanceof Date ? cell.getTime() / MILLISECONDS_PER_DAY : Number(cell);
}
