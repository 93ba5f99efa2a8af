/**
 * @file A training without a length, on a table with a learnable pair of columns, one of pure noise and a text that nearly
 * every row has for itself: it ends, keeps good weights for the pair, and reports numbers that can be worked out otherwise.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heldOutRows, Model, type Table, type TrainingReport } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import type { TrainOptions } from "../src/training/options.ts";
import type { TrainedRun } from "../src/training/prepared-training.ts";
import { withoutRecalibration } from "../src/training/recalibration/recalibrate.ts";
import { trainTable } from "../src/training/train-table.ts";
import { temporaryFolder } from "./cli.ts";

const ROWS = 600;
/** What y deviates from 2 x by. */
const RESIDUAL = 0.5;
const MAJORITY = 0.75;

/** y = 2 x + noise; noise alone, missing in some rows; a label of two shares; a text that all but a few rows have for themselves. */
function table(): Table {
  const random = generator(3, "hopeless columns");
  const made = (value: (row: number) => number) =>
    Float64Array.from({ length: ROWS }, (_, row) => value(row));
  const x = made(() => random.normal());
  return {
    source: "hopeless columns",
    rows: ROWS,
    columns: [
      { name: "x", values: x },
      { name: "y", values: made((row) => 2 * x[row] + RESIDUAL * random.normal()) },
      { name: "noise", values: made((row) => (row % 5 === 0 ? Number.NaN : random.normal())) },
      {
        name: "label",
        kind: "category",
        categories: ["common", "rare"],
        values: made(() => Number(random.uniform() > MAJORITY)),
      },
      {
        name: "text",
        kind: "category",
        categories: Array.from({ length: ROWS - 5 }, (_, i) => `row ${i}`),
        values: made((row) => Math.max(0, row - 5)),
      },
    ],
  };
}

const SMALL: TrainOptions = {
  members: 1,
  embeddingDim: 16,
  heads: 2,
  ffnDim: 32,
  encoderLayers: 1,
  headDim: 16,
  headLayers: 1,
  freeNormals: 8,
  fixedNormals: 16,
  workers: 1,
  systemInfo: false,
  validation: 0.25,
  // Left to itself, training leaves such a text out.
  kinds: { text: { kind: "category" } },
};
const folder = temporaryFolder("until-done");

let run: TrainedRun;
let report: TrainingReport;
let model: Model;
const checks: number[] = [];
beforeAll(async () => {
  run = await trainTable(table(), {
    ...SMALL,
    out: join(folder, "done"),
    onCheck: ({ step }) => checks.push(step),
  });
  model = new Model(run.model);
  if (!model.training) throw new Error("there is no report");
  report = model.training;
});
afterAll(() => model.dispose());

const reached = (name: string) => {
  const found = report.columns.find((column) => column.name === name);
  if (!found) throw new Error(`nothing is reported of ${name}`);
  return found;
};

test("it ends when no column gets better any more", () => {
  expect(run.why).toBe("done");
  expect(report).toMatchObject({ ended: "done", stoppedEarly: false, improving: [], heldOutRows: ROWS / 4 });
  expect(run.steps).toBeLessThanOrEqual(4000);
  expect(checks.at(-1)).toBe(run.steps);
});

test("the pair is learnt, though the text is learnt by heart", async () => {
  // Alone, y deviates by sqrt(4 + 0.25); given x, by 0.5: ln of their ratio is 1.42 nats.
  const most = Math.log(Math.hypot(2, RESIDUAL) / RESIDUAL);
  expect(reached("y").gain).toBeGreaterThan(0.6 * most);
  expect(reached("y").gain).toBeLessThan(most + 2 * reached("y").error);
  const [given, alone] = [
    await model.density({ of: "y", given: { x: 1 } }),
    await model.density({ of: "y" }),
  ];
  if (given.kind !== "number" || alone.kind !== "number") throw new Error("y is no number");
  expect(Math.abs(given.median() - 2)).toBeLessThan(0.4);
  expect(given.std()).toBeLessThan(0.6 * alone.std());
});

