/**
 * @file How long must the preset "default" train on California Housing until it is as good as a goal? Trained for an
 * epoch more and asked again, until each score is at most the goal's. One JSON line.
 *
 *     npx tsx bench/ours/california-time.ts --goal '{"intervalNll":1.2254,"crps":0.5861,"ks":0.0198}'
 */
import "../../src/runtime/node/install.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Model } from "../../src/model/model.ts";
import { trainTable } from "../../src/training/train-table.ts";
import { californiaScores } from "../densities/california-scores.ts";
import { california } from "../densities/data/california.ts";

const { values } = parseArgs({
  options: {
    goal: { type: "string", default: "{}" },
    /** It gives up after so many. */
    epochs: { type: "string", default: "30" },
    workers: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});
const goal = Object.entries(JSON.parse(values.goal) as Record<string, number>);
if (goal.length === 0) throw new Error("--goal is empty: give at least one of nll, intervalNll, crps, ks.");
const data = await california();
if (!data) throw new Error("the table is not there");
const folder = mkdtempSync(join(tmpdir(), "anygiven-bench-"));
const out = join(folder, "model");
try {
  /** Of training alone; every epoch's start, threads and all, and saving included. */
  let wallSeconds = 0;
  const trail: object[] = [];
  let isReached = false;
  for (let epochs = 1; epochs <= Number(values.epochs) && !isReached; epochs++) {
    const began = performance.now();
    const { model: trained, steps } = await trainTable(data.train, {
      preset: "default",
      seed: Number(values.seed),
      workers: Number(values.workers),
      checkpointEvery: 0,
      systemInfo: false,
      epochs,
      out,
      resume: epochs > 1,
    });
    wallSeconds += (performance.now() - began) / 1000;
    const model = new Model(trained);
    const scores: Record<string, number> = { ...(await californiaScores(model, data.heldOut)) };
    await model.dispose();
    trail.push({ epochs, wallSeconds, steps, ...scores });
    process.stderr.write(`    ${JSON.stringify(trail.at(-1))}\n`);
    isReached = goal.every(([name, most]) => scores[name] <= most);
  }
  if (!isReached) throw new Error(`the goal ${values.goal} is not reached after ${wallSeconds.toFixed(0)} s`);
  process.stdout.write(
    `${JSON.stringify({ bench: "california-time", seed: values.seed, wallSeconds, trail })}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
