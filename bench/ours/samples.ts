/**
 * @file How many samples a second does the ancestral sampler draw? One JSON line.
 *
 *     npx tsx bench/ours/samples.ts --config california --samples 10000
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { plainEncoding } from "../../src/columns/encoding.ts";
import { Model } from "../../src/model/model.ts";
import { networkParameters } from "../../src/networks/leung-bovy/parameters.ts";
import { initialise, parameterCount } from "../../src/networks/parts/parameter-layout.ts";
import { median } from "../suite/median.ts";
import { configOf } from "./random-data.ts";

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
  output: true,
  encoding: plainEncoding({ center: 0, scale: 1 }),
}));
const model = new Model({ config: { preset: "bench", columns: named, network }, weights });
// Said, not left to the default: samples of the flow are another thing, and many times faster.
const question = { of: "c0", given: { c1: 0.5, c2: -1 }, method: "ancestral" } as const;
// Twice as many as will be timed at once: threads, which start once enough has been asked, do so before.
for (let i = 0; i < 2; i++) await model.sample({ ...question, size: samples });
const seconds: number[] = [];
for (let repeat = 0; repeat < repeats; repeat++) {
  const began = performance.now();
  const {
    samples: { c0 },
  } = await model.sample({ ...question, size: samples, seed: seed + repeat });
  seconds.push((performance.now() - began) / 1000);
  checkSamples(c0);
}
await model.dispose();
process.stdout.write(
  `${JSON.stringify({ bench: "samples", peer: "anygiven", config: values.config, samples, steps: network.head.steps, seed, samplesPerSecond: samples / median(seconds), seconds })}\n`,
);

/** Finite, and no two alike: a sampler that copies would be fast. */
function checkSamples(drawn: Float64Array): void {
  if (drawn.length !== samples) throw new Error(`${drawn.length} samples instead of ${samples}`);
  if (!drawn.every(Number.isFinite)) throw new Error("a sample is not a number");
  const different = new Set(drawn).size;
  // Single precision has some 10^7 numbers in a range of a few units: of 10^5 samples about 10^3 meet by chance.
  if (different < 0.95 * samples) throw new Error(`${different} different samples of ${samples}`);
}
