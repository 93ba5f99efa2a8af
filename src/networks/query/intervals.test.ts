/** @file Intervals in the network: derivatives of their embedding, and answers given them after training with limited cells. */
import { describe, expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import { NormalMixtures } from "../../numeric/normal-mixtures.ts";
import { Executable, type Feeds } from "../../runtime/executable.ts";
import { initialise, parameterCount } from "../parts/parameter-layout.ts";
import { gradientName } from "../parts/program-parts.ts";
import type { QueryConfig } from "./config.ts";
import type { MixtureConfig } from "./heads/mixture/config.ts";
import { mixtureHead } from "./heads/mixture/mixture-head.ts";
import {
  LINEAR_COLUMNS,
  LINEAR_NETWORK,
  linearTable,
  trainedOnLinear,
} from "./heads/testing/linear-table.ts";
import { queryNetwork } from "./network.ts";
import { queryParameters } from "./parameters.ts";
import { queryGradientProgram } from "./programs.ts";

const SIZES: MixtureConfig = { kind: "mixture", width: 16, layers: 1, free: 8, fixed: 16, intervals: true };
const config = { ...LINEAR_NETWORK, intervals: true, head: SIZES } as QueryConfig<MixtureConfig>;

test("the gradient of the embedding is that of finite differences", async () => {
  const head = mixtureHead(SIZES);
  const parameters = queryParameters(config, head);
  const start = new Float32Array(parameterCount(parameters));
  initialise(parameters, start, 3);
  const random = generator(5, "weights");
  const weights = Float64Array.from(start, (value) => value + 0.1 * random.normal());
  const { program } = queryGradientProgram(config, head, { precision: "float64" });
  const executable = await Executable.load(program);
  // Given: a value of column 1, both ends of column 2; a lower end of column 1, nothing.
  const feeds: Feeds = {
    tokens: Int32Array.of(0, 0, 1, 1, 2, 0),
    values: Float64Array.of(0, 0, 0.7, 0, 0, 0),
    isExact: Float64Array.of(1, 1, 1, 0, 0, 1),
    lower: Float64Array.of(0, 0, 0, 0.4, -0.5, 0),
    upper: Float64Array.of(0, 0, 0, 0, 1.2, 0),
    hasLower: Float64Array.of(0, 0, 0, 1, 1, 0),
    hasUpper: Float64Array.of(0, 0, 0, 0, 1, 0),
    keyMask: new Float64Array(6),
    targets: Int32Array.of(3, 3),
    number: Float64Array.of(0.3, 25.2),
    width: Float64Array.of(0, 49.6),
    isInterval: Float64Array.of(0, 1),
    weight: Float64Array.of(0.6, 0.4),
    centerWeight: new Float64Array(2),
  };
  const sizes = { batch: 2, sequence: 3, requests: 1 };
  const run = (flat: Float64Array) => {
    const named = parameters.map((p) => [p.name, flat.subarray(p.offset, p.offset + p.size)] as const);
    return executable.run({ ...feeds, ...Object.fromEntries(named) }, sizes);
  };
  const result = await run(weights);
  const step = 1e-5;
  let moving = 0;
  for (const p of parameters.filter(({ name }) => /^embedding\.(lower|upper|frequency)/.test(name))) {
    const gradient = result[gradientName(p.name)];
    const row = p.shape[1];
    for (const i of new Set([row + 1, 2 * row + 1, p.size - 1].filter((each) => each < p.size))) {
      const moved = async (by: number) => {
        const flat = weights.slice();
        flat[p.offset + i] += by;
        return (await run(flat)).loss[0];
      };
      const difference = ((await moved(step)) - (await moved(-step))) / (2 * step);
      expect(Math.abs(gradient[i] - difference), `${p.name}[${i}]`).toBeLessThan(
        1e-6 * Math.max(1e-2, Math.abs(difference)),
      );
      moving += Number(Math.abs(difference) > 1e-6);
    }
  }
  expect(moving).toBeGreaterThan(10);
  await executable.dispose();
});

/** Where x is above this, it is known only that it is. */
const LIMIT = 0.8;

describe("trained with cells that have only a lower limit", () => {
  test("finds how x is spread beyond it, and y given x > c and a < x < b", async () => {
    const network = queryNetwork(config);
    const rows = 10_000;
    const whole = linearTable(rows);
    const isBeyond = (value: number) => value > LIMIT;
    const [x, ...others] = whole.columns;
    const limited = {
      ...x,
      lower: x.values.map((value: number) => (isBeyond(value) ? LIMIT : Number.NaN)),
      values: x.values.map((value: number) => (isBeyond(value) ? Number.NaN : value)),
    };
    const table = { ...whole, columns: [limited, ...others] };
    const weights = await trainedOnLinear(network, rows, 800, { table, intervals: 0.5 });
    const predictor = await network.openPredictor(LINEAR_COLUMNS, weights, {
      device: "cpu",
      threads: 1,
      flow: {},
    });
    const answered = async (target: number, ends?: { readonly lower?: number; readonly upper?: number }) => {
      const end = (value: number | undefined) => (value === undefined ? {} : { v: Float64Array.of(value) });
      const [lower, upper] = [end(ends?.lower).v, end(ends?.upper).v];
      const given = {
        name: "x",
        values: Float64Array.of(Number.NaN),
        ...(lower && { lower }),
        ...(upper && { upper }),
      };
      const columns = ends ? [given] : [];
      const question = { table: { source: "question", rows: 1, columns }, start: 0, rows: 1 };
      const asked = { ...question, given: columns.map(({ name }) => name) };
      const [answer] = await predictor.curves(asked, [target], Float64Array.of(0));
      if (!("normals" in answer)) throw new Error("the answer is no mixture");
      const mixture = new NormalMixtures(answer.normals);
      const found = new Float64Array(1);
      return (z: number) => {
        mixture.quantiles(0, [z], found);
        return found[0];
      };
    };
    const ofX = await answered(0);
    // Levels 1 and 1.5 lie beyond the limit.
    expect(Math.abs(ofX(1) - 1)).toBeLessThan(0.15);
    expect(Math.abs(ofX(1.5) - 1.5)).toBeLessThan(0.3);
    // Medians of y = 0.8 x + 0.6 n, by numerical integration.
    const above = await answered(1, { lower: LIMIT });
    expect(Math.abs(above(0) - 1.08)).toBeLessThan(0.15);
    const between = await answered(1, { lower: -0.5, upper: 0.5 });
    expect(Math.abs(between(0))).toBeLessThan(0.12);
    expect(Math.abs((between(1) - between(-1)) / 2 - 0.643)).toBeLessThan(0.15);
    await predictor.dispose();
  });
});
