/**
 * @file Diffusion on two moons: trains, samples, and prints how far the samples' distribution is from the true one.
 *
 *     npx tsx examples/moons/moons.ts
 *     npx tsx examples/moons/moons.ts --published --seed 2
 *     npx tsx examples/moons/moons.ts --epochs 20
 */
import { parseArgs } from "node:util";
import { demonstrateMoons, SETTINGS } from "./demonstration.ts";

const { values } = parseArgs({
  options: {
    published: { type: "boolean", default: false }, // the published settings instead of ours
    epochs: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});

const started = performance.now();
const { model, points, samples, kl } = await demonstrateMoons({
  settings: values.published ? SETTINGS.published : SETTINGS.ours,
  epochs: values.epochs === undefined ? undefined : Number(values.epochs),
  seed: Number(values.seed),
  onEpoch: ({ epoch, loss, seconds }) => {
    if (epoch % 16 === 0) console.log(`epoch ${epoch}: loss ${loss.toFixed(4)}, ${seconds.toFixed(1)} s`);
  },
});

const nats = (value: number) => `${value.toFixed(3)} nats`;
console.log(`KL of the samples from the truth   ${nats(kl.ofSamplesFromTruth)}`);
console.log(`KL of the truth from the samples   ${nats(kl.ofTruthFromSamples)}`);
console.log(`the same of two sets of true points ${nats(kl.ofTruthFromTruth)}`);
console.log(`KL of the truth from the flow, by densities ${nats(kl.byDensity)}`);

// For pictures. The forward noising: `points` after some of the T steps; the reverse: `samples` with all states on the
// way; the density on a grid.
const T = model.settings.steps;
const noising = Array.from({ length: 10 }, (_, i) => model.noise(points, { step: Math.round((i * T) / 9) }));
const { steps } = await model.sample({ size: 2000, returnSteps: true });
const grid = Array.from({ length: 40 * 30 }, (_, i) => [-1.5 + (i % 40) / 10, -1 + Math.floor(i / 40) / 12]);
const density = (await model.logPdf(grid)).map(Math.exp);
console.log(
  `${noising.length} panels of noising, ${steps.length} states of ${steps[0]!.length} of ${samples.length} samples, ` +
    `density at ${density.length} places up to ${Math.max(...density).toFixed(2)}`,
);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s in all`);
await model.dispose();
