/**
 * @file Hidden cells filled in, beside DiffPuter's protocol (ICLR 2025, arXiv 2405.20690) on its tables: a model is trained on the
 * training rows with their holes, without the table's target, and fills these rows (in-sample) and those of the test part
 * (out-of-sample), by the median, which is best for the MAE, and by the mean, which is best for the RMSE. The scorer beside the
 * data judges: errors in standard deviations over all hidden cells of numbers, the share of hidden categories that is right.
 *
 *     npx tsx bench/densities/imputation.ts --tables bean --masks mar_0,mcar_0 --seconds 300 --python PYTHON
 *     npx tsx bench/densities/imputation.ts --tables magic --masks mar_0 --until-done --settings '{"networks": 4}'
 *
 * PYTHON needs numpy, pandas and scikit-learn. Tables are california, magic, bean, shoppers; masks mcar_0 .. mcar_2, mar_0 .. mar_2.
 */
import "../../src/runtime/node/install.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Model } from "../../src/model/model.ts";
import { writeTable } from "../../src/table/files/write.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import {
  IMPUTATION_PARTS,
  type ImputationData,
  type ImputationPart,
  imputationData,
  imputationPeers,
  readImputation,
} from "./data/imputation.ts";
import { printTable } from "./report.ts";
import { type Judge, judge } from "./scorer.ts";
import { processorSeconds, trainedFor } from "./trained-model.ts";

const { values: options } = parseArgs({
  options: {
    tables: { type: "string", default: "california,magic,bean,shoppers" },
    masks: { type: "string", default: "mar_0,mcar_0" },
    /** Of processor time, all threads together. */
    seconds: { type: "string", default: "300" },
    "until-done": { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    python: { type: "string", default: "python3" },
    /** Other settings of training, as JSON. */
    settings: { type: "string", default: "{}" },
  },
});

/** What the scorer says. */
interface Scores {
  readonly mae: number;
  readonly rmse: number;
  readonly accuracy: number | null;
  readonly left_empty: number;
  readonly observed_cells_changed: number;
}

/** A table, a mask, and where its files are written for the judge. */
interface Task {
  readonly name: string;
  readonly mask: string;
  readonly data: ImputationData;
  readonly judge: Judge;
  readonly folder: string;
}

/** The features of a part with their holes, as the judge writes them. */
function withHoles({ mask, data, judge: ask, folder }: Task, part: ImputationPart): Promise<Table> {
  const path = join(folder, `${part}.csv`);
  writeFileSync(path, ask("mask", data.folder, mask, part));
  return readImputation(path, data);
}

async function modelOf(task: Task, table: Table): Promise<Model> {
  const seconds = options["until-done"] ? undefined : Number(options.seconds);
  const { model, steps, used } = await trainedFor(seconds, table, {
    seed: Number(options.seed),
    ...(JSON.parse(options.settings) as TrainOptions),
  } as TrainOptions);
  process.stderr.write(
    `${task.name} ${task.mask}: ${steps} steps, ${used.toFixed(0)} seconds of processor time\n`,
  );
  // A category of the test part that the training part has only in hidden cells is not given.
  return new Model(model, { unseen: "missing" });
}

async function scored({ name, mask, data, judge: ask, folder }: Task, part: ImputationPart, filled: Table) {
  const path = join(folder, "filled.csv");
  await writeTable(filled, path);
  const scores = JSON.parse(ask("score", data.folder, mask, part, path, "--json")) as Scores;
  const { left_empty: empty, observed_cells_changed: changed } = scores;
  if (empty > 0 || changed > 0)
    throw new Error(`${name} ${mask} ${part}: ${empty} cells left empty, ${changed} known ones changed.`);
  return scores;
}

/** Rows of the result: ours by median and by mean, and the others'. */
async function rowsOf(task: Task): Promise<string[][]> {
  const rows: string[][] = [];
  const { name, mask } = task;
  const model = await modelOf(task, await withHoles(task, "train"));
  for (const part of IMPUTATION_PARTS) {
    const began = process.cpuUsage();
    const table = await withHoles(task, part);
    const medians = await model.impute(table, { interval: 0 });
    const means = await model.impute(table, { method: "mean", interval: 0 });
    process.stderr.write(
      `${name} ${mask} ${part}: filled twice in ${processorSeconds(began).toFixed(1)} s\n`,
    );
    const ours = [
      { by: "anygiven, median", ...(await scored(task, part, medians)) },
      { by: "anygiven, mean", ...(await scored(task, part, means)) },
    ];
    for (const { by, mae, rmse, accuracy } of ours)
      rows.push([name, mask, part, by, mae.toFixed(4), rmse.toFixed(4), accuracy?.toFixed(4) ?? ""]);
    for (const { by, mae, rmse } of await imputationPeers(name, mask, part))
      rows.push([name, mask, part, by, mae.toFixed(4), rmse.toFixed(4), ""]);
  }
  await model.dispose();
  return rows;
}

const ask = judge(options.python, "impute_score.py");
const rows: string[][] = [];
const folder = mkdtempSync(join(tmpdir(), "anygiven-imputation-"));
try {
  for (const name of ask ? options.tables.split(",") : []) {
    const data = imputationData(name);
    if (!ask || !data) continue;
    for (const mask of options.masks.split(","))
      rows.push(...(await rowsOf({ name, mask, data, judge: ask, folder })));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (rows.length > 0) printTable(["table", "mask", "part", "by", "MAE", "RMSE", "accuracy"], rows);
