/**
 * @file Where does the time of a training step go? ONNX Runtime's own profile of one part of a batch, gradient and all, on
 * one thread: microseconds by operator. The profile itself costs about 5 us a node; the first line is without it.
 *
 *     npx tsx bench/profile.ts --config stellar --rows 16 --context 64
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Port } from "../src/graph/onnx/program.ts";
import { lossProgram } from "../src/networks/leung-bovy/programs.ts";
import { cells, initialise, parameterCount } from "../src/networks/parts/parameter-layout.ts";
import { generator } from "../src/numeric/generator.ts";
import { sizeOf } from "../src/runtime/executable.ts";
import { InferenceSession, Tensor } from "../src/runtime/node/onnxruntime.ts";
import { sessionOptions } from "../src/runtime/node/session.ts";
import { configOf } from "./ours/random-data.ts";
import { median } from "./suite/median.ts";

const { values } = parseArgs({
  options: {
    config: { type: "string", default: "california" },
    rows: { type: "string", default: "64" },
    context: { type: "string", default: "8" },
    runs: { type: "string", default: "20" },
    seed: { type: "string", default: "0" },
  },
});
const [batch, context, runs, seed] = [values.rows, values.context, values.runs, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
const WARM_UP = 3;
const { network } = configOf(values.config);
const { program, parameters } = lossProgram(network, { training: true });
const weights = new Float32Array(parameterCount(parameters));
initialise(parameters, weights, seed);
const weightsOf = new Map(parameters.map((parameter) => [parameter.name, cells(weights, parameter)]));
const random = generator(seed, "profile");
const sizes = { batch, sequence: context + 1 };

/** Weights as at the start, everything given, nothing dropped. */
function fill(port: Port): Tensor {
  const shape = port.shape.map((dimension) => sizeOf(dimension, sizes));
  const length = shape.reduce((a, b) => a * b, 1);
  if (port.type === "int32") {
    const most = port.name === "step" ? network.head.steps : network.columns;
    return new Tensor(
      "int32",
      Int32Array.from({ length }, () => random.integer(most)),
      shape,
    );
  }
  const known = weightsOf.get(port.name);
  if (known) return new Tensor("float32", known, shape);
  const plain = port.name.startsWith("mask.") || port.name === "weight" ? 1 : undefined;
  const value = port.name === "keyMask" ? 0 : plain;
  return new Tensor(
    "float32",
    Float32Array.from({ length }, () => value ?? random.normal()),
    shape,
  );
}

const feeds = Object.fromEntries(program.inputs.map((port) => [port.name, fill(port)]));
const folder = mkdtempSync(join(tmpdir(), "anygiven-profile-"));
try {
  const bare = await timed(await InferenceSession.create(program.bytes, sessionOptions("cpu", 1)));
  const watched = await InferenceSession.create(program.bytes, {
    ...sessionOptions("cpu", 1),
    enableProfiling: true,
    profileFilePrefix: join(folder, "profile"),
  });
  await timed(watched);
  watched.endProfiling();
  print(bare, readProfile());
  await watched.release();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Median milliseconds of a run. */
async function timed(session: InferenceSession): Promise<number> {
  const milliseconds: number[] = [];
  for (let run = -WARM_UP; run < runs; run++) {
    const began = performance.now();
    const { loss } = await session.run(feeds);
    if (run >= 0) milliseconds.push(performance.now() - began);
    if (!Number.isFinite((loss.data as Float32Array)[0])) throw new Error("the loss is not a number");
  }
  return median(milliseconds);
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args: { readonly op_name?: string };
}

function readProfile(): Map<string, { nodes: number; microseconds: number }> {
  const [file] = readdirSync(folder);
  const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as ProfileEvent[];
  const byOperator = new Map<string, { nodes: number; microseconds: number }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
    const sum = byOperator.get(args.op_name!) ?? { nodes: 0, microseconds: 0 };
    sum.nodes += 1 / (runs + WARM_UP);
    sum.microseconds += dur / (runs + WARM_UP);
    byOperator.set(args.op_name!, sum);
  }
  return byOperator;
}

function print(bare: number, profile: ReturnType<typeof readProfile>): void {
  const rows = [...profile].sort(([, a], [, b]) => b.microseconds - a.microseconds);
  const all = rows.reduce((sum, [, { microseconds }]) => sum + microseconds, 0);
  const nodes = rows.reduce((sum, [, each]) => sum + each.nodes, 0);
  console.log(
    `${values.config}, ${batch} rows, ${context} given: ${bare.toFixed(2)} ms, ${Math.round(nodes)} nodes`,
  );
  for (const [name, { nodes: count, microseconds }] of rows.slice(0, 14)) {
    const share = `${((100 * microseconds) / all).toFixed(1)} %`;
    console.log(
      `${name.padEnd(22)}${String(Math.round(count)).padStart(5)}${microseconds.toFixed(0).padStart(9)} us${share.padStart(8)}`,
    );
  }
}
