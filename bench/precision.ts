/**
 * @file Does training in 16 bits learn what float32 learns? Loss curves of the same training, side by side: on the
 * processor, and on a device in every precision that it has.
 *
 *     npx tsx bench/precision.ts --device webgpu --steps 400
 */
import "../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { generator } from "../src/numeric/generator.ts";
import { DEVICES, type Device, type TrainingPrecision } from "../src/runtime/device-names.ts";
import { lineOf, tryDevice } from "../src/runtime/node/devices.ts";
import type { Table } from "../src/table/table.ts";
import type { Preset } from "../src/training/settings.ts";
import { trainTable } from "../src/training/train-table.ts";

const { values } = parseArgs({
  options: {
    device: { type: "string", default: "webgpu" },
    steps: { type: "string", default: "400" },
    rows: { type: "string", default: "32" },
    preset: { type: "string", default: "default" },
    seed: { type: "string", default: "1" },
  },
});
const device = DEVICES.find((each) => each === values.device);
if (!device) throw new Error(`--device is ${values.device}; it is one of ${DEVICES.join(", ")}`);
const steps = Number(values.steps);
const rows = Number(values.rows);
const seed = Number(values.seed);

/** b follows a, c its square. */
function table(): Table {
  const random = generator(seed, "precision");
  const [a, b, c] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    a[row] = random.normal();
    b[row] = a[row] + 0.3 * random.normal();
    c[row] = a[row] ** 2 + 0.3 * random.normal();
  }
  const columns = Object.entries({ a, b, c }).map(([name, cells]) => ({ name, values: cells }));
  return { source: "a parabola", rows, columns };
}

/** The loss of each step: one an epoch. */
async function curve(where: Device, precision: TrainingPrecision): Promise<readonly number[]> {
  const { metrics } = await trainTable(table(), {
    preset: values.preset as Preset,
    device: where,
    precision,
    epochs: steps,
    batchSize: rows,
    validation: 0,
    workers: 1,
    embeddingDim: 16,
    heads: 2,
    ffnDim: 32,
    headDim: 32,
    headLayers: 1,
    seed,
  });
  return metrics.map(({ loss }) => loss);
}

const report = await tryDevice(device);
console.log(lineOf(report));
const runs: [string, readonly number[]][] = [["cpu float32", await curve("cpu", "float32")]];
for (const precision of report.starts ? report.precisions : []) {
  if (device !== "cpu") runs.push([`${device} ${precision}`, await curve(device, precision)]);
}
const PARTS = 10;
console.log(["mean loss of steps".padEnd(20), ...runs.map(([name]) => name.padStart(16))].join(""));
for (let part = 0; part < PARTS; part++) {
  const [from, to] = [part, part + 1].map((edge) => Math.round((edge * steps) / PARTS)) as [number, number];
  const means = runs.map(([, losses]) => losses.slice(from, to).reduce((a, b) => a + b) / (to - from));
  const cells = means.map((mean) => mean.toFixed(4).padStart(16));
  console.log([`${from + 1} to ${to}`.padEnd(20), ...cells].join(""));
}
