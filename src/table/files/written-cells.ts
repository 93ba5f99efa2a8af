/** @file SQL that makes the numbers of a column what they are in a file: numbers, names, true and false, dates. */

import type { Column } from "../table.ts";
import { literal } from "./duckdb.ts";

/** What is to be known of a column before its cells are written. */
export type WrittenColumn = Pick<Column, "name" | "kind" | "categories">;

const microsecondsOfDay = 86_400_000_000;

/**
 * A cell (FLOAT or DOUBLE) as it is written; NaN becomes NULL.
 * @param isWholeDays True for a column of dates without times.
 */
export function writtenSql(
  { name, kind, categories }: WrittenColumn,
  cell: string,
  isWholeDays: boolean,
): string {
  return `CASE WHEN isnan(${cell}) THEN NULL ELSE ${present()} END`;

  function present(): string {
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
        return cell;
    }
  }
}

/** Day and time of day apart: multiplied as one, the microsecond would be lost from the year 2041 on. */
function momentSql(days: string): string {
  const time = `round((${days}::DOUBLE - floor(${days}::DOUBLE)) * ${microsecondsOfDay})::BIGINT`;
  return `make_timestamp(floor(${days})::BIGINT * ${microsecondsOfDay} + ${time})`;
}

/** A literal must not hold the character 0. */
function textLiteral(text: string): string {
  return text.split("\0").map(literal).join(" || chr(0) || ");
}
