/**
 * @file How exact the flow is, by solver, steps and levels: against mixtures of normals whose denoiser and
 * distribution are known. `npx tsx bench/densities/flow.ts`
 */
import { ColumnDistributions } from "../../src/distribution/column-distributions.ts";
import { evenLevels, rearrange } from "../../src/distribution/levels.ts";
import { normalCdf } from "../../src/numeric/normal-cdf.ts";
import { type DenoisingField, type FlowOptions, flowOnLevels } from "../../src/sampling/probability-flow.ts";
import { printTable } from "./report.ts";

/** Weight, mean, sd. */
type Peak = readonly [number, number, number];

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

/** E[y | y + sigma n = x] of a mixture of normals. */
function meanGiven(x: number, sigma: number, peaks: readonly Peak[]): number {
  const logs = peaks.map(([w, m, s]) => {
    const variance = s * s + sigma * sigma;
    return Math.log(w) - 0.5 * Math.log(variance) - (x - m) ** 2 / (2 * variance);
  });
  const top = Math.max(...logs);
  let [sum, total] = [0, 0];
  peaks.forEach(([, m, s], k) => {
    const weight = Math.exp(logs[k] - top);
    total += weight;
    sum += (weight * (s * s * x + sigma * sigma * m)) / (s * s + sigma * sigma);
  });
  return sum / total;
}

function exactField(peaks: readonly Peak[]) {
  let calls = 0;
  const field: DenoisingField = {
    questions: 1,
    sigmaMin: 0.005,
    sigmaMax: 10,
    denoise: async (x, sigma, into) => {
      calls += x.length;
      x.forEach((value, i) => {
        into[i] = meanGiven(value, sigma, peaks);
      });
    },
  };
  return { field, calls: () => calls };
}

/** The largest difference of cumulative probabilities, over a fine grid. */
async function cdfError(peaks: readonly Peak[], levels: Float64Array, options: FlowOptions) {
  const { field, calls } = exactField(peaks);
  const nodes = await flowOnLevels(field, levels, options);
  rearrange(nodes, levels.length);
  const coding = {
    kind: "number",
    center: 0,
    scale: 1,
    transform: { by: "none" },
    atoms: [],
    categories: [],
  } as const;
  const coordinates = { toModel: (x: number) => x, toOwn: (u: number) => u, slope: () => 1 };
  const found = new ColumnDistributions({ name: "x", coding, coordinates, levels, nodes });
  let worst = 0;
  for (let x = -5; x <= 5; x += 0.002) {
    const truth = peaks.reduce((sum, [w, m, s]) => sum + w * normalCdf((x - m) / s), 0);
    worst = Math.max(worst, Math.abs(found.cdf(0, x) - truth));
  }
  return { worst, calls: calls() };
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
for (const bend of [0, 0.5, 1]) choices.push([`multistep, 15 steps, staged, bend ${bend}`, 101, { bend }]);

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
