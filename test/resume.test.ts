/** @file Runs that are killed, interrupted, stopped and resumed end as if they had never stopped. */
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { generator } from "../src/numeric/generator.ts";
import { anygiven, type Outcome, startAnygiven, TINY, temporaryFolder, writeExampleTable } from "./cli.ts";

const folder = temporaryFolder("resume");
const table = writeExampleTable(join(folder, "table.csv"), 3000);
const smallTable = writeExampleTable(join(folder, "small.csv"), 300);

/** A real network on two workers, dropout on, a checkpoint after each of eight epochs of 42 steps. */
const RUN =
  "--preset paper --embedding-dim 32 --heads 4 --ffn-dim 64 --encoder-layers 2 --head-dim 32 --head-layers 2 --steps 50 --batch-size 64 --epochs 8 --checkpoint-every 1 --workers 2 --dropout 0.1".split(
    " ",
  );

const weights = (model: string) => readFileSync(join(folder, model, "weights.safetensors"));
const checkpoints = (model: string) => {
  const place = join(folder, model, "checkpoints");
  return existsSync(place) ? readdirSync(place).filter((name) => name.endsWith(".safetensors")) : [];
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
  return anygiven("train", source, "--out", join(folder, model), ...more);
}

async function trained(model: string, source: string, ...more: string[]): Promise<void> {
  const { code, stderr } = await train(model, source, ...more);
  expect(code, stderr).toBe(0);
}

describe("a run of eight epochs", () => {
  let milliseconds = 0;
  beforeAll(async () => {
    const began = performance.now();
    await trained("undisturbed", table, ...RUN);
    milliseconds = performance.now() - began;
  });

  test("has a line of metrics and a checkpoint for each", () => {
    expect(metrics("undisturbed").map(({ epoch }) => epoch)).toEqual([
      "1",
      "2",
      "3",
      "4",
      "5",
      "6",
      "7",
      "8",
    ]);
    expect(checkpoints("undisturbed")).toHaveLength(8);
  });

  test("killed at ten random moments and resumed, gives the same weights and metrics", async () => {
    const random = generator(7, "moments to kill at");
    const moments = Array.from({ length: 10 }, () => 0.3 + 0.7 * random.uniform());
    const hits: { epochs: number; isMidRun: boolean }[] = [];
    for (const [i, moment] of moments.entries()) {
      const model = `killed-${i}`;
      const run = startAnygiven(["train", table, "--out", join(folder, model), ...RUN]);
      await Promise.race([sleep(moment * milliseconds), run.outcome]);
      run.process.kill("SIGKILL");
      await run.outcome;
      const isMidRun = log(model).includes("starting") && !log(model).includes("finished");
      hits.push({ epochs: checkpoints(model).length, isMidRun });
      const begun = existsSync(join(folder, model, "config.json"));
      await trained(model, table, ...RUN, ...(begun ? ["--resume"] : []));
      expect(weights(model).equals(weights("undisturbed")), `killed at ${moment} of the run`).toBe(true);
      expect(metrics(model)).toEqual(metrics("undisturbed"));
    }
    // The moments were what they should be: within the run, and spread over its epochs.
    const during = hits.filter(({ isMidRun }) => isMidRun);
    expect(during.length, JSON.stringify(hits)).toBeGreaterThanOrEqual(4);
    expect(new Set(during.map(({ epochs }) => epochs)).size, JSON.stringify(hits)).toBeGreaterThanOrEqual(3);
  });

  test("interrupted by Ctrl-C inside an epoch, exits with 130 and resumes to the same weights", async () => {
    // 540 steps an epoch: Ctrl-C falls into the third, also where other work delays it.
    const options = [...RUN, "--batch-size", "5", "--epochs", "3", "--checkpoint-every", "0"];
    await trained("long-epochs", table, ...options);
    const run = startAnygiven(["train", table, "--out", join(folder, "interrupted"), ...options]);
    const secondEpoch = new Promise<void>((resolve) => {
      run.process.stderr!.on("data", (text: string) => text.includes("epoch 2") && resolve());
    });
    await Promise.race([secondEpoch, run.outcome]);
    await sleep(60);
    run.process.kill("SIGINT");
    const { code, stdout } = await run.outcome;
    expect(code).toBe(130);
    expect(stdout).toContain("Interrupted after 2 epochs");
    expect(checkpoints("interrupted")).toEqual([
      expect.stringMatching(/^epoch-000002-step-\d+\.safetensors$/),
    ]);
    expect(weights("interrupted").equals(weights("long-epochs"))).toBe(false);
    await trained("interrupted", table, ...options, "--resume");
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
  ])("is not resumed with another %s", async (name, options) => {
    const { code, stderr } = await train("two", smallTable, "--resume", "--epochs", "3", ...options);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^anygiven: ${name} (is|are) .* in the run to be resumed, not .+$`, "m"),
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
