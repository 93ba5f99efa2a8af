/**
 * @file How far are a trained model's answers from the truth, where the truth is known? For each known table: the
 * total-variation distance of 100 random questions, and the KS distance of the PIT values of 5,000 from uniform.
 *
 *     npx tsx bench/densities/truth.ts --seconds 120 --seed 1
 *     npx tsx bench/densities/truth.ts --only circle
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { ksDistance, ksOfPerfectModel } from "../../src/evaluation/calibration.ts";
import { type Contexts, questionsFor } from "../../src/evaluation/contexts.ts";
import type { Model } from "../../src/model/model.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { givenValues, onlyGiven, randomQuestions } from "./questions.ts";
import { printTable, quantileOf } from "./report.ts";
import { totalVariation } from "./total-variation.ts";
import { trainedModel } from "./trained-model.ts";
import { circle } from "./truth/circle.ts";
import { gaussianMixture } from "./truth/gaussian-mixture.ts";
import type { KnownTable } from "./truth/known.ts";
import { tailsAndAtoms } from "./truth/tails-and-atoms.ts";

const TABLES: readonly KnownTable[] = [gaussianMixture, circle, tailsAndAtoms];
/** Of the first of the fresh rows' questions also the distance from the truth is measured. */
const TV_QUESTIONS = 100;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "120" },
    seed: { type: "string", default: "1" },
    rows: { type: "string", default: "100000" },
    fresh: { type: "string", default: "5000" }, // rows asked about, one question each
    preset: { type: "string", default: "default" },
    only: { type: "string" },
    /** Other settings, as JSON. */
    settings: { type: "string", default: "{}" },
  },
});
const whole = (name: "seconds" | "seed" | "rows" | "fresh") => Number(values[name]);
const [seconds, seed, rows, freshRows] = [whole("seconds"), whole("seed"), whole("rows"), whole("fresh")];

/** The answers about one column: where its questions are, their distances from the truth, their PIT values. */
interface ColumnResult {
  readonly distances: readonly number[];
  readonly pits: Float64Array;
}

async function askColumn(
  model: Model,
  known: KnownTable,
  fresh: Table,
  contexts: Contexts,
  asked: number,
): Promise<ColumnResult> {
  const questions = questionsFor(contexts, asked);
  const { name, values: cells } = fresh.columns[asked];
  const answers = await model.density(onlyGiven(fresh, contexts, questions), { of: name });
  const found = Float64Array.from(questions, (question) => cells[contexts.rows[question]]);
  const distances = Array.from(questions).flatMap((question, row) => {
    if (contexts.rows[question] >= TV_QUESTIONS) return [];
    const truth = known.conditional(asked, givenValues(fresh, contexts, question));
    return [totalVariation(answers, row, truth)];
  });
  return { distances, pits: answers.pits(found, seed) };
}

async function measure(known: KnownTable): Promise<string[]> {
  const model = await trainedModel(known.name, known.sample(rows, seed), {
    preset: values.preset,
    seconds,
    seed,
    ...(JSON.parse(values.settings) as TrainOptions),
  } as TrainOptions);
  const fresh = known.sample(freshRows, seed + 1_000_000);
  const contexts = randomQuestions(fresh, seed);
  const results: ColumnResult[] = [];
  for (const asked of known.columns.keys()) {
    results.push(await askColumn(model, known, fresh, contexts, asked));
  }
  await model.dispose();
  const distances = results.flatMap((result) => result.distances);
  const pits = results.flatMap((result) => Array.from(result.pits));
  const byColumn = known.columns.map(
    (column, i) => `${column} ${quantileOf(results[i].distances, 0.5).toFixed(3)}`,
  );
  return [
    known.name,
    quantileOf(distances, 0.5).toFixed(4),
    quantileOf(distances, 0.9).toFixed(4),
    ksDistance(pits).toFixed(4),
    byColumn.join(", "),
  ];
}

const lines: string[][] = [];
for (const known of TABLES) {
  if (!values.only || known.name.includes(values.only)) lines.push(await measure(known));
}
const perfect = ksOfPerfectModel(freshRows).toFixed(3);
printTable(["table", "TV, median", "TV, 90 %", `KS (perfect: < ${perfect})`, "TV by column, median"], lines);
