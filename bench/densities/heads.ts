/**
 * @file The heads of the default network, and other settings, side by side on California Housing: each trained for the same
 * seconds of processor time (all threads together, so that a busy machine is fair to all), then asked the 6,192 random
 * questions and for the house value given all other columns.
 *
 *     npx tsx bench/densities/heads.ts --seconds 60
 *     npx tsx bench/densities/heads.ts '{"size":"base"}' '{"learningRate":0.003}'
 *     npx tsx bench/densities/heads.ts --rows /tmp/rows     writes the rows for bench/peers/house_value.py, and ends
 */
import "../../src/runtime/node/install.ts";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Model } from "../../src/model/model.ts";
import { eachOnce, meanOf, rootMeanSquareOf } from "../../src/numeric/statistics.ts";
import { writeTable } from "../../src/table/files/write.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { californiaScores } from "./california-scores.ts";
import { california } from "./data/california.ts";
import { printTable } from "./report.ts";
import { trainedFor } from "./trained-model.ts";

const HEADS = [
  '{"head":"diffusion"}',
  '{"freeNormals":32,"fixedNormals":0}',
  '{"freeNormals":0,"fixedNormals":96}',
  "{}",
];
const { values: options, positionals } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    rows: { type: "string" },
  },
  allowPositionals: true,
});
const data = await california();
if (!data) process.exit(0);
const { train, heldOut } = data;
if (options.rows !== undefined) {
  mkdirSync(options.rows, { recursive: true });
  await writeTable(train, join(options.rows, "train.csv"));
  await writeTable(heldOut, join(options.rows, "held-out.csv"));
  process.exit(0);
}

async function compared(settings: string): Promise<string[]> {
  const { model, steps, used } = await trainedFor(Number(options.seconds), train, {
    seed: Number(options.seed),
    ...(JSON.parse(settings) as TrainOptions),
  } as TrainOptions);
  const { intervalNll, crps, ks } = await californiaScores(model, heldOut);
  const house = await houseValue(model, heldOut);
  await model.dispose();
  const figures = [intervalNll, crps, ks, house.rmse, house.crps].map((each) => each.toFixed(4));
  return [`\`${settings}\``, `${steps}`, ((1000 * used) / steps).toFixed(1), ...figures];
}

/** Errors of the last column given all others, in its own units ($100,000). */
async function houseValue(model: Model, { rows, columns }: Table) {
  const { name, values } = columns[columns.length - 1];
  const given = columns.slice(0, -1).map((column) => column.name);
  const answers = await model.density({ source: "held out", rows, columns }, { of: name, given });
  const errors = answers.means().map((mean, row) => mean - values[row]);
  const each = eachOnce(rows);
  return { rmse: rootMeanSquareOf(errors)(each), crps: meanOf(answers.crpses(values))(each) };
}

const lines: string[][] = [];
for (const settings of positionals.length > 0 ? positionals : HEADS) lines.push(await compared(settings));
printTable(
  ["settings", "steps", "ms a step", "interval NLL", "CRPS", "KS", "house value: RMSE", "CRPS"],
  lines,
);
