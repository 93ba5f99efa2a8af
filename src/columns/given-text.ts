/** @file A text that someone gives for a column of numbers or dates: in the form of the training's table, or in another that leaves no doubt. */
import { daysOfForm, formOfDates } from "../table/date-form.ts";
import { numberOfForm, numberOfText } from "../table/number-form.ts";
import type { ModelColumn } from "./encoding.ts";
import { kindOf } from "./kinds.ts";

/** The value that a text is, if only the form tells: "1.234" where a comma is decimal, 20230623 where that is a day. */
export function valueInForm(
  text: string,
  { encoding, form }: Pick<ModelColumn, "encoding" | "form">,
): number | undefined {
  if (form === undefined || kindOf(encoding).isCategorical) return undefined;
  if (typeof form !== "string") return numberOfForm(text, form);
  // Of moments a day alone is its midnight.
  return daysOfForm(text, form) ?? daysOfForm(text, form.replace(/[T, ]*%[HI].*$/, ""));
}

/** The value that a text is, in whatever form; undefined if it is none, or the kind reads texts itself. */
export function valueGiven(text: string, column: Pick<ModelColumn, "encoding" | "form">): number | undefined {
  const own = valueInForm(text, column);
  const kind = kindOf(column.encoding);
  if (own !== undefined || kind.isCategorical) return own;
  if (!kind.isText) return numberOfText(text, typeof column.form === "object" ? column.form : undefined);
  if (kind.parse(text) !== undefined) return undefined;
  const found = formOfDates([text]);
  // Where day and month may be either way round, the training's table would have to tell.
  return found && !found.isOpen ? daysOfForm(text, found.form) : undefined;
}
