/** @file One training step of the published California model, against numbers computed with the original. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Precision } from "../src/graph/onnx/program.ts";
import { fromPublished, type Imported } from "../src/import/from-published.ts";
import { readPublishedModel } from "../src/import/pytorch/published-model.ts";
import { lossProgram } from "../src/networks/leung-bovy/programs.ts";
import { cells } from "../src/networks/parts/parameter-layout.ts";
import { gradientName, PADDING_SCORE } from "../src/networks/parts/program-parts.ts";
import { Executable } from "../src/runtime/executable.ts";
import { createKernels } from "../src/runtime/kernels/kernels.ts";
import { diffusion } from "../src/sampling/ddpm-schedule.ts";
import { isShared, NEEDS_SHARED, sharedJson, sharedPath } from "./reference.ts";

interface Listed {
  readonly norm: number;
  readonly first: readonly number[];
}
interface StepReference {
  readonly loss: number;
  readonly gradient: Readonly<Record<string, Listed>>;
  readonly update: Readonly<Record<string, Listed>>;
  readonly adamSteps: number;
}
interface Reference {
  readonly batch: {
    readonly token: number[][];
    readonly value: number[][];
    readonly request: number[];
    readonly target: number[];
    readonly t: number[];
    readonly noise: number[];
  };
  readonly fresh: StepReference;
  readonly resumed: StepReference;
}

const FOLDER = "reference/california";

describe.skipIf(!isShared(FOLDER))(`one training step equals the original's ${NEEDS_SHARED}:`, () => {
  let imported: Imported;
  let reference: Reference;
  /** What the program gives in the precision it trains in, and in double precision. */
  let single: Record<string, Float32Array | Float64Array>;
  let double: Record<string, Float32Array | Float64Array>;

  beforeAll(async () => {
    reference = sharedJson(`${FOLDER}/training-step.json`);
    imported = fromPublished(await readPublishedModel(sharedPath(FOLDER)));
    single = await lossAndGradients("float32");
    double = await lossAndGradients("float64");
  });

  async function lossAndGradients(precision: Precision) {
    const network = { ...imported.config.network, dropout: 0 };
    const { program, parameters } = lossProgram(network, { training: true, precision });
    const executable = await Executable.load(program);
    const weights = Object.fromEntries(parameters.map((p) => [p.name, cells(imported.weights, p)]));
    const { feeds, sizes } = batchFeeds(reference.batch, diffusion("sigmoid", 100, 1e-5, 0.1).alphaBar);
    const given: Record<string, Float32Array | Int32Array> = { ...weights, ...feeds };
    if (precision === "float32") return executable.run(given, sizes);
    const widened = Object.entries(given).map(([name, data]) => [
      name,
      data instanceof Float32Array ? Float64Array.from(data) : data,
    ]);
    return executable.run(Object.fromEntries(widened), sizes);
  }

  test("the loss, to 1e-5", () => {
    expect(Math.abs(single.loss[0] / reference.fresh.loss - 1)).toBeLessThan(1e-5);
    expect(Math.abs(double.loss[0] / reference.fresh.loss - 1)).toBeLessThan(1e-6);
  });

  test("the gradient of every parameter in double precision, entries to 1e-4", () => {
    const found = published((name) => double[gradientName(name)]);
    for (const [name, { norm, first }] of Object.entries(reference.fresh.gradient)) {
      const data = found.get(name)!;
      expect(Math.abs(Math.hypot(...data) / norm - 1), name).toBeLessThan(1e-5);
      first.forEach((entry, i) => {
        const tolerance = Math.abs(entry) < 1e-6 ? 1e-9 : 1e-4 * Math.abs(entry);
        expect(Math.abs(data[i] - entry), `${name}[${i}]`).toBeLessThan(tolerance);
      });
    }
  });

  test("the gradient of every parameter in single precision, to the rounding of float32", () => {
    const found = published((name) => single[gradientName(name)]);
    for (const [name, { norm, first }] of Object.entries(reference.fresh.gradient)) {
      const data = found.get(name)!;
      expect(Math.abs(Math.hypot(...data) / norm - 1), name).toBeLessThan(1e-5);
      first.forEach((entry, i) => {
        // A sum over the batch that nearly cancels keeps the absolute error of its terms.
        const rounding = Math.max(2e-7 * norm, Math.abs(entry) < 1e-6 ? 1e-8 : 0);
        expect(Math.abs(data[i] - entry), `${name}[${i}]`).toBeLessThan(1e-4 * Math.abs(entry) + rounding);
      });
    }
  });

  test.each(["fresh", "resumed"] as const)("the AdamW update with %s moments", (kind) => {
    const size = imported.weights.length;
    const kernels = createKernels([size, size, size, size]);
    const [weights, gradient] = [kernels.floats(size), kernels.floats(size)];
    const [first, second] = [kernels.floats(size), kernels.floats(size)];
    const { program: _, parameters } = lossProgram(imported.config.network, { training: true });
    weights.set(imported.weights);
    for (const p of parameters) gradient.set(double[gradientName(p.name)], p.offset);
    let step = 1;
    if (kind === "resumed") {
      first.set(imported.moments!.first);
      second.set(imported.moments!.second);
      step = imported.moments!.steps + 1;
      expect(step).toBe(reference.resumed.adamSteps);
    }
    const settings = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
    kernels.adamW(weights, gradient, first, second, { ...settings, step });
    const update = published((name) => {
      const parameter = parameters.find((p) => p.name === name)!;
      return cells(weights, parameter).map((w, i) => w - cells(imported.weights, parameter)[i]);
    });
    const before = published((name) => cells(imported.weights, parameters.find((p) => p.name === name)!));
    for (const [name, { first: entries }] of Object.entries(reference[kind].update)) {
      entries.forEach((entry, i) => {
        if (Math.abs(reference[kind].gradient[name].first[i]) <= 1e-6) return;
        // The update is a difference of two float32 weights: their last bit is the limit.
        const bit = 2 ** -23 * Math.abs(before.get(name)![i]);
        expect(Math.abs(update.get(name)![i] - entry), `${name}[${i}]`).toBeLessThan(
          1e-4 * Math.abs(entry) + bit,
        );
      });
    }
  });

  /** Our arrays of each parameter put together under the original's names. */
  function published(ours: (name: string) => Float32Array | Float64Array): Map<string, Float64Array> {
    const names = Object.keys(reference.fresh.gradient);
    const parts = (name: string): string[] => {
      const t = name
        .replace("embedding_layer.embeddings", "embedding.weight")
        .replace("embedding_layer", "embedding")
        .replace("encoder_transformer_blocks", "encoder")
        .replace("self_attn.out_proj", "attentionOutput")
        .replace("linear1", "feedForward1")
        .replace("linear2", "feedForward2")
        .replace("diffusion_head.lin_layers", "head")
        .replace("diffusion_head.lin_out", "head.output")
        .replace(".cond_lin.", ".condition.")
        .replace(".lin.", ".linear.")
        .replace("embed.weight", "time");
      const kind = /self_attn\.in_proj_(\w+)/.exec(t)?.[1];
      if (!kind) return [t];
      return ["query", "key", "value"].map((part) =>
        t.replace(`self_attn.in_proj_${kind}`, `${part}.${kind}`),
      );
    };
    return new Map(
      names.map((name) => [name, Float64Array.from(parts(name).flatMap((part) => [...ours(part)]))]),
    );
  }
});

/** The reference's batch in our layout: sequence first, the request at place 0. */
function batchFeeds(batch: Reference["batch"], alphaBar: Float64Array) {
  const rows = batch.request.length;
  const length = batch.token[0].length + 1;
  const tokens = new Int32Array(length * rows);
  const values = new Float32Array(length * rows);
  const keyMask = new Float32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    const given = batch.token[row];
    [batch.request[row], ...given].forEach((token, index) => {
      tokens[index * rows + row] = token;
      values[index * rows + row] = index === 0 ? 0 : batch.value[row][index - 1];
      keyMask[row * length + index] = token === 0 ? PADDING_SCORE : 0;
    });
  }
  const noisy = batch.target.map((y, row) => {
    const kept = alphaBar[batch.t[row]];
    return Math.sqrt(kept) * y + Math.sqrt(1 - kept) * batch.noise[row];
  });
  return {
    feeds: {
      tokens,
      values,
      keyMask,
      isRequest: new Float32Array(length * rows).fill(1, 0, rows),
      noisy: Float32Array.from(noisy),
      step: Int32Array.from(batch.t),
      noise: Float32Array.from(batch.noise),
      weight: new Float32Array(rows).fill(1 / rows),
    },
    sizes: { batch: rows, sequence: length },
  };
}
