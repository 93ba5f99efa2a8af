/** @file What is given: values of one question (NAME=VALUE), or columns of a table, by one option. */
import { Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import type { Given } from "../model/question-table.ts";
import { given, names } from "./arguments.ts";

export interface KnownThings {
  readonly values: Given;
  readonly columns: readonly string[];
}

export const NOTHING: KnownThings = { values: {}, columns: [] };

export const knownOption = () =>
  new Option(
    "--given <given>",
    "a known value, NAME=VALUE (NAME=VALUE+-ERROR for a measured one; repeat for more); " +
      "with a table, the columns given (default: all that the model knows, but those asked)",
  ).argParser(givenOrColumns);

/** "A=1" is a known value, "A,B" are columns: which of them fits is known when all arguments are. */
function givenOrColumns(text: string, before: KnownThings = NOTHING): KnownThings {
  if (text.includes("=")) return { ...before, values: given(text, before.values) };
  return { ...before, columns: names(text, before.columns) };
}

/** @throws InputError if values are given with a table, or columns without one. */
export function checkKnown(isTable: boolean, { values, columns }: KnownThings): void {
  const [value] = Object.keys(values);
  if (isTable && value !== undefined)
    throw new InputError(`With a table, --given names its columns: write --given ${value}, without "=".`);
  if (!isTable && columns.length > 0)
    throw new InputError(`"${columns[0]}" is not NAME=VALUE, as --given has it without a table.`);
}

/** @throws InputError unless a file is named to write the answers for a table to. */
export function checkOut(isTable: boolean, out: string | undefined): void {
  if (isTable && out === undefined)
    throw new InputError("Name the file to write the answers for the table to, with --out.");
}
