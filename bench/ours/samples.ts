/**
 * @file How many samples a second does the ancestral sampler draw? One JSON line.
 *
 *     npx tsx bench/sample.ts --config california --samples 10000
 */
import { parseArgs } from "node:util";
import { Model } from "../src/density/model.ts";
import { initialise, parameterCount } from "../src/network/parameter-layout.ts";
import { networkParameters } from "../src/network/parameters.ts";
import { configOf, median } from "./published.ts";

const { values } = parseArgs({
  options: {
    config: { type: "string", default: "california" },
    samples: { type: "string", default: "10000" },
    repeats: { type: "string", default: "5" },
    seed: { type: "string", default: "0" },
  },
});
const [samples, repeats, seed] = [values.samples, values.repeats, values.seed].map(Number) as [
  number,
  number,
  number,
];
const { network, columns } = configOf(values.config);
const parameters = networkParameters(network);
const weights = new Float32Array(parameterCount(parameters));
initialise(parameters, weights, seed);
const named = Array.from({ length: columns }, (_, i) => ({
  name: `c${i}`,
  center: 0,
  scale: 1,
  output: true,
}));
const model = new Model({ config: { preset: "bench", columns: named, network }, weights });
const question = { of: "c0", given: { c1: 0.5, c2: -1 } };
await model.samples({ ...question, size: 64 });
const seconds: number[] = [];
for (let repeat = 0; repeat < repeats; repeat++) {
  const began = performance.now();
  const { c0 } = await model.samples({ ...question, size: samples, seed: seed + repeat });
  if (c0?.length !== samples || !c0.every(Number.isFinite)) throw new Error("a sample is not a number");
  seconds.push((performance.now() - began) / 1000);
}
await model.dispose();
process.stdout.write(
  `${JSON.stringify({ bench: "sample", peer: "anygiven", config: values.config, samples, steps: network.head.steps, samplesPerSecond: samples / median(seconds), medianSeconds: median(seconds), seconds })}\n`,
);
