/** @file What all partitions of a run have in common: the table and how it is cut, the model, the options; kept beside their files. */
import { createHash } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { VERSION } from "../../base/version.ts";
import { writeNewFile } from "../../files/atomic-file.ts";
import { fingerprintOf } from "../../files/fingerprint.ts";
import { folderToAsk } from "../../files/model-files.ts";
import { asWriteError, isAbsent } from "../../files/system-errors.ts";
import { type CountedFile, countedFiles } from "../../table/files/file-rows.ts";
import { flagOf } from "../arguments.ts";
import { type Share, sharesOf } from "./shares.ts";

/** "3/10". */
export interface PartitionChoice {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

export interface Plan {
  readonly anygiven: string;
  readonly command: string;
  /** How the file would be called without partitions: partitions are called after it. */
  readonly name: string;
  readonly count: number;
  /** Of the model's files. */
  readonly model: Readonly<Record<string, string>>;
  /** As the command line has them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly files: readonly CountedFile[];
}

/** What a partition is asked. */
export interface PartitionedRun {
  readonly command: string;
  readonly model: string;
  /** The file that all answers would be written to, were they not parted. */
  readonly out: string;
  readonly files: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

const FOLDER = "_partitions"; // pyarrow, Spark and Dask read no folder whose name begins so

/** Where a folder of partitions has what is said of them: apart from these, so that a pattern finds the partitions alone. */
export function recordsOf(folder: string): string {
  return join(folder, FOLDER);
}

function planPath(folder: string): string {
  return join(recordsOf(folder), "plan.json");
}

/** part-03-of-10.parquet: by the names' order the rows are in theirs. */
export function partitionName({ name, count }: Pick<Plan, "name" | "count">, index: number): string {
  const [, stem, ending] = /^(.*?)((?:\.[^.]+)(?:\.gz)?)$/i.exec(name) ?? [name, name, ""];
  return `${stem}-${numbered(index, count)}${ending}`;
}

/** "03-of-10". */
export function numbered(index: number, count: number): string {
  return `${String(index).padStart(String(count).length, "0")}-of-${count}`;
}

/** By which a partition's record says whose it is. */
export function planChecksum(plan: Plan): string {
  return createHash("sha256").update(canonical(plan)).digest("hex");
}

export function sharesOfPlan(plan: Plan): Share[] {
  return sharesOf(plan.files, plan.count);
}

/**
 * The plan of the run: that which is there, if it is the same, or a new one. Of partitions that begin at once, one writes it.
 * @throws InputError where the folder has partitions of another run, saying what differs.
 */
export async function planOf(run: PartitionedRun, { count }: PartitionChoice): Promise<Plan> {
  const folder = dirname(run.out);
  const old = await planIn(folder);
  const asked = {
    ...{ anygiven: VERSION, command: run.command, name: basename(run.out), count },
    ...{ model: await modelChecksums(run.model), options: plain(run.options) },
  };
  if (old) return sameRun(folder, old, { ...asked, files: await unchanged(folder, old, run.files) });
  const plan: Plan = { ...asked, files: await countedFiles(run.files, run.options) };
  sharesOfPlan(plan); // says so where there are too few rows, before anything is written
  await mkdir(recordsOf(folder), { recursive: true }).catch((error: unknown) => {
    throw asWriteError(folder, error);
  });
  if (await writeNewFile(planPath(folder), `${JSON.stringify(plan, undefined, 1)}\n`)) return plan;
  const other = await planIn(folder);
  if (!other)
    throw new InputError(`${planPath(folder)} is gone while it was read: run this partition again.`);
  return sameRun(folder, other, plan);
}

/** @throws InputError for one that is damaged. */
export async function planIn(folder: string): Promise<Plan | undefined> {
  const text = await readFile(planPath(folder), "utf8").catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Plan;
  } catch {
    throw new InputError(`${planPath(folder)} is damaged: remove ${folder} and run all partitions again.`);
  }
}

/** The files with their rows, as the plan has them. @throws InputError for other files, or files of another length. */
async function unchanged(
  folder: string,
  { files }: Plan,
  paths: readonly string[],
): Promise<readonly CountedFile[]> {
  const known = new Map(files.map((file) => [file.path, file]));
  const found: CountedFile[] = [];
  for (const path of paths) {
    const file = known.get(path);
    if (!file || paths.length !== files.length)
      throw foreign(folder, `its table has other files (${files.length}, here ${paths.length})`);
    const { size } = await stat(path);
    if (size !== file.bytes)
      throw foreign(folder, `${path} has changed since (${file.bytes} bytes, now ${size})`);
    found.push(file);
  }
  return found;
}

function sameRun(folder: string, old: Plan, now: Plan): Plan {
  if (canonical(old) === canonical(now)) return old;
  throw foreign(folder, difference(old, now));
}

function difference(old: Plan, now: Plan): string {
  if (old.anygiven !== now.anygiven) return `they are of anygiven ${old.anygiven}, this is ${now.anygiven}`;
  if (old.command !== now.command) return `they are of anygiven ${old.command}`;
  if (old.name !== now.name) return `they are called after ${old.name}`;
  if (old.count !== now.count) return `they are ${old.count} partitions, not ${now.count}`;
  if (canonical(old.model) !== canonical(now.model)) return "they are answers of another model";
  const names = [...new Set([...Object.keys(old.options), ...Object.keys(now.options)])];
  const other = names.find((name) => canonical(old.options[name]) !== canonical(now.options[name]));
  if (other === undefined) return "its table has other files";
  const said = (value: unknown) => (value === undefined ? "not given" : JSON.stringify(value));
  return `${flagOf(other)} was ${said(old.options[other])}, and is ${said(now.options[other])} now`;
}

function foreign(folder: string, why: string): InputError {
  return new InputError(
    `${folder} has partitions of another run: ${why}. Name another folder with --out, or remove this one.`,
  );
}

async function modelChecksums(model: string): Promise<Record<string, string>> {
  const folder = folderToAsk(model);
  const made: Record<string, string> = {};
  for (const name of ["config.json", "weights.safetensors"])
    made[name] = (await fingerprintOf(join(folder, name))).sha256;
  return made;
}

/** As JSON has it: without what is undefined. */
function plain(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const listed = (_: string, value: unknown) =>
    ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value;
  return JSON.parse(JSON.stringify(options, listed)) as Record<string, unknown>;
}

/** JSON in which the order of fields does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
