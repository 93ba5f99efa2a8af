/** @file What a user says that a column is, where the table would be taken otherwise: "category", { kind: "date", form: "dmy" }. */
import { InputError } from "../base/errors.ts";
import { suggestions } from "../base/suggestions.ts";
import { DATE_ORDERS, type DateForm, type DateOrder, isDateForm } from "./date-form.ts";
import type { NumberForm } from "./number-form.ts";

/** What a column may be said to be; "ignore": left out. */
export type StatedWord = "number" | "integer" | "category" | "boolean" | "date" | "ignore";
export const STATED_WORDS = [
  "number",
  "integer",
  "category",
  "boolean",
  "date",
  "ignore",
] as const satisfies readonly StatedWord[];

/** What is said of a column of dates or numbers that are written in a way of their own. */
export interface StatedForm {
  readonly kind: StatedWord;
  /** Of dates "dmy", "mdy" or a pattern of strptime ("%d.%m.%Y"); of numbers what stands around and within them. */
  readonly form?: string | NumberForm;
}

/** A word, "date:dmy", or an object with the kind and what goes with it (`{ kind: "circular", period: 360 }`). */
export type StatedColumn =
  | StatedWord
  | `date:${string}`
  | StatedForm
  | { readonly kind: "circular"; readonly period: number };

/** What a reader makes of that. */
export interface ReadAs {
  readonly kind: StatedWord;
  readonly order?: DateOrder;
  readonly dateForm?: DateForm;
  readonly numberForm?: NumberForm;
}

/** @throws InputError for a kind or a form that there isn't. */
export function readAs(name: string, said: StatedColumn): ReadAs {
  const { kind, form } = partsOf(said);
  // Columns of other kinds are read as numbers; whether there is such a kind is not for a table to say.
  if (kind === "circular" || (typeof said === "object" && !isStatedWord(kind))) return { kind: "number" };
  if (!isStatedWord(kind)) {
    const [near] = suggestions(kind, [...STATED_WORDS, "circular"]);
    const guess = near === undefined ? "" : `; did you mean ${near}?`;
    throw new InputError(
      `The kind of column "${name}" is said to be "${kind}"; there are ${STATED_WORDS.join(", ")} and circular${guess || "."}`,
      { option: "kinds" },
    );
  }
  if (form === undefined) return { kind };
  if (typeof form === "object") return { kind, numberForm: form };
  if (kind !== "date") throw wrongForm(name, kind, form);
  const order = DATE_ORDERS.find((each) => each === form);
  if (order) return { kind, order };
  if (isDateForm(form)) return { kind, dateForm: form };
  throw wrongForm(name, kind, form);
}

function wrongForm(name: string, kind: string, form: string): InputError {
  return new InputError(
    `The kind of column "${name}" is said to be ${kind}:${form}; behind "date:" stands dmy, mdy or a pattern such as %d.%m.%Y.`,
    { option: "kinds" },
  );
}

/** The parts of what is said. */
export function partsOf(said: StatedColumn): {
  readonly kind: string;
  readonly form?: StatedForm["form"];
  readonly period?: number;
} {
  if (typeof said !== "string") return said;
  const at = said.indexOf(":");
  return at < 0 ? { kind: said } : { kind: said.slice(0, at), form: said.slice(at + 1) };
}

function isStatedWord(kind: string): kind is StatedWord {
  return STATED_WORDS.some((word) => word === kind);
}
