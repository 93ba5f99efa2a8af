/** @file A command's work for one partition of its table: done once, whole or not at all. */
import { dirname, join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { packageFile } from "../../files/package-files.ts";
import { readWholeFile } from "../../files/system-errors.ts";
import { filesBehind } from "../../table/files/file-rows.ts";
import type { TablePart } from "../../table/files/row-choice.ts";
import { formatOf } from "../../table/files/source.ts";
import { answer, note } from "../output.ts";
import { type PartitionChoice, partitionName, planOf, sharesOfPlan } from "./plan.ts";
import { inputsOf, stateOf, writeRecord } from "./record.ts";

/** The tables that a command names, and those that a file lists. @throws InputError for a file that lists none. */
export async function namedTables(
  tables: readonly string[],
  filesFrom: string | undefined,
): Promise<readonly string[]> {
  if (filesFrom === undefined) return tables;
  const lines = (await readWholeFile(filesFrom)).toString("utf8").split(/\r?\n/);
  const listed = lines.map((line) => line.trim()).filter((line) => line !== "");
  if (listed.length === 0) throw new InputError(`${filesFrom} lists no file: write one a line.`);
  return [...tables, ...listed];
}

/** Where a command reads and writes: all of a table, or a partition of it. */
export interface Place {
  readonly sources: readonly string[];
  readonly out: string;
  /** Of a partition. */
  readonly part?: TablePart;
}

/** The index in the whole table of the first row that is read. */
export function firstRowOf(part: TablePart | undefined): number | undefined {
  return part?.rows?.[0] ?? part?.firstRow;
}

/** What a command is told to do. */
export interface Parted {
  readonly command: string;
  readonly model: string;
  readonly sources: readonly string[];
  readonly out: string;
  readonly partition: PartitionChoice | undefined;
  /** All options that the answers depend on. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly json: boolean | undefined;
}

/**
 * Does the work for the whole table; or for the partition, if one is named and is not done yet. A partition's file is there, whole,
 * before it is said to be done, so that it may be killed at any time and run again.
 * @throws InputError where the folder has partitions of another run.
 */
export async function inPartition(
  { partition: choice, json, ...run }: Parted,
  work: (place: Place) => Promise<void>,
): Promise<void> {
  const { sources, out, options } = run;
  if (!choice) return work({ sources, out });
  refuseOptions(out, options);
  const isSurvey = sources.length === 1 && sources[0] === "survey";
  const files = isSurvey ? [packageFile("data/survey.parquet")] : await filesBehind(sources);
  const plan = await planOf({ ...run, files }, choice);
  const { index, count } = choice;
  const folder = dirname(out);
  const name = join(folder, partitionName(plan, index));
  const inputs = await inputsOf(plan, index);
  const found = await stateOf(folder, plan, index, { thoroughly: true });
  if (found.state === "done") {
    if (JSON.stringify(found.record.inputs) !== JSON.stringify(inputs))
      throw new InputError(
        `Partition ${index} of ${count} was made of files that have changed since: name another folder with --out, and run all partitions again.`,
      );
    const rows = found.record.rows[1] - found.record.rows[0];
    const said = { out: name, rows, partition: index, of: count, doneBefore: true };
    return answer(json, said, `Partition ${index} of ${count} is done already: ${rows} rows, in ${name}.`);
  }
  if (found.state === "incomplete") note(`Partition ${index} of ${count} is made again: ${found.why}.`);
  const { rows, files: own } = sharesOfPlan(plan)[index - 1];
  const starts = plan.files.slice(0, own[0]).reduce((sum, each) => sum + each.rows, 0);
  const ends = plan.files.slice(own[0], own[1]).reduce((sum, each) => sum + each.rows, starts);
  const isOfFiles = rows[0] === starts && rows[1] === ends;
  const [began, used] = [performance.now(), process.cpuUsage()];
  const ownFiles = plan.files.slice(...own).map(({ path }) => path);
  await work({
    sources: ownFiles,
    out: name,
    part: { firstRow: starts, ...(!isOfFiles && { rows }) },
  });
  const { user, system } = process.cpuUsage(used);
  const spent = { seconds: (performance.now() - began) / 1000, processorSeconds: (user + system) / 1e6 };
  await writeRecord(folder, plan, index, { inputs, ...spent });
}

/** What can't be said of a part of a table. */
function refuseOptions(out: string, options: Readonly<Record<string, unknown>>): void {
  for (const name of ["row", "id", "where"])
    if (options[name] !== undefined)
      throw new InputError(`--partition is about all rows of the table: leave out --${name}.`);
  if (formatOf(out).format === "hats")
    throw new InputError(
      `A HATS catalogue is written whole, not by partitions: let --out be .parquet, with --keep for the columns of the places.`,
    );
}
