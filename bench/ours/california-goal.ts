/**
 * @file How good is the published California model, trained to its end (512 epochs)? Its real checkpoint, imported, by
 * our evaluation. One JSON line with its scores.
 *
 *     npx tsx bench/ours/california-goal.ts
 */
import "../../src/runtime/node/install.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importPublished } from "../../src/import/import-published.ts";
import { Model } from "../../src/model/model.ts";
import { californiaScores } from "../densities/california-scores.ts";
import { california } from "../densities/data/california.ts";
import { sharedReference } from "../densities/data/shared-data.ts";

const data = await california();
const published = sharedReference("california");
if (!data || published === undefined) throw new Error("the table or the checkpoint is not there");
const folder = mkdtempSync(join(tmpdir(), "anygiven-bench-"));
try {
  const out = join(folder, "model");
  const { epoch } = await importPublished(published, out);
  const model = await Model.load(out);
  const scores = await californiaScores(model, data.heldOut);
  await model.dispose();
  process.stdout.write(`${JSON.stringify({ bench: "california-goal", epoch, ...scores })}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
