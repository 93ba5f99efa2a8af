/** @file `anygiven partitions check`: which partitions of a long table are done, and which are to be run again. */
import { Command } from "@commander-js/extra-typings";
import { modelOptions } from "./options.ts";
import { answer, note, print } from "./output.ts";
import { asRanges, type CheckedFolder, checkFolder } from "./partitions/check.ts";

/** The exit code where partitions are left to be run. */
const LEFT = 3;

export function partitionsCommand() {
  return new Command("partitions")
    .description(
      "Answers that are made in partitions, by --partition of predict, impute, score, density, sample.",
    )
    .addCommand(checkCommand());
}

function checkCommand() {
  return new Command("check")
    .description("Tell which partitions of a folder are done; missing, incomplete and foreign ones by name.")
    .argument("<folder>", "the folder of --out")
    .option("--rerun-list", "print the numbers of those to be run, and nothing else: for sbatch --array")
    .option("--quick", "look at the files' lengths only, not at their bytes")
    .addOption(modelOptions.json())
    .addHelpText("after", HELP)
    .action(async (folder, { rerunList, quick, json }) => {
      const found = await checkFolder(folder, { thoroughly: !quick });
      const { plan, done, left, foreign, unfinished, differing } = found;
      if (left.length + foreign.length > 0) process.exitCode = LEFT;
      const rerun = asRanges(left.map(({ partition }) => partition));
      if (rerunList) {
        if (rerun !== "") print(rerun);
        return;
      }
      const { command, count } = plan;
      const spent = { processorSeconds: sum(done.map(({ processorSeconds }) => processorSeconds)) };
      const rows = { rows: rowsOf(found), rowsDone: sum(done.map(({ rows: [from, to] }) => to - from)) };
      const said = {
        command,
        count,
        done: done.length,
        left,
        foreign,
        unfinished,
        differing,
        rerun,
        ...rows,
      };
      answer(json, { ...said, ...spent }, text(folder, found));
      if (unfinished.length > 0)
        note(
          `${folder} has ${unfinished.length} hidden files of partitions that run or were killed (${unfinished[0]}): remove them when none runs.`,
        );
      if (differing.length > 0)
        note(
          `Not all partitions have the same type of ${differing.join(", ")}: read them as the widest one (in DuckDB: union_by_name = true).`,
        );
    });
}

const HELP = `
Examples:
  anygiven predict survey stars.parquet --of logg --out answers/p.parquet --partition 3/100
  anygiven partitions check answers
  sbatch --array=$(anygiven partitions check answers --rerun-list) job.sh

Exit codes: 0 all are done, ${LEFT} some are left, or foreign ones stand beside them.`;

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);

const rowsOf = ({ plan }: CheckedFolder) => sum(plan.files.map(({ rows }) => rows));

function text(folder: string, found: CheckedFolder): string {
  const { plan, done, left, foreign } = found;
  const rows = `${rowsOf(found)} rows`;
  const first =
    left.length === 0
      ? `All ${plan.count} partitions of ${plan.command} in ${folder} are done: ${rows}.`
      : `${done.length} of ${plan.count} partitions of ${plan.command} in ${folder} are done (${rows} in all); ${left.length} are left.`;
  return [
    first,
    ...left.map(({ partition, state, why }) => `  ${partition}: ${state}, ${why}`),
    ...foreign.map((name) => `  ${name}: foreign, none of these partitions`),
  ].join("\n");
}
