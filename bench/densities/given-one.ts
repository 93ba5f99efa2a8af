/**
 * @file Questions with nothing, one column or all others given, of every column of a table: the mean of minus the log probability
 * or density of held-out cells, any-to-any models after the same seconds of processor time.
 *
 *     npx tsx bench/densities/given-one.ts --seconds 80 --settings '{"members":1}' --settings '{"members":2}' tables/birdstrikes.csv
 *
 * The tables of the lab notebook are those of bench/first-contact/fetch.py.
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import type { ColumnDistributions } from "../../src/distribution/column-distributions.ts";
import type { Model } from "../../src/model/model.ts";
import { eachOnce, meanOf } from "../../src/numeric/statistics.ts";
import { readTable } from "../../src/table/files/read.ts";
import { type Column, type Table, tableColumn } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { holdOut } from "./data/held-out.ts";
import { printTable } from "./report.ts";
import { trainedFor } from "./trained-model.ts";

const { values: options, positionals } = parseArgs({
  options: {
    seconds: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    settings: { type: "string", multiple: true, default: ["{}"] },
  },
  allowPositionals: true,
});

const SPLIT_SEED = 7;
/** So many rows are asked about at most, and a fifth of a small table. */
const MOST_ASKED = 500;
/** No cell counts more: one whose model gives it nothing must not decide alone. */
const FARTHEST = 12;

type GivenFor = (of: string) => readonly (readonly string[])[];

/** Over all columns, and all that is given for each. */
async function meanLoss(model: Model, rows: Table, givenFor: GivenFor): Promise<number> {
  const losses: number[] = [];
  for (const of of model.columns) {
    for (const given of givenFor(of)) {
      const answers = await model.density(rows, { of, given });
      const loss = lossOf(answers, tableColumn(rows, of));
      if (!Number.isNaN(loss)) losses.push(loss);
    }
  }
  return meanOf(losses)(eachOnce(losses.length));
}

/** NaN of a column without cells. */
function lossOf(answers: ColumnDistributions, { values, categories }: Column): number {
  const logs = categories
    ? Array.from(values, (value, row) => {
        const answer = answers.at(row);
        if (answer.kind !== "category") throw new Error(`${answer.name} is no category.`);
        return Number.isNaN(value) ? Number.NaN : Math.log(answer.probability(categories[value]));
      })
    : Array.from(answers.logLikelihoods(Float64Array.from(values)));
  const known = logs.filter((log) => !Number.isNaN(log)).map((log) => Math.min(FARTHEST, -log));
  return known.length === 0 ? Number.NaN : meanOf(known)(eachOnce(known.length));
}

const lines: string[][] = [];
for (const path of positionals) {
  const table = await readTable(path, { identifiers: "leave out" });
  const { train, heldOut } = holdOut(table, Math.min(MOST_ASKED, Math.round(table.rows / 5)), SPLIT_SEED);
  for (const settings of options.settings) {
    const own = { seed: Number(options.seed), ...(JSON.parse(settings) as TrainOptions) } as TrainOptions;
    const { model, steps } = await trainedFor(Number(options.seconds), train, own);
    const others = (of: string) => model.columns.filter((name) => name !== of);
    const questions: GivenFor[] = [
      () => [[]],
      (of) => others(of).map((name) => [name]),
      (of) => [others(of)],
    ];
    const losses: string[] = [];
    for (const givenFor of questions) losses.push((await meanLoss(model, heldOut, givenFor)).toFixed(4));
    lines.push([path, `\`${settings}\``, `${steps}`, ...losses]);
  }
}
printTable(["table", "settings", "steps", "given nothing", "given one", "given all others"], lines);
process.exit(0);
