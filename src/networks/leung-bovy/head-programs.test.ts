import { describe, expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import { Executable, type Feeds } from "../../runtime/executable.ts";
import { initialise, parameterCount } from "../parts/parameter-layout.ts";
import { gradientName } from "../parts/program-parts.ts";
import type { HeadConfig } from "./config.ts";
import { headParameters } from "./parameters.ts";
import {
  denoiseProgram,
  headLossProgram,
  noiseSlopeProgram,
  shiftName,
  slopeName,
  timeName,
} from "./programs.ts";

const base = { width: 6, layers: 3, steps: 4, schedule: "sigmoid", betaStart: 1e-5, betaEnd: 0.1 } as const;
const heads: [string, HeadConfig][] = [
  ["of pairs without a condition", { ...base, dimension: 2, conditionDimension: 0 }],
  ["of triples with a condition", { ...base, dimension: 3, conditionDimension: 4 }],
  ["of numbers with a condition as wide as the head", { ...base, dimension: 1, conditionDimension: 6 }],
];
const random = generator(1, "head programs");
const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());

/** Start values of a head, as float64, by name. */
function startWeights(head: HeadConfig): Float64Array {
  const parameters = headParameters(head);
  const start = new Float32Array(parameterCount(parameters));
  initialise(parameters, start, 3);
  return Float64Array.from(start);
}

const byName = (head: HeadConfig, flat: Float64Array): Record<string, Float64Array> =>
  Object.fromEntries(headParameters(head).map((p) => [p.name, flat.subarray(p.offset, p.offset + p.size)]));

describe("the loss of a head alone", () => {
  test.each(heads)("%s has the gradient of finite differences", async (_, head) => {
    const { program, parameters } = headLossProgram(head, { precision: "float64" });
    const executable = await Executable.load(program);
    const batch = 5;
    const feeds: Feeds = {
      noisy: normals(batch * head.dimension),
      noise: normals(batch * head.dimension),
      step: Int32Array.of(0, 3, 1, 1, 2),
      weight: Float64Array.of(0.2, 0.1, 0.3, 0, 0.5),
      condition: normals(batch * head.conditionDimension),
    };
    const weights = startWeights(head);
    const run = (flat: Float64Array) => executable.run({ ...feeds, ...byName(head, flat) }, { batch });
    const result = await run(weights);
    const step = 1e-5;
    for (const p of parameters) {
      const gradient = result[gradientName(p.name)];
      expect(gradient.length).toBe(p.size);
      for (const i of new Set([0, p.size >> 1, p.size - 1])) {
        const lossAt = async (by: number) => {
          const moved = weights.slice();
          moved[p.offset + i] += by;
          return (await run(moved)).loss[0];
        };
        const difference = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
        expect(Math.abs(gradient[i] - difference), `${p.name}[${i}]`).toBeLessThan(
          1e-8 * Math.max(1, Math.abs(difference)),
        );
      }
    }
    await executable.dispose();
  });

  test("is the weighted squared error of the noise that the denoising program predicts", async () => {
    const [, head] = heads[0];
    const { program } = headLossProgram(head, { precision: "float64" });
    const [loss, denoise] = await Promise.all([
      Executable.load(program),
      Executable.load(denoiseProgram(head, { precision: "float64", noiseOnly: true, oneRow: true })),
    ]);
    const weights = byName(head, startWeights(head));
    const [noisy, noise] = [normals(4), normals(4)];
    const run = await loss.run(
      { ...weights, noisy, noise, step: Int32Array.of(2, 2), weight: Float64Array.of(0.7, 0.1) },
      { batch: 2 },
    );
    const predicted = await denoise.run(stepFeeds(head, weights, noisy, 2, 1), { samples: 2 });
    const errors = Array.from(predicted.noise, (e, i) => (e - noise[i]) ** 2);
    const expected = 0.7 * (errors[0] + errors[1]) + 0.1 * (errors[2] + errors[3]);
    expect(run.loss[0]).toBeCloseTo(expected, 12);
  });
});

/** What the head's programs at one step take: every row adds the layer's bias and, so that rows differ, its number. */
function stepFeeds(
  head: HeadConfig,
  weights: Record<string, Float64Array>,
  x: Float64Array,
  step: number,
  rows: number,
): Feeds {
  const { width } = head;
  const feeds: Record<string, Float64Array> = { ...weights, x };
  for (let layer = 0; layer < head.layers; layer++) {
    const bias = weights[`head.${layer}.linear.bias`];
    feeds[shiftName(layer)] = Float64Array.from(
      { length: rows * width },
      (_, i) => bias[i % width] + Math.floor(i / width),
    );
    feeds[timeName(layer)] = weights[`head.${layer}.time`].subarray(step * width, (step + 1) * width);
  }
  return feeds;
}

describe("how the noise changes with x", () => {
  test.each(heads.flatMap(([about, head]) => [1, 3].map((rows) => [about, rows, head] as const)))(
    "%s, %d rows: the Jacobian is that of finite differences",
    async (_, rows, head) => {
      const { dimension } = head;
      const oneRow = rows === 1;
      const precision = "float64";
      const slopes = await Executable.load(noiseSlopeProgram(head, { precision, oneRow }));
      const denoise = await Executable.load(denoiseProgram(head, { precision, oneRow, noiseOnly: true }));
      const sizes = { rows, samples: 2 };
      const x = normals(rows * 2 * dimension);
      const weights = byName(head, startWeights(head));
      const noiseAt = async (moved: Float64Array) =>
        (await denoise.run(stepFeeds(head, weights, moved, 1, rows), sizes)).noise;
      const found = await slopes.run(stepFeeds(head, weights, x, 1, rows), sizes);
      expect(found.noise).toEqual(await noiseAt(x));
      const step = 1e-4;
      for (let j = 0; j < dimension; j++) {
        // Coordinate j of every point at once: points do not depend on each other.
        const moved = (by: number) =>
          noiseAt(x.map((value, i) => (i % dimension === j ? value + by : value)));
        const [above, below] = [await moved(step), await moved(-step)];
        for (let i = 0; i < above.length; i++) {
          const point = Math.floor(i / dimension);
          const slope = found[slopeName(i % dimension)][point * dimension + j];
          expect(Math.abs(slope - (above[i] - below[i]) / (2 * step))).toBeLessThan(1e-7);
        }
      }
      await slopes.dispose();
      await denoise.dispose();
    },
  );
});
