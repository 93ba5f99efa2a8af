/**
 * @file Measurement errors taken out: tables whose truth is known, measured with an error as wide as the truth. Is its
 * width found, and its two peaks? `npx tsx bench/densities/deconvolution.ts --seconds 60 --seeds 1,2,3`
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { type Generator, generator } from "../../src/numeric/generator.ts";
import type { Table } from "../../src/table/table.ts";
import type { QueryTrainingSettings } from "../../src/training/training-settings.ts";
import { printTable } from "./report.ts";
import { trainedModel } from "./trained-model.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rows: { type: "string", default: "50000" },
    seeds: { type: "string", default: "1" },
  },
});

/** Truths of mean 0 and standard deviation 1. */
const TRUTHS: Readonly<Record<string, (random: Generator) => number>> = {
  normal: (random) => random.normal(),
  "two peaks": (random) =>
    (random.uniform() < 0.5 ? -1 : 1) * 0.95 + Math.sqrt(1 - 0.95 ** 2) * random.normal(),
};

/** x is the truth measured with an error of 1, y follows the truth with an error of its own that is not told. */
function measured(truth: (random: Generator) => number, rows: number, seed: number): Table {
  const random = generator(seed, "measured");
  const [x, y, errors] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows).fill(1)];
  for (let row = 0; row < rows; row++) {
    const value = truth(random);
    x[row] = value + random.normal();
    y[row] = value + 0.5 * random.normal();
  }
  const columns = [
    { name: "x", values: x, errors },
    { name: "y", values: y },
  ];
  return { source: "measured", rows, columns };
}

const lines: string[][] = [];
for (const [name, truth] of Object.entries(TRUTHS)) {
  for (const errors of ["deconvolve", "ignore"] satisfies QueryTrainingSettings["measurementErrors"][]) {
    for (const seed of options.seeds.split(",").map(Number)) {
      const table = measured(truth, Number(options.rows), seed);
      const model = await trainedModel(name, table, {
        measurementErrors: errors,
        seed,
        seconds: Number(options.seconds),
      });
      const answer = await model.density({ of: "x" });
      if (answer.kind !== "number") throw new Error("x is not a number");
      const peaks = answer.modes().map((mode) => mode.toFixed(2));
      const share = answer.cdf(0.3) - answer.cdf(-0.3);
      lines.push([name, errors, `${seed}`, answer.std().toFixed(3), peaks.join(", "), share.toFixed(3)]);
      await model.dispose();
    }
  }
}
printTable(["truth (sd 1)", "errors", "seed", "sd found", "modes", "P(-0.3 < x < 0.3)"], lines);
