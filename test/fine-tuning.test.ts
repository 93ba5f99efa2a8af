/** @file Training that starts from another model: it begins with that model's answers, learns what is new, and refuses what contradicts. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load } from "../src/index.ts";
import { Model } from "../src/model/model.ts";
import type { TrainedModel } from "../src/model/trained-model.ts";
import { HEAD_NAMES, type HeadName } from "../src/networks/query/heads/registry.ts";
import { networkOf } from "../src/networks/registry.ts";
import { generator } from "../src/numeric/generator.ts";
import { type CellValue, tableFromColumns } from "../src/table/from-values.ts";
import type { Table } from "../src/table/table.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { trainTable } from "../src/training/train-table.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-fine-tuning-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SMALL = {
  embeddingDim: 8,
  heads: 2,
  ffnDim: 8,
  encoderLayers: 1,
  headDim: 8,
  headLayers: 1,
  frequencies: 2,
  workers: 1,
  batchSize: 32,
  systemInfo: false,
} satisfies TrainOptions;
const RUN = { workers: 1, batchSize: 32, systemInfo: false } satisfies TrainOptions;

/** x, y after it, a colour by its sign; of the names that are asked for. */
function table(rows: number, columns: readonly string[], { shift = 0, errors = {} } = {}): Table {
  const random = generator(1, "table", rows);
  const all: Record<string, CellValue[]> = { x: [], y: [], colour: [], n: [], z: [], day: [], x_err: [] };
  for (let row = 0; row < rows; row++) {
    const x = random.normal() + shift;
    all.x.push(x);
    all.y.push(2 * x + 0.3 * random.normal());
    all.colour.push(x > 0 ? "blue" : "red");
    all.n.push(Math.round(30 + 10 * x));
    all.z.push(x - random.normal());
    all.day.push(new Date(1e12 + 1e8 * Math.floor(100 * x)));
    all.x_err.push(0.1 + 0.1 * random.uniform());
  }
  const chosen = [...columns, ...Object.values(errors)].map((name) => [name, all[name as string]] as const);
  return tableFromColumns(Object.fromEntries(chosen), { errors, source: "the rows" });
}

const bases = {} as Record<HeadName, TrainedModel>;
beforeAll(async () => {
  for (const head of HEAD_NAMES) {
    const options = { ...SMALL, head, epochs: 3 } as TrainOptions;
    bases[head] = (await trainTable(table(200, ["x", "y", "colour", "n"]), options)).model;
  }
});

/** The new table: one column less, a new one, errors where there were none, a category more. */
function grownTable(): Table {
  const { columns, ...others } = table(150, ["z", "x", "colour"], { errors: { x: "x_err" } });
  const recoloured = columns.map((column) =>
    column.name === "colour"
      ? {
          ...column,
          categories: [...column.categories!, "green"],
          values: column.values.map((value, row) => (row % 5 === 0 ? 2 : value)),
        }
      : column,
  );
  return { ...others, columns: recoloured };
}

