/** @file Cells of columns as SQL that writes them: numbers, names, truths, moments. */
import type { Column } from "../table.ts";
import { literal } from "./duckdb.ts";

/** What is to be known of a column before its cells are written. */
export type WrittenColumn = Pick<Column, "name" | "kind" | "categories" | "unit" | "ucd"> & {
  /** Whether its numbers are whole and written so: 52, not 52.0; in Parquet as integers. Default false. */
  readonly isWhole?: boolean;
  /** The kept column whose cells these are: they are passed on as they were read, and no values are appended ... */
  readonly kept?: string;
  /** ... but for those to be filled in: values are appended, and NaN leaves the cell as it was. */
  readonly fills?: boolean;
};

/** Whether values of the column are appended. */
export function hasValues({ kept, fills }: WrittenColumn): boolean {
  return kept === undefined || fills === true;
}

const microsecondsOfDay = 86_400_000_000;

/**
 * A cell (FLOAT or DOUBLE) as it is written; NaN becomes NULL.
 * @param isWholeDays True for a column of dates without times.
 */
export function writtenSql(column: WrittenColumn, cell: string, isWholeDays: boolean): string {
  return `CASE WHEN isnan(${cell}) THEN NULL ELSE ${presentSql(column, cell, isWholeDays)} END`;
}

/** The same of a cell that is not missing. */
export function presentSql(
  { name, kind, categories, isWhole }: WrittenColumn,
  cell: string,
  isWholeDays: boolean,
): string {
  switch (kind) {
    case "category":
      if (categories === undefined)
        throw new TypeError(`category column "${name}" is without its categories`);
      return `([${categories.map(textLiteral).join(", ")}]::VARCHAR[])[${cell}::BIGINT + 1]`;
    case "boolean":
      return `${cell} <> 0`;
    case "date":
      return isWholeDays ? `DATE '1970-01-01' + ${cell}::INTEGER` : momentSql(cell);
    default:
      return isWhole ? `${cell}::BIGINT` : cell;
  }
}

/** Day and time of day apart: multiplied as one, the microsecond would be lost from the year 2041 on. */
export function momentSql(days: string): string {
  const time = `round((${days}::DOUBLE - floor(${days}::DOUBLE)) * ${microsecondsOfDay})::BIGINT`;
  return `make_timestamp(floor(${days})::BIGINT * ${microsecondsOfDay} + ${time})`;
}

/** A literal must not hold the character 0. */
function textLiteral(text: string): string {
  return text.split("\0").map(literal).join(" || chr(0) || ");
}
