/**
 * @file A process of its own that tries one device, for devices.ts: a driver that crashes ends only this process, and what
 * drivers and ONNX Runtime write to standard error can be read. The answer is the last line of standard output.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { env, InferenceSession, Tensor } from "onnxruntime-node";
import { compile } from "../graph/onnx/emit.ts";
import type { Program } from "../graph/onnx/program.ts";
import * as op from "../graph/operations.ts";
import type { Device } from "./device-names.ts";
import { sessionOptions } from "./executable.ts";

/** What a device does, as it was seen. */
export interface Trial {
  /** Of products of large float32 matrices, in 10^9 floating-point operations a second. */
  readonly gigaflops: number;
}

/** The names under which ONNX Runtime's profile tells who did a node. */
const PROVIDERS: Record<Device, string> = {
  cpu: "CPUExecutionProvider",
  cuda: "CUDAExecutionProvider",
  webgpu: "WebGpuExecutionProvider",
};

/** The sum of all cells of a b b. */
function productProgram(): Program {
  const [a, b] = [op.input("a", ["n", "n"]), op.input("b", ["n", "n"])];
  return compile("trial", { sum: op.sum(op.matmul(op.matmul(a, b), b), [0, 1]) });
}

/** @throws if the device can't start, leaves work to another or computes something else than was asked. */
async function tried(device: Device): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), "anygiven-device-"));
  try {
    const session = await InferenceSession.create(productProgram().bytes, {
      ...sessionOptions(device, availableParallelism()),
      enableProfiling: true,
      profileFilePrefix: join(folder, "profile"),
    });
    // A software adapter is told by the small size: the large one would take it seconds.
    const small = await millisecondsOf(session, SMALL);
    const [size, time] = small < SLOW ? [LARGE, await millisecondsOf(session, LARGE)] : [SMALL, small];
    session.endProfiling();
    checkProvider(device, folder);
    await session.release();
    return { gigaflops: (4 * size ** 3) / (time * 1e6) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SMALL = 256;
const LARGE = 1024;
/** Milliseconds for the small size: any GPU is far faster, processors are too. */
const SLOW = 20;

async function millisecondsOf(session: InferenceSession, n: number): Promise<number> {
  // Cells of 1/n: products have the same cells, their sum is n.
  const matrix = new Tensor("float32", new Float32Array(n * n).fill(1 / n), [n, n]);
  const run = async () => {
    const began = performance.now();
    const { sum } = await session.run({ a: matrix, b: matrix });
    const value = (sum!.data as Float32Array)[0]!;
    if (!(Math.abs(value / n - 1) < 1e-4)) throw new Error(`a sum of ${n} came out as ${value}`);
    return performance.now() - began;
  };
  await run(); // compiles shaders, fills caches
  return Math.min(await run(), await run());
}

/** Unknown or broken providers are dropped by ONNX Runtime without an error: the profile tells who worked. */
function checkProvider(device: Device, folder: string): void {
  const others = profiledNodes(folder).filter(({ args }) => args.provider !== PROVIDERS[device]);
  if (others.length > 0) {
    throw new Error(`ONNX Runtime let ${others[0]!.args.provider} do the work instead`);
  }
}

interface ProfiledNode {
  readonly cat: string;
  readonly args: { readonly provider?: string; readonly op_name?: string };
}

function profiledNodes(folder: string): ProfiledNode[] {
  const [file] = readdirSync(folder);
  const events = JSON.parse(readFileSync(join(folder, file!), "utf8")) as ProfiledNode[];
  const nodes = events.filter(({ cat, args }) => cat === "Node" && args.provider !== undefined);
  if (nodes.length === 0) throw new Error("ONNX Runtime's profile names no node");
  return nodes;
}

// Which library is missing is only in the log.
env.logLevel = "error";
try {
  const trial = await tried(process.argv[2] as Device);
  process.stdout.write(`\n${JSON.stringify(trial)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
