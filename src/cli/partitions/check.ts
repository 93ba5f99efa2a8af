/** @file Which partitions of a folder are done, and what stands beside them that should not. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { differentTypes, openDuckDB, pathLiteral } from "../../table/files/duckdb.ts";
import { type Plan, partitionName, planIn } from "./plan.ts";
import { type PartitionRecord, stateOf } from "./record.ts";

export interface CheckedFolder {
  readonly plan: Plan;
  readonly done: readonly PartitionRecord[];
  /** In their order, each with the reason. */
  readonly left: readonly { readonly partition: number; readonly state: string; readonly why: string }[];
  /** Files that a pattern over the partitions would find, too. */
  readonly foreign: readonly string[];
  /** Hidden ones, of processes that were killed or still run. */
  readonly unfinished: readonly string[];
  /** Columns that have not the same type in all partitions that are done: of Parquet. */
  readonly differing: readonly string[];
}

/**
 * Looks at all partitions of a folder.
 * @param thoroughly whether at their bytes, and not only at their length.
 * @throws InputError for a folder without any.
 */
export async function checkFolder(
  folder: string,
  how: { readonly thoroughly: boolean },
): Promise<CheckedFolder> {
  const plan = await planIn(folder);
  if (!plan)
    throw new InputError(
      `${folder} has no partitions: name the folder of --out that was given with --partition.`,
    );
  const done: PartitionRecord[] = [];
  const left: { partition: number; state: string; why: string }[] = [];
  for (let partition = 1; partition <= plan.count; partition++) {
    const found = await stateOf(folder, plan, partition, how);
    if (found.state === "done") done.push(found.record);
    else left.push({ partition, state: found.state, why: found.why });
  }
  const names = (await readdir(folder)).sort();
  const own = new Set(Array.from({ length: plan.count }, (_, i) => partitionName(plan, i + 1)));
  const [stem, ending] = partitionName(plan, 1).split(/\d+-of-\d+/);
  const isLike = (name: string) => name.startsWith(stem) && name.endsWith(ending) && /\d+-of-\d+/.test(name);
  return {
    ...{ plan, done, left },
    foreign: names.filter((name) => isLike(name) && !own.has(name)),
    unfinished: names.filter((name) => name.startsWith(`.${stem}`)),
    differing:
      ending === ".parquet" ? await differing(done.map(({ output }) => join(folder, output.name))) : [],
  };
}

async function differing(files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return [];
  const duckdb = await openDuckDB({ files, folders: [] }, {});
  try {
    return await differentTypes(duckdb.connection, files.map(pathLiteral));
  } finally {
    duckdb.close();
  }
}

/** "3,5-7", as schedulers take it. @param numbers in their order. */
export function asRanges(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range && range[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}
