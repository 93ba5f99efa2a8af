/** @file Truth values: two categories, "false" and "true", which 0 and 1 stand for, too. */
import { InputError } from "../../base/errors.ts";
import { truthOf } from "../../table/truth-words.ts";
import { categoricalKind } from "./categorical.ts";
import type { Kind } from "./kind.ts";

const NAMES = ["false", "true"];

export const boolean: Kind = categoricalKind({
  name: "boolean",
  inTable: "boolean",
  categoriesOf: () => NAMES,
  nameFrom: (from, column, value) =>
    from.inTable === "category" ? from.nameOf(column, value) : (NAMES[value] ?? from.nameOf(column, value)),
  nameOf: (_, value) => NAMES[value] ?? `${value}`,
  describeCell: () => "a boolean",
  write: (value) => String(value !== 0),
  givenCell: (name, value) => ({ name, kind: "boolean", values: Float64Array.of(truth(name, value)) }),
  tableColumn: (name) => ({ name, kind: "boolean" }),
});

function truth(name: string, value: number | string | boolean): number {
  const said = typeof value === "boolean" ? value : truthOf(String(value));
  if (said !== undefined) return Number(said);
  throw new InputError(
    `The given value of "${name}" is ${JSON.stringify(value)}; it must be true or false (or yes, no, 1, 0).`,
  );
}
