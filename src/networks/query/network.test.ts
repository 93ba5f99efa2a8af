import { describe, expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import { Executable, type Feeds } from "../../runtime/executable.ts";
import { initialise, parameterCount } from "../parts/parameter-layout.ts";
import { gradientName, PADDING_SCORE } from "../parts/program-parts.ts";
import type { QueryConfig } from "./config.ts";
import type { DenoiserConfig } from "./heads/diffusion/config.ts";
import { preconditioning } from "./heads/diffusion/denoiser.ts";
import { diffusionHead } from "./heads/diffusion/diffusion-head.ts";
import { queryParameters } from "./parameters.ts";
import { conditionProgram, queryGradientProgram, queryLossProgram } from "./programs.ts";

/** Four columns: two numbers, one with two point masses, one of three categories. */
const config: QueryConfig<DenoiserConfig> = {
  kind: "query",
  columns: 4,
  classes: [0, 0, 3, 3],
  errors: true,
  normal: { columns: [0, 1], means: [0, 0], covariance: [1, 0.5, 1], noise: [0, 0] },
  embeddingDim: 8,
  heads: 2,
  ffnDim: 12,
  encoderLayers: 2,
  dropout: 0,
  frequencies: 3,
  head: { width: 6, blocks: 2, frequencies: 4, highestFrequency: 6, sigmaMin: 0.005, sigmaMax: 10 },
};
const head = diffusionHead(config.head);
const parameters = queryParameters(config, head);
const count = parameterCount(parameters);
const weights = new Float64Array(count);
{
  const start = new Float32Array(count);
  initialise(parameters, start, 3);
  const random = generator(5, "weights");
  // Away from the zeros that some layers start as, so that every parameter matters.
  start.forEach((value, i) => {
    weights[i] = value + 0.1 * random.normal();
  });
}
const weightFeeds = (flat: Float64Array): Feeds =>
  Object.fromEntries(parameters.map((p) => [p.name, flat.subarray(p.offset, p.offset + p.size)]));
/** What each target reads, (batch, requests, sequence). */
const reading = Float64Array.from(
  [
    [0, 0, 0],
    [0, PADDING_SCORE, 0],
    [0, 0, PADDING_SCORE],
    [0, PADDING_SCORE, PADDING_SCORE],
  ].flat(),
);
const only = (feeds: Feeds, { program }: Executable): Feeds =>
  Object.fromEntries(program.inputs.map(({ name }) => [name, feeds[name]]));

const single = (feeds: Feeds): Feeds =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, own]) => [
      name,
      own instanceof Int32Array ? own : Float32Array.from(own),
    ]),
  );

/** Two rows, up to two given cells each (the second row has one), both with the targets 1 and 4. */
const SIZES = { batch: 2, sequence: 3, requests: 2, draws: 3 };
const random = generator(7, "summaries");
const numbers = (count: number) => Float64Array.from({ length: count }, () => random.normal());
/** One for each target of each row. */
const summaries = {
  summaryValues: numbers(4 * 5),
  summaryGiven: numbers(4 * 5),
  summaryResiduals: numbers(4 * 5),
  summaryClasses: numbers(4 * 7),
};
const context = {
  tokens: Int32Array.of(0, 0, 2, 3, 3, 0),
  values: Float64Array.of(0, 0, 0.7, 0, -1.1, 0),
  errors: Float64Array.of(0, 0, 0.2, 0, 0, 0),
  classes: Int32Array.of(0, 0, 0, 2, 0, 0),
  keyMask: Float64Array.of(0, 0, 0, 0, 0, PADDING_SCORE),
  targets: Int32Array.of(1, 1, 4, 4),
  ...summaries,
};

describe("the gradient of the loss", () => {
  test("is that of finite differences, for every parameter", async () => {
    const { program } = queryGradientProgram(config, head, { precision: "float64" });
    const executable = await Executable.load(program);
    const random = generator(1, "batch");
    const noisy = Float64Array.from({ length: 12 }, () => random.normal());
    const sigma = Float64Array.from({ length: 12 }, (_, i) => 0.05 * 2 ** (i % 6));
    const feeds: Feeds = {
      ...context,
      keyMask: reading,
      noisy,
      sigma,
      scaled: noisy.map((x, i) => x * preconditioning(sigma[i]).in),
      logSigma: sigma.map(Math.log),
      target: noisy.map((x) => 0.3 * x + 0.1),
      weight: Float64Array.from({ length: 12 }, (_, i) => (i < 6 ? 0.2 : 0)),
      classTarget: Int32Array.of(0, 0, 4, 5),
      classWeight: Float64Array.of(0, 0, 0.5, 0.25),
    };
    const run = (flat: Float64Array) => executable.run({ ...feeds, ...weightFeeds(flat) }, SIZES);
    const result = await run(weights);
    const step = 1e-5;
    for (const p of parameters) {
      const gradient = result[gradientName(p.name)];
      expect(gradient.length).toBe(p.size);
      for (const i of new Set([0, p.size >> 1, p.size - 1])) {
        const moved = (by: number) => {
          const flat = weights.slice();
          flat[p.offset + i] += by;
          return run(flat);
        };
        const difference = ((await moved(step)).loss[0] - (await moved(-step)).loss[0]) / (2 * step);
        expect(Math.abs(gradient[i] - difference), `${p.name}[${i}]`).toBeLessThan(
          1e-6 * Math.max(1e-2, Math.abs(difference)),
        );
      }
    }
  });
});

