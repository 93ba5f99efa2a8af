/**
 * @file How well is one column predicted from all others? NLL, CRPS and RMSE of four UCI tables over their first
 * splits, beside published negative log-likelihoods (nats, in the target's own units).
 *
 *     npx tsx bench/densities/uci.ts --splits 5 --seconds 60
 *     npx tsx bench/densities/uci.ts --splits 20 --only yacht,energy
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import type { TrainOptions } from "../../src/training/options.ts";
import { UCI_SPLITS, UCI_TABLES, type UciSplit, type UciTable, uciSplit } from "./data/uci.ts";
import { meanAndSd, printTable } from "./report.ts";
import { trainedModel } from "./trained-model.ts";

/** Everything to tune. Point masses stay off: their NLL is of a mass, which no density can be compared with. */
const OPTIONS = (features: number): TrainOptions => ({
  preset: "default",
  contextRange: [features, features],
  pointMasses: false,
});

/** Ranges of the figures published for NGBoost (https://arxiv.org/abs/1910.03225), and TabResFlow's. */
const PUBLISHED: Readonly<Record<UciTable, { readonly ngboost: string; readonly tabresflow: string }>> = {
  concrete: { ngboost: "3.04-3.09", tabresflow: "2.90" },
  energy: { ngboost: "0.46-0.62", tabresflow: "0.77" },
  power: { ngboost: "2.77-2.79", tabresflow: "2.60" },
  yacht: { ngboost: "0.20-0.75", tabresflow: "0.67" },
};

const { values } = parseArgs({
  options: {
    splits: { type: "string", default: "5" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    /** Other settings, as JSON. */
    settings: { type: "string", default: "{}" },
  },
});
const [splits, seconds, seed] = [values.splits, values.seconds, values.seed].map(Number) as [
  number,
  number,
  number,
];

interface Scores {
  /** Of the distributions, as they are made of quantiles. */
  readonly nll: number;
  /** Of the probability flow itself. */
  readonly flowNll: number;
  readonly crps: number;
  /** Of the means. */
  readonly rmse: number;
  /** Test rows whose value has a point mass of its own, so that `nll` isn't of densities alone. */
  readonly atPointMasses: number;
}

async function score(name: string, { train, test, target }: UciSplit): Promise<Scores> {
  const features = train.columns.map((column) => column.name).filter((column) => column !== target);
  const options = {
    ...OPTIONS(features.length),
    outputs: [target],
    seconds,
    seed,
    ...(JSON.parse(values.settings) as TrainOptions),
  };
  const model = await trainedModel(name, train, options);
  const question = { of: target, given: features };
  const answers = await model.density(test, question);
  const flow = await model.logPdf(test, question);
  await model.dispose();
  const found = Float64Array.from(test.columns.find((column) => column.name === target)!.values);
  const means = answers.means();
  return {
    nll: -mean(answers.logLikelihoods(found)),
    flowNll: -mean(flow),
    crps: mean(answers.crpses(found)),
    rmse: Math.sqrt(mean(found.map((value, row) => (value - means[row]) ** 2))),
    atPointMasses: found.filter((value, row) => answers.probability(row, value) > 0).length,
  };
}

function mean(numbers: Float64Array): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

const only = values.only?.split(",");
const unknown = only?.find((name) => !UCI_TABLES.includes(name as UciTable));
if (unknown !== undefined) throw new Error(`no table "${unknown}": ${UCI_TABLES.join(", ")}`);
if (!(splits >= 1 && splits <= UCI_SPLITS)) throw new Error(`--splits is from 1 to ${UCI_SPLITS}`);
const lines: string[][] = [];
for (const name of UCI_TABLES.filter((table) => only?.includes(table) ?? true)) {
  const scores: Scores[] = [];
  for (let split = 0; split < splits; split++) {
    const parts = uciSplit(name, split);
    if (parts === undefined) break;
    const result = await score(`${name}, split ${split}`, parts);
    process.stderr.write(`${JSON.stringify(result)}\n`);
    scores.push(result);
  }
  if (scores.length === 0) continue;
  const over = (key: keyof Scores, digits: number) =>
    meanAndSd(
      scores.map((result) => result[key]),
      digits,
    );
  const { ngboost, tabresflow } = PUBLISHED[name];
  lines.push([
    name,
    over("nll", 3),
    over("flowNll", 3),
    ngboost,
    tabresflow,
    over("crps", 3),
    over("rmse", 3),
  ]);
}
if (lines.length > 0)
  printTable(["table", "NLL", "NLL of the flow", "NGBoost", "TabResFlow", "CRPS", "RMSE"], lines);