test("of noise and of the text it is said that nothing was learnt", () => {
  for (const name of ["noise", "text"]) expect(reached(name).gain).toBeLessThan(2 * reached(name).error);
});

/** Of the labels that rows have, each given all else in the row. */
async function logProbabilities(of: Model, rows: Table): Promise<Float64Array> {
  const { classes } = await of.density(rows, { of: "label" });
  const labels = rows.columns[3].values;
  return Float64Array.from(labels, (label, row) => Math.log(classes[2 * row + label]));
}

describe("the numbers of the report are", () => {
  test("the log likelihood that the network itself tells of the held-out rows", async () => {
    const network = new Model({ ...run.model, config: withoutRecalibration(run.model.config) });
    const rows = await heldOutRows(join(folder, "done"), table());
    for (const name of ["x", "y", "noise", "label"]) {
      const index = run.model.config.columns.findIndex((column) => column.name === name);
      const { encoding } = run.model.config.columns[index];
      const told =
        name === "label" ? await logProbabilities(network, rows) : await network.logPdf(rows, { of: name });
      const known = Array.from(told).filter((log) => !Number.isNaN(log));
      const mean = known.reduce((sum, log) => sum + log, 0) / known.length;
      const scale = encoding.categories.length > 0 ? 1 : encoding.scale;
      expect(encoding.transform.by).toBe("none");
      expect(reached(name).rows).toBe(known.length);
      expect(known.length < rows.rows).toBe(name === "noise");
      expect(Math.abs(mean + Math.log(scale) - (reached(name).gain - reached(name).own)), name).toBeLessThan(
        2e-3,
      );
    }
    await network.dispose();
  });

  test("those of the column's own distribution", () => {
    const label = table().columns[3].values;
    const rare = Array.from(label).reduce((sum, each) => sum + each, 0) / ROWS;
    const entropy = -rare * Math.log(rare) - (1 - rare) * Math.log(1 - rare);
    expect(Math.abs(reached("label").own - entropy)).toBeLessThan(0.1);
    // A standard normal's entropy.
    for (const name of ["x", "y", "noise"])
      expect(Math.abs(reached(name).own - Math.log(2 * Math.PI * Math.E) / 2)).toBeLessThan(0.15);
  });

  test("those of a linear model, which is all that there is to know here", () => {
    const most = Math.log(Math.hypot(2, RESIDUAL) / RESIDUAL);
    expect(Math.abs((reached("y").linearGain ?? 0) - most)).toBeLessThan(0.2);
    expect(Math.abs(reached("noise").linearGain ?? 1)).toBeLessThan(0.1);
    expect(reached("text").linearGain).toBeUndefined();
  });
});

test("a training that was ended early says so, and its model too", async () => {
  const out = join(folder, "early");
  const early = await trainTable(table(), { ...SMALL, out, epochs: 8 });
  expect(early.model.config.report).toMatchObject({ ended: "finished", stoppedEarly: true });
  const loaded = await Model.load(out);
  expect(loaded.training).toEqual(early.model.config.report);
  await loaded.dispose();
});

test("stopped in between and resumed, it judges and ends as if it had not been", async () => {
  const out = join(folder, "resumed");
  const stop = new AbortController();
  const stopped = await trainTable(table(), {
    ...SMALL,
    out,
    signal: stop.signal,
    onCheck: ({ step }) => {
      if (step > 300) stop.abort();
    },
  });
  expect(stopped.why).toBe("interrupted");
  expect(stopped.model.config.report).toMatchObject({ ended: "interrupted" });
  const resumed = await trainTable(table(), { ...SMALL, out, resume: true });
  expect(resumed.steps).toBe(run.steps);
  expect(resumed.model.config.report).toEqual(report);
  expect(Buffer.from(resumed.model.weights.buffer).equals(Buffer.from(run.model.weights.buffer))).toBe(true);
});
