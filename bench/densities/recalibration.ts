/**
 * @file What recalibration changes on rows that training has not seen at all, neither as training nor as validation rows: labels
 * of stars given photometry and parallax, and columns of California Housing given all others. The same network, as it answers
 * and recalibrated: mean log likelihood, coverage of the central 68 and 90 % intervals, KS distance of the PIT values.
 *
 *     npx tsx bench/densities/recalibration.ts --seconds 100 --seed 1 --data stars
 *     npx tsx bench/densities/recalibration.ts --seconds 100 --seed 1 --data california
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import type { ColumnDistributions } from "../../src/distribution/column-distributions.ts";
import { ksDistance, ksOfPerfectModel } from "../../src/evaluation/calibration.ts";
import { Model } from "../../src/model/model.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { withoutRecalibration } from "../../src/training/recalibration/recalibrate.ts";
import { trainTable } from "../../src/training/train-table.ts";
import { california } from "./data/california.ts";
import { LABELS, OBSERVED, stars } from "./data/stars.ts";
import { printTable } from "./report.ts";
import { processorSeconds } from "./trained-model.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    data: { type: "string", default: "stars" },
    /** Other settings, as JSON. */
    settings: { type: "string", default: "{}" },
  },
});
const data = values.data === "california" ? await california() : await stars();
if (!data) process.exit(0);
const { train, heldOut } = data;

interface Scores {
  readonly rows: number;
  /** Of each row, and their mean. */
  readonly logs: readonly number[];
  readonly log: number;
  readonly inside: readonly number[];
  readonly ks: number;
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** Of a column's answers as they are measured. */
function scores(answers: ColumnDistributions, table: Table, name: string): Scores {
  const column = table.columns.find((each) => each.name === name);
  if (!column) throw new Error(`there is no ${name}`);
  const errors = Float64Array.from(column.values, (_, row) => column.errors?.[row] ?? Number.NaN);
  const observed = answers.ofTrueValues ? answers.observed(errors) : answers;
  const rows = Array.from(column.values.keys()).filter((row) => !Number.isNaN(column.values[row]));
  const logs = rows.map((row) => observed.logLikelihood(row, column.values[row]));
  const all = observed.pits(Float64Array.from(column.values), 1);
  const pits = rows.map((row) => all[row]);
  return {
    rows: rows.length,
    logs,
    log: mean(logs),
    inside: [0.68, 0.9].map((mass) => mean(pits.map((p) => Number(Math.abs(p - 0.5) <= mass / 2)))),
    ks: ksDistance(pits),
  };
}

const ending = new AbortController();
const began = process.cpuUsage();
const run = await trainTable(train, {
  systemInfo: false,
  epochs: 100_000,
  seed: Number(values.seed),
  ...(JSON.parse(values.settings) as TrainOptions),
  signal: ending.signal,
  onStep: () => {
    if (processorSeconds(began) > Number(values.seconds)) ending.abort();
  },
} as TrainOptions);
process.stderr.write(
  `${run.steps} steps, ${processorSeconds(began).toFixed(0)} processor seconds with the judgement and recalibration at the end\n`,
);
const recalibrated = new Model(run.model);
const network = new Model({ ...run.model, config: withoutRecalibration(run.model.config) });

const asked: readonly string[] =
  values.data === "california" ? train.columns.map(({ name }) => name) : LABELS;
const lines: string[][] = [];
for (const name of asked) {
  const given =
    values.data === "california" ? asked.filter((each) => each !== name) : OBSERVED.map((each) => each);
  const [before, after] = await Promise.all(
    [network, recalibrated].map(async (model) =>
      scores(await model.density(heldOut, { of: name, given }), heldOut, name),
    ),
  );
  const gains = after.logs.map((log, i) => log - before.logs[i]);
  const gain = mean(gains);
  const error = Math.sqrt(mean(gains.map((each) => (each - gain) ** 2)) / gains.length);
  const told = run.model.config.report?.recalibration?.find((column) => column.name === name)?.sizes.at(-1);
  const verdict = told?.numbers ?? told?.classes;
  lines.push([
    name,
    `${before.rows}`,
    before.log.toFixed(3),
    after.log.toFixed(3),
    `${gain.toFixed(3)} ±${error.toFixed(3)}`,
    verdict?.kept ? `${verdict.gain.toFixed(3)} ±${verdict.error.toFixed(3)}` : "-",
    ...[0, 1].map((which) => `${before.inside[which].toFixed(3)} -> ${after.inside[which].toFixed(3)}`),
    `${before.ks.toFixed(3)} -> ${after.ks.toFixed(3)} (< ${ksOfPerfectModel(before.rows).toFixed(3)})`,
  ]);
}
printTable(
  ["column", "rows", "log likelihood", "recalibrated", "gain", "foretold", "in 68 %", "in 90 %", "KS"],
  lines,
);
await network.dispose();
await recalibrated.dispose();
