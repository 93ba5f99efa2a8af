/**
 * @file How many full distributions of one column a second, each row with its own given cells? A model of the preset
 * "default", trained for one epoch on random columns that depend on each other. One JSON line.
 *
 *     npx tsx bench/ours/density.ts --rows 10000
 *     npx tsx bench/ours/density.ts --rows 10000 --device cuda
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import type { ColumnDistributions } from "../../src/distribution/column-distributions.ts";
import { DEFAULT_LEVELS } from "../../src/distribution/levels.ts";
import { Model } from "../../src/model/model.ts";
import { DEVICES } from "../../src/runtime/device-names.ts";
import { trainTable } from "../../src/training/train-table.ts";
import { median } from "../suite/median.ts";
import { dependentTable } from "./random-data.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "10000" },
    columns: { type: "string", default: "9" },
    repeats: { type: "string", default: "3" },
    seed: { type: "string", default: "0" },
    device: { type: "string", default: "cpu" },
  },
});
const device = DEVICES.find((each) => each === values.device);
if (!device) throw new Error(`no such device: ${values.device}`);
const [rows, columns, repeats, seed] = [values.rows, values.columns, values.repeats, values.seed].map(
  Number,
) as [number, number, number, number];
const TRAINING_ROWS = 10_000;
const ASKED = "c0";
const { model: trained } = await trainTable(dependentTable(columns, TRAINING_ROWS, seed), {
  preset: "default",
  epochs: 1,
  seed,
  systemInfo: false,
});
const model = new Model(trained, { device });
const table = dependentTable(columns, rows, seed + 1);
// The first answer starts sessions and threads.
await model.density(table, { of: ASKED });
const seconds: number[] = [];
for (let repeat = 0; repeat < repeats; repeat++) {
  const began = performance.now();
  const densities = await model.density(table, { of: ASKED });
  seconds.push((performance.now() - began) / 1000);
  if (repeat === 0) check(densities);
}
await model.dispose();
process.stdout.write(
  `${JSON.stringify({ bench: "density", peer: "anygiven", rows, columns, quantiles: DEFAULT_LEVELS.length, seed, rowsPerSecond: rows / median(seconds), seconds })}\n`,
);

/** Quantiles rise in every row, and rows with other cells given have other ones. */
function check(densities: ColumnDistributions): void {
  if (densities.rows !== rows) throw new Error(`${densities.rows} distributions of ${rows} rows`);
  const probabilities = [0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999];
  const quantiles = probabilities.map((p) => densities.quantiles(p));
  for (let row = 0; row < rows; row++) {
    const own = quantiles.map((each) => each[row]);
    if (!own.every((value, i) => Number.isFinite(value) && (i === 0 || value > own[i - 1]))) {
      throw new Error(`row ${row + 1}: the quantiles ${own.join(", ")} don't rise`);
    }
  }
  const different = new Set(densities.medians()).size;
  if (different < 0.9 * rows) throw new Error(`${different} different medians of ${rows} rows`);
}
