/**
 * @file Real stars, single columns given: the mean CRPS of some columns given one other, the share of giants given the
 * temperature alone beside that of the stars, and the labels' CRPS given photometry and parallax.
 *
 *     npx tsx bench/densities/star-pairs.ts --epochs 16 --settings '{"counted":false}' --settings '{}'
 *     npx tsx bench/densities/star-pairs.ts --seconds 100
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import type { Model } from "../../src/model/model.ts";
import { meanOf } from "../../src/numeric/statistics.ts";
import { type Table, tableColumn } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { LABELS, OBSERVED, stars } from "./data/stars.ts";
import { printTable } from "./report.ts";
import { trainedFor } from "./trained-model.ts";

const PAIRS = [
  ["logg", "teff"],
  ["feh", "logg"],
  ["parallax", "logg"],
  ["teff", "parallax"],
  ["j_mag", "ks_mag"],
] as const;
/** Temperatures [K], half the width of the data's window around them, and the gravity [dex] between giants and dwarfs. */
const TEMPERATURES = [4500, 4800, 5000];
const WINDOW = 75;
const DIVIDE = 3.5;

const { values: options } = parseArgs({
  options: {
    /** Of processor time; or so many epochs. */
    seconds: { type: "string" },
    epochs: { type: "string" },
    seed: { type: "string", default: "1" },
    settings: { type: "string", multiple: true, default: ["{}"] },
    columns: { type: "string" },
  },
});

async function meanCrps(model: Model, rows: Table, of: string, given: readonly string[]): Promise<string> {
  const { values } = tableColumn(rows, of);
  const answers = (await model.density(rows, { of: [of], given }))[of];
  const known = [...values.keys()].filter((row) => !Number.isNaN(values[row]));
  return meanOf(known.map((row) => answers.crps(row, values[row])))(known.map((_, i) => i)).toPrecision(4);
}

async function shareOfGiants(model: Model, teff: number): Promise<string> {
  const answer = await model.density({ of: "logg", given: { teff } });
  if (answer.kind !== "number") throw new Error("logg is not a number");
  return answer.cdf(DIVIDE).toFixed(3);
}

const parts = await stars();
if (parts !== undefined) {
  const { train, heldOut } = parts;
  const names = options.columns?.split(",");
  const table = names
    ? { ...train, columns: train.columns.filter(({ name }) => names.includes(name)) }
    : train;
  const pairs = PAIRS.filter((pair) => !names || pair.every((name) => names.includes(name)));
  const labels = names ? [] : LABELS;
  const lines: string[][] = [];
  for (const settings of options.settings) {
    const { model, steps } = await trainedFor(options.seconds ? Number(options.seconds) : undefined, table, {
      seed: Number(options.seed),
      ...(options.epochs && { epochs: Number(options.epochs) }),
      ...(JSON.parse(settings) as TrainOptions),
    } as TrainOptions);
    const line = [`\`${settings}\``, `${steps}`];
    for (const [of, given] of pairs) line.push(await meanCrps(model, heldOut, of, [given]));
    for (const teff of TEMPERATURES) line.push(await shareOfGiants(model, teff));
    for (const label of labels) line.push(await meanCrps(model, heldOut, label, OBSERVED));
    lines.push(line);
    await model.dispose();
  }
  const [gravities, temperatures] = ["logg", "teff"].map((name) => tableColumn(train, name).values);
  const inStars = TEMPERATURES.map((teff) => {
    const near = gravities.filter((_, row) => Math.abs(temperatures[row] - teff) <= WINDOW);
    return (near.filter((logg) => logg < DIVIDE).length / near.length).toFixed(3);
  });
  lines.push(["the stars", "", ...pairs.map(() => ""), ...inStars, ...labels.map(() => "")]);
  const heads = [
    ...["settings", "steps"],
    ...pairs.map(([of, given]) => `${of} given ${given}`),
    ...TEMPERATURES.map((teff) => `giants at ${teff} K`),
    ...labels.map((label) => `${label} given all`),
  ];
  printTable(heads, lines);
}
