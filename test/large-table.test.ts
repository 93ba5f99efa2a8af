/** @file A table that stays on the disk while it trains gives the model that it gives in memory, bit for bit. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { InputError, readTable, type TableFiles, writeTable } from "../src/index.ts";
import type { ModelConfig } from "../src/networks/model-config.ts";
import { generator } from "../src/numeric/generator.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { trainTable } from "../src/training/train-table.ts";
import { anygiven, startAnygiven, TINY, temporaryFolder, writeExampleTable } from "./cli.ts";

const folder = temporaryFolder("large-table");

/**
 * A column of each kind: a number with missing cells and errors, one that needs float64, whole numbers, point masses, a
 * category, a boolean and a date; the category and the date have missing cells too.
 */
function everyKind(rows: number): string {
  const random = generator(1, "every kind");
  const lines = Array.from({ length: rows }, () => {
    const x = random.normal();
    const or = (share: number, cell: string | number) => (random.uniform() < share ? "" : cell);
    const day = new Date(Date.UTC(2020, 0, 1 + random.integer(900))).toISOString().slice(0, 10);
    return [
      or(0.3, x.toFixed(6)),
      or(0.2, (0.1 + random.uniform() / 5).toFixed(6)),
      (2_450_000 + 1e-3 * (x + random.normal())).toFixed(9),
      Math.round(20 + 5 * x + random.normal()),
      random.uniform() < 0.4 ? 0 : Math.abs(x).toFixed(5),
      or(0.1, ["red", "green", "blue", "pale blue"][random.integer(4)]),
      x > 0.3 ? "true" : "false",
      or(0.1, day),
    ].join(",");
  });
  return ["x,x_err,julian,whole,spike,colour,flag,day", ...lines, ""].join("\n");
}

const RUN: TrainOptions = {
  embeddingDim: 8,
  heads: 2,
  ffnDim: 16,
  encoderLayers: 1,
  headDim: 16,
  headLayers: 1,
  batchSize: 64,
  epochs: 3,
  dropout: 0.1,
  workers: 1,
  systemInfo: false,
};

const files = ["a", "b"].map((name) => join(folder, `${name}.csv`));
const [header, ...cells] = everyKind(3000).trimEnd().split("\n");
writeFileSync(files[0], [header, ...cells.slice(0, 1700), ""].join("\n"));
writeFileSync(files[1], [header, ...cells.slice(1700), ""].join("\n"));

async function trained(source: TableFiles, options: TrainOptions) {
  const notices: string[] = [];
  const run = await trainTable(source, { ...RUN, ...options, onNotice: (notice) => notices.push(notice) });
  return {
    weights: run.model.weights,
    config: withoutMaking(run.model.config),
    losses: run.metrics.map(({ loss, validationLoss }) => [loss, validationLoss]),
    isOnDisk: notices.some((notice) => notice.includes("stay on the disk")),
  };
}

/** But for when it was trained, and how long. */
function withoutMaking({ made: _, ...config }: ModelConfig): ModelConfig {
  return config;
}

/** Trains in memory and from the disk. */
async function bothWays(source: TableFiles, options: TrainOptions = {}) {
  const inMemory = await trained(source, { ...options, memory: 10_000 });
  const onDisk = await trained(source, { ...options, memory: 0 });
  expect([inMemory.isOnDisk, onDisk.isOnDisk]).toEqual([false, true]);
  return { inMemory, onDisk };
}

