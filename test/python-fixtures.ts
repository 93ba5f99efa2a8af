/**
 * @file What python/tests are run with: small models of every kind of column, exported, and Node's own answers beside them.
 * `npx tsx test/python-fixtures.ts FOLDER` writes them; the training takes seconds.
 */
import "../src/runtime/node/install.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Recalibration } from "../src/columns/recalibration.ts";
import type { ColumnDistributions } from "../src/distribution/column-distributions.ts";
import { exportOnnx } from "../src/export/export-onnx.ts";
import { Model } from "../src/model/model.ts";
import type { TrainedModel } from "../src/model/trained-model.ts";
import { generator } from "../src/numeric/generator.ts";
import type { Column, Table } from "../src/table/table.ts";
import { trainTable } from "../src/training/train-table.ts";
import { TINY_MIXTURE } from "./tiny-network.ts";

const ROWS = 400;
const LEVELS = [0.001, 0.05, 0.3, 0.5, 0.84, 0.95, 0.999];
/** Rows of the table that are asked about. */
const ASKED = 24;

/** A column of every kind: numbers with far values, bounded, with a point mass, of few values; whole ones, dates, angles, names. */
function tableOfKinds(): Table {
  const random = generator(1, "kinds");
  const of = (make: (row: number) => number) => Float64Array.from({ length: ROWS }, (_, row) => make(row));
  const x = of(() => random.normal());
  const missing = (values: Float64Array, share: number) =>
    values.map((value) => (random.uniform() < share ? Number.NaN : value));
  const columns: Column[] = [
    { name: "x", values: missing(x, 0.1), unit: "mm" },
    {
      name: "heavy",
      values: missing(
        of((row) => Math.exp(2 * x[row] + random.normal())),
        0.1,
      ),
    },
    { name: "share", values: of((row) => 1 / (1 + Math.exp(-x[row] - 2 * random.normal()))) },
    {
      name: "rain",
      values: missing(
        of((row) => Math.max(0, x[row] + random.normal())),
        0.1,
      ),
    },
    { name: "few", values: of(() => [0.5, 1, 2][random.integer(3)]) },
    { name: "people", values: of((row) => Math.round(30 + 8 * x[row] + 3 * random.normal())) },
    {
      name: "day",
      kind: "date",
      values: of((row) => Math.round(19_000 + 200 * x[row] + 50 * random.normal())),
    },
    { name: "moment", kind: "date", values: of((row) => 19_000.25 + 20 * x[row] + 5 * random.normal()) },
    { name: "angle", values: of((row) => (((30 * x[row] + 60 * random.normal()) % 360) + 360) % 360) },
    {
      name: "sky",
      kind: "category",
      categories: ["blue", "grey", "red"],
      values: missing(
        of((row) => (random.uniform() < 0.2 ? 2 : Number(x[row] > 0))),
        0.1,
      ),
    },
    {
      name: "ok",
      kind: "boolean",
      values: missing(
        of((row) => Number(x[row] + random.normal() > 0)),
        0.1,
      ),
    },
  ];
  return { source: "kinds", rows: ROWS, columns };
}

/** Numbers with measurement errors, which are taken out; one column is given only. */
function tableOfErrors(): Table {
  const random = generator(2, "errors");
  const of = (make: (row: number) => number) => Float64Array.from({ length: ROWS }, (_, row) => make(row));
  const truth = of(() => random.normal());
  const errors = of(() => 0.2 + 0.3 * random.uniform());
  const columns: Column[] = [
    { name: "a", values: of((row) => 10 + truth[row] + errors[row] * random.normal()), errors },
    {
      name: "b",
      values: of((row) => 2 * truth[row] + 0.5 * random.normal()),
      errors: of((row) => (row % 3 === 0 ? Number.NaN : 0.1)),
    },
    { name: "c", values: of((row) => truth[row] ** 3 + random.normal()) },
  ];
  return { source: "errors", rows: ROWS, columns };
}

const levels = (slope: number, shift: number) => ({
  from: [-5, -1, 0.5, 5],
  to: [-5, -1, 0.5, 5].map((z) => slope * z + shift + 0.05 * Math.sin(z)),
});
const NUMBERS: Recalibration = [
  { most: 3 },
  { most: 9, levels: levels(0.8, 0.1) },
  { most: 10, levels: levels(1.2, -0.2) },
];
const RECALIBRATION: Readonly<Record<string, Recalibration>> = {
  x: NUMBERS,
  heavy: NUMBERS,
  share: NUMBERS,
  people: NUMBERS,
  angle: NUMBERS,
  rain: [{ most: 4 }, { most: 10, levels: levels(0.7, 0.1), classes: { trust: 0.6, shares: [0.6, 0.4] } }],
  sky: [{ most: 4 }, { most: 10, classes: { trust: 0.5, shares: [0.4, 0.4, 0.2] } }],
};

function recalibrated(model: TrainedModel): TrainedModel {
  const columns = model.config.columns.map((column) => {
    const recalibration = RECALIBRATION[column.name];
    return recalibration ? { ...column, recalibration } : column;
  });
  return { ...model, config: { ...model.config, columns } };
}

