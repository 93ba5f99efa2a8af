/**
 * @file How long is a training step of a published network? Draw, gradient, AdamW, as the trainer does them: the next
 * batch is drawn while the workers run. One JSON line.
 *
 *     npx tsx bench/ours/step.ts --config stellar --context 32 --steps 5
 *     npx tsx bench/ours/step.ts --config california --context 0,9,3,6
 *     npx tsx bench/ours/step.ts --config stellar --context 32 --device cuda --precision float16 --workers 1
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { leungBovyBatches } from "../../src/networks/leung-bovy/batch.ts";
import { LeungBovyBatchSampler } from "../../src/networks/leung-bovy/batch-sampler.ts";
import { OPTIMIZER } from "../../src/networks/leung-bovy/network.ts";
import { networkParameters } from "../../src/networks/leung-bovy/parameters.ts";
import { initialise, parameterCount } from "../../src/networks/parts/parameter-layout.ts";
import { generator } from "../../src/numeric/generator.ts";
import { DEVICES, PRECISIONS } from "../../src/runtime/device-names.ts";
import { createKernels } from "../../src/runtime/kernels/kernels.ts";
import { checkPrecision } from "../../src/runtime/node/devices.ts";
import { GradientWorkers } from "../../src/training/gradient-workers.ts";
import { peakMegabytes } from "../suite/children.ts";
import { median } from "../suite/median.ts";
import { configOf, randomData } from "./random-data.ts";

const { values } = parseArgs({
  options: {
    config: { type: "string", default: "california" },
    /** Columns given, of one step after the other; begun again when there are more steps. */
    context: { type: "string", default: "8" },
    /** Default: one for each context length, at least 20. */
    steps: { type: "string" },
    /** Steps that are not timed, at the first context length. */
    warmup: { type: "string", default: "3" },
    workers: { type: "string", default: "2" },
    seed: { type: "string", default: "0" },
    device: { type: "string", default: "cpu" },
    precision: { type: "string", default: "float32" },
  },
});
const device = DEVICES.find((each) => each === values.device);
const precision = PRECISIONS.find((each) => each === values.precision);
if (!device || !precision)
  throw new Error(`no such device or precision: ${values.device}, ${values.precision}`);
await checkPrecision(device, precision);
const contexts = values.context.split(",").map(Number);
const [warmup, workers, seed] = [values.warmup, values.workers, values.seed].map(Number) as [
  number,
  number,
  number,
];
const steps = values.steps === undefined ? Math.max(20, contexts.length) : Number(values.steps);
const widest = Math.max(...contexts);
const { network, settings, columns } = configOf(values.config);
if (!contexts.every((context) => Number.isInteger(context) && context >= 0 && context <= columns)) {
  throw new Error(`--context is ${values.context}; it must be whole numbers from 0 to ${columns}.`);
}

const parameters = networkParameters(network);
const count = parameterCount(parameters);
const kernels = createKernels(Array(5).fill(count));
const [weights, first, second] = [kernels.floats(count), kernels.floats(count), kernels.floats(count)];
initialise(parameters, weights, seed);
const pool = await GradientWorkers.start(network, {
  device,
  precision,
  workers,
  seed,
  capacity: { rows: settings.batchSize, given: widest, targets: 1, copies: 1 },
  kernels,
});

const data = randomData(columns, 20_000, seed);
const outputs = Int32Array.from({ length: columns }, (_, column) => column);
const batches = leungBovyBatches({ rows: settings.batchSize, given: widest });
const batch = batches.over(new ArrayBuffer(batches.bytes));
const samplers = new Map(
  contexts.map((context) => [
    context,
    new LeungBovyBatchSampler(data, outputs, [context, context], network.head, batch),
  ]),
);
const random = generator(seed, "bench");
const draw = (step: number) => {
  const rows = Uint32Array.from({ length: settings.batchSize }, () => random.integer(data.rows));
  const context = contexts[Math.max(0, step) % contexts.length];
  return samplers.get(context)!.draw(rows, random);
};

const milliseconds: number[] = [];
const losses: number[] = [];
pool.setWeights(weights);
let drawn = draw(-warmup);
for (let step = -warmup; step < steps; step++) {
  const began = performance.now();
  const running = pool.gradient(batch, drawn, step + warmup, precision === "float16" ? 2 ** 16 : 1);
  if (step + 1 < steps) drawn = draw(step + 1);
  const loss = await running;
  if (!Number.isFinite(loss)) throw new Error(`step ${step}: the loss is ${loss}`);
  const { learningRate } = settings;
  kernels.adamW(weights, pool.sum, first, second, { ...OPTIMIZER, learningRate, step: step + warmup + 1 });
  pool.setWeights(weights);
  losses.push(loss);
  if (step >= 0) milliseconds.push(performance.now() - began);
}
const peak = peakMegabytes();
await pool.stop();
const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
process.stdout.write(
  `${JSON.stringify({ bench: "step", peer: "anygiven", config: values.config, batch: settings.batchSize, contexts, workers, seed, medianMilliseconds: median(milliseconds), meanMilliseconds: mean(milliseconds), firstLoss: losses[0], peakMegabytes: peak, milliseconds })}\n`,
);
