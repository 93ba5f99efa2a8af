/** @file The options that say which part of a long table a process does. */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { PartitionChoice } from "./plan.ts";

const HEADING = "Long tables:";

export const partitionOptions = {
  partition: () =>
    new Option(
      "--partition <i/n>",
      "do the i-th of n parts of the table, 3/100, each by a process of its own: --out a/p.parquet is then a/p-003-of-100.parquet",
    )
      .argParser(partition)
      .helpGroup(HEADING),
  filesFrom: () =>
    new Option("--files-from <file>", "a text file with the table's files, a line for each").helpGroup(
      HEADING,
    ),
};

function partition(text: string): PartitionChoice {
  const [, index = "", count = ""] = /^(\d{1,9})\/(\d{1,9})$/.exec(text.trim()) ?? [];
  if (index === "") throw new InvalidArgumentError(`"${text}" is not i/n, such as 3/100.`);
  const choice = { index: Number(index), count: Number(count) };
  if (choice.index < 1 || choice.index > choice.count)
    throw new InvalidArgumentError(
      `"${text}" is no part: parts of ${count} are 1/${count} to ${count}/${count}.`,
    );
  return choice;
}
