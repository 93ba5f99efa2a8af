/**
 * @file What each part of the preset "default" is worth: California Housing, one part taken away at a time,
 * the same seconds of training. `npx tsx bench/densities/ablation.ts --seconds 45 --seeds 1,2`
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import type { TrainOptions } from "../../src/training/options.ts";
import { californiaScores } from "./california-scores.ts";
import { california } from "./data/california.ts";
import { printTable } from "./report.ts";
import { trainedModel } from "./trained-model.ts";

/** Settings that differ from the preset's. */
const RECIPES: Readonly<Record<string, TrainOptions>> = {
  default: {},
  "one asked column a row (no shared targets)": { requests: 1 },
  "only normals that move": { freeNormals: 32, fixedNormals: 0 },
  "only normals that stand": { freeNormals: 0, fixedNormals: 96 },
  "diffusion head": { head: "diffusion" },
  "diffusion head, one noisy copy": { head: "diffusion", draws: 1 },
  "diffusion head, eight noisy copies": { head: "diffusion", draws: 8 },
  "diffusion head, no Fourier features of the noisy number": {
    head: "diffusion",
    headFrequencies: 1,
    highestFrequency: 0.5,
  },
  "one periodic feature of given values": { frequencies: 1 },
  "no average of the weights": { averaging: 0 },
  "constant learning rate": { schedule: "constant" },
  "dropout 0.1": { dropout: 0.1 },
  "no transform of heavy tails": { transform: "none" },
  "no point masses": { pointMasses: false },
  "twice the width": { size: "base" },
  "one encoder layer": { encoderLayers: 1 },
  "two encoder layers": { encoderLayers: 2 },
  "no more questions with all others given": { allGiven: 0 },
  "six in ten questions with all others given": { allGiven: 0.6 },
  "two networks": { members: 2 },
  published: { preset: "paper" },
};

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "45" },
    seeds: { type: "string", default: "1" },
    /** Recipes whose name contains this. */
    only: { type: "string", default: "" },
  },
});
const data = await california();
if (!data) process.exit(0);
const rows: string[][] = [];
for (const [name, settings] of Object.entries(RECIPES).filter(([each]) => each.includes(options.only))) {
  for (const seed of options.seeds.split(",").map(Number)) {
    const began = { seed, seconds: Number(options.seconds), systemInfo: false };
    const model = await trainedModel(name, data.train, { ...began, ...settings } as TrainOptions);
    const { intervalNll, crps, ks } = await californiaScores(model, data.heldOut);
    rows.push([name, String(seed), ...[intervalNll, crps, ks].map((each) => each.toFixed(3))]);
    process.stderr.write(`${rows.at(-1)!.join("  ")}\n`);
    await model.dispose();
  }
}
printTable(["recipe", "seed", "interval NLL", "CRPS", "PIT KS"], rows);
