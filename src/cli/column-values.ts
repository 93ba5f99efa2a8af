/** @file The values of a column as the command line writes and reads them: numbers, dates, names. */

import { InputError } from "../base/errors.ts";
import type { ColumnCoding } from "../columns/coding.ts";
import { dateOfDays, daysOfDate } from "../columns/iso-date.ts";
import type { Given } from "../model/question-table.ts";
import { codingOf } from "../model/question-table.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { columnPlace } from "../networks/model-config.ts";
import type { WrittenColumn } from "../table/files/write.ts";
import type { Column } from "../table/table.ts";
import { figure, note } from "./output.ts";

type ShowValue = (value: number) => string;

/** @throws InputError if the model does not know the column. */
export function codingOfColumn(config: ModelConfig, name: string): ColumnCoding {
  return codingOf(config.columns[columnPlace(config, name)]);
}

export const hasCategories = ({ kind }: ColumnCoding) => kind === "category" || kind === "boolean";

/** How a value is written that is known to about `spread`: to three digits of that. */
export function shownTo(spread: number, { kind, categories }: ColumnCoding): ShowValue {
  if (kind === "category" || kind === "boolean") return (value) => categories[value] ?? "-";
  const number = (value: number) => rounded(value, spread);
  if (kind !== "date") return number;
  const step = spread > 3 ? 1 : 1 / 1440; // days, or minutes
  return (value) => dateOfDays(Math.round(value / step) * step).replace(/:00\.000Z$/, "");
}

/** A value to three digits of a spread: 4712.83 with a spread of 12 is "4712.8". */
export function rounded(value: number, spread: number): string {
  const decimals = 2 - Math.floor(Math.log10(Math.abs(spread)));
  if (!Number.isFinite(decimals) || decimals > 15 || !Number.isFinite(value)) return figure(value);
  if (decimals >= 0) return String(Number(value.toFixed(decimals)) + 0); // + 0: not -0
  const unit = 10 ** -decimals;
  return String(Math.round(value / unit) * unit + 0);
}

/** A value of a table's cell as it stood in the file, or nearly. */
export function cellText({ kind, categories }: Column, value: number): string {
  if (Number.isNaN(value)) return "-";
  if (kind === "category") return categories?.[value] ?? "-";
  if (kind === "boolean") return String(value !== 0);
  return kind === "date" ? dateOfDays(value) : figure(value);
}

/** Days of a date, else a number. @throws InputError if the text is neither. */
export function parsedValue(text: string, name: string, { kind }: ColumnCoding): number {
  const value = kind === "date" ? (daysOfDate(text) ?? Number.NaN) : Number(text || Number.NaN);
  if (!Number.isNaN(value)) return value;
  const wanted = kind === "date" ? "a date such as 2026-11-23" : "a number";
  throw new InputError(`--at ${text} is no value of "${name}": it must be ${wanted}.`);
}

/** How a column of answers in the units of a model's column is to be written to a file. */
export function writtenAs(name: string, { kind, categories }: ColumnCoding): WrittenColumn {
  if (kind === "category") return { name, kind, categories };
  return kind === "boolean" || kind === "date" ? { name, kind } : { name };
}

/** " given teff = 4700 ± 50, kind = red", or nothing. */
export function givenText(given: Given): string {
  const parts = Object.entries(given).map(([name, cell]) => {
    if (typeof cell !== "object" || cell === null) {
      return `${name} = ${typeof cell === "number" ? figure(cell) : cell}`;
    }
    return `${name} = ${figure(cell.value)} ± ${figure(cell.error)}`;
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
