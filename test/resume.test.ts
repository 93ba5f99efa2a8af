/** @file Runs that are killed, interrupted, stopped and resumed end as if they had never stopped. */
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { type Outcome, startAnygiven, TINY, temporaryFolder, writeExampleTable } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("resume");
const table = writeExampleTable(join(folder, "table.csv"), 1500);
const smallTable = writeExampleTable(join(folder, "small.csv"), 300);

/** A real network on two workers, dropout on, a checkpoint after each of six epochs of 21 steps. */
const RUN =
  "--preset paper --embedding-dim 32 --heads 4 --ffn-dim 64 --encoder-layers 2 --head-dim 32 --head-layers 2 --steps 50 --batch-size 64 --epochs 6 --checkpoint-every 1 --workers 2 --dropout 0.1".split(
    " ",
  );

const weights = (model: string) => readFileSync(join(folder, model, "weights.safetensors"));
const checkpoints = (model: string) => {
  const index = join(folder, model, "checkpoints");
  return existsSync(index) ? readdirSync(index).filter((name) => name.endsWith(".safetensors")) : [];
};
const log = (model: string) => {
  const path = join(folder, model, "training.log");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};

/** metrics.csv without what the clock says: the columns seconds and rows_per_second. */
function metrics(model: string): Record<string, string>[] {
  const [header, ...lines] = readFileSync(join(folder, model, "metrics.csv"), "utf8")
    .trimEnd()
    .split("\n");
  const names = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",").map((cell, i): [string, string] => [names[i], cell]);
    return Object.fromEntries(cells.filter(([name]) => name !== "seconds" && name !== "rows_per_second"));
  });
}

function train(model: string, source: string, ...more: string[]): Promise<Outcome> {
  return anygivenHere("train", source, "--out", join(folder, model), ...more);
}

async function trained(model: string, source: string, ...more: string[]): Promise<void> {
  const { code, stderr } = await train(model, source, ...more);
  expect(code, stderr).toBe(0);
}

/** A run that goes until it has told of so many epochs (0: until its folder has a config), and some milliseconds more. */
async function stoppedAfter(
  epochs: number,
  milliseconds: number,
  signal: NodeJS.Signals,
  model: string,
  options: readonly string[],
): Promise<Outcome> {
  const run = startAnygiven(["train", table, "--out", join(folder, model), ...options]);
  let told = "";
  run.process.stderr!.on("data", (text: string) => {
    told += text;
  });
  const isThere = () =>
    epochs === 0 ? existsSync(join(folder, model, "config.json")) : told.includes(`epoch ${epochs} `);
  while (!isThere() && run.process.exitCode === null) await sleep(5);
  await sleep(milliseconds);
  run.process.kill(signal);
  return run.outcome;
}

