/** @file What a command is asked: one question, or one about every row of a table; and whether its options fit that. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import type { Model } from "../model/model.ts";
import { type Given, isInterval } from "../model/question-table.ts";
import { givenOfText } from "../model/question-text.ts";
import { untrainedErrors } from "../model/questions.ts";
import { isChoice } from "../table/files/row-choice.ts";
import { listedAmong } from "./name-lists.ts";
import { note } from "./output.ts";
import { settledLater, textsOf } from "./settled.ts";

/** What `--given` holds: values of one question (NAME=VALUE), or columns of a table. */
interface KnownThings {
  readonly values: Given;
  readonly columns: readonly string[];
}

const NOTHING: KnownThings = { values: {}, columns: [] };

/** The parser of `--given`: "A=1" is a known value, "A,B" are columns: which of them fits is known when all arguments are. */
export function known(text: string, before: KnownThings = NOTHING): KnownThings {
  return settledLater(firstKnown(text, before), [...textsOf(before), text], (all, columns) =>
    all.reduce((sofar, each) => oneKnown(each, sofar, columns), NOTHING),
  );
}

function firstKnown(text: string, before: KnownThings): KnownThings {
  try {
    return oneKnown(text, before, []);
  } catch (error) {
    if (error instanceof InputError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function oneKnown(text: string, before: KnownThings, columns: readonly ModelColumn[]): KnownThings {
  const all = columns.map(({ name }) => name);
  const isNames = all.includes(text.trim()) || !/[=<>]/.test(text);
  if (isNames) return { ...before, columns: [...before.columns, ...listedAmong(text, all)] };
  return { ...before, values: givenOfText(text, before.values, columns) };
}

/** A question about every row of a table, whose answers go to a file. */
export interface AskedRows {
  readonly sources: readonly string[];
  readonly out: string;
  readonly given?: readonly string[];
}

/** What a command is asked: about every row of a table, about some rows that are shown, or one question. */
type Asked =
  | ({ readonly kind: "table" } & AskedRows)
  | {
      readonly kind: "rows";
      readonly sources: readonly string[];
      readonly columns?: readonly string[];
      readonly values: Given;
    }
  | { readonly kind: "question"; readonly given: Given };

/**
 * Chosen rows without a file to write to are shown, if `shows`.
 * @throws InputError if values are given with a table, or columns without one; for a table without a file to write to.
 */
export function askedOf(
  sources: readonly string[],
  {
    given: { values, columns } = NOTHING,
    out,
    ...choice
  }: { given?: KnownThings | undefined; out?: string | undefined } & RowOptions,
  shows = false,
): Asked {
  if (sources.length === 0) {
    checkTableOptions(false, { table: choiceOfRows(choice) });
    if (columns.length === 0) return { kind: "question", given: values };
    throw new InputError(`"${columns[0]}" is not NAME=VALUE, as --given has it without a table.`);
  }
  if (shows && out === undefined && isChoice(choice))
    return { kind: "rows", sources, values, ...(columns.length > 0 && { columns }) };
  const [value] = Object.keys(values);
  if (value !== undefined)
    throw new InputError(`With a table, --given names its columns: write --given ${value}, without "=".`);
  if (out === undefined && shows)
    throw new InputError(
      "Name the file to write the answers for the table to, with --out, or choose rows to be shown, with --row 1.",
    );
  return { kind: "table", sources, out: outOf(out), ...(columns.length > 0 && { given: columns }) };
}

/** @throws InputError unless a file is named to write the answers for a table to. */
export function outOf(out: string | undefined): string {
  if (out !== undefined) return out;
  throw new InputError("Name the file to write the answers for the table to, with --out.");
}

/** @throws InputError for options that only a table gives a meaning, without one; for those of one question, with one. */
export function checkTableOptions(
  isTable: boolean,
  { table = {}, question = {} }: { readonly table?: object; readonly question?: object },
): void {
  const wrong = Object.entries(isTable ? question : table).find(([, value]) => value !== undefined);
  if (!wrong) return;
  throw new InputError(
    isTable
      ? `--${wrong[0]} is for one question: leave it out with a table.`
      : `--${wrong[0]} is for a table: name one after the model.`,
  );
}

/** The options of `withRowChoice`, as those that only a table gives a meaning. */
export function choiceOfRows({ row, id, where }: RowOptions): RowOptions {
  return { row, id, where };
}

interface RowOptions {
  readonly row?: readonly number[] | undefined;
  readonly id?: Readonly<Record<string, string | number>> | undefined;
  readonly where?: string | undefined;
}

/** After fewer steps a network has met too few limits to know what they tell: it is given them in one row of twenty. */
const FEWEST_STEPS_OF_LIMITS = 2000;

/**
 * Says what of the given is not to be relied on: measurement errors, and limits of columns that the model does not answer for, which it
 * can't average over.
 */
export function noteDoubts({ config }: Model, given: Given): void {
  const { keptStep = Number.POSITIVE_INFINITY } = { ...config.report };
  const isGivenOnly = (name: string) => config.columns.some((each) => each.name === name && !each.output);
  const limited = Object.keys(given).filter((name) => isInterval(given[name]) && isGivenOnly(name));
  if (limited.length > 0 && keptStep < FEWEST_STEPS_OF_LIMITS)
    note(
      `What limits of ${limited.join(", ")} tell is hardly learnt in a training of ${keptStep} steps: the answer may be much as if nothing were given there. Give a value (${limited[0]}=...), or train the model to answer for ${limited.join(", ")} too.`,
    );
  for (const name of untrainedErrors(config, given))
    note(`The model was trained without measurement errors of "${name}": don't rely on the one given.`);
}
