/**
 * @file Hidden cells of 27 small tables filled in, beside ForestDiffusion's published numbers (Jolicoeur-Martineau et al. 2024,
 * UnmaskingTrees: McCarter 2025), on the masks of that publication: five joint draws of a model trained on each table with its
 * holes (MinMAE and AvgMAE), and one filling by medians and most probable categories (AvgMAE of the median). Means over masks.
 *
 *     npx tsx bench/densities/imputation-small.ts --seconds 60 wine yacht_hydrodynamics      without names: all 27
 *     npx tsx bench/densities/imputation-small.ts --knn wine seeds glass concrete_slump libras ionosphere qsar_biodegradation
 *     npx tsx bench/densities/imputation-small.ts --from one.txt,two.txt                     what several runs printed, and its mean
 *
 * The second command checks the measure: filling from the nearest row has the published errors to all five digits on these seven
 * tables; on those with many equally near rows (yacht_hydrodynamics, iris, airfoil_self_noise: 0.2 % off; blood_transfusion,
 * tictactoe, congress, car) it depends on which of them is taken.
 */
import "../../src/runtime/node/install.ts";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { publishedSmall, type SmallTable, smallTable, smallTableNames } from "./data/imputation-small.ts";
import { filledFromNearest, imputationErrors } from "./imputation-error.ts";
import { printTable } from "./report.ts";
import { processorSeconds, trainedFor } from "./trained-model.ts";

const { values: options, positionals } = parseArgs({
  options: {
    /** Of processor time, all threads together, for each training: one for each table and mask. */
    seconds: { type: "string", default: "60" },
    "until-done": { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    masks: { type: "string", default: "0,1,2" },
    /** Other settings of training, as JSON. */
    settings: { type: "string", default: "{}" },
    knn: { type: "boolean", default: false },
    from: { type: "string" },
  },
  allowPositionals: true,
});

const DRAWS = 5;
const METHODS = ["miceforest", "MissForest", "utrees", "ForestDiffusion-VP", "KNN"] as const;
const HEAD = [
  "table",
  options.knn ? "nearest row" : "anygiven",
  "of the median",
  ...METHODS.map((method) => method.replace("-VP", "")),
];

interface Errors {
  readonly minMae: number;
  readonly avgMae: number;
  /** AvgMAE of the one filling by medians. */
  readonly medianMae: number;
}

async function errorsOfModel(name: string, table: SmallTable): Promise<Errors> {
  const seconds = options["until-done"] ? undefined : Number(options.seconds);
  const { model, steps, used } = await trainedFor(seconds, table.withHoles, {
    seed: Number(options.seed),
    ...(JSON.parse(options.settings) as TrainOptions),
  } as TrainOptions);
  const began = process.cpuUsage();
  const median = await model.impute(table.withHoles, { interval: 0 });
  const draws: Table[] = [];
  for (let draw = 1; draw <= DRAWS; draw++)
    draws.push(await model.impute(table.withHoles, { method: "draw", seed: draw }));
  process.stderr.write(
    `${name}: ${steps} steps in ${used.toFixed(0)} seconds of processor time, filled in ${processorSeconds(began).toFixed(1)}\n`,
  );
  await model.dispose();
  return { ...imputationErrors(table, draws), medianMae: imputationErrors(table, [median]).avgMae };
}

function errorsOfNearest(table: SmallTable): Errors {
  const { minMae, avgMae } = imputationErrors(table, [filledFromNearest(table.withHoles)]);
  return { minMae, avgMae, medianMae: avgMae };
}

const shown = (...errors: readonly number[]) => errors.map((error) => error.toFixed(5)).join(" / ");

async function rowOf(name: string, published: Awaited<ReturnType<typeof publishedSmall>>) {
  const found: Errors[] = [];
  for (const mask of options.masks.split(",").map(Number)) {
    const table = await smallTable(name, mask);
    if (!table) return undefined;
    found.push(options.knn ? errorsOfNearest(table) : await errorsOfModel(`${name} ${mask}`, table));
  }
  const mean = (of: (errors: Errors) => number) =>
    found.reduce((sum, each) => sum + of(each), 0) / found.length;
  return [
    name,
    shown(
      mean((each) => each.minMae),
      mean((each) => each.avgMae),
    ),
    shown(mean((each) => each.medianMae)),
    ...METHODS.map((method) => shown(published(name, method, "MinMAE"), published(name, method, "AvgMAE"))),
  ];
}

/** The mean over tables of each number in each cell. */
function meanRow(rows: readonly (readonly string[])[]): string[] {
  const [, ...columns] = rows[0].keys();
  const numbers = (cell: string) => cell.split("/").map(Number);
  const mean = (column: number) =>
    numbers(rows[0][column]).map(
      (_, i) => rows.reduce((sum, row) => sum + numbers(row[column])[i], 0) / rows.length,
    );
  return [`mean of ${rows.length}`, ...columns.map((column) => shown(...mean(column)))];
}

/** The rows of tables in what other runs printed. */
function printedRows(path: string): string[][] {
  const names = smallTableNames();
  return readFileSync(path, "utf8")
    .split("\n")
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
    .filter(([name]) => names.includes(name));
}

const rows: string[][] = options.from?.split(",").flatMap(printedRows) ?? [];
if (options.from === undefined) {
  const published = await publishedSmall(METHODS);
  for (const name of positionals.length > 0 ? positionals : smallTableNames()) {
    const row = await rowOf(name, published);
    if (!row) continue;
    process.stderr.write(`${row.join(" | ")}\n`);
    rows.push(row);
  }
}
if (rows.length > 0) {
  process.stdout.write("MinMAE / AvgMAE:\n\n");
  printTable(HEAD, [...rows, meanRow(rows)]);
}
