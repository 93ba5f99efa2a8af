/**
 * @file A process of its own that tries one device, for devices.ts: a driver that crashes ends only this process, and what
 * drivers and ONNX Runtime write to standard error can be read. The answer is the last line of standard output.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryMark } from "../../files/leftovers.ts";
import { compile } from "../../graph/onnx/emit.ts";
import type { Program } from "../../graph/onnx/program.ts";
import * as op from "../../graph/operations.ts";
import { type Device, PRECISIONS, type TrainingPrecision } from "../device-names.ts";
import { env, InferenceSession, Tensor } from "./onnxruntime.ts";
import { sessionOptions } from "./session.ts";

/** What a device does, as it was seen. */
export interface Trial {
  /** Of products of large float32 matrices, in 10^9 floating-point operations a second. */
  readonly gigaflops: number;
  /** In which it can compute matrix products. */
  readonly precisions: readonly TrainingPrecision[];
}

/** The names under which ONNX Runtime's profile names the device of a node. */
const PROVIDERS: Record<Device, string> = {
  cpu: "CPUExecutionProvider",
  cuda: "CUDAExecutionProvider",
  webgpu: "WebGpuExecutionProvider",
};

/** The sum of all cells of a b b. */
function productProgram(precision: TrainingPrecision): Program {
  const [a, b] = [op.input("a", ["n", "n"]), op.input("b", ["n", "n"])];
  const product = op.gemm(op.matmul(a, b), b, { transposeB: true });
  return compile("trial", { sum: op.sum(product, [0, 1]) }, { precision });
}

/** @throws if the device can't start, leaves work to another or computes something else than was asked. */
async function tried(device: Device): Promise<Trial> {
  const gigaflops = await profiled(device, "float32", async (session) => {
    // A software adapter shows at the small size; the large one would take it seconds.
    const small = await millisecondsOf(session, SMALL);
    const [size, time] = small < SLOW ? [LARGE, await millisecondsOf(session, LARGE)] : [SMALL, small];
    return (4 * size ** 3) / (time * 1e6);
  });
  const precisions: TrainingPrecision[] = ["float32"];
  // What the log says of those that are refused is no complaint about the device.
  env.logLevel = "fatal";
  for (const precision of PRECISIONS.slice(1)) {
    const runs = profiled(device, precision, (session) => millisecondsOf(session, TINY, 1e-2));
    if (await runs.then(Boolean, () => false)) precisions.push(precision);
  }
  return { gigaflops, precisions };
}

/** Runs the program of products on the device, and looks who did them, and in which precision. */
async function profiled(
  device: Device,
  precision: TrainingPrecision,
  work: (session: InferenceSession) => Promise<number>,
): Promise<number> {
  const folder = join(tmpdir(), temporaryMark());
  mkdirSync(folder, { mode: 0o700 });
  try {
    const session = await InferenceSession.create(productProgram(precision).bytes, {
      ...sessionOptions(device, availableParallelism()),
      enableProfiling: true,
      profileFilePrefix: join(folder, "profile"),
    });
    const result = await work(session);
    session.endProfiling();
    checkNodes(device, precision, folder);
    await session.release();
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TINY = 16;
const SMALL = 256;
const LARGE = 1024;
/** Milliseconds for the small size: GPUs are far faster, processors are too. */
const SLOW = 5;

async function millisecondsOf(session: InferenceSession, n: number, tolerance = 1e-4): Promise<number> {
  // Cells of 1/n: products have the same cells, their sum is n.
  const matrix = new Tensor("float32", new Float32Array(n * n).fill(1 / n), [n, n]);
  const run = async () => {
    const began = performance.now();
    const { sum } = await session.run({ a: matrix, b: matrix });
    const value = (sum.data as Float32Array)[0];
    if (!(Math.abs(value / n - 1) < tolerance)) throw new Error(`a sum of ${n} came out as ${value}`);
    return performance.now() - began;
  };
  await run(); // compiles shaders, fills caches
  return Math.min(await run(), await run());
}

/**
 * Unknown or broken providers are dropped by ONNX Runtime without an error, and float16 becomes float32 where the processor
 * has nothing more: the profile says who worked, and on what.
 */
function checkNodes(device: Device, precision: TrainingPrecision, folder: string): void {
  const nodes = profiledNodes(folder);
  const other = nodes.find(({ args }) => args.provider !== PROVIDERS[device]);
  if (other) throw new Error(`ONNX Runtime let ${other.args.provider} do the work instead`);
  const type = precision === "float32" ? "float" : precision;
  for (const { args } of nodes) {
    const isProduct = /MatMul|Gemm/.test(args.op_name ?? "");
    if (isProduct && !args.input_type_shape?.every((input) => type in input)) {
      throw new Error(`ONNX Runtime computed in another precision than ${precision}`);
    }
  }
}

interface ProfiledNode {
  readonly cat: string;
  readonly args: {
    readonly provider?: string;
    readonly op_name?: string;
    /** Of each input, its shape under the name of its type: `{ "float16": [16, 16] }`. */
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

function profiledNodes(folder: string): ProfiledNode[] {
  const [file] = readdirSync(folder);
  const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as ProfiledNode[];
  const nodes = events.filter(({ cat, args }) => cat === "Node" && args.provider !== undefined);
  if (nodes.length === 0) throw new Error("ONNX Runtime's profile names no node");
  return nodes;
}

/** Tries a device and says how it went: the last line of standard output, or why not on standard error. */
export async function tellTrial(device: string): Promise<void> {
  // Which library is missing is only in the log.
  env.logLevel = "error";
  try {
    const trial = await tried(device as Device);
    process.stdout.write(`\n${JSON.stringify(trial)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