/** A row's cells as JSON: names, numbers, null. */
function cellsOf(column: Column, rows: number): (number | string | null)[] {
  return Array.from(column.values.subarray(0, rows), (value) => {
    if (Number.isNaN(value)) return null;
    return column.categories?.[value] ?? value;
  });
}

async function answersOf(
  trained: TrainedModel,
  table: Table,
  file: string,
  folder: string,
): Promise<unknown> {
  writeFileSync(join(folder, file), exportOnnx(trained));
  const ofNumbers = trained.config.columns
    .filter(({ output, encoding: { period, categories } }) => output && !period && categories.length === 0)
    .map(({ name }) => name);
  const withQuantiles = exportOnnx(trained, { of: ofNumbers, quantiles: LEVELS });
  writeFileSync(join(folder, `quantiles-${file}`), withQuantiles);
  const model = new Model(trained);
  const asked: Table = {
    source: "asked",
    rows: ASKED,
    columns: table.columns.map((column) => ({
      ...column,
      values: column.values.slice(0, ASKED),
      ...(column.errors && { errors: column.errors.slice(0, ASKED) }),
    })),
  };
  const columns = Object.fromEntries(asked.columns.map((column) => [column.name, cellsOf(column, ASKED)]));
  const errors = Object.fromEntries(
    asked.columns.flatMap((column) =>
      column.errors
        ? [[column.name, Array.from(column.errors, (each) => (Number.isNaN(each) ? null : each))]]
        : [],
    ),
  );
  const answers: unknown[] = [];
  const givens: (readonly string[] | undefined)[] = [
    undefined,
    [],
    ["x", "sky", "a"].filter((name) => name in columns),
  ];
  for (const given of givens) {
    for (const { name, output } of trained.config.columns) {
      if (!output || given?.includes(name)) continue;
      const made = await model.density(asked, { of: name, ...(given && { given }) });
      answers.push({ given: given ?? null, ...described(made, asked, name) });
    }
  }
  const scores = await model.score(asked);
  const density = scores.columns
    .filter(({ name }) => name.endsWith("_log_density"))
    .map(({ name, values }) => [name.replace("_log_density", ""), Array.from(values, finite)]);
  await model.dispose();
  return { file, columns, errors, answers, scores: Object.fromEntries(density) };
}

const finite = (value: number) => (Number.isFinite(value) ? value : String(value));

function described(made: ColumnDistributions, table: Table, name: string): object {
  const rows = [...Array(made.rows).keys()];
  const { encoding } = made;
  const own = table.columns.find((column) => column.name === name)!;
  if (encoding.categories.length > 0)
    return {
      of: name,
      probabilities: rows.map((row) =>
        Array.from(
          made.classes.slice(row * encoding.categories.length, (row + 1) * encoding.categories.length),
        ),
      ),
    };
  const sorted = own.values.filter((value) => !Number.isNaN(value)).sort();
  const [least, greatest] = [sorted[0], sorted[sorted.length - 1]];
  const middle = sorted[sorted.length >> 1];
  const at = [
    least - 0.3 * (greatest - least),
    least,
    middle,
    (middle + greatest) / 2,
    greatest,
    greatest * 1.2,
    ...encoding.pointMasses,
  ];
  const each = (ask: (row: number) => number | readonly number[]) =>
    rows.map((row) => [ask(row)].flat().map(finite));
  return {
    of: name,
    at,
    pdf: each((row) => at.map((x) => made.pdf(row, x))),
    logPdf: each((row) => at.map((x) => made.logPdf(row, x))),
    cdf: each((row) => at.map((x) => made.cdf(row, x))),
    probability: each((row) => at.map((x) => made.probability(row, x))),
    logLikelihood: each((row) => at.map((x) => made.logLikelihood(row, x))),
    levels: LEVELS,
    quantiles: each((row) => LEVELS.map((p) => made.quantile(row, p))),
    mean: each((row) => made.mean(row)),
    std: each((row) => made.std(row)),
    median: each((row) => made.median(row)),
    interval: each((row) => made.interval(row, 0.68)),
  };
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("name the folder to write");
mkdirSync(folder, { recursive: true });
const run = { ...TINY_MIXTURE, epochs: 3, systemInfo: false, recalibrate: false } as const;
const kinds = tableOfKinds();
const { model: ofKinds } = await trainTable(kinds, {
  ...run,
  members: 2,
  kinds: { angle: { kind: "circular", period: 360 } },
  bounds: { share: [0, 1], heavy: [0, null] },
});
const errors = tableOfErrors();
const { model: ofErrors } = await trainTable(errors, {
  ...run,
  transform: "asinh",
  measurementErrors: "deconvolve",
});
const cases = [
  await answersOf(ofKinds, kinds, "kinds.onnx", folder),
  await answersOf(recalibrated(ofKinds), kinds, "recalibrated.onnx", folder),
  await answersOf(ofErrors, errors, "errors.onnx", folder),
];
writeFileSync(join(folder, "few.onnx"), exportOnnx(ofKinds, { of: ["heavy", "sky"] }));
await new Model(ofKinds).save(join(folder, "kinds"));
writeFileSync(join(folder, "answers.json"), JSON.stringify(cases));
