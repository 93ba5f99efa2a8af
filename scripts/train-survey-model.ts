/**
 * @file Trains the model of the simulated survey that comes with the package (models/survey):
 * `npx tsx scripts/train-survey-model.ts`, about six minutes on two cores.
 */
import "../src/runtime/node/install.ts";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { simulateSurvey } from "../examples/stars/simulator/survey.ts";
import { trainTable } from "../src/training/train-table.ts";

const out = fileURLToPath(new URL("../models/survey/", import.meta.url));
await rm(out, { recursive: true, force: true });
await trainTable(simulateSurvey({ rows: 100_000, seed: 1 }), {
  out,
  epochs: 20,
  seed: 1,
  workers: 2,
  systemInfo: false,
  onEpoch: async ({ epoch, loss, validationLoss }) => {
    process.stderr.write(
      `epoch ${epoch}: loss ${loss.toFixed(4)}, validation ${validationLoss.toFixed(4)}\n`,
    );
  },
});
// To be asked it needs no more; to go on with, one trains anew.
await rm(join(out, "checkpoints"), { recursive: true });
await rm(join(out, "training.log"));
