/** @file What is said of a cell that can't be read as its column's others are. */
import { InputError } from "../../base/errors.ts";
import type { ColumnKind } from "../table.ts";
import type { Refusal } from "./column-cells.ts";

/** A limit in a cell of numbers: <0.006, >= 5. */
const LIMIT = /^[<>≤≥]=?\s*[+-]?[\d.]+$/;

interface Refused {
  /** Of the column. */
  readonly name: string;
  readonly text: string;
  readonly isNumber: boolean;
  /** What the column is taken for. */
  readonly kind: ColumnKind;
  readonly why: Refusal;
  /** Of errors: whether they are written as numbers below 0. */
  readonly isBelowZero?: true | undefined;
}

/** @param where the file, the row and the column. */
export function refusedCell(
  where: string,
  { name, text, isNumber, kind, why, isBelowZero }: Refused,
): InputError {
  switch (isNumber && kind !== "date" && why === "wrong" ? "infinite" : why) {
    case "wrong":
      if (kind !== "date" && LIMIT.test(text))
        return new InputError(
          `${where}: "${text}" is a limit of a number; to read such cells as limits say \`limits\` ${name}=cells. Or say \`missing\` "${text}" if nothing is known, or declare the column with \`categories\` if it holds names.`,
        );
      return new InputError(
        `${where}: "${text}" is not ${kind === "date" ? "a date such as 2020-01-31" : "a number"}; correct or empty the cell, say \`missing\` ${/^[\w.+-]+$/.test(text) ? text : `"${text}"`} if it means that, leave the column out with \`columns\`, or declare it with \`categories\` if it holds names.`,
      );
    case "infinite":
      return new InputError(
        `${where}: ${text} is infinite or too large; correct or empty the cell, or say \`missing\` ${text} if it means that.`,
      );
    case "error of the other sign":
      if (isBelowZero)
        return new InputError(
          `${where}: ${text} is above 0, and all other errors of this column towards lower values are below; correct the cell, or say \`errorColumns\` none if "${name}" is a column as others.`,
        );
      return new InputError(
        `${where}: a measurement error cannot be negative (${text}); say \`missing\` ${text} if it means that, or \`errorColumns\` none if "${name}" is a column as others.`,
      );
    default:
      return new InputError(
        `${where}: ${text} is too large for float32; ask for float64 or automatic precision.`,
      );
  }
}

/** Of a column without any number that is taken for the errors of another. */
export function errorsOfText(
  name: string,
  errorsOf: string,
  label: string,
  { row, text }: { readonly row: number; readonly text: string },
): InputError {
  return new InputError(
    `Column "${name}" of ${label} is taken for the errors of "${errorsOf}", but holds text (row ${row + 1}: "${text}"); leave it out with \`columns\`, or name both there to read two columns.`,
  );
}

export function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** What is said of files without rows. */
export function noRows(label: string): string {
  return `${label} has column names but no rows.`;
}
