/**
 * @file A device beside the processor and beside PyTorch on the same card: milliseconds of a training step of a published
 * network (stellar has 3.7 million parameters) in every precision that the device has, PyTorch eager and compiled, and
 * distributions a second. Sides have their turns in each round.
 *
 *     npx tsx bench/gpu.ts --device cuda --python python3
 *     npx tsx bench/gpu.ts --device webgpu --config california --context 8
 *
 * PYTHON needs numpy and a PyTorch with CUDA; without --python the device is compared with the processor alone. Whether what is
 * learnt is the same: `npx tsx bench/precision.ts --device cuda`. PyTorch finds its batches on the card; ours come from memory,
 * and weights and gradients cross over at every step.
 */
import { parseArgs } from "node:util";
import { DEVICES } from "../src/runtime/device-names.ts";
import { nvidiaGpus } from "../src/runtime/node/cuda-parts.ts";
import { lineOf, tryDevice } from "../src/runtime/node/devices.ts";
import { printTable } from "./densities/report.ts";
import { measure, measurePython, numberOf } from "./suite/children.ts";
import { median } from "./suite/median.ts";
import { inTurn, type Side } from "./suite/rounds.ts";

const { values: options } = parseArgs({
  options: {
    device: { type: "string", default: "cuda" },
    config: { type: "string", default: "stellar" },
    context: { type: "string", default: "32" },
    steps: { type: "string", default: "20" },
    rounds: { type: "string", default: "3" },
    rows: { type: "string", default: "100000" },
    python: { type: "string" },
    /** Leaves the processor out, which takes seconds for a step of the stellar network. */
    "device-only": { type: "boolean", default: false },
  },
});
const device = DEVICES.find((each) => each === options.device);
if (!device) throw new Error(`--device is ${options.device}; it is one of ${DEVICES.join(", ")}`);
const report = await tryDevice(device);
console.log([lineOf(report), ...(await nvidiaGpus())].join("\n"));
if (!report.starts) process.exit(1);

const { config, context, steps, python } = options;
const step = ["--config", config, "--context", context, "--steps", steps, "--warmup", "5"];
const losses = new Map<string, number>();

/** A side that measures milliseconds, and whose first loss is kept: all sides do the same step. */
const stepSide =
  (name: string, measured: (seed: string) => ReturnType<typeof measure>): Side =>
  async (round) => {
    const found = await measured(String(round));
    losses.set(name, numberOf(found, "firstLoss"));
    return numberOf(found, "medianMilliseconds");
  };

const sides: Record<string, Side> = {};
const ours = (where: string, precision: string, workers: string) => {
  const name = `anygiven, ${where}, ${precision}`;
  const how = ["--device", where, "--precision", precision, "--workers", workers];
  sides[name] = stepSide(name, (seed) => measure("ours/step.ts", [...step, ...how, "--seed", seed]));
};
if (!options["device-only"]) ours("cpu", "float32", "2");
for (const precision of report.precisions) ours(device, precision, "1");
if (python !== undefined) {
  for (const precision of ["float32", "tf32", "bfloat16"]) {
    for (const compiled of [false, true]) {
      const name = `PyTorch, ${compiled ? "compiled" : "eager"}, ${precision}`;
      const how = ["--device", "cuda", "--precision", precision, ...(compiled ? ["--compile"] : [])];
      sides[name] = stepSide(name, (seed) =>
        measurePython(python, "bench_step.py", [...step, ...how, "--seed", seed]),
      );
    }
  }
}
const milliseconds = await inTurn(Number(options.rounds), sides);
printTable(
  [`a step, ${config}, ${context} given`, "ms, median", "lowest", "highest", "first loss"],
  Object.entries(milliseconds).map(([name, each]) => [
    name,
    median(each).toPrecision(4),
    Math.min(...each).toPrecision(4),
    Math.max(...each).toPrecision(4),
    losses.get(name)?.toPrecision(4) ?? "",
  ]),
);

const answered = await inTurn(
  Number(options.rounds),
  Object.fromEntries(
    [...new Set(["cpu", device])].map((where): [string, Side] => [
      where,
      async (round) => {
        const args = ["--rows", options.rows, "--device", where, "--seed", String(round)];
        return numberOf(await measure("ours/density.ts", args), "rowsPerSecond");
      },
    ]),
  ),
);
printTable(
  ["distributions of one column of nine", "rows a second, median"],
  Object.entries(answered).map(([name, each]) => [name, median(each).toFixed(0)]),
);
