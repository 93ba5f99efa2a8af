/**
 * @file Stellar labels from photometry and parallax, on 1,000 stars held out of 9,000 + 1,000; every column given nothing;
 * and whether gravity, given nothing or temperature alone, has its two branches, dwarfs and giants, where the data have them.
 *
 *     npx tsx bench/densities/stars.ts --seconds 600 --seed 1
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import type { ColumnDistributions } from "../../src/distribution/column-distributions.ts";
import { ksDistance, ksOfPerfectModel } from "../../src/evaluation/calibration.ts";
import type { Model } from "../../src/model/model.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { settingsOf } from "../../src/training/presets.ts";
import { LABELS, OBSERVED, stars } from "./data/stars.ts";
import { printTable, quantileOf } from "./report.ts";
import { trainedModel } from "./trained-model.ts";

/** Temperatures [K] at which gravity has two branches, and half the width of the data's window around them. */
const TEMPERATURES = [4500, 4800, 5000] as const;
const WINDOW = 75;
/** Surface gravity [dex] between giants and dwarfs. */
const DIVIDE = 3.5;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    seed: { type: "string", default: "1" },
    preset: { type: "string", default: "default" },
    errors: { type: "string" },
    /** Other settings, as JSON. */
    settings: { type: "string", default: "{}" },
  },
});
const [seconds, seed] = [values.seconds, values.seed].map(Number) as [number, number];
const chosen = settingsOf(values.preset, {});
const errors = chosen.architecture === "query" ? (values.errors ?? chosen.measurementErrors) : "ignore";

function columnOf(table: Table, name: string) {
  const { values: cells, errors: ownErrors } = table.columns.find((column) => column.name === name)!;
  return { cells, errors: ownErrors ?? cells.map(() => Number.NaN) };
}

/** A column's answers as they are measured, the held-out rows that have it, and their places in the answers. */
function observedIn(answers: ColumnDistributions, heldOut: Table, name: string) {
  const { cells, errors: ownErrors } = columnOf(heldOut, name);
  // Only where errors were taken out in training do the answers lack them.
  const observed = answers.ofTrueValues ? answers.observed(Float64Array.from(ownErrors)) : answers;
  const rows = Array.from(cells.keys()).filter((row) => !Number.isNaN(cells[row]));
  return { cells, observed, rows, pits: rows.map((row) => observed.cdf(row, cells[row])) };
}

/** One line: how a column's answers given nothing fit what is observed of it. */
function marginalScores(answers: ColumnDistributions, heldOut: Table, name: string): string[] {
  const { rows, pits } = observedIn(answers, heldOut, name);
  return [
    name,
    `${rows.length}`,
    `${ksDistance(pits).toFixed(3)} (< ${ksOfPerfectModel(rows.length).toFixed(3)})`,
  ];
}

/** One line: how a label's answers given photometry and parallax fit the observed labels. */
function labelScores(answers: ColumnDistributions, heldOut: Table, label: string): string[] {
  const { cells, observed, rows, pits } = observedIn(answers, heldOut, label);
  const medians = answers.medians();
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const coverage = (mass: number) => mean(pits.map((p) => Number(Math.abs(p - 0.5) <= mass / 2)));
  const squares = rows.map((row) => (cells[row] - medians[row]) ** 2);
  const offsets = rows.map((row) => Math.abs(cells[row] - medians[row]));
  return [
    label,
    `${rows.length}`,
    coverage(0.68).toFixed(3),
    coverage(0.9).toFixed(3),
    `${ksDistance(pits).toFixed(3)} (< ${ksOfPerfectModel(rows.length).toFixed(3)})`,
    Math.sqrt(mean(squares)).toPrecision(4),
    quantileOf(offsets, 0.5).toPrecision(4),
    mean(rows.map((row) => observed.crps(row, cells[row]))).toPrecision(4),
  ];
}

/** One line: gravity given one temperature, or nothing, from the model and in the data around it. */
async function branches(model: Model, data: Table, teff?: number): Promise<string[]> {
  const answer = await model.density({ of: "logg", given: teff === undefined ? {} : { teff } });
  if (answer.kind !== "number") throw new Error("logg is not a number column");
  const [{ cells: temperatures }, { cells: gravities }] = [columnOf(data, "teff"), columnOf(data, "logg")];
  const near = Array.from(gravities).filter(
    (_, row) => teff === undefined || Math.abs(temperatures[row] - teff) <= WINDOW,
  );
  const giants = near.filter((logg) => logg < DIVIDE).length / near.length;
  const error = Math.sqrt((giants * (1 - giants)) / near.length);
  const indices = answer.modes().map((mode) => mode.toFixed(2));
  return [
    `${teff ?? "any"}`,
    `${indices.length}`,
    indices.join(", "),
    answer.cdf(DIVIDE).toFixed(3),
    `${giants.toFixed(3)} +- ${error.toFixed(3)}`,
    `${near.length}`,
    [...medianOfEach(near)].map((median) => median.toFixed(2)).join(", "),
  ];
}

/** The data's median gravity of the giants and of the dwarfs. */
function medianOfEach(gravities: readonly number[]): [giants: number, dwarfs: number] {
  const median = (isGiant: boolean) =>
    quantileOf(
      gravities.filter((logg) => logg < DIVIDE === isGiant),
      0.5,
    );
  return [median(true), median(false)];
}

const parts = await stars();
if (parts !== undefined) {
  const { train, heldOut } = parts;
  const model = await trainedModel("stars", train, {
    preset: values.preset,
    ...(chosen.architecture === "query" && { measurementErrors: errors }),
    seconds,
    seed,
    ...(JSON.parse(values.settings) as TrainOptions),
  } as TrainOptions);
  const answers = await model.density(heldOut, { of: LABELS, given: OBSERVED });
  const scores = LABELS.map((label) => labelScores(answers[label], heldOut, label));
  const head = [
    "label",
    "stars",
    "in 68 %",
    "in 90 %",
    "KS (perfect)",
    "RMSE of median",
    "median abs. error",
    "CRPS",
  ];
  printTable(head, scores);
  const names = heldOut.columns.map(({ name }) => name);
  const marginals = await model.density(heldOut, { of: names, given: [] });
  process.stdout.write("\n");
  printTable(
    ["given nothing", "stars", "KS (perfect)"],
    names.map((name) => marginalScores(marginals[name], heldOut, name)),
  );
  const gravities: string[][] = [];
  for (const teff of [undefined, ...TEMPERATURES]) gravities.push(await branches(model, train, teff));
  process.stdout.write("\n");
  printTable(
    ["teff [K]", "modes", "at logg", `P(logg < ${DIVIDE})`, "data's share", "stars", "data's medians"],
    gravities,
  );
  await model.dispose();
}
