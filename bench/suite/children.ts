/** @file Measuring in processes of their own: each prints one line of JSON, and nothing of one run is left for the next. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What a measuring process printed, one object a line. */
export type Measured = Readonly<Record<string, unknown>>;

/**
 * Runs a program to its end; what it says on stderr is shown. If this process ends first, it ends too.
 * @returns the lines of its standard output.
 * @throws if it ends with an error, naming the command.
 */
export function outputOf(command: string, args: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    const end = () => child.kill();
    process.once("exit", end);
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("exit", end);
      const lines = Buffer.concat(chunks).toString("utf8").trim().split("\n");
      if (code === 0) resolve(lines);
      else reject(new Error(`${[command, ...args].join(" ")} ended with ${signal ?? code}`));
    });
  });
}

/** Runs a TypeScript file of this folder (a path from `bench/`): every line of JSON it prints. */
export async function measureAll(file: string, args: readonly string[]): Promise<Measured[]> {
  const lines = await outputOf(process.execPath, ["--import", "tsx", inBench(file), ...args]);
  return lines.map(parsed);
}

/** As {@link measureAll}, the last line alone. */
export async function measure(file: string, args: readonly string[]): Promise<Measured> {
  return (await measureAll(file, args)).at(-1)!;
}

/** Runs a script of `bench/peers/` with a Python: the last line of JSON it prints. */
export async function measurePython(
  python: string,
  script: string,
  args: readonly string[],
): Promise<Measured> {
  return parsed((await outputOf(python, [inBench(`peers/${script}`), ...args])).at(-1)!);
}

/** A number that a process measured. @throws if it isn't there or isn't finite. */
export function numberOf(measured: Measured, name: string): number {
  const value = measured[name];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Error(`"${name}" is ${String(value)} in ${JSON.stringify(measured)}`);
}

/** A path below `bench/`, as the file system knows it. */
export function inBench(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/**
 * The most memory that this process has had so far [MB], all its threads together. From /proc, not getrusage: that
 * also holds what the process that started it had.
 */
export function peakMegabytes(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  if (kilobytes === undefined)
    throw new Error("/proc/self/status has no VmHWM: peaks are read on Linux only");
  return (Number(kilobytes) * 1024) / 1e6;
}

function parsed(line: string): Measured {
  return JSON.parse(line) as Measured;
}
