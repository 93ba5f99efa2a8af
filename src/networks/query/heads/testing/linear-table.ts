/** @file A table whose conditional distributions are known normals, and a small network trained on it: for the tests of heads. */
import { type ModelColumn, plainEncoding } from "../../../../columns/encoding.ts";
import { generator } from "../../../../numeric/generator.ts";
import { Executable } from "../../../../runtime/executable.ts";
import { createKernels } from "../../../../runtime/kernels/kernels.ts";
import type { Table } from "../../../../table/table.ts";
import type { Network } from "../../../network.ts";
import { cells, initialise, parameterCount } from "../../../parts/parameter-layout.ts";
import { gradientName } from "../../../parts/program-parts.ts";
import type { QueryConfig } from "../../config.ts";

/** All but the head. */
export const LINEAR_NETWORK: Omit<QueryConfig, "head"> = {
  kind: "query",
  columns: 3,
  classes: [0, 0, 0],
  errors: false,
  embeddingDim: 16,
  heads: 2,
  ffnDim: 32,
  encoderLayers: 1,
  dropout: 0,
  frequencies: 4,
};
const NAMES = ["x", "y", "z"];
export const LINEAR_COLUMNS = NAMES.map(
  (name): ModelColumn => ({ name, output: true, encoding: plainEncoding({ center: 0, scale: 1 }) }),
);

/** x = n, y = 0.8 x + 0.6 n, z = 0.5 x + 0.5 y + 0.5 n, each n a standard normal of its own. */
export function linearTable(rows: number): Table {
  const random = generator(1, "table");
  const [x, y, z] = NAMES.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    x[row] = random.normal();
    y[row] = 0.8 * x[row] + 0.6 * random.normal();
    z[row] = 0.5 * x[row] + 0.5 * y[row] + 0.5 * random.normal();
  }
  return { source: "linear", rows, columns: [x, y, z].map((values, i) => ({ name: NAMES[i], values })) };
}

/** AdamW with a rate that falls to 0. @returns the weights after so many steps. */
export async function trainedOnLinear(
  network: Network,
  rows: number,
  steps: number,
  { table = linearTable(rows), intervals = 0 }: { readonly table?: Table; readonly intervals?: number } = {},
): Promise<Float32Array<ArrayBuffer>> {
  const data = network.encode({ table, given: NAMES, start: 0, rows }, LINEAR_COLUMNS);
  const settings = {
    batchSize: 256,
    contextRange: [0, 2],
    allGiven: 0.4,
    fewGiven: 0,
    requests: 3,
    draws: 1,
    intervals,
    measurementErrors: "ignore",
  } as const;
  const sampler = network.sampler({ data, reference: data }, Int32Array.of(0, 1, 2), settings);
  const batches = network.batches(network.capacity(3, Int32Array.of(0, 1, 2), settings));
  const { program, parameters } = network.lossProgram(true);
  const executable = await Executable.load(program);
  const count = parameterCount(parameters);
  const kernels = createKernels([count, count, count, count]);
  const [weights, gradient, first, second] = [0, 1, 2, 3].map(() => kernels.floats(count));
  initialise(parameters, weights, 1);
  const named = Object.fromEntries(parameters.map((p) => [p.name, cells(weights, p)]));
  const random = generator(2, "batches");
  for (let step = 1; step <= steps; step++) {
    const drawn = sampler.draw(
      Uint32Array.from({ length: settings.batchSize }, () => random.integer(rows)),
      random,
    );
    gradient.fill(0);
    for (const part of sampler.batch.microBatches(drawn, 1, 1024)) {
      const feeds = { ...named, ...sampler.batch.feeds(part, { seed: 1, step }) };
      const made = await executable.run(feeds, batches.sizes(part));
      for (const p of parameters) {
        const sum = cells(gradient, p);
        made[gradientName(p.name)].forEach((term, i) => {
          sum[i] += term;
        });
      }
    }
    const learningRate = 0.006 * (1 - step / (steps + 1));
    kernels.adamW(weights, gradient, first, second, { ...network.optimizer, learningRate, step });
  }
  await executable.dispose();
  return Float32Array.from(weights);
}

/** One question about the table. */
export const linearQuestion = (given: Readonly<Record<string, number>>) => ({
  table: {
    source: "question",
    rows: 1,
    columns: Object.entries(given).map(([name, value]) => ({ name, values: Float64Array.of(value) })),
  },
  given: Object.keys(given),
  start: 0,
  rows: 1,
});
/** What is given, the target, and the normal that answers. */
export const LINEAR_QUESTIONS = [
  { given: {}, target: 0, mean: 0, sd: 1 },
  { given: { x: 1 }, target: 1, mean: 0.8, sd: 0.6 },
  { given: { x: 1 }, target: 2, mean: 0.9, sd: Math.sqrt(0.34) },
  { given: { y: -1 }, target: 0, mean: -0.8, sd: 0.6 },
  { given: { x: -0.5, y: 0.4 }, target: 2, mean: -0.05, sd: 0.5 },
];