describe("the loss of a target", () => {
  test("depends on the cells that it reads, and on no other", async () => {
    const executable = await Executable.load(
      queryLossProgram(config, head, { precision: "float64" }).program,
    );
    const twelve = (of: number) => Float64Array.from({ length: 12 }, () => of);
    const lossWith = async (value: number, weight: readonly number[]) => {
      const feeds: Feeds = {
        ...context,
        values: Float64Array.of(0, 0, value, 0, -1.1, 0),
        keyMask: reading,
        ...{
          noisy: twelve(0.3),
          scaled: twelve(0.3),
          logSigma: twelve(0),
          sigma: twelve(1),
          target: twelve(1),
        },
        weight: twelve(0),
        classTarget: Int32Array.of(0, 0, 4, 5),
        classWeight: Float64Array.of(0, 0, ...weight),
      };
      return (await executable.run({ ...feeds, ...weightFeeds(weights) }, SIZES)).loss[0];
    };
    // Column 4 is asked of both rows: the first row's cell of column 2 is hidden from it, the second has none.
    expect(await lossWith(5, [1, 1])).toBe(await lossWith(0.7, [1, 1]));
    const seen = reading.slice();
    reading[4] = 0;
    expect(await lossWith(5, [1, 0])).not.toBeCloseTo(await lossWith(0.7, [1, 0]), 6);
    reading.set(seen);
  });
});

describe("the condition of a question", () => {
  const conditioned = async (changes: Partial<typeof context>, sizes: Partial<typeof SIZES> = {}) => {
    // In single precision: ONNX Runtime fuses x sigmoid(x), and has the fused form for that alone.
    const executable = await Executable.load(conditionProgram(config, head));
    const feeds: Feeds = { ...context, ...changes, ...weightFeeds(weights) };
    return executable.run(single(only(feeds, executable)), { ...SIZES, ...sizes });
  };

  test("does not depend on the other targets", async () => {
    const both = await conditioned({});
    const ofSecond = Object.entries(summaries).map(([name, cells]) => [name, cells.slice(cells.length / 2)]);
    const changes = { targets: Int32Array.of(4, 4), ...Object.fromEntries(ofSecond) };
    const alone = await conditioned(changes, { requests: 1 });
    for (const name of Object.keys(alone)) {
      const size = both[name].length / 2;
      both[name].slice(size).forEach((value, i) => {
        expect(value).toBeCloseTo(alone[name][i], 5);
      });
    }
  });

  test("does not depend on the order of what is given, nor on padding", async () => {
    const one = await conditioned({});
    const turned = await conditioned(
      {
        tokens: Int32Array.of(0, 0, 3, 3, 2, 0, 0, 0),
        values: Float64Array.of(0, 0, -1.1, 0, 0.7, 0, 5, 5),
        errors: Float64Array.of(0, 0, 0, 0, 0.2, 0, 0, 0),
        classes: Int32Array.of(0, 0, 0, 2, 0, 0, 0, 0),
        keyMask: Float64Array.of(0, 0, 0, PADDING_SCORE, 0, 0, PADDING_SCORE, PADDING_SCORE),
      },
      { sequence: 4 },
    );
    for (const name of Object.keys(turned)) {
      one[name].forEach((value, i) => {
        expect(value).toBeCloseTo(turned[name][i], 5);
      });
    }
  });

  test("tells an error that isn't known from one however small", async () => {
    const withError = async (error: number) =>
      Array.from((await conditioned({ errors: Float64Array.of(0, 0, error, 0, 0, 0) })).first);
    const [unknown, tiny, larger] = [await withError(0), await withError(1e-7), await withError(2e-7)];
    const apart = (a: readonly number[], b: readonly number[]) =>
      Math.max(...a.map((x, i) => Math.abs(x - b[i])));
    expect(apart(tiny, larger)).toBeLessThan(1e-3);
    expect(apart(unknown, tiny)).toBeGreaterThan(0.01);
  });

  test("gives probabilities to the target's classes only, and they add up to 1", async () => {
    const { probabilities } = await conditioned({});
    for (const row of [2, 3]) {
      const own = Array.from(probabilities.slice(row * 6, (row + 1) * 6));
      expect(own.slice(0, 3)).toEqual([0, 0, 0]);
      expect(own.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(Math.min(...own.slice(3))).toBeGreaterThan(0);
    }
  });
});
