/**
 * @file Diffusion on two moons: trains, samples, and prints how far the samples' distribution is from the true one.
 *
 *     npx tsx examples/moons/moons.ts
 *     npx tsx examples/moons/moons.ts --published --seed 2
 *     npx tsx examples/moons/moons.ts --epochs 20
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ThemeName, writeFigure } from "../../src/plot/index.ts";
import { demonstrateMoons, SETTINGS } from "./demonstration.ts";
import { moonsPictures } from "./pictures.ts";

const { values } = parseArgs({
  options: {
    published: { type: "boolean", default: false }, // the published settings instead of ours
    epochs: { type: "string" },
    seed: { type: "string", default: "1" },
    theme: { type: "string", default: "light" },
    out: { type: "string", default: join(import.meta.dirname, "pictures") },
  },
});

const started = performance.now();
const { model, points, kl } = await demonstrateMoons({
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

await mkdir(values.out, { recursive: true });
const pictures = await moonsPictures(model, points, kl, values.theme as ThemeName);
for (const [file, figure] of Object.entries(pictures))
  await writeFigure(figure, join(values.out, `${file}.svg`));
console.log(
  `${((performance.now() - started) / 1000).toFixed(0)} s in all; the pictures are in ${values.out}`,
);
await model.dispose();
