import { beforeAll, describe, expect, test } from "vitest";
import type { HeadConfig } from "../networks/leung-bovy/config.ts";
import { HeadWeights } from "../networks/leung-bovy/head-weights.ts";
import { generator } from "../numeric/generator.ts";
import { solveInPlace } from "../numeric/linear-solve.ts";
import { normalLogPdf } from "../numeric/normal-cdf.ts";
import { Diffusion } from "./diffusion.ts";
import { fitSettings } from "./fit-options.ts";
import { FlowDensity } from "./flow-density.ts";
import { HeadSampler } from "./head-sampler.ts";
import { HeadTrainer } from "./head-trainer.ts";

const small = {
  width: 16,
  layers: 2,
  steps: 20,
  schedule: "sigmoid",
  betaStart: 1e-5,
  betaEnd: 0.4,
} as const;

/** A head trained a little on points on two sides of the origin, told the side where it has a condition. */
async function trained(dimension: number, conditionDimension: number): Promise<Float32Array> {
  const head: HeadConfig = { ...small, dimension, conditionDimension };
  const random = generator(dimension, "two sides");
  const rows = 500;
  const sides = Float64Array.from({ length: rows }, () => (random.uniform() < 0.5 ? -1 : 1));
  const points = Float64Array.from(
    { length: rows * dimension },
    (_, i) => sides[Math.floor(i / dimension)] + 0.3 * random.normal(),
  );
  const conditions = conditionDimension > 0 ? sides : undefined;
  const trainer = await HeadTrainer.start(head, { seed: 1, smoothTime: true });
  await trainer.fit({ points, conditions }, fitSettings({ epochs: 60, batchSize: 50, learningRate: 1e-2 }));
  await trainer.dispose();
  return trainer.state().average;
}

describe("the density of the flow is that of the change of variables through the sampler:", () => {
  test.each([
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 1],
    [3, 0],
  ])("dimension %d, condition of %d", async (dimension, conditionDimension) => {
    const head: HeadConfig = { ...small, dimension, conditionDimension };
    const flat = await trained(dimension, conditionDimension);
    const weights = HeadWeights.alone(head, flat, "float64");
    const [sampler, density] = [await HeadSampler.load(weights), await FlowDensity.load(weights)];
    const count = 40;
    const random = generator(1, "noise");
    const noise = Float64Array.from({ length: count * dimension }, () => 1.5 * random.normal());
    const each = Float64Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const conditions = conditionDimension > 0 ? each : undefined;
    const expected = await byDifferences(sampler, noise, conditions, dimension);
    const ends = await sampler.flow(noise, conditions);
    const found = await density.logPdf(ends, conditions);
    expected.forEach((logPdf, i) => {
      expect(Math.abs(found[i] - logPdf), `point ${i}`).toBeLessThan(1e-5);
    });

    // What the class does, in single precision: rounding in a hundred steps.
    const single = await FlowDensity.load(HeadWeights.alone(head, flat));
    (await single.logPdf(ends, conditions)).forEach((logPdf, i) => {
      expect(Math.abs(logPdf - expected[i]), `point ${i}, single`).toBeLessThan(3e-4);
    });
    for (const each of [sampler, density, single, weights]) await each.dispose();
  });
});

/** ln N(z) - ln |det dx/dz| at the ends x of the flow from noise z, by central differences of fourth order. */
async function byDifferences(
  sampler: HeadSampler,
  noise: Float64Array,
  conditions: Float64Array | undefined,
  d: number,
): Promise<number[]> {
  const step = 1e-3;
  const slopes: Float64Array[] = []; // of each coordinate of the noise: d x / d z_j
  for (let j = 0; j < d; j++) {
    const moved = (by: number) =>
      sampler.flow(
        noise.map((z, i) => (i % d === j ? z + by : z)),
        conditions,
      );
    const [a, b, c, e] = [
      await moved(-2 * step),
      await moved(-step),
      await moved(step),
      await moved(2 * step),
    ];
    slopes.push(a.map((x, i) => (x - 8 * b[i] + 8 * c[i] - e[i]) / (12 * step)));
  }
  return Array.from({ length: noise.length / d }, (_, point) => {
    const jacobian = Float64Array.from(
      { length: d * d },
      (__, k) => slopes[k % d][point * d + Math.floor(k / d)],
    );
    const own = noise.subarray(point * d, (point + 1) * d);
    const determinant = solveInPlace(jacobian, new Float64Array(d));
    return own.reduce((sum, z) => sum + normalLogPdf(z), -Math.log(Math.abs(determinant)));
  });
}

/** A mixture of three normals in two dimensions, in units far from 1. */
const COMPONENTS = [
  { share: 0.5, centre: [100, 0.02], sds: [10, 0.01] },
  { share: 0.3, centre: [140, 0.05], sds: [5, 0.005] },
  { share: 0.2, centre: [120, 0.08], sds: [15, 0.01] },
] as const;

function drawMixture(count: number, seed: number): number[][] {
  const random = generator(seed, "mixture");
  return Array.from({ length: count }, () => {
    const u = random.uniform();
    const { centre, sds } = COMPONENTS[u < 0.5 ? 0 : u < 0.8 ? 1 : 2];
    return centre.map((c, i) => c + sds[i] * random.normal());
  });
}

const mixtureLogPdf = (point: readonly number[]) =>
  Math.log(
    COMPONENTS.reduce((sum, { share, centre, sds }) => {
      const logs = centre.map((c, i) => normalLogPdf((point[i] - c) / sds[i]) - Math.log(sds[i]));
      return sum + share * Math.exp(logs[0] + logs[1]);
    }, 0),
  );

describe("the log-density of a model fitted to a known mixture of normals", () => {
  let model: Diffusion;
  beforeAll(async () => {
    model = new Diffusion({ dimension: 2, width: 64, layers: 3 });
    await model.fit(drawMixture(10_000, 1), { epochs: 60 });
  });

  test("integrates to 1", async () => {
    // Six and more sds beyond every component's centre, in cells of half the smallest sds: on such a grid the sum of a
    // normal density is its integral to 1e-8, and what is left over comes from what the model makes up beside.
    const [nx, ny] = [80, 80];
    const [x0, x1, y0, y1] = [10, 210, -0.05, 0.15];
    const area = ((x1 - x0) / nx) * ((y1 - y0) / ny);
    const grid = Float64Array.from({ length: 2 * nx * ny }, (_, i) =>
      i % 2 === 0
        ? x0 + ((x1 - x0) * (((i >> 1) % nx) + 0.5)) / nx
        : y0 + ((y1 - y0) * (Math.floor((i >> 1) / nx) + 0.5)) / ny,
    );
    const logPdf = await model.logPdf(grid);
    const total = logPdf.reduce((sum, each) => sum + Math.exp(each), 0) * area;
    expect(Math.abs(total - 1)).toBeLessThan(1e-3);
  });

  test("is close to the known one", async () => {
    const fresh = drawMixture(2000, 2);
    const found = await model.logPdf(fresh);
    const differences = fresh.map((point, i) => mixtureLogPdf(point) - found[i]);
    const mean = differences.reduce((sum, each) => sum + each, 0) / fresh.length;
    const size = differences.reduce((sum, each) => sum + Math.abs(each), 0) / fresh.length;
    // Three seeds of this training, a few seconds long: means of 0.022 to 0.026 (that is the divergence in nats) and
    // sizes of 0.13 to 0.145. A density without its scale's volume is off by 2, without one step's determinant by 0.05.
    expect(mean).toBeLessThan(0.04);
    expect(size).toBeLessThan(0.2);
  });
});
