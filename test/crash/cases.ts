/** @file What is killed at each of its calls to the disk, what must be there afterwards, and what the next run makes of it. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writePublishedExample } from "../../src/import/pytorch/torch-fixture.ts";
import { Model } from "../../src/model/model.ts";
import { readTable } from "../../src/table/files/read.ts";
import { TINY, writeExampleTable } from "../cli.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const SHIM = fileURLToPath(new URL("shim.mjs", import.meta.url));

/** A command, and the state that its folder must be in after a kill. */
export interface CrashCase {
  readonly name: string;
  /** The command's words, with the folder it works in. */
  readonly words: (folder: string) => readonly string[];
  /** Makes what is there before, from what `prepare` made. */
  readonly begin: (folder: string) => void;
  /** Throws for a state that is neither the old nor the new one. */
  readonly check: (folder: string) => Promise<void>;
  /** Run again after the kill; must end well and leave no temporary file. */
  readonly again: (folder: string) => readonly string[];
}

export interface Fixtures {
  readonly folder: string;
  readonly table: string;
  readonly model: string;
}

const RUN = ["--preset", "paper", ...TINY];

/** What all cases begin with. */
export function fixturesIn(folder: string): Fixtures {
  const made = {
    folder,
    table: writeExampleTable(join(folder, "table.csv"), 120),
    model: join(folder, "model"),
  };
  writePublishedExample(join(folder, "published"));
  const { status, stderr } = run(["train", made.table, "--out", made.model, ...RUN]);
  if (status !== 0) throw new Error(String(stderr));
  return made;
}

export function casesOf({ folder, table, model }: Fixtures): readonly CrashCase[] {
  const isLoaded = async (path: string) => {
    if (!existsSync(join(path, "weights.safetensors")) && !existsSync(join(path, "manifest.json"))) return;
    const names = existsSync(join(path, "manifest.json"))
      ? readFileSync(join(path, "manifest.json"), "utf8")
      : "";
    if (!names.includes("weights.safetensors")) return; // only begun
    await (await Model.load(path)).dispose();
  };
  const file = (
    name: string,
    words: (out: string) => readonly string[],
    isWhole: (path: string) => Promise<void>,
  ): CrashCase => ({
    name,
    words: (at) => words(join(at, "out")),
    begin: () => undefined,
    check: async (at) => {
      for (const made of readdirSync(at).filter((each) => !each.startsWith(".")))
        await isWhole(join(at, made));
    },
    again: (at) => words(join(at, "out")),
  });
  const rows = (expected: number) => async (path: string) => {
    const table = await readTable(path);
    if (table.rows !== expected) throw new Error(`${path} has ${table.rows} rows, not ${expected}`);
  };
  const of = ["--of", "height"];
  return [
    {
      name: "train",
      words: (at) => ["train", table, "--out", join(at, "m"), ...RUN, "--checkpoint-every", "1"],
      begin: () => undefined,
      check: (at) => isLoaded(join(at, "m")),
      again: (at) => {
        const hasModel = existsSync(join(at, "m", "config.json"));
        return hasModel
          ? ["train", table, "--out", join(at, "m"), "--resume"]
          : ["train", table, "--out", join(at, "m"), ...RUN];
      },
    },
    {
      name: "resume",
      words: (at) => ["train", table, "--out", join(at, "m"), "--resume", "--epochs", "3"],
      begin: (at) => cpSync(model, join(at, "m"), { recursive: true }),
      check: async (at) => (await Model.load(join(at, "m"))).dispose(),
      again: (at) => ["train", table, "--out", join(at, "m"), "--resume", "--epochs", "3"],
    },
    {
      name: "import",
      words: (at) => ["import", join(folder, "published"), "--out", join(at, "m")],
      begin: () => undefined,
      check: (at) => isLoaded(join(at, "m")),
      again: (at) =>
        existsSync(join(at, "m", "manifest.json")) || existsSync(join(at, "m", "config.json"))
          ? ["info", join(at, "m")]
          : ["import", join(folder, "published"), "--out", join(at, "m")],
    },
    file("predict", (out) => ["predict", model, table, ...of, "--out", `${out}.csv`], rows(120)),
    file("impute", (out) => ["impute", model, table, "--out", `${out}.parquet`], rows(120)),
    file("synthesize", (out) => ["synthesize", "survey", "--rows", "7", "--out", `${out}.csv`], rows(7)),
    file(
      "export",
      (out) => ["export", "survey", "--out", `${out}.onnx`],
      async (path) => {
        const bytes = readFileSync(path).length;
        if (bytes < 100_000) throw new Error(`${path} has ${bytes} bytes`);
      },
    ),
  ];
}

function run(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  isWatched = false,
) {
  const program = isWatched ? ["--import", SHIM, CLI] : [CLI];
  return spawnSync(process.execPath, [...program, ...words], { env: { ...process.env, ...environment } });
}

/** How many calls a case makes when nothing kills it. */
export function callsOf(each: CrashCase, folder: string): number {
  const at = fresh(folder);
  each.begin(at);
  const count = join(folder, "count");
  const { status, stderr } = run(each.words(at), { ANYGIVEN_CRASH_COUNT: count }, true);
  if (status !== 0) throw new Error(`${each.name}: ${stderr}`);
  return Number(readFileSync(count, "utf8"));
}

/** Kills at one call, looks, and runs again. @returns what was wrong, or undefined. */
export async function killedAt(each: CrashCase, folder: string, call: string): Promise<string | undefined> {
  const at = fresh(folder);
  each.begin(at);
  const temporary = join(folder, "tmp");
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary);
  const environment = { TMPDIR: temporary };
  run(each.words(at), { ...environment, ANYGIVEN_CRASH_AT: call }, true);
  try {
    await each.check(at);
  } catch (error) {
    return `${each.name} killed ${call}: ${(error as Error).message}`;
  }
  const again = each.again(at);
  const { status, stderr } = run(again, environment);
  if (status !== 0) return `${each.name} killed ${call}, then ${again[0]}: ${stderr}`;
  if (again[0] === "info") return undefined; // which only reads
  const left = [at, join(at, "m"), join(at, "m", "checkpoints"), temporary].flatMap((place) =>
    existsSync(place) ? readdirSync(place).filter((name) => /^\.|^anygiven-/.test(name)) : [],
  );
  return left.length > 0 ? `${each.name} killed ${call}: ${left.join(", ")} left` : undefined;
}

function fresh(folder: string): string {
  const at = join(folder, "here");
  rmSync(at, { recursive: true, force: true });
  mkdirSync(at);
  return at;
}

export const CRASH_FOLDER = join(tmpdir(), "anygiven-crash");
