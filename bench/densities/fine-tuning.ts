/**
 * @file Is a model better on few rows of a table if its training starts from a model of another table? Columns asked given all
 * that is observed, on held-out rows, from scratch and `from` the other model, by the number of rows.
 *
 *     npx tsx bench/densities/fine-tuning.ts --pair stars           the simulated survey, then real stars
 *     npx tsx bench/densities/fine-tuning.ts --pair california      the north of California, then its south
 *     npx tsx bench/densities/fine-tuning.ts --rows 500 --seeds 1 --settings '{"learningRate":0.001}'
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { Model } from "../../src/model/model.ts";
import { readTrainedModel } from "../../src/model/trained-model.ts";
import { chosenRows, type Table, tableColumn } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { trainTable } from "../../src/training/train-table.ts";
import { PAIRS } from "./data/pairs.ts";
import { printTable } from "./report.ts";
import { processorSeconds } from "./trained-model.ts";

const { values } = parseArgs({
  options: {
    pair: { type: "string", default: "stars" },
    rows: { type: "string", default: "100,250,500,1000,3000" },
    seeds: { type: "string", default: "1,2,3" },
    /** The folder of the model to start from; without it, it is trained first. */
    from: { type: "string" },
    /** Other settings of the trainings that start from the other model, as JSON. */
    settings: { type: "string", default: "{}" },
  },
});
const meanOf = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
const numbers = (text: string) => text.split(",").map(Number);

/** Mean CRPS of each asked column in units of its standard deviation, and minus the mean log density in these units. */
async function scores(model: Model, heldOut: Table, of: readonly string[], given: readonly string[]) {
  const answers = await model.density(heldOut, { of, given });
  return of.map((name) => {
    const { values: cells, errors } = tableColumn(heldOut, name);
    const own = answers[name];
    const observed =
      own.ofTrueValues && errors ? own.observed(Float64Array.from(errors, (error) => error)) : own;
    const rows = Array.from(cells.keys()).filter((row) => !Number.isNaN(cells[row]));
    const mean = meanOf(rows.map((row) => cells[row]));
    const unit = Math.sqrt(meanOf(rows.map((row) => (cells[row] - mean) ** 2)));
    return {
      crps: meanOf(rows.map((row) => observed.crps(row, cells[row]))) / unit,
      nll: -meanOf(rows.map((row) => Math.log(Math.max(1e-9, observed.pdf(row, cells[row]) * unit)))),
    };
  });
}

const pair = await PAIRS[values.pair as keyof typeof PAIRS]?.();
if (pair === undefined) process.exit(0);
const { base, table, heldOut, of, given, epochs } = pair;
const quiet = { systemInfo: false, workers: 2 };
const start =
  values.from === undefined
    ? (await trainTable(base, { ...quiet, epochs, seed: 1 })).model
    : await readTrainedModel(values.from);

/** A training and its scores, as cells: by asked column the CRPS, then the mean of CRPS and log score. */
async function cellsOf(rows: number, seed: number, options: TrainOptions): Promise<number[]> {
  const part = chosenRows(
    table,
    Uint32Array.from({ length: rows }, (_, row) => ((seed - 1) * rows + row) % table.rows),
  );
  const began = process.cpuUsage();
  const { model: trained, metrics } = await trainTable(part, { ...quiet, seed, ...options });
  const seconds = processorSeconds(began);
  const best = metrics.toSorted((a, b) => a.validationLoss - b.validationLoss)[0];
  const model = new Model(trained);
  const found = await scores(model, heldOut, of, given);
  await model.dispose();
  process.stderr.write(
    `${rows} rows, seed ${seed}, ${options.from ? "started" : "scratch"}: ${found.map(({ crps }) => crps.toFixed(3)).join(" ")}, ` +
      `nll ${meanOf(found.map(({ nll }) => nll)).toFixed(3)}, best epoch ${best?.epoch}, ${seconds.toFixed(0)} s\n`,
  );
  return [
    ...found.map(({ crps }) => crps),
    meanOf(found.map(({ crps }) => crps)),
    meanOf(found.map(({ nll }) => nll)),
  ];
}

const before = new Model(start);
const known = of.filter((name) => before.columns.includes(name));
const asItIs = await scores(
  before,
  heldOut,
  known,
  given.filter((name) => before.columns.includes(name)),
);
await before.dispose();
const lines = [
  [
    "0",
    "the model to start from",
    ...asItIs.map(({ crps }) => crps.toFixed(3)),
    meanOf(asItIs.map(({ crps }) => crps)).toFixed(3),
    meanOf(asItIs.map(({ nll }) => nll)).toFixed(2),
  ],
];
for (const rows of numbers(values.rows)) {
  for (const options of [
    {},
    { from: start, ...(JSON.parse(values.settings) as TrainOptions) },
  ] as TrainOptions[]) {
    const all: number[][] = [];
    for (const seed of numbers(values.seeds)) all.push(await cellsOf(rows, seed, options));
    const means = all[0].map((_, i) => meanOf(all.map((each) => each[i])));
    lines.push([
      `${rows}`,
      options.from ? "started" : "from scratch",
      ...means.map((mean, i) => mean.toFixed(i === means.length - 1 ? 2 : 3)),
    ]);
  }
}
printTable(["rows", "", ...of.map((name) => `CRPS ${name}`), "CRPS", "NLL"], lines);
