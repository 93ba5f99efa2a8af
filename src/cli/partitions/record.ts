/** @file What is kept of each partition that is done: its file and what it was made of, with their checksums. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../files/atomic-file.ts";
import { type Fingerprint, fingerprintOf } from "../../files/fingerprint.ts";
import { isAbsent } from "../../files/system-errors.ts";
import { numbered, type Plan, partitionName, planChecksum, recordsOf, sharesOfPlan } from "./plan.ts";

export interface PartitionRecord {
  readonly partition: number;
  /** Of the plan. */
  readonly plan: string;
  readonly rows: readonly [from: number, to: number];
  /** The files that were read, by path. */
  readonly inputs: Readonly<Record<string, Fingerprint>>;
  readonly output: Fingerprint & { readonly name: string };
  readonly seconds: number;
  readonly processorSeconds: number;
}

function recordPath(folder: string, { count }: Plan, index: number): string {
  return join(recordsOf(folder), `${numbered(index, count)}.json`);
}

/** What of the files a partition reads. */
export async function inputsOf(plan: Plan, index: number): Promise<Record<string, Fingerprint>> {
  const [first, end] = sharesOfPlan(plan)[index - 1].files;
  const made: Record<string, Fingerprint> = {};
  for (const { path } of plan.files.slice(first, end)) made[path] = await fingerprintOf(path);
  return made;
}

/** Says that the partition is done, after its file is there. */
export async function writeRecord(
  folder: string,
  plan: Plan,
  index: number,
  made: Pick<PartitionRecord, "inputs" | "seconds" | "processorSeconds">,
): Promise<void> {
  const name = partitionName(plan, index);
  const record: PartitionRecord = {
    ...{ partition: index, plan: planChecksum(plan), rows: sharesOfPlan(plan)[index - 1].rows },
    output: { name, ...(await fingerprintOf(join(folder, name))) },
    ...made,
  };
  await writeFileAtomic(recordPath(folder, plan, index), `${JSON.stringify(record, undefined, 1)}\n`);
}

/** Whether a partition is done; if not, why, as the end of a sentence. */
export type PartitionState =
  | { readonly state: "done"; readonly record: PartitionRecord }
  | { readonly state: "missing" | "incomplete" | "foreign"; readonly why: string };

/** @param thoroughly whether the file's bytes are looked at, and not only its length. */
export async function stateOf(
  folder: string,
  plan: Plan,
  index: number,
  { thoroughly }: { readonly thoroughly: boolean },
): Promise<PartitionState> {
  const name = partitionName(plan, index);
  const found = await stat(join(folder, name)).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
  });
  const record = await recordIn(folder, plan, index);
  if (record === "damaged") return { state: "incomplete", why: "what is said of it is damaged" };
  if (!record)
    return found
      ? { state: "incomplete", why: `${name} is there, but not said to be done` }
      : { state: "missing", why: `${name} is not there` };
  if (record.plan !== planChecksum(plan)) return { state: "foreign", why: `${name} is of another run` };
  if (!found) return { state: "incomplete", why: `${name} was written, but is gone` };
  const isSame =
    found.size === record.output.bytes &&
    (!thoroughly || (await fingerprintOf(join(folder, name))).sha256 === record.output.sha256);
  return isSame
    ? { state: "done", record }
    : { state: "incomplete", why: `${name} has changed since it was written` };
}

async function recordIn(
  folder: string,
  plan: Plan,
  index: number,
): Promise<PartitionRecord | "damaged" | undefined> {
  const text = await readFile(recordPath(folder, plan, index), "utf8").catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
  });
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as PartitionRecord;
    return typeof record.plan === "string" && typeof record.output?.sha256 === "string" ? record : "damaged";
  } catch {
    return "damaged";
  }
}
