/**
 * @file Diffusion given a condition: trains on pairs from mixtures of two normals, is told where these are and how wide,
 * and prints how far its samples' distribution is from the true one at the three published conditions.
 *
 *     npx tsx examples/two-normals/two-normals.ts
 *     npx tsx examples/two-normals/two-normals.ts --published --seed 2
 *     npx tsx examples/two-normals/two-normals.ts --epochs 10
 */
import { parseArgs } from "node:util";
import { demonstrateTwoNormals, SETTINGS } from "./demonstration.ts";

const { values } = parseArgs({
  options: {
    published: { type: "boolean", default: false }, // the published settings instead of ours
    epochs: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});

const started = performance.now();
const { model, results } = await demonstrateTwoNormals({
  settings: values.published ? SETTINGS.published : SETTINGS.ours,
  epochs: values.epochs === undefined ? undefined : Number(values.epochs),
  seed: Number(values.seed),
  onEpoch: ({ epoch, loss, seconds }) => {
    if (epoch % 8 === 0) console.log(`epoch ${epoch}: loss ${loss.toFixed(4)}, ${seconds.toFixed(1)} s`);
  },
});

console.log(
  "KL in nats, at     of samples from truth   of truth from samples   of two true sets   by densities",
);
for (const { condition, kl } of results) {
  const numbers = [kl.ofSamplesFromTruth, kl.ofTruthFromSamples, kl.ofTruthFromTruth, kl.byDensity];
  console.log(`[${condition}]`.padEnd(28), ...numbers.map((value) => value.toFixed(3).padEnd(20)));
}

// For pictures: of each condition `samples` and `truth` are at hand; here the animation of all reverse steps and the
// density on a grid.
const { condition } = results[0]!;
const { steps } = await model.sample({ size: 2000, condition, returnSteps: true });
const grid = Array.from({ length: 30 * 30 }, (_, i) => [
  -1.5 + (i % 30) / 10,
  -1.5 + Math.floor(i / 30) / 10,
]);
const density = (await model.logPdf(grid, { condition })).map(Math.exp);
console.log(
  `${steps.length} states of ${steps[0]!.length} samples, ` +
    `density at ${density.length} places up to ${Math.max(...density).toFixed(2)}`,
);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s in all`);
await model.dispose();
