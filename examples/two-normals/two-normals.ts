/**
 * @file Diffusion given a condition: trains on pairs from mixtures of two normals, is told where these are and how wide,
 * and prints how far its samples' distribution is from the true one at the three published conditions.
 *
 *     npx tsx examples/two-normals/two-normals.ts
 *     npx tsx examples/two-normals/two-normals.ts --published --seed 2
 *     npx tsx examples/two-normals/two-normals.ts --epochs 10
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ThemeName, writeFigure } from "../../src/plot/index.ts";
import { demonstrateTwoNormals, SETTINGS } from "./demonstration.ts";
import { twoNormalsPictures } from "./pictures.ts";

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

await mkdir(values.out, { recursive: true });
const { figures, page } = await twoNormalsPictures(model, results, values.theme as ThemeName);
for (const [file, figure] of Object.entries(figures))
  await writeFigure(figure, join(values.out, `${file}.svg`));
await writeFile(join(values.out, "walk.html"), page);
console.log(
  `${((performance.now() - started) / 1000).toFixed(0)} s in all; the pictures are in ${values.out}`,
);
await model.dispose();