describe.each(HEAD_NAMES)("head %s", (head) => {
  test("before its first step the model answers as the one it started from", async () => {
    const before = new Model(bases[head]);
    const { model } = await trainTable(grownTable(), { ...RUN, from: before, epochs: 0 });
    const after = new Model(model);
    expect(after.columns).toEqual(["x", "y", "colour", "n", "z"]);
    for (const given of [{}, { x: 0.7, n: 31 }, { colour: "red" }]) {
      for (const model of [before, after]) expect(model.columns).toContain("y");
      const [old, grown] = await Promise.all(
        [before, after].map((model) => model.density({ of: "y", given })),
      );
      if (old.kind !== "number" || grown.kind !== "number") throw new Error("y is a number");
      for (const p of [0.05, 0.3, 0.5, 0.8]) expect(grown.quantile(p)).toBeCloseTo(old.quantile(p), 5);
    }
    // Parameters of errors, which only the new table has, change nothing before they are learnt.
    const [plain, exact] = await Promise.all([
      before.density({ of: "y", given: { x: 0.7 } }),
      after.density({ of: "y", given: { x: { value: 0.7, error: 1e-9 } } }),
    ]);
    if (plain.kind !== "number" || exact.kind !== "number") throw new Error("y is a number");
    expect(exact.median()).toBeCloseTo(plain.median(), 4);
    const [old, grown] = await Promise.all(
      [before, after].map((model) => model.density({ of: "colour", given: { x: 0.2 } })),
    );
    if (old.kind === "number" || grown.kind === "number") throw new Error("a colour is a category");
    const odds = (of: typeof old) => of.probability("blue") / of.probability("red");
    // To a per cent: each network of an ensemble gives the new category a share of its own.
    expect(Math.log(odds(grown) / odds(old))).toBeCloseTo(0, 1);
    expect(grown.probability("green")).toBeGreaterThan(0);
    await Promise.all([before.dispose(), after.dispose()]);
  });

  test("what is new is learnt, and what the table lacks can be asked", async () => {
    const { model } = await trainTable(grownTable(), {
      ...RUN,
      from: bases[head],
      epochs: 30,
      learningRate: 0.01,
    });
    const after = new Model(model);
    const green = await after.density({ of: "colour" });
    if (green.kind === "number") throw new Error("a colour is a category");
    expect(Math.abs(green.probability("green") - 0.2)).toBeLessThan(0.1);
    expect((await after.density({ of: "n", given: { x: 0.5 } })).kind).toBe("number");
    expect(model.config.startedFrom).toEqual({
      model: "a model in memory",
      columns: ["x", "y", "colour", "n"],
      absent: ["y", "n"],
    });
    await after.dispose();
  });
});

test("every parameter that grows with a table says what its rows belong to", () => {
  const shapes = (model: TrainedModel) =>
    new Map(networkOf(model.config.network).parameters.map((each) => [each.name, each]));
  return Promise.all(
    HEAD_NAMES.map(async (head) => {
      const { model } = await trainTable(table(100, ["x", "y"]), {
        ...SMALL,
        head,
        epochs: 0,
      } as TrainOptions);
      const larger = shapes(bases[head]);
      for (const [name, { shape, rowsOf }] of shapes(model))
        if (String(larger.get(name)?.shape) !== String(shape)) expect(rowsOf, name).toBeDefined();
    }),
  );
});

test("known columns keep their scale, and are told of where their values lie elsewhere", async () => {
  const notices: string[] = [];
  const { model } = await trainTable(table(100, ["x", "day"], { shift: 30 }), {
    ...RUN,
    from: bases.mixture,
    epochs: 0,
    onNotice: (notice) => notices.push(notice),
  });
  expect(model.config.columns[0].encoding).toEqual(bases.mixture.config.columns[0].encoding);
  expect(notices.join("\n")).toMatch(/Column "x": nine tenths of the values lie in 28\.\d+ \.\. 31/);
  expect(notices).toContain("New to the model: day.");
  expect(notices).toContain("Not in the rows, and kept in the model as they were learnt: y, colour, n.");
});

test("the rate is lower than the model's own was, and stays so from model to model", async () => {
  const options = { ...RUN, epochs: 0 };
  const first = await trainTable(table(100, ["x"]), { ...options, from: bases.mixture });
  const second = await trainTable(table(100, ["x"]), { ...options, from: first.model });
  const [base, once, twice] = [bases.mixture, first.model, second.model].map(
    ({ config }) => config.training!.learningRate as number,
  );
  expect(once).toBeLessThan(base);
  expect(twice).toBe(once);
});

const other = (name: string, values: readonly CellValue[]): Table =>
  tableFromColumns({ [name]: values, other: values.map((_, row) => row * 1.5) }, { source: "the rows" });
const forty = <T>(of: (row: number) => T) => Array.from({ length: 40 }, (_, row) => of(row));

