/**
 * @file Small tables: a training that ends by itself against trainings of fixed lengths, on rows that neither has seen.
 * `npx tsx bench/densities/until-done.ts --tables yacht_hydrodynamics,concrete_compression --epochs 10,30,100,300`
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import { Model } from "../../src/model/model.ts";
import { readTable } from "../../src/table/files/read.ts";
import type { Table } from "../../src/table/table.ts";
import { trainTable } from "../../src/training/train-table.ts";
import { holdOut } from "./data/held-out.ts";
import { sharedData } from "./data/shared-data.ts";
import { processorSeconds } from "./trained-model.ts";

const { values: options } = parseArgs({
  options: {
    tables: { type: "string", default: "yacht_hydrodynamics,concrete_compression,wine_quality_red" },
    epochs: { type: "string", default: "10,30,100,300" },
    seed: { type: "string", default: "1" },
  },
});
const SPLIT_SEED = 7;
process.stdout.write("table                  length  steps  kept  CPU s  interval NLL    CRPS\n");
for (const name of options.tables.split(",")) {
  const path = sharedData("imputation-small", `${name}.csv`);
  if (path === undefined) continue;
  const table = await readTable(path);
  const { train, heldOut } = holdOut(table, Math.round(table.rows / 5), SPLIT_SEED);
  for (const epochs of [undefined, ...options.epochs.split(",").map(Number)])
    await compare(name, train, heldOut, epochs);
}

async function compare(
  name: string,
  train: Table,
  heldOut: Table,
  epochs: number | undefined,
): Promise<void> {
  const began = process.cpuUsage();
  const length = epochs === undefined ? {} : { epochs };
  const run = await trainTable(train, {
    seed: Number(options.seed),
    workers: 1,
    systemInfo: false,
    ...length,
  });
  const seconds = processorSeconds(began);
  const model = new Model(run.model);
  const { overall } = await evaluate(model, heldOut, { seed: SPLIT_SEED, bootstrap: 0, baseline: false });
  await model.dispose();
  const scores = [overall.numbers?.intervalNll.value, overall.numbers?.crps.value].map(
    (each) => each?.toFixed(4) ?? "-",
  );
  const cells = [epochs ?? "done", run.steps, model.training?.keptStep ?? "-", seconds.toFixed(0), ...scores];
  const widths = [6, 7, 6, 7, 14, 8];
  process.stdout.write(
    `${name.padEnd(22)} ${cells.map((cell, i) => String(cell).padStart(widths[i])).join("")}\n`,
  );
}
