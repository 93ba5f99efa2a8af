/** @file Names in a question, checked against a model; what a question needs of a table. */
import { InputError } from "../base/errors.ts";
import { columnIndex, type ModelColumn } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { networkOf } from "../networks/registry.ts";
import type { StatedColumn } from "../table/stated-kinds.ts";
import type { Column } from "../table/table.ts";
import { type Given, isMeasured } from "./question-table.ts";

/** The indices of the targets. @throws InputError if one is unknown or was never trained as an answer. */
export function targetIndices(config: ModelConfig, targets: string | readonly string[]): number[] {
  const names = typeof targets === "string" ? [targets] : targets;
  if (names.length === 0) throw new InputError("No column is asked: name at least one.");
  return names.map((name) => {
    const index = columnIndex(config.columns, name, config.inspection);
    if (!config.columns[index].output) {
      const outputs = config.columns.filter((column) => column.output).map((column) => column.name);
      throw new InputError(
        `The model takes "${name}" as given only; it was trained to answer for ${outputs.join(", ")}.`,
      );
    }
    return index;
  });
}

/**
 * The columns of a table that are given unless said otherwise: those of the model that are no targets.
 * @throws InputError if there is none: answers that use nothing of the table are hardly what is meant.
 */
export function givenByDefault(
  { columns }: ModelConfig,
  known: readonly string[],
  targets: readonly number[],
): string[] {
  const possible = columns.filter((_, index) => !targets.includes(index)).map(({ name }) => name);
  const given = known.filter((name) => possible.includes(name));
  if (given.length > 0 || possible.length === 0) return given;
  throw new InputError(
    `The table has none of the columns that the model can be given (${possible.join(", ")}): rename its columns to these.`,
  );
}

/** The columns of a table that the model answers for, by name. */
export function answerable(
  { columns }: Pick<ModelConfig, "columns">,
  table: { readonly columns: readonly Pick<Column, "name">[] },
): string[] {
  const outputs = new Set(columns.filter(({ output }) => output).map(({ name }) => name));
  return table.columns.map(({ name }) => name).filter((name) => outputs.has(name));
}

/** A choice among the columns of a file, by name, as `readTable` and `tableBlocks` take it. */
type ColumnsChoice = (known: readonly string[]) => readonly string[];

/**
 * How a table is to be read that a model is asked about: only what the question needs, and as categories what are
 * categories to the model, also where they are codes.
 * @param question without one, all columns that the model knows.
 * @throws InputError, when the file's columns are known, as {@link givenByDefault} does.
 */
export function readingFor(
  config: ModelConfig,
  question?: { readonly of: readonly string[]; readonly given?: readonly string[] | undefined },
): {
  readonly columns: readonly string[] | ColumnsChoice;
  readonly categories: ColumnsChoice;
  readonly kinds: (known: readonly string[]) => Readonly<Record<string, StatedColumn>>;
  readonly knownNames: Readonly<Record<string, readonly string[]>>;
} {
  const those = (columns: ModelConfig["columns"]) => {
    const names = new Set(columns.map(({ name }) => name));
    return (known: readonly string[]) => known.filter((name) => names.has(name));
  };
  // A file that has none of the model's columns is read as it is, to complain about.
  const shared: ColumnsChoice = (known) => {
    const found = those(config.columns)(known);
    return found.length > 0 ? found : known;
  };
  const needed: ColumnsChoice = (known) => {
    const given = question ? givenByDefault(config, known, targetIndices(config, question.of)) : [];
    return given.length > 0 ? given : shared(known); // where all are asked, these, to count the rows
  };
  const named = config.columns.filter(({ encoding }) => kindOf(encoding).inTable === "category");
  return {
    columns: question?.given ?? needed,
    categories: those(named),
    kinds: (known) =>
      Object.fromEntries(
        config.columns.flatMap((column) => {
          const as = readLike(column);
          return as && known.includes(column.name) ? [[column.name, as] as const] : [];
        }),
      ),
    knownNames: Object.fromEntries(
      named.map(({ name, encoding }) => [name, "categories" in encoding ? encoding.categories : []]),
    ),
  };
}

/** How the column of another table is to be read where its cells alone might tell otherwise. */
function readLike({ encoding, form, written, limits }: ModelColumn): StatedColumn | undefined {
  const kind = kindOf(encoding).inTable;
  if (form !== undefined && kind !== "category") return { kind, form };
  // Whole numbers that might be taken for days such as 20230623; cells of which all may be limits.
  const mayBeDays = kind === "number" && written !== undefined && written.greatest >= 18_000_101;
  return mayBeDays || limits ? "number" : undefined;
}

/** Given values that come with a measurement error, though the model was trained without errors of their columns. */
export function untrainedErrors({ columns }: Pick<ModelConfig, "columns">, given: Given): string[] {
  const withErrors = Object.entries(given).filter(([, cell]) => isMeasured(cell));
  const isTrained = (name: string) => columns.find((column) => column.name === name)?.errors === true;
  return withErrors.map(([name]) => name).filter((name) => !isTrained(name));
}

/** @throws InputError for a target that is given too, unless the network has met this in training. */
export function refuseTargetGiven(
  config: ModelConfig,
  targets: readonly number[],
  given: readonly string[],
): void {
  if (networkOf(config.network).takesTargetsAsGiven) return;
  refuseBoth(
    targets.map((index) => config.columns[index].name),
    given,
  );
}

/** @throws InputError for a target that can't be one, is named twice, or is given too. */
export function checkTargets(
  config: ModelConfig,
  targets: readonly string[],
  given: readonly string[],
): void {
  targetIndices(config, targets);
  const twice = targets.find((name, k) => targets.indexOf(name) !== k);
  if (twice !== undefined) throw new InputError(`"${twice}" is asked twice: name each column once.`);
  refuseBoth(targets, given);
}

function refuseBoth(targets: readonly string[], given: readonly string[]): void {
  const both = targets.find((name) => given.includes(name));
  if (both === undefined) return;
  throw new InputError(`"${both}" is both asked and given: leave it out of what is given.`);
}
