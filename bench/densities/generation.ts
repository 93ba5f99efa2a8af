/**
 * @file Whole tables made up: a model of each of TabSyn's tables (Zhang et al. 2024, arXiv 2310.09656) makes as many rows as it
 * was trained on, and the scorer beside the data judges them: shape and trend error, what can be learnt from them, whether a
 * classifier tells them from real rows, copies. Beside it what real rows, a bootstrap and independent columns get.
 *
 *     npx tsx bench/densities/generation.ts --tables magic,shoppers --seconds 150 --python PYTHON
 *     npx tsx bench/densities/generation.ts --tables magic --models /tmp/models --order table
 *     npx tsx bench/densities/generation.ts --tables magic --made made.csv        scores another maker's table
 *
 * PYTHON needs numpy, pandas and scikit-learn. `--models` keeps the models, and uses those that are there.
 */
import "../../src/runtime/node/install.ts";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Model } from "../../src/model/model.ts";
import type { SynthesisOrder } from "../../src/model/synthesize.ts";
import { readTable } from "../../src/table/files/read.ts";
import { writeTable } from "../../src/table/files/write.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { sharedData } from "./data/shared-data.ts";
import { printTable } from "./report.ts";
import { type Judge, judge } from "./scorer.ts";
import { processorSeconds, trainedFor } from "./trained-model.ts";

const { values: options } = parseArgs({
  options: {
    tables: { type: "string", default: "magic,shoppers" },
    seconds: { type: "string", default: "150" },
    seed: { type: "string", default: "1" },
    python: { type: "string", default: "python3" },
    /** "table", or how many random orders. */
    order: { type: "string", default: "8" },
    models: { type: "string" },
    made: { type: "string" },
    /** Other settings of training, as JSON. */
    settings: { type: "string", default: "{}" },
  },
});

/** What the scorer says that the table shows; the anchors were scored by these names. */
const METRICS = [
  "shape_error",
  "trend_error",
  "trend_error_same_bins",
  "mle_auc",
  "detection_auc",
  "detection_auc_trees",
  "coverage",
  "copies",
  "dcr_share",
] as const;
type Scores = Partial<Readonly<Record<string, number>>>;

interface About {
  readonly categorical: readonly string[];
  readonly target: string;
  readonly target_is: string;
}

async function modelOf(name: string, table: Table): Promise<Model> {
  const folder = options.models === undefined ? undefined : join(options.models, name);
  if (folder !== undefined && existsSync(join(folder, "weights.safetensors"))) return Model.load(folder);
  const { model, steps, used } = await trainedFor(Number(options.seconds), table, {
    seed: Number(options.seed),
    ...(JSON.parse(options.settings) as TrainOptions),
  } as TrainOptions);
  process.stderr.write(`${name}: ${steps} steps, ${used.toFixed(0)} processor seconds\n`);
  if (folder !== undefined) await model.save(folder);
  return model;
}

/** The path of a table with as many rows as the training's. */
async function madeTable(name: string, data: string, folder: string): Promise<string> {
  const about = JSON.parse(readFileSync(join(data, "columns.json"), "utf8")) as About;
  const codes = [...about.categorical, ...(about.target_is === "numeric" ? [] : [about.target])];
  const train = await readTable(join(data, "train.csv.gz"), { categories: codes, errorNames: false });
  const model = await modelOf(name, train);
  const order: SynthesisOrder = options.order === "table" ? "table" : Number(options.order);
  const began = process.cpuUsage();
  const made = await model.synthesize({ rows: train.rows, seed: Number(options.seed), order });
  const seconds = (1000 * processorSeconds(began)) / train.rows;
  process.stderr.write(`${name}: ${seconds.toFixed(3)} processor seconds for 1,000 rows\n`);
  await model.dispose();
  const path = join(folder, `${name}.csv`);
  await writeTable(made, path);
  return path;
}

const scored = (scorer: Judge, data: string, made: string) =>
  JSON.parse(scorer(data, made, "--json")) as Scores;

/** What others than a model get, by maker. */
function anchorsOf(name: string, path: string): ReadonlyMap<string, Scores> {
  const found = new Map<string, Record<string, number>>();
  for (const line of readFileSync(path, "utf8").trim().split("\n").slice(1)) {
    const [table, maker, metric, value] = line.split(",");
    if (table !== name) continue;
    const of = found.get(maker) ?? {};
    of[metric] = Number(value);
    found.set(maker, of);
  }
  return found;
}

const shown = (scores: Scores) =>
  METRICS.map((metric) => scores[metric]?.toFixed(metric.includes("error") ? 2 : 4) ?? "");

const rows: string[][] = [];
const folder = mkdtempSync(join(tmpdir(), "anygiven-generation-"));
const scorer = judge(options.python, "generation_score.py");
try {
  for (const name of scorer ? options.tables.split(",") : []) {
    const [data, anchors] = [sharedData("generation", name), sharedData("generation", "anchors.csv")];
    if (!scorer || data === undefined || anchors === undefined) continue;
    const scores = scored(scorer, data, options.made ?? (await madeTable(name, data, folder)));
    rows.push([name, options.made ?? "anygiven", ...shown(scores)]);
    for (const [maker, each] of anchorsOf(name, anchors)) rows.push([name, maker, ...shown(each)]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (rows.length > 0) printTable(["table", "made by", ...METRICS], rows);
