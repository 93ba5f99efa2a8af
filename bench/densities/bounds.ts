/**
 * @file Columns that end at a bound, against the densities that they were drawn from: without bounds, with what lies beyond
 * them cut off the answers alone, and trained by the likelihood between them, after the same number of steps.
 *
 *     npx tsx bench/densities/bounds.ts --epochs 40 --rows 8000 --seed 1
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { Model } from "../../src/model/model.ts";
import type { TrainedModel } from "../../src/model/trained-model.ts";
import { generator } from "../../src/numeric/generator.ts";
import { normalPdf } from "../../src/numeric/normal-cdf.ts";
import type { Table } from "../../src/table/table.ts";
import { trainTable } from "../../src/training/train-table.ts";
import { printTable } from "./report.ts";
import { processorSeconds } from "./trained-model.ts";

const { values: options } = parseArgs({
  options: {
    epochs: { type: "string", default: "40" },
    rows: { type: "string", default: "8000" },
    seed: { type: "string", default: "1" },
    head: { type: "string", default: "mixture" },
  },
});
const random = generator(Number(options.seed), "bounded columns");

/** Each given x, which is even on 0 .. 1: how it is drawn, its density, and where that is compared. */
const COLUMNS = {
  exponential: {
    draw: (x: number) => -Math.log(1 - random.uniform()) * (0.5 + x),
    pdf: (value: number, x: number) => (value < 0 ? 0 : Math.exp(-value / (0.5 + x)) / (0.5 + x)),
    range: [-1, 12],
  },
  "half-normal": {
    draw: (x: number) => Math.abs(random.normal()) * (0.5 + x),
    pdf: (value: number, x: number) => (value < 0 ? 0 : (2 * normalPdf(value / (0.5 + x))) / (0.5 + x)),
    range: [-1, 7],
  },
  // Even below x and above it, twice as dense below.
  even: {
    draw: (x: number) =>
      random.uniform() < (2 * x) / (1 + x) ? x * random.uniform() : x + (1 - x) * random.uniform(),
    pdf: (value: number, x: number) => (value < 0 || value > 1 ? 0 : (value < x ? 2 : 1) / (1 + x)),
    range: [-0.5, 1.5],
  },
  "even alone": {
    draw: () => random.uniform(),
    pdf: (value: number) => (value < 0 || value > 1 ? 0 : 1),
    range: [-0.5, 1.5],
  },
  // Squares of even numbers: dense at 0, and light enough in the tail to be left as it is.
  square: {
    draw: () => random.uniform() ** 2,
    pdf: (value: number) => (value <= 0 || value > 1 ? 0 : 0.5 / Math.sqrt(value)),
    range: [-0.5, 1.5],
  },
} as const;
type Name = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as Name[];

const rows = Number(options.rows);
const x = Float64Array.from({ length: rows }, () => random.uniform());
const table: Table = {
  source: "bounded columns",
  rows,
  columns: [
    { name: "x", values: x },
    ...NAMES.map((name) => ({ name, values: x.map((each) => COLUMNS[name].draw(each)) })),
  ],
};

const GIVEN = [0.05, 0.3, 0.5, 0.7, 0.95];
const STEPS = 4000;

/** Half the integral of the difference, in the mean over what is given; the same within a tenth of the range of the bound. */
async function distances({ config, weights }: TrainedModel): Promise<string[]> {
  const model = new Model({ config, weights });
  const found: string[] = [];
  for (const name of NAMES) {
    const { pdf, range } = COLUMNS[name];
    let sum = 0;
    for (const each of GIVEN) {
      const answer = await model.density({ of: name, given: { x: each } });
      if (answer.kind !== "number") throw new Error("a category");
      const width = (range[1] - range[0]) / STEPS;
      for (let k = 0; k < STEPS; k++) {
        const value = range[0] + (k + 0.5) * width;
        sum += (Math.abs(answer.pdf(value) - pdf(value, each)) * width) / 2 / GIVEN.length;
      }
    }
    found.push(sum.toFixed(4));
  }
  await model.dispose();
  return found;
}

async function trained(bounds: "none" | Record<string, never>) {
  const began = process.cpuUsage();
  const run = await trainTable(table, {
    seed: Number(options.seed),
    epochs: Number(options.epochs),
    systemInfo: false,
    head: options.head as "mixture",
    bounds,
  });
  const seconds = processorSeconds(began);
  return { ...run, milliseconds: (1000 * seconds) / run.steps };
}

const free = await trained("none");
const within = await trained({});
/** The network that knows of no bounds, its answers cut. */
const cut: TrainedModel = {
  ...free.model,
  config: { ...free.model.config, columns: within.model.config.columns },
};
printTable(
  ["", ...NAMES, "processor ms a step"],
  [
    ["without bounds", ...(await distances(free.model)), free.milliseconds.toFixed(1)],
    ["answers cut", ...(await distances(cut)), free.milliseconds.toFixed(1)],
    ["likelihood between the bounds", ...(await distances(within.model)), within.milliseconds.toFixed(1)],
  ],
);
