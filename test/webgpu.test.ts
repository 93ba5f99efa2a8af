/**
 * @file Training on WebGPU: no node is left to the processor, and the losses are its, in mixed precision nearly. On the
 * machine's own adapter or one in software; skipped where there is none (scripts/software-vulkan.sh fetches one).
 */
import { execFile, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import type { Program } from "../src/graph/onnx/program.ts";
import type { LeungBovyConfig } from "../src/networks/leung-bovy/config.ts";
import {
  conditionProgram,
  denoiseProgram,
  headLossProgram,
  lossProgram,
  noiseSlopeProgram,
  shiftProgram,
} from "../src/networks/leung-bovy/programs.ts";
import type { QueryConfig } from "../src/networks/query/config.ts";
import type { DenoiserConfig } from "../src/networks/query/heads/diffusion/config.ts";
import { diffusionHead } from "../src/networks/query/heads/diffusion/diffusion-head.ts";
import { denoiserProgram } from "../src/networks/query/heads/diffusion/programs.ts";
import { mixtureHead } from "../src/networks/query/heads/mixture/mixture-head.ts";
import {
  conditionProgram as queryConditionProgram,
  queryGradientProgram,
  queryLossProgram,
} from "../src/networks/query/programs.ts";
import { generator } from "../src/numeric/generator.ts";
import { readMetrics } from "../src/training/run-log.ts";
import { webgpuAdapter } from "./software-vulkan.ts";

const adapter = await webgpuAdapter();
const FETCH = "run scripts/software-vulkan.sh FOLDER and set ANYGIVEN_VULKAN=FOLDER.";
if (!adapter) console.warn(`There is no WebGPU adapter, so training on WebGPU is not tested: ${FETCH}`);
else if (!adapter.precisions.includes("float16")) {
  console.warn(`The WebGPU adapter has no float16, so mixed precision is not tested: ${FETCH}`);
}

const folder = mkdtempSync(join(tmpdir(), "anygiven-webgpu-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = promisify(execFile);
const node = (...args: string[]) =>
  start(process.execPath, args, { env: adapter!.environment, maxBuffer: 2 ** 28 });

const published: LeungBovyConfig = {
  kind: "leung-bovy",
  columns: 4,
  embeddingDim: 8,
  heads: 2,
  ffnDim: 16,
  encoderLayers: 2,
  dropout: 0.1,
  head: {
    dimension: 1,
    conditionDimension: 8,
    width: 16,
    layers: 2,
    steps: 5,
    schedule: "sigmoid",
    betaStart: 1e-5,
    betaEnd: 0.1,
  },
};
const query: QueryConfig<DenoiserConfig> = {
  kind: "query",
  columns: 4,
  classes: [0, 3, 2, 0],
  errors: true,
  embeddingDim: 8,
  heads: 2,
  ffnDim: 16,
  encoderLayers: 2,
  dropout: 0.1,
  frequencies: 4,
  head: { width: 16, blocks: 2, frequencies: 8, highestFrequency: 20, sigmaMin: 0.005, sigmaMax: 10 },
};

const queryHead = diffusionHead(query.head);
const mixture = mixtureHead({ kind: "mixture", width: 16, layers: 1, free: 3, fixed: 4, intervals: true });
const denoiserParameters = queryHead.parameters(query.embeddingDim, query.columns);

const training = {
  "published gradient": lossProgram(published, { training: true }).program,
  "published loss": lossProgram(published, { training: false }).program,
  "query gradient": queryGradientProgram(query, queryHead).program,
  "query loss": queryLossProgram(query, queryHead).program,
  "mixture gradient": queryGradientProgram(query, mixture).program,
  "mixture loss": queryLossProgram(query, mixture).program,
  "gradient of several": queryGradientProgram({ ...query, members: 2 }, mixture).program,
  "head gradient": headLossProgram(published.head).program,
};
const asking = {
  condition: conditionProgram(published),
  shift: shiftProgram(published.head),
  denoise: denoiseProgram(published.head),
  "noise slope": noiseSlopeProgram(published.head),
  "query condition": queryConditionProgram(query, queryHead),
  "mixture condition": queryConditionProgram(query, mixture),
  denoiser: denoiserProgram(query.head, denoiserParameters),
  "denoiser slope": denoiserProgram(query.head, denoiserParameters, { slope: true }),
};

/** Loads models one after the other at the severity at which a session logs which provider each node is given to. */
const LOAD = `
const { InferenceSession } = require("onnxruntime-node");
(async () => {
  for (const file of process.argv.slice(1)) {
    process.stderr.write("\\nMODEL " + file + "\\n");
    const session = await InferenceSession.create(file, { executionProviders: ["webgpu"], logSeverityLevel: 0 });
    await session.release();
  }
})();`;

/** By program, how many nodes each provider was given. */
function placements(programs: Readonly<Record<string, Program>>) {
  const files = Object.entries(programs).map(([name, { bytes }]) => {
    const file = join(folder, `${name}.onnx`);
    writeFileSync(file, bytes);
    return file;
  });
  // A file, not a pipe: of one that is full, lines would be lost.
  const log = join(folder, "log");
  const descriptor = openSync(log, "w");
  const { status } = spawnSync(process.execPath, ["-e", LOAD, ...files], {
    env: adapter!.environment,
    stdio: ["ignore", "ignore", descriptor],
  });
  closeSync(descriptor);
  const logs = readFileSync(log, "utf8").split(/^MODEL .*$/m);
  expect(status, logs.at(-1)!.slice(-2000)).toBe(0);
  return Object.keys(programs).map((name, i) => {
    const placed = logs[i + 1].matchAll(/placed on \[(\w+)\]. Number of nodes: (\d+)/g);
    return [name, Object.fromEntries([...placed].map(([, provider, count]) => [provider, Number(count)]))];
  });
}

describe.skipIf(!adapter)("on WebGPU", () => {
  test("no node of any program is left to the processor, says the session's own log", () => {
    const programs = Object.entries({ ...training, ...asking });
    const given = programs.map(([name, program]) => [name, program.inForm({ sizes: "given" })]);
    for (const [name, counts] of placements(Object.fromEntries(given))) {
      expect(counts, String(name)).toEqual({ WebGpuExecutionProvider: expect.any(Number) });
    }
    // The log would tell: shapes that the program works out itself are integers, which WebGPU leaves to the processor.
    for (const [name, counts] of placements(training)) {
      if (name === "head gradient") continue;
      expect(counts, String(name)).toHaveProperty("CPUExecutionProvider");
    }
  });

  test.each(["paper", "default"] as const)("preset %s has the processor's losses", async (preset) => {
    const [processor, webgpu] = [await losses(preset, "cpu"), await losses(preset, "webgpu")];
    expect(webgpu).toHaveLength(RUNS[preset].steps);
    expect(farthest(webgpu, processor)).toBeLessThan(1e-3);
    // Two runs that learn nothing would agree as well: by the same rows and noise they have the losses of start values.
    const still = await losses(`${preset}, still`, "cpu");
    expect(farthest(webgpu, still)).toBeGreaterThan(0.1);
  });

  test.skipIf(!adapter?.precisions.includes("float16"))(
    "200 steps in float16 differ from float32's, but end within 0.05 of its loss",
    async () => {
      const [full, half] = [await losses("long", "cpu"), await losses("long", "webgpu", "float16")];
      expect(farthest(half, full)).toBeGreaterThan(1e-4);
      expect(farthest(half, full)).toBeLessThan(0.5);
      expect(Math.abs(mean(half.slice(-50)) - mean(full.slice(-50)))).toBeLessThan(0.05);
    },
  );
});

const mean = (some: readonly number[]) => some.reduce((sum, loss) => sum + loss) / some.length;
const farthest = (some: readonly number[], others: readonly number[]) =>
  Math.max(...some.map((loss, step) => Math.abs(loss - others[step])));

/** So few steps, as an adapter in software takes a quarter of a second for each; float16 is tried with more. */
const RUNS = {
  paper: { preset: "paper", steps: 20, rate: "--learning-rate 0.02 --schedule constant" },
  "paper, still": { preset: "paper", steps: 20, rate: "--learning-rate 1e-5 --schedule constant" },
  default: { preset: "default", steps: 20, rate: "--learning-rate 0.01 --warmup-steps 0" },
  "default, still": { preset: "default", steps: 20, rate: "--learning-rate 1e-9 --warmup-steps 0" },
  long: { preset: "default", steps: 200, rate: "--warmup-steps 200" },
} as const;

/** The loss of each step. */
async function losses(run: keyof typeof RUNS, device: string, precision = "float32"): Promise<number[]> {
  const { preset, steps, rate } = RUNS[run];
  const out = join(folder, `${run}-${device}-${precision}`);
  if (!existsSync(out)) {
    const sizes = "--embedding-dim 8 --heads 2 --ffn-dim 16 --encoder-layers 1 --head-dim 16";
    const head = preset === "paper" ? "--head-layers 2 --steps 20" : "--head-layers 1";
    // One step an epoch, so that metrics.csv has the loss of each.
    const brief = `${rate} --epochs ${steps} --batch-size ${ROWS} --validation 0 --checkpoint-every 0 --workers 1 --seed 3`;
    const where = `--preset ${preset} --device ${device} --precision ${precision}`;
    const options = `${where} ${sizes} ${head} ${brief}`.split(" ");
    await node("dist/cli.js", "train", table(preset), "--out", out, ...options);
  }
  expect(JSON.parse(readFileSync(join(out, "system.json"), "utf8")).device).toBe(device);
  return (await readMetrics(out)).map(({ loss }) => loss);
}

/** Few rows, because an adapter in software pays for every node of a step. */
const ROWS = 12;

/** Numbers, some missing, and for the default network a category. */
function table(preset: string): string {
  const random = generator(1, "webgpu");
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const a = random.normal();
    const numbers = [a, row % 5 === 4 ? "" : a + 0.3 * random.normal(), a * a + random.normal()];
    return [...numbers, ...(preset === "paper" ? [] : ["xyz"[row % 3]])].join(",");
  });
  const file = join(folder, `${preset}.csv`);
  writeFileSync(file, [preset === "paper" ? "a,b,c" : "a,b,c,d", ...rows].join("\n"));
  return file;
}
