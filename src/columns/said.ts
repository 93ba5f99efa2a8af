/** @file A column in memory as a user says that it is: what a reader does for files, for tables that a program has made. */
import { InputError } from "../base/errors.ts";
import { daysOfForm, formOfDates } from "../table/date-form.ts";
import { numberOfText } from "../table/number-form.ts";
import { partsOf, type ReadAs, readAs, STATED_WORDS, type StatedColumn } from "../table/stated-kinds.ts";
import type { Column } from "../table/table.ts";
import { truthOf } from "../table/truth-words.ts";
import type { StatedKind } from "./kinds/registry.ts";
import { kindInTable, STATED_KINDS } from "./kinds.ts";

/**
 * Of what is said, that which goes with a kind that only a user can tell: the period of an angle.
 * @throws InputError for a kind that there isn't.
 */
export function statedOf(said: StatedColumn | undefined): StatedKind | undefined {
  if (typeof said !== "object" || STATED_WORDS.some((word) => word === said.kind)) return undefined;
  if (STATED_KINDS.some(({ name }) => name === said.kind)) return said as StatedKind;
  const all = [...STATED_WORDS, ...STATED_KINDS.map(({ name }) => name)].join(", ");
  throw new InputError(`A column is said to be "${said.kind}"; there are ${all}.`, { option: "kinds" });
}

/** Whether a column of numbers is said to be of whole ones, or not to be. */
export function saidWhole(said: StatedColumn | undefined): boolean | undefined {
  const kind = said === undefined ? undefined : partsOf(said).kind;
  return kind === "integer" ? true : kind === "number" ? false : undefined;
}

/** @throws InputError for cells that are none of that kind. */
export function columnAsSaid(column: Column, said: StatedColumn, source: string): Column {
  const as = readAs(column.name, said);
  const { kind: held = "number" } = column;
  const wanted = as.kind === "integer" ? "number" : as.kind;
  if (wanted === "ignore" || wanted === held) return column;
  const made = CONVERSIONS[wanted](column, as);
  if (made) return made;
  throw new InputError(
    `Column "${column.name}" of ${source} is said to be ${as.kind}, but holds what is none (${kindInTable(column).plural}): say what it is, or leave it out with \`exclude\`.`,
    { option: "kinds" },
  );
}

type Conversion = (column: Column, as: ReadAs) => Column | undefined;

const CONVERSIONS: Readonly<Record<"number" | "category" | "boolean" | "date", Conversion>> = {
  category: (column) => {
    const { name, unit } = column;
    const kind = kindInTable(column);
    const write = (value: number) => kind.nameOf(column, value);
    const names = new Map<number, string>();
    for (const value of column.values) {
      if (!Number.isNaN(value) && !names.has(value))
        names.set(value, kind.isText && !kind.isCategorical ? kind.write(value, column) : write(value));
    }
    const categories = [...new Set(names.values())].sort();
    const indices = new Map(categories.map((each, i) => [each, i]));
    const values = Float64Array.from(
      column.values,
      (value) => indices.get(names.get(value) ?? "") ?? Number.NaN,
    );
    return { name, kind: "category", categories, values, ...(unit !== undefined && { unit }) };
  },
  boolean: (column) => {
    const { categories } = column;
    const truths = categories ? categories.map((each) => Number(truthOf(each) ?? Number.NaN)) : undefined;
    return replaced(column, "boolean", (value) =>
      truths ? truths[value] : value === 0 || value === 1 ? value : Number.NaN,
    );
  },
  number: (column, { numberForm }) => {
    const { categories } = column;
    if (column.kind === "boolean" || column.kind === "date")
      return replaced(column, undefined, (value) => value);
    const numbers = categories?.map((text) => numberOfText(text, numberForm) ?? Number.NaN);
    return numbers && replaced(column, undefined, (value) => numbers[value]);
  },
  date: (column, { dateForm, order }) => {
    const texts =
      column.categories ?? [...new Set(column.values)].filter((value) => !Number.isNaN(value)).map(String);
    const form = dateForm ?? formOfDates(texts, order)?.form;
    if (form === undefined) return undefined;
    const days = new Map(texts.map((text) => [text, daysOfForm(text, form) ?? Number.NaN]));
    const textOf = (value: number) => column.categories?.[value] ?? String(value);
    return replaced(column, "date", (value) => days.get(textOf(value)) ?? Number.NaN);
  },
};

/** The column with other values; undefined if one is lost. */
function replaced(column: Column, kind: Column["kind"], made: (value: number) => number): Column | undefined {
  const { name, unit } = column;
  const values = Float64Array.from(column.values, (value) => (Number.isNaN(value) ? value : made(value)));
  if (values.some((value, row) => Number.isNaN(value) && !Number.isNaN(column.values[row]))) return undefined;
  return { name, values, ...(kind && { kind }), ...(unit !== undefined && { unit }) };
}