describe("from the disk as from memory:", () => {
  test("columns of every kind, from several files of CSV", async () => {
    const { inMemory, onDisk } = await bothWays({ files });
    expect(inMemory.config.columns.map(({ encoding }) => encoding!.kind)).toEqual([
      "number",
      "number",
      "integer",
      "number",
      "category",
      "boolean",
      "date",
    ]);
    expect(onDisk.config).toEqual(inMemory.config);
    expect(onDisk.losses).toEqual(inMemory.losses);
    expect(inMemory.losses.flat().every(Number.isFinite)).toBe(true);
    expect(onDisk.weights).toEqual(inMemory.weights);
  });

  test("the published network, and columns that are only given", async () => {
    const source = { files, columns: ["x", "julian", "whole", "spike"] };
    const { inMemory, onDisk } = await bothWays(source, { preset: "paper", outputs: ["x"] });
    expect(onDisk.losses).toEqual(inMemory.losses);
    expect(onDisk.weights).toEqual(inMemory.weights);
  });

  test("Parquet, by a glob, of more rows than a block has", async () => {
    const table = await readTable(writeExampleTable(join(folder, "long.csv"), 70_000));
    mkdirSync(join(folder, "parts"));
    await writeTable(table, join(folder, "parts", "all.parquet"));
    const source = { files: join(folder, "parts", "*.parquet") };
    const few: TrainOptions = { preset: "paper", batchSize: 8192, epochs: 1 };
    const { inMemory, onDisk } = await bothWays(source, few);
    expect(onDisk.config).toEqual(inMemory.config);
    expect(onDisk.weights).toEqual(inMemory.weights);
  });

  test("a run that is stopped by its validation loss, and one that is gone on with", async () => {
    const source = { files: writeExampleTable(join(folder, "small.csv"), 1200) };
    const early = { epochs: 40, patience: 2, learningRate: 0.05 };
    const { inMemory, onDisk } = await bothWays(source, early);
    expect(inMemory.losses.length).toBeLessThan(40);
    expect(onDisk.losses).toEqual(inMemory.losses);
    const whole = await trained(source, { epochs: 6, memory: 10_000 });
    const out = join(folder, "gone-on");
    await trained(source, { epochs: 2, memory: 0, out });
    await trained(source, { epochs: 4, memory: 10_000, out, resume: true });
    const last = await trained(source, { epochs: 6, memory: 0, out, resume: true });
    expect(last.weights).toEqual(whole.weights);
  });
});

describe("on the command line", () => {
  const table = writeExampleTable(join(folder, "table.csv"), 3000);
  const leftovers = (out: string) => readdirSync(out).filter((name) => name.startsWith("."));

  test("--memory keeps a table on the disk, says so, and leaves nothing behind", async () => {
    const out = join(folder, "by-command");
    const { code, stderr } = await anygiven(
      "train",
      table,
      "--out",
      out,
      "--memory",
      "0",
      ...TINY,
      "--preset",
      "paper",
    );
    expect(stderr).toContain("table.csv: 3000 rows, 3 columns");
    expect(stderr).toMatch(/would take about 1 MB of memory, and 0 MB may be used \(--memory\)/);
    expect(code).toBe(0);
    expect(leftovers(out)).toEqual([]);
  });

  test("Ctrl-C ends a run on the disk with a checkpoint, and leaves no file of rows", async () => {
    const out = join(folder, "interrupted");
    const temporary = join(folder, "temporary"); // its own: other programs use the common one meanwhile
    mkdirSync(temporary);
    const long = [...TINY, "--preset", "paper", "--epochs", "100000", "--memory", "0"];
    const run = startAnygiven(["train", table, "--out", out, ...long], {
      environment: { TMPDIR: temporary },
    });
    let told = "";
    run.process.stderr!.on("data", (piece: string) => {
      told += piece;
    });
    while (!told.includes("epoch 2") && run.process.exitCode === null) await sleep(20);
    run.process.kill("SIGINT");
    const { code } = await run.outcome;
    expect(code).toBe(130);
    expect(readdirSync(join(out, "checkpoints"))).toHaveLength(1);
    expect(leftovers(out)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("a memory that is none is refused", async () => {
    const made = trainTable({ files: table }, { ...RUN, memory: -1 });
    await expect(made).rejects.toThrow(InputError);
    await expect(made).rejects.toThrow("`memory` is -1; it must be a number at least 0.");
  });

  test("a wrong cell is told with its row, as from memory", async () => {
    const wrong = join(folder, "wrong.csv");
    const rows = Array.from({ length: 80_000 }, (_, row) => `${row},${(row * 7919) % 10_007}\n`);
    writeFileSync(wrong, `a,b\n${rows.join("")}1,two\n`);
    const messages = await Promise.all(
      [0, 10_000].map((memory) =>
        trainTable({ files: wrong }, { ...RUN, memory }).catch((error: Error) => error.message),
      ),
    );
    expect(messages[0]).toContain('row 80001 (line 80002), column "b": "two" is not a number');
    expect(messages[0]).toBe(messages[1]);
  });
});
