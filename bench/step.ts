/**
 * @file How long is one training step? Draw, gradient, AdamW, as the trainer does them. One JSON line.
 *
 *     npx tsx bench/step.ts --config stellar --context 32 --steps 5
 *     npx tsx bench/step.ts --config stellar --context 32 --device cuda --precision float16 --workers 1
 */
import { parseArgs } from "node:util";
import { initialise, parameterCount } from "../src/network/parameter-layout.ts";
import { networkParameters } from "../src/network/parameters.ts";
import { diffusion } from "../src/network/schedule.ts";
import { generator } from "../src/random/generator.ts";
import { DEVICES, PRECISIONS } from "../src/runtime/device-names.ts";
import { checkPrecision } from "../src/runtime/devices.ts";
import { createKernels } from "../src/runtime/kernels/kernels.ts";
import { newBatch } from "../src/training/batch.ts";
import { BatchDrawer } from "../src/training/draw.ts";
import { GradientWorkers } from "../src/training/gradient-workers.ts";
import { configOf, median, randomData } from "./published.ts";

const { values } = parseArgs({
  options: {
    config: { type: "string", default: "california" },
    context: { type: "string", default: "8" },
    steps: { type: "string", default: "20" },
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
const [context, steps, warmup, workers, seed] = [
  values.context,
  values.steps,
  values.warmup,
  values.workers,
  values.seed,
].map(Number) as [number, number, number, number, number];
const { network, settings, columns } = configOf(values.config);
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
  capacity: settings.batchSize,
  width: context,
  kernels,
});
const data = randomData(columns, 20_000, seed);
const { head } = network;
const drawer = new BatchDrawer(data, {
  contextRange: [context, context],
  diffusion: diffusion(head.schedule, head.steps, head.betaStart, head.betaEnd),
});
const batch = newBatch(settings.batchSize, context);
const random = generator(seed, "bench");
const milliseconds: number[] = [];
for (let step = 1; step <= warmup + steps; step++) {
  const began = performance.now();
  const rows = Uint32Array.from({ length: settings.batchSize }, () => random.integer(data.rows));
  const asked = drawer.draw(rows, random, batch);
  pool.setWeights(weights);
  const loss = await pool.gradient(batch, asked, step, precision === "float16" ? 2 ** 16 : 1);
  if (!Number.isFinite(loss)) throw new Error(`step ${step}: the loss is ${loss}`);
  kernels.adamW(weights, pool.sum, first, second, {
    learningRate: settings.learningRate,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.01,
    step,
  });
  if (step > warmup) milliseconds.push(performance.now() - began);
}
await pool.stop();
process.stdout.write(
  `${JSON.stringify({ bench: "step", peer: "anygiven", config: values.config, batch: settings.batchSize, context, workers, medianMilliseconds: median(milliseconds), milliseconds })}\n`,
);
