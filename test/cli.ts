/** @file The command line as a user runs it: `dist/cli.js` as a process of its own, on tables made for a test. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { generator } from "../src/numeric/generator.ts";

const CLI = fileURLToPath(new URL("../dist/cli.js", import.meta.url));

/** Options of a network and a run so small that training takes no time beside starting the process. */
export const TINY =
  "--embedding-dim 8 --heads 2 --ffn-dim 8 --encoder-layers 1 --head-dim 8 --head-layers 1 --batch-size 32 --epochs 2 --workers 1".split(
    " ",
  );

export interface Outcome {
  /** null if a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs, and what it will have said when it ends. */
export interface Running {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

interface Start {
  /** A user id to run as, which only root may choose. */
  readonly asUser?: number;
  /** Variables besides those of this process; undefined takes one away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** A program, with its options, that runs `anygiven` and watches it. */
  readonly under?: readonly string[];
}

/** Starts `anygiven` with these arguments. */
export function startAnygiven(
  args: readonly string[],
  { asUser, environment, under = [] }: Start = {},
): Running {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run "npm run build" first`);
  const user = asUser === undefined ? {} : { uid: asUser, gid: asUser };
  const [program, ...rest] = [...under, process.execPath, CLI, ...args];
  const env = { ...process.env, ...environment };
  const child = spawn(program!, rest, { stdio: ["ignore", "pipe", "pipe"], env, ...user });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const pieces: string[] = [];
    stream.setEncoding("utf8").on("data", (piece: string) => pieces.push(piece));
    return () => pieces.join("");
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout: stdout(), stderr: stderr() });
    });
  });
  return { process: child, outcome };
}

export function anygiven(...args: readonly string[]): Promise<Outcome> {
  return startAnygiven(args).outcome;
}

/** A folder for the tests of a file, removed after the last of them. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `anygiven-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes a model's folder one of an older anygiven, whose files are not compared with checksums. @returns the folder. */
export function withoutManifest(model: string): string {
  rmSync(join(model, "manifest.json"));
  return model;
}

/** Writes a CSV table of the columns width, height and weight, seeded: height and weight depend on width. */
export function writeExampleTable(path: string, rows: number, seed = 1): string {
  const random = generator(seed, "example table");
  const lines = Array.from({ length: rows }, () => {
    const width = random.normal();
    const height = 2 * width + 0.3 * random.normal();
    const weight = width * width + 0.3 * random.normal();
    return [width, height, weight].map((value) => value.toFixed(5)).join(",");
  });
  writeFileSync(path, ["width,height,weight", ...lines, ""].join("\n"));
  return path;
}
