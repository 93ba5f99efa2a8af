/**
 * @file One column from all others: the any-to-any model, which was trained on every question, beside specialists that know
 * only this one (bench/peers/specialists.py), on the same rows. Trained for seconds of processor time, all threads together, or until done.
 *
 *     npx tsx bench/densities/specialists.ts --rows /tmp/specialists          writes each task's rows for the peers, and ends
 *     npx tsx bench/densities/specialists.ts --seconds 300 house adult stars yacht/0
 *     npx tsx bench/densities/specialists.ts --until-done concrete/0          trained as by default: until nothing gets better
 *     npx tsx bench/densities/specialists.ts --until-done --growing power/0   of networks in turn, also the first, the first two ...
 */
import "../../src/runtime/node/install.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ColumnDistributions } from "../../src/distribution/column-distributions.ts";
import { ksDistance } from "../../src/evaluation/calibration.ts";
import type { Model } from "../../src/model/model.ts";
import { eachOnce, meanOf, rootMeanSquareOf } from "../../src/numeric/statistics.ts";
import { writeTable } from "../../src/table/files/write.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { SPECIALIST_TASKS, type SpecialistTask, specialistTask } from "./data/specialists.ts";
import { printTable } from "./report.ts";
import { trainedFor } from "./trained-model.ts";

const { values: options, positionals } = parseArgs({
  options: {
    seconds: { type: "string", default: "300" },
    "until-done": { type: "boolean", default: false },
    growing: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    rows: { type: "string" },
    /** Other settings, as JSON; several are tried one after the other. */
    settings: { type: "string", multiple: true, default: ["{}"] },
  },
  allowPositionals: true,
});

async function trained({ train }: SpecialistTask, settings: string): Promise<readonly Model[]> {
  const seconds = options["until-done"] ? undefined : Number(options.seconds);
  const { model, growing, steps, epochs, used } = await trainedFor(seconds, train, {
    seed: Number(options.seed),
    ...(JSON.parse(settings) as TrainOptions),
  } as TrainOptions);
  process.stderr.write(
    `${settings}: ${steps} steps, ${epochs} epochs, ${used.toFixed(0)} seconds of processor time\n`,
  );
  return options.growing ? growing : [model];
}

/** Of the rows that have a class: minus the mean log probability, the area under the curve (two classes), the share that is right. */
function classScores(
  answers: ColumnDistributions,
  { values }: Table["columns"][number],
  names: readonly string[],
) {
  const rows = Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const found = rows
    .map((row) => answers.at(row))
    .map((each) => {
      if (each.kind !== "category") throw new Error(`${each.name} is no category.`);
      return each;
    });
  const truth = rows.map((row) => names[values[row]]);
  const logScore = -mean(found.map((each, i) => Math.log(Math.max(1e-12, each.probability(truth[i])))));
  const right = mean(found.map((each, i) => Number(each.mode === truth[i])));
  const [, second] = found[0].categories;
  const auc = areaUnderCurve(
    found.map((each) => each.probability(second)),
    truth.map((name) => name === second),
  );
  return [`log score ${logScore.toFixed(4)}`, `AUC ${auc.toFixed(4)}`, `right ${right.toFixed(4)}`];
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** The chance that a row which has it is given a higher score than one that has not (Mann & Whitney 1947), ties half. */
function areaUnderCurve(scores: readonly number[], has: readonly boolean[]): number {
  const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
  const ranks = new Float64Array(scores.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && scores[order[j]] === scores[order[i]]) j++;
    for (let k = i; k < j; k++) ranks[order[k]] = (i + j + 1) / 2;
    i = j;
  }
  const positive = has.filter(Boolean).length;
  const sum = has.reduce((total, yes, i) => total + (yes ? ranks[i] : 0), 0);
  return (sum - (positive * (positive + 1)) / 2) / (positive * (has.length - positive));
}

/** Errors in the column's own units, of the rows that have a value. */
function numberScores(answers: ColumnDistributions, { values, errors }: Table["columns"][number]) {
  const rows = Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const observed = answers.ofTrueValues && errors ? answers.observed(Float64Array.from(errors)) : answers;
  const means = observed.means();
  const each = eachOnce(rows.length);
  const rmse = rootMeanSquareOf(rows.map((row) => means[row] - values[row]))(each);
  const found = Float64Array.from(values);
  const crpses = observed.crpses(found);
  const crps = meanOf(rows.map((row) => crpses[row]))(each);
  const logs = observed.logLikelihoods(found);
  const logScore = -meanOf(rows.map((row) => logs[row]))(each);
  const ks = ksDistance(rows.map((row) => observed.cdf(row, values[row])));
  return [
    `RMSE ${show(rmse)}`,
    `CRPS ${show(crps)}`,
    `log score ${logScore.toFixed(3)}`,
    `KS ${ks.toFixed(3)}`,
  ];
}

const show = (x: number) => x.toPrecision(4);

const lines: string[][] = [];
for (const name of positionals.length > 0 ? positionals : SPECIALIST_TASKS) {
  const task = await specialistTask(name);
  if (!task) continue;
  if (options.rows !== undefined) {
    const folder = join(options.rows, name.replace("/", "-"));
    mkdirSync(folder, { recursive: true });
    await writeTable(task.train, join(folder, "train.csv"));
    await writeTable(task.test, join(folder, "test.csv"));
    const categories = task.train.columns.filter((column) => column.categories).map((column) => column.name);
    const { targets, given } = task;
    writeFileSync(join(folder, "task.json"), JSON.stringify({ name, targets, given, categories }));
    continue;
  }
  for (const settings of options.settings) {
    for (const [k, model] of (await trained(task, settings)).entries()) {
      const which = options.growing ? `${settings}, ${k + 1} networks` : settings;
      for (const target of task.targets) {
        const answers = await model.density(task.test, { of: target, given: task.given });
        const column = task.test.columns.find((each) => each.name === target);
        if (!column) throw new Error(`The test rows have no ${target}.`);
        const scores = column.categories
          ? classScores(answers, column, column.categories)
          : numberScores(answers, column);
        lines.push([name, target, `\`${which}\``, scores.join(", ")]);
        process.stderr.write(`${lines.at(-1)?.join(" | ")}\n`);
      }
      await model.dispose();
    }
  }
}
if (lines.length > 0) printTable(["task", "target", "settings", "scores"], lines);
