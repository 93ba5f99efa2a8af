/** @file A table from a caller without types, checked before anything is made of it. */
import {
  CELLS,
  check,
  checkFields,
  type Fields,
  listOf,
  NUMBER,
  OBJECT,
  oneOf,
  TEXT,
} from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import type { Table } from "./table.ts";

const TABLE: Fields = { needed: { source: TEXT, rows: NUMBER } };
const ABOUT_COLUMN: Fields = {
  needed: { name: TEXT },
  optional: {
    kind: oneOf(["number", "category", "boolean", "date"]),
    categories: listOf(TEXT),
    unit: TEXT,
    ucd: TEXT,
    read: OBJECT,
  },
};

/** What is known of columns without their cells. @throws InputError for what is none. */
export function checkColumnNames(columns: unknown): void {
  check("the columns", columns, listOf(OBJECT));
  for (const column of columns as unknown[]) checkFields("a column", column, ABOUT_COLUMN);
}

const CALLED: Readonly<Record<string, string>> = { lower: "lower limits", upper: "upper limits" };

/** @throws InputError for what is no list of columns of one length. */
export function checkColumns(columns: unknown): void {
  checkColumnNames(columns);
  const lengths = (columns as Record<string, unknown>[]).map((column) => {
    const what = `the column "${column.name}"`;
    checkFields(what, column, {
      needed: { values: CELLS },
      optional: { errors: CELLS, lower: CELLS, upper: CELLS },
    });
    const { values, ...others } = column as Record<string, Float64Array>;
    for (const name of ["errors", "lower", "upper"]) {
      if (others[name] && others[name].length !== values.length)
        throw new InputError(`${what} has not as many ${CALLED[name] ?? name} as values.`);
    }
    return values.length;
  });
  const names = (columns as { name: string }[]).map(({ name }) => name);
  const other = lengths.findIndex((length) => length !== lengths[0]);
  if (other >= 0)
    throw new InputError(
      `The columns have ${lengths[0]} and ${lengths[other]} rows ("${names[0]}", "${names[other]}"); they must be of one length.`,
    );
  const nameless = names.findIndex((name) => name.trim() === "");
  if (nameless >= 0) throw new InputError(`Column ${nameless + 1} of the table has no name; give it one.`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new InputError(`Two columns are named "${twice}"; give each column a name of its own.`);
}

/** @throws InputError for what is no table. */
export function checkTable(table: unknown): void {
  if (OBJECT.fits(table) && !("columns" in (table as object)))
    throw new InputError(
      "A table is an object of source, rows and columns, and this one has no columns; tableFromColumns and tableFromRows make one.",
    );
  checkFields("the table", table, TABLE);
  const { columns, rows } = table as Pick<Table, "columns" | "rows">;
  checkColumns(columns);
  const [first] = columns;
  if (first && first.values.length !== rows)
    throw new InputError(
      `The table is said to have ${rows} rows, but its column "${first.name}" has ${first.values.length}; set rows to that.`,
    );
}