describe("a run of six epochs", () => {
  beforeAll(() => trained("undisturbed", table, ...RUN));

  test("has a line of metrics and a checkpoint for each", () => {
    expect(metrics("undisturbed").map(({ epoch }) => Number(epoch))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(checkpoints("undisturbed")).toHaveLength(6);
  });

  test("killed at four moments and resumed, gives the same weights and metrics", async () => {
    // An epoch is told of just before its checkpoint is written.
    const moments = [
      [0, 0],
      [1, 0],
      [2, 40],
      [3, 3],
    ];
    const killed: string[] = [];
    for (const [epochs, milliseconds] of moments) {
      const model = `killed-${epochs}`;
      const { signal } = await stoppedAfter(epochs, milliseconds, "SIGKILL", model, RUN);
      if (signal === "SIGKILL") killed.push(model);
      await trained(model, table, ...RUN, "--resume");
      expect(weights(model).equals(weights("undisturbed")), model).toBe(true);
      expect(metrics(model)).toEqual(metrics("undisturbed"));
    }
    // On a busy machine the signal may come after the last epoch, but not always.
    expect(killed.length, killed.join()).toBeGreaterThanOrEqual(3);
  });

  test("interrupted by Ctrl-C inside an epoch, exits with 130 and resumes to the same weights", async () => {
    const options = [...RUN, "--batch-size", "10", "--checkpoint-every", "0", "--epochs"];
    const endless = [...options, "100000"];
    let epochs = 1;
    let isInside = false;
    // On a busy machine Ctrl-C may come just at the end of an epoch: then it comes again.
    for (let more: string[] = []; !isInside; more = ["--resume"]) {
      const run = [...endless, ...more];
      const { code, stdout } = await stoppedAfter(epochs + 1, 50, "SIGINT", "interrupted", run);
      expect(code).toBe(130);
      const told = Number(/Interrupted after (\d+) epochs/.exec(stdout)![1]);
      expect(told).toBeGreaterThan(epochs);
      epochs = told;
      const name = new RegExp(`^epoch-0*${epochs}(-step-\\d+)?\\.safetensors$`);
      const found = checkpoints("interrupted")
        .map((file) => name.exec(file))
        .filter((match) => match !== null);
      expect(found).toHaveLength(1);
      isInside = found[0][1] !== undefined;
    }
    const whole = [...options, String(epochs + 1)];
    await trained("long-epochs", table, ...whole);
    expect(weights("interrupted").equals(weights("long-epochs"))).toBe(false);
    await trained("interrupted", table, ...whole, "--resume");
    expect(weights("interrupted").equals(weights("long-epochs"))).toBe(true);
    expect(metrics("interrupted")).toEqual(metrics("long-epochs"));
  });
});

describe("a finished run", () => {
  const finished = join(folder, "two");
  beforeAll(async () => {
    await trained("two", smallTable, ...TINY, "--seed", "5");
  });

  /** A copy of the finished run, to be resumed. */
  function copyOf(model: string): string {
    cpSync(finished, join(folder, model), { recursive: true });
    return model;
  }

  test("is repeated by the same seed, and not by another", async () => {
    await trained("again", smallTable, ...TINY, "--seed", "5");
    await trained("other-seed", smallTable, ...TINY, "--seed", "6");
    expect(weights("again").equals(weights("two"))).toBe(true);
    expect(weights("other-seed").equals(weights("two"))).toBe(false);
  });

  test.each([
    ["learningRate", ["--learning-rate", "0.001"]],
    ["embeddingDim", ["--embedding-dim", "16"]],
    ["seed", ["--seed", "6"]],
    ["contextRange", ["--context-range", "0,2"]],
    ["preset", ["--preset", "paper-stellar"]],
    ["outputs", ["--outputs", "height"]],
  ])("is not resumed with another %s", async (_, options) => {
    const { code, stderr } = await train("two", smallTable, "--resume", "--epochs", "3", ...options);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^anygiven: ${options[0]} (is|are) .* in the run to be resumed, not .+$`, "m"),
    );
    expect(metrics("two")).toHaveLength(2);
  });

  test("goes on for more epochs as if it had been meant to", async () => {
    await trained(copyOf("two-and-two"), smallTable, "--resume", "--epochs", "4");
    await trained("four", smallTable, ...TINY, "--seed", "5", "--epochs", "4");
    expect(weights("two-and-two").equals(weights("four"))).toBe(true);
    expect(metrics("two-and-two")).toEqual(metrics("four"));
  });

  test("is not resumed with as many rows of other values", async () => {
    const other = writeExampleTable(join(folder, "other-values.csv"), 300, 2);
    const { code, stderr } = await train("two", other, "--resume", "--epochs", "3");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /Column "width" of .*other-values\.csv holds other values than .*two was trained on/,
    );
  });

  test("is not resumed with a table of other rows", async () => {
    const other = writeExampleTable(join(folder, "other.csv"), 320);
    const { code, stderr } = await train("two", other, "--resume", "--epochs", "3");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^anygiven: .*two was trained on 300 rows, .*other\.csv has 320: resume with .+$/m,
    );
  });
});

describe("a run with patience", () => {
  test("stops when its validation loss no longer falls, and resuming does not move it", async () => {
    const options = [...TINY, "--epochs", "40", "--learning-rate", "0.05", "--patience", "2"];
    await trained("patient", smallTable, ...options, "--checkpoint-every", "1");
    const losses = metrics("patient").map((line) => Number(line.validation_loss));
    expect(losses.length).toBeLessThan(40);
    expect(losses.indexOf(Math.min(...losses))).toBe(losses.length - 3);
    expect(log("patient")).toContain("no better validation loss");
    const stopped = weights("patient");
    await trained("patient", smallTable, ...options, "--resume");
    expect(weights("patient").equals(stopped)).toBe(true);
    expect(metrics("patient")).toHaveLength(losses.length);
  });
});
