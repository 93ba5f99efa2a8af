/**
 * @file California Housing: how good a model is after so many seconds of training, preset against preset.
 * `npx tsx bench/densities/california.ts --presets default,paper --seconds 20,60,150,400 --seeds 1,2,3`
 */
import "../../src/runtime/node/install.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ksDistance } from "../../src/evaluation/calibration.ts";
import { Model } from "../../src/model/model.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { trainTable } from "../../src/training/train-table.ts";
import { californiaScores } from "./california-scores.ts";
import { california } from "./data/california.ts";

const { values: options } = parseArgs({
  options: {
    presets: { type: "string", default: "default,paper" },
    seconds: { type: "string", default: "20,60,150,400" },
    seeds: { type: "string", default: "1,2,3" },
    /** Other settings, as JSON. */
    settings: { type: "string", default: "{}" },
    marginals: { type: "boolean", default: false },
  },
});
const list = (text: string) => text.split(",");
const data = await california();
if (!data) process.exit(0);
const { train, heldOut } = data;
process.stdout.write("preset        seed  seconds    steps      NLL  intervalNLL    CRPS      KS\n");
for (const seed of list(options.seeds).map(Number)) {
  for (const preset of list(options.presets)) await compare(preset, seed);
}

/** One run, stopped and gone on with: what it is after each of the times. */
async function compare(preset: string, seed: number): Promise<void> {
  const out = join(await mkdtemp(join(tmpdir(), "anygiven-")), "model");
  const settings = JSON.parse(options.settings) as TrainOptions;
  let resume = false;
  for (const seconds of list(options.seconds).map(Number)) {
    const run = await trainTable(train, {
      preset,
      seed,
      checkpointEvery: 0,
      systemInfo: false,
      ...settings,
      seconds,
      out,
      resume,
    } as TrainOptions);
    resume = true;
    const model = new Model(run.model);
    const { nll, intervalNll, crps, ks } = await californiaScores(model, heldOut);
    const figures = [nll, intervalNll, crps, ks].map((each) => each.toFixed(4).padStart(9));
    process.stdout.write(
      `${preset.padEnd(12)} ${String(seed).padStart(5)} ${String(seconds).padStart(8)} ${String(run.steps).padStart(8)} ${figures.join(" ")}\n`,
    );
    if (options.marginals) await marginals(model, seed);
    await model.dispose();
  }
  await rm(out, { recursive: true });
}

/** The KS distance of each marginal density from all rows of the table, and the most probable values. */
async function marginals(model: Model, seed: number): Promise<void> {
  const whole = joined(train, heldOut);
  for (const { name, values } of whole.columns) {
    const one = await model.density({ source: "no row", rows: 1, columns: [] }, { of: name, given: [] });
    const random = Float64Array.from(values);
    const pits = random.map((x, row) => one.pits(Float64Array.of(x), seed * 1_000_003 + row)[0]);
    process.stdout.write(`  ${name.padEnd(12)} marginal KS ${ksDistance(pits).toFixed(4)}\n`);
  }
}

function joined(a: Table, b: Table): Table {
  const columns = a.columns.map((column, i) => ({
    ...column,
    values: Float64Array.of(...column.values, ...b.columns[i].values),
  }));
  return { source: a.source, rows: a.rows + b.rows, columns };
}
