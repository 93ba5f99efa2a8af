/** @file Names in a question, checked against a model. */
import { InputError } from "../base/errors.ts";
import { columnIndex } from "../columns/encoding.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { networkOf } from "../networks/registry.ts";

/** The indices of the targets. @throws InputError if one is unknown or was never trained as an answer. */
export function targetIndices(config: ModelConfig, targets: string | readonly string[]): number[] {
  const names = typeof targets === "string" ? [targets] : targets;
  if (names.length === 0) throw new InputError("No column is asked: name at least one.");
  return names.map((name) => {
    const index = columnIndex(config.columns, name);
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
