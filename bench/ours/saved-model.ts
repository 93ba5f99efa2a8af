/**
 * @file Writes a model of random columns into a folder: preset "default", one epoch. For benchmarks of saved models.
 *
 *     npx tsx bench/ours/saved-model.ts --out FOLDER
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { trainTable } from "../../src/training/train-table.ts";
import { dependentTable } from "./random-data.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    columns: { type: "string", default: "9" },
    rows: { type: "string", default: "2000" },
    seed: { type: "string", default: "0" },
  },
});
if (values.out === undefined) throw new Error("--out is missing: name a folder that holds no model.");
const [columns, rows, seed] = [values.columns, values.rows, values.seed].map(Number) as [
  number,
  number,
  number,
];
const { steps } = await trainTable(dependentTable(columns, rows, seed), {
  preset: "default",
  epochs: 1,
  seed,
  out: values.out,
  systemInfo: false,
});
process.stdout.write(`${JSON.stringify({ bench: "saved-model", columns, rows, seed, steps })}\n`);
