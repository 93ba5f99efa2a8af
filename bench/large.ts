/**
 * @file Does memory stay flat when a table grows, and what does training from the disk cost? One JSON line per size: a
 * Parquet file of so many rows and columns (ten), a few steps in memory and from the disk, each in a process of its own.
 *
 *     npx tsx bench/large.ts --rows 100000,1000000,10000000 --steps 200
 *     npx tsx bench/large.ts --rows 100000 --columns 2000 --steps 10 --most-in-memory 0
 *
 * Fails if a loss is not finite, or is another from the disk than from memory.
 */
import "../src/runtime/node/install.ts";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { literal, withDuckDB } from "../src/table/files/duckdb.ts";
import { trainTable } from "../src/training/train-table.ts";
import { hashedUniform } from "./suite/hashed-uniform.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "100000,1000000,10000000" },
    columns: { type: "string", default: "10" },
    steps: { type: "string", default: "200" },
    workers: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    /** Tables of more rows are trained from the disk only. */
    "most-in-memory": { type: "string", default: "10000000" },
    /** Of a child process: the file to train on, and the megabytes for it. */
    file: { type: "string" },
    memory: { type: "string" },
  },
});

interface Measured {
  readonly secondsToFirstStep: number;
  readonly stepsPerSecond: number;
  readonly peakMegabytes: number;
  /** Mean over the steps. */
  readonly loss: number;
  readonly isOnDisk: boolean;
}

if (values.file) process.stdout.write(JSON.stringify(await measure(values.file, Number(values.memory))));
else for (const rows of values.rows.split(",").map(Number)) await compare(rows);

async function compare(rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "anygiven-bench-"));
  try {
    const file = join(folder, "table.parquet");
    await writeRows(rows, file);
    const disk = child(file, 0);
    const memory = rows <= Number(values["most-in-memory"]) ? child(file, 1e9) : undefined;
    if (!disk.isOnDisk || memory?.isOnDisk) throw new Error("the rows are not where they should be");
    for (const { loss } of [disk, memory ?? disk]) {
      if (!Number.isFinite(loss)) throw new Error(`${rows} rows: the loss is ${loss}`);
      if (loss !== disk.loss)
        throw new Error(`${rows} rows: loss ${disk.loss} from the disk, ${loss} from memory`);
    }
    const line = {
      bench: "large",
      rows,
      columns: Number(values.columns),
      fileMegabytes: Math.round(statSync(file).size / 1e6),
      steps: Number(values.steps),
      loss: disk.loss,
      disk: figures(disk),
      ...(memory && { memory: figures(memory), ratio: rounded(disk.stepsPerSecond / memory.stepsPerSecond) }),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Normal columns that share a part. */
async function writeRows(rows: number, file: string): Promise<void> {
  const uniform = (stream: number) => hashedUniform(stream, Number(values.seed));
  const normal = (stream: number) =>
    `sqrt(-2 * ln(${uniform(2 * stream)})) * cos(2 * pi() * ${uniform(2 * stream + 1)})`;
  const columns = Array.from(
    { length: Number(values.columns) },
    (_, c) => `(common + ${normal(c + 1)})::FLOAT AS c${c}`,
  );
  const source = `(SELECT i, ${normal(0)} AS common FROM range(${rows}) t(i))`;
  await withDuckDB(async (connection) => {
    await connection.run(
      `COPY (SELECT ${columns.join(", ")} FROM ${source}) TO ${literal(file)} (FORMAT parquet)`,
    );
  });
}

function child(file: string, megabytes: number): Measured {
  const tsx = fileURLToPath(new URL("../node_modules/.bin/tsx", import.meta.url));
  const { steps, workers, seed } = values;
  const args = [
    "--file",
    file,
    "--memory",
    `${megabytes}`,
    "--steps",
    steps,
    "--workers",
    workers,
    "--seed",
    seed,
  ];
  return JSON.parse(execFileSync(tsx, [fileURLToPath(import.meta.url), ...args], { encoding: "utf8" }));
}

async function measure(file: string, megabytes: number): Promise<Measured> {
  const wanted = Number(values.steps);
  const enough = new AbortController();
  const began = performance.now();
  const at: number[] = [];
  let [loss, isOnDisk] = [Number.NaN, false];
  await trainTable(
    { files: file },
    {
      size: "base",
      epochs: 1,
      batchSize: 256,
      workers: Number(values.workers),
      seed: Number(values.seed),
      memory: megabytes,
      signal: enough.signal,
      onNotice: (notice) => {
        isOnDisk ||= notice.includes("stay on the disk");
      },
      onStep: (progress) => {
        at.push(performance.now());
        loss = progress.loss;
        if (at.length === wanted) enough.abort();
      },
    },
  );
  if (at.length < wanted) throw new Error(`an epoch of ${file} has only ${at.length} steps`);
  return {
    secondsToFirstStep: (at[0] - began) / 1000,
    stepsPerSecond: (1000 * (at.length - 1)) / (at.at(-1)! - at[0]),
    peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
    loss,
    isOnDisk,
  };
}

function figures({ secondsToFirstStep, stepsPerSecond, peakMegabytes }: Measured) {
  return {
    secondsToFirstStep: rounded(secondsToFirstStep),
    stepsPerSecond: rounded(stepsPerSecond),
    peakMegabytes: Math.round(peakMegabytes),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
