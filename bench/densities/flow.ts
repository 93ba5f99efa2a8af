/**
 * @file How exact the flow is, by solver, steps and levels: against mixtures of normals whose denoiser and
 * distribution are known. `npx tsx bench/densities/flow.ts`
 */
import { ColumnDistributions } from "../../src/distribution/column-distributions.ts";
import { evenLevels, rearrange } from "../../src/distribution/levels.ts";
import { type FlowOptions, flowOnLevels } from "../../src/sampling/probability-flow.ts";
import { exactField, mixtureCdf, type Peak } from "../../src/sampling/testing/exact-field.ts";
import { printTable } from "./report.ts";

const TARGETS: Readonly<Record<string, readonly Peak[]>> = {
  normal: [[1, 0.3, 0.8]],
  "narrow normal": [[1, 1.2, 0.05]],
  "two peaks": [
    [0.3, -1.2, 0.25],
    [0.7, 0.9, 0.3],
  ],
  "narrow and wide": [
    [0.3, 0.4, 0.03],
    [0.7, 0, 1.2],
  ],
  "small far peak": [
    [0.03, 3, 0.1],
    [0.97, -0.2, 0.6],
  ],
  "three narrow": [
    [0.2, -1.5, 0.05],
    [0.5, 0, 0.05],
    [0.3, 1.3, 0.05],
  ],
};

/** The largest difference of cumulative probabilities, over a fine grid. */
async function cdfError(peaks: readonly Peak[], levels: Float64Array, options: FlowOptions) {
  let calls = 0;
  const field = exactField([peaks], (numbers) => {
    calls += numbers;
  });
  const nodes = await flowOnLevels(field, levels, options);
  rearrange(nodes, levels.length);
  const encoding = {
    kind: "number",
    center: 0,
    scale: 1,
    transform: { by: "none" },
    pointMasses: [],
    categories: [],
  } as const;
  const coordinates = { toStandardised: (x: number) => x, toData: (u: number) => u, slope: () => 1 };
  const found = new ColumnDistributions({ name: "x", encoding, coordinates, levels, nodes });
  let worst = 0;
  for (let x = -5; x <= 5; x += 0.002) {
    worst = Math.max(worst, Math.abs(found.cdf(0, x) - mixtureCdf(peaks, x)));
  }
  return { worst, calls };
}

/** All levels from the start; without it few are followed above 1.2 and 0.4, and filled in as the noise falls. */
const ALL = { stages: [] };
const choices: [string, number, FlowOptions][] = [];
for (const steps of [10, 12, 15, 20, 30, 50])
  choices.push([`multistep, ${steps} steps`, 161, { steps, ...ALL }]);
for (const steps of [10, 15, 30])
  choices.push([`heun, ${steps} steps (twice the work each)`, 161, { steps, solver: "heun", ...ALL }]);
for (const steps of [15, 50])
  choices.push([`euler, ${steps} steps`, 161, { steps, solver: "euler", ...ALL }]);
for (const [levels, steps] of [
  [161, 15],
  [101, 20],
  [101, 15],
  [101, 12],
  [81, 15],
] as const)
  choices.push([`multistep, ${steps} steps, staged`, levels, { steps }]);
for (const thirdOrder of [0, 0.5, 1])
  choices.push([`multistep, 15 steps, staged, third order ${thirdOrder}`, 101, { thirdOrder }]);

const rows: string[][] = [];
for (const [name, count, options] of choices) {
  const errors: string[] = [];
  let evaluations = 0;
  for (const peaks of Object.values(TARGETS)) {
    const { worst, calls } = await cdfError(peaks, evenLevels(count, 4), options);
    errors.push(`${(100 * worst).toFixed(2)} %`);
    evaluations = calls;
  }
  rows.push([name, String(count), String(evaluations), ...errors]);
}
printTable(["solver", "levels", "evaluations", ...Object.keys(TARGETS)], rows);
