/** @file What is given of a table, and how it is said where nobody has said it. */
import { firstNames } from "../base/suggestions.ts";
import type { Model } from "../model/model.ts";
import { note } from "./output.ts";

/** So many names are told. */
const LISTED = 8;

/** Says which columns of a table are given by default, and which of the model's it lacks. */
export function noteGiven(
  { config }: Model,
  known: readonly string[],
  {
    of,
    given,
    each,
  }: {
    readonly of: readonly string[];
    readonly given?: readonly string[] | undefined;
    readonly each?: boolean;
  },
): void {
  if (given) return;
  const possible = config.columns.filter(({ name }) => each || !of.includes(name));
  const found = possible.filter(({ name }) => known.includes(name)).map(({ name }) => name);
  const lacking = possible.filter(({ name }) => !known.includes(name)).map(({ name }) => name);
  const isLabel = (name: string) => config.columns.some((column) => column.name === name && column.output);
  const labels = config.columns.every(({ output }) => output) || of.length < 2 ? [] : found.filter(isLabel);
  const all = each ? "each column is asked given the others of its row, " : "";
  const also =
    labels.length > 0
      ? `; the model answers for ${firstNames(labels, LISTED)} too: leave ${labels.length === 1 ? "it" : "them"} out with --given, if ${labels.length === 1 ? "it is not" : "they are not"} known beforehand`
      : "";
  const missing =
    lacking.length > 0 ? `; not in the file: ${lacking.length} (${firstNames(lacking, LISTED)})` : "";
  note(
    `Given: ${all}${found.length} ${found.length === 1 ? "column" : "columns"} (${firstNames(found, LISTED)})${missing}${also}.`,
  );
}

/** The columns that one column is asked given, where each is asked given the others. */
export function othersOf({ config }: Model, known: readonly string[], name: string): string[] {
  return config.columns
    .filter((each) => each.name !== name && known.includes(each.name))
    .map((each) => each.name);
}
