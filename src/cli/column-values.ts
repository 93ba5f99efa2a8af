/** @file The values of a column as the command line writes and reads them: numbers, dates, names. */

import { InputError } from "../base/errors.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { kindInTable, kindOf } from "../columns/kinds.ts";
import type { Given } from "../model/question-table.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { formatNumber } from "../numeric/format.ts";
import type { Column } from "../table/table.ts";
import { note } from "./output.ts";

/** How a value is written that is known to about `spread`: to three digits of that. */
export function shownTo(spread: number, encoding: ColumnEncoding): (value: number) => string {
  return (value) => kindOf(encoding).write(value, encoding, spread);
}

/** A value of a table's cell as it stood in the file, or nearly. */
export function cellText(column: Column, value: number): string {
  return Number.isNaN(value) ? "-" : kindInTable(column).write(value, column);
}

/** The value that a text says. @throws InputError if it is none of the column's kind. */
export function parsedValue(text: string, name: string, encoding: ColumnEncoding): number {
  const { parse, example } = kindOf(encoding);
  const value = parse(text);
  if (value !== undefined) return value;
  throw new InputError(`--at ${text} is no value of "${name}": it must be ${example}.`);
}

/** " given teff = 4700 ± 50, kind = red", or nothing. */
export function givenText(given: Given): string {
  const parts = Object.entries(given).map(([name, cell]) => {
    if (typeof cell !== "object" || cell === null) {
      return `${name} = ${typeof cell === "number" ? formatNumber(cell) : cell}`;
    }
    return `${name} = ${formatNumber(cell.value)} ± ${formatNumber(cell.error)}`;
  });
  return parts.length === 0 ? "" : ` given ${parts.join(", ")}`;
}

/** Tells of given values whose measurement errors the model was not trained for. */
export function noteErrors({ columns }: ModelConfig, given: Given): void {
  for (const [name, cell] of Object.entries(given)) {
    const hasError = typeof cell === "object" && cell !== null;
    const trained = columns.find((column) => column.name === name)?.errors === true;
    if (hasError && !trained)
      note(`The model was trained without measurement errors of "${name}": don't rely on the one given.`);
  }
}

/** "12.3 %". */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
