/**
 * @file How long is an epoch of the published California recipe (preset "paper")? One JSON line.
 *
 *     npx tsx bench/ours/epoch.ts --epochs 2
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { trainTable } from "../../src/training/train-table.ts";
import { california } from "../densities/data/california.ts";
import { median } from "../suite/median.ts";

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "2" },
    workers: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});
const data = await california();
if (!data) throw new Error("the table is not there");
const { metrics } = await trainTable(data.train, {
  preset: "paper",
  // As many steps as the peer's: either holds out a tenth of the table, ours already has.
  validation: 0,
  epochs: Number(values.epochs),
  workers: Number(values.workers),
  seed: Number(values.seed),
  systemInfo: false,
});
const seconds = metrics.map((epoch, i) => epoch.seconds - (metrics[i - 1]?.seconds ?? 0));
process.stdout.write(
  `${JSON.stringify({ bench: "epoch", peer: "anygiven", rows: data.train.rows, seed: values.seed, secondsPerEpoch: median(seconds), trainLoss: metrics.at(-1)!.loss, seconds })}\n`,
);