test.each<[string, () => Table, TrainOptions, string]>([
  [
    "text for numbers",
    () =>
      other(
        "x",
        forty((row) => `a${row % 3}`),
      ),
    {},
    "holds categories, in the model to start from it holds numbers",
  ],
  [
    "numbers for categories",
    () =>
      other(
        "colour",
        forty((row) => row),
      ),
    {},
    'Column "colour" of the rows holds numbers, in the model',
  ],
  [
    "dates for numbers",
    () =>
      other(
        "y",
        forty((row) => new Date(row * 1e9)),
      ),
    {},
    "holds dates, in the model to start from it holds numbers",
  ],
  [
    "fractions for integers",
    () =>
      other(
        "n",
        forty((row) => row + 0.5),
      ),
    {},
    "holds the number 0.5, in the model to start from it holds integers",
  ],
  [
    "another kind",
    () => table(50, ["x"]),
    { kinds: { x: { kind: "circular", period: 3 } } },
    'The kind of "x" is number in the model to start from, not circular (period 3)',
  ],
  [
    "no common column",
    () => table(50, ["z"]),
    {},
    "has no column of the model to start from, which knows x, y, colour, n",
  ],
  [
    "another width",
    () => table(50, ["x"]),
    { embeddingDim: 16 },
    "`embeddingDim` is 8 in the model to start from, not 16",
  ],
  [
    "another head's setting",
    () => table(50, ["x"]),
    { highestFrequency: 3 },
    "The model to start from does not use `highestFrequency`",
  ],
  [
    "bounds of a known column",
    () => table(50, ["x"]),
    { bounds: { x: [0, null] } },
    'The bounds of "x" are those of the model to start from',
  ],
  ["a size", () => table(50, ["x"]), { size: "large" }, "A model keeps its size"],
])("%s are refused in a sentence", async (_, rows, options, said) => {
  const run = { ...RUN, epochs: 0, from: bases.mixture, ...options } as TrainOptions;
  await expect(trainTable(rows(), run)).rejects.toThrow(said);
});

test("what was counted is of one table: a model that begins from one has none, and learns its questions", async () => {
  const options = {
    ...SMALL,
    members: 1,
    turns: 1,
    counted: true,
    epochs: 1,
    batchSize: 256,
  } as TrainOptions;
  const { model: from } = await trainTable(table(3000, ["x", "y", "colour"]), options);
  expect(from.config.network).toHaveProperty("counted");
  const run = { ...RUN, batchSize: 256, epochs: 1, from } as TrainOptions;
  const { model } = await trainTable(table(3000, ["x", "y", "colour", "z"]), run);
  expect(model.config.network).not.toHaveProperty("counted");
  const asked = new Model(model);
  const answer = await asked.density({ of: "y", given: { x: 1 } });
  if (answer.kind !== "number") throw new Error("y is a number");
  expect(answer.cdf(1e6) - answer.cdf(-1e6)).toBeCloseTo(1, 6);
  await asked.dispose();
});

test("a model of the published network is no start", async () => {
  const paper = await trainTable(table(50, ["x", "y"]), {
    preset: "paper",
    epochs: 0,
    batchSize: 16,
    workers: 1,
    embeddingDim: 8,
    heads: 2,
  });
  const run = { ...RUN, epochs: 0, from: paper.model };
  await expect(trainTable(table(50, ["x"]), run)).rejects.toThrow('only models of the preset "default"');
  await expect(
    trainTable(table(50, ["x"]), { ...RUN, preset: "paper", from: bases.mixture } as never),
  ).rejects.toThrow("does not use `from`");
});

test("a run that started from a model is gone on with bit for bit, without it", async () => {
  const [start, whole, halves] = ["start", "whole", "halves"].map((name) => join(folder, name));
  await trainTable(table(200, ["x", "y", "colour", "n"]), { ...SMALL, epochs: 1, out: start });
  await trainTable(grownTable(), { ...RUN, from: start, epochs: 4, out: whole });
  await trainTable(grownTable(), { ...RUN, from: start, epochs: 2, out: halves });
  await expect(trainTable(grownTable(), { ...RUN, from: start, resume: true, out: halves })).rejects.toThrow(
    "leave `from` out",
  );
  await trainTable(grownTable(), { workers: 1, systemInfo: false, resume: true, epochs: 4, out: halves });
  const weights = (model: string) => readFileSync(join(model, "weights.safetensors"));
  expect(weights(halves).equals(weights(whole))).toBe(true);
  const { code, stdout } = await anygivenHere("info", whole);
  expect(code).toBe(0);
  expect(stdout).toContain(`started from ${start}; not in its table: y, n`);
  const model = await load(whole);
  expect(model.config.startedFrom?.absent).toEqual(["y", "n"]);
  await model.dispose();
});
