import { describe, expect, test } from "vitest";
import { diffusion, NOISE_SCHEDULES } from "../../sampling/ddpm-schedule.ts";
import { initialise, parameterCount } from "../parts/parameter-layout.ts";
import type { LeungBovyConfig } from "./config.ts";
import { checkLeungBovy } from "./config.ts";
import { headParameters, networkParameters } from "./parameters.ts";

const head = { dimension: 1, schedule: "sigmoid", betaStart: 1e-5, betaEnd: 0.1 } as const;
export const CALIFORNIA: LeungBovyConfig = {
  kind: "leung-bovy",
  columns: 9,
  embeddingDim: 32,
  heads: 4,
  ffnDim: 128,
  encoderLayers: 2,
  dropout: 0.1,
  head: { ...head, conditionDimension: 32, width: 64, layers: 2, steps: 100 },
};
const STELLAR: LeungBovyConfig = {
  kind: "leung-bovy",
  columns: 118,
  embeddingDim: 192,
  heads: 24,
  ffnDim: 2048,
  encoderLayers: 2,
  dropout: 0.2,
  head: { ...head, conditionDimension: 192, width: 512, layers: 5, steps: 120 },
};

describe("the published networks have as many parameters as published:", () => {
  test.each([
    ["stellar", STELLAR, 3_774_465, 1_853_441],
    ["California", CALIFORNIA, 47_425, 21_377],
  ] as const)("%s", (_name, config, all, inHead) => {
    expect(parameterCount(networkParameters(config))).toBe(all);
    expect(parameterCount(headParameters(config.head))).toBe(inHead);
  });

  test("a head as wide as the condition adds it without a projection", () => {
    const same = { ...CALIFORNIA.head, width: 32 };
    expect(headParameters(same).some(({ name }) => name.includes("condition"))).toBe(false);
  });
});

describe("start values", () => {
  const parameters = networkParameters(CALIFORNIA);
  const flat = new Float32Array(parameterCount(parameters));
  initialise(parameters, flat, 1);
  const of = (name: string) => {
    const { offset, size } = parameters.find((p) => p.name === name)!;
    return flat.subarray(offset, offset + size);
  };
  /** Uniform on [low, high): inside, and with the mean and variance of that. */
  const expectUniform = (cells: Float32Array, low: number, high: number) => {
    const n = cells.length;
    const mean = cells.reduce((a, b) => a + b, 0) / n;
    const variance = cells.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    expect(Math.min(...cells)).toBeGreaterThanOrEqual(Math.fround(low));
    expect(Math.max(...cells)).toBeLessThanOrEqual(Math.fround(high));
    expect(Math.abs(mean - (low + high) / 2)).toBeLessThan((4.5 * (high - low)) / Math.sqrt(12 * n));
    expect(variance / ((high - low) ** 2 / 12)).toBeCloseTo(1, 0);
  };

  test("are those of the original", () => {
    expect([...of("embedding.weight").subarray(0, 32)].every((x) => x === 0)).toBe(true);
    const embedded = Math.sqrt(6 / (10 + 32));
    expectUniform(of("embedding.weight").subarray(32), -embedded, embedded);
    const projected = Math.sqrt(6 / (96 + 32)); // the fan of the joint (3 D, D) matrix
    expectUniform(of("encoder.1.key.weight"), -projected, projected);
    expectUniform(of("encoder.0.feedForward2.weight"), -1 / Math.sqrt(128), 1 / Math.sqrt(128));
    expectUniform(of("head.1.time"), 0, 1);
    expectUniform(of("head.0.linear.weight"), -1, 1);
    for (const zero of ["encoder.0.query.bias", "encoder.0.attentionOutput.bias", "encoder.0.norm1.bias"]) {
      expect(new Set(of(zero))).toEqual(new Set([0]));
    }
    expect(new Set(of("encoder.1.norm2.weight"))).toEqual(new Set([1]));
  });

  test("are the same for the same seed, others for another", () => {
    const again = new Float32Array(flat.length);
    initialise(parameters, again, 1);
    expect(again).toEqual(flat);
    initialise(parameters, again, 2);
    expect(again).not.toEqual(flat);
  });
});

describe("the noise schedules", () => {
  test.each(NOISE_SCHEDULES)("%s: alphaBar falls from near 1, and is the product of 1 - beta", (schedule) => {
    const { beta, alphaBar } = diffusion(schedule, 100, 1e-5, 0.1);
    let product = 1;
    alphaBar.forEach((level, t) => {
      product *= 1 - beta[t];
      expect(level).toBeCloseTo(product, 12);
      expect(beta[t]).toBeGreaterThan(0);
    });
    expect(alphaBar[0]).toBeGreaterThan(0.999);
    expect(alphaBar[99]).toBeLessThan(0.05);
  });

  test("have the values that numpy gives for the original's formulas", () => {
    // python3 -c "import numpy as np; x=np.linspace(-6,6,100); print((1/(1+np.exp(-x))*(0.1-1e-5)+1e-5)[[0,1,50,99]])"
    const at = (schedule: (typeof NOISE_SCHEDULES)[number], ...steps: number[]) =>
      steps.map((t) => diffusion(schedule, 100, 1e-5, 0.1).beta[t]);
    const close = (found: number[], known: number[]) =>
      found.forEach((x, i) => {
        expect(Math.abs(x / known[i] - 1)).toBeLessThan(1e-9);
      });
    close(
      at("sigmoid", 0, 1, 50, 99),
      [0.00025723758943191116, 0.000289008797571429, 0.05151953644207747, 0.0997527624105681],
    );
    close(at("linear", 0, 50, 99), [1e-5, 0.050510000000000006, 0.1]);
    close(at("quad", 0, 50, 99), [1e-5, 0.026010000000000012, 0.1]);
    close(at("cosine", 0, 50, 99), [0.0006312815983416931, 0.03154633936072593, 0.999]);
  });
});

test("sizes that can't be are refused by name", () => {
  expect(() => checkLeungBovy({ ...CALIFORNIA, heads: 5 })).toThrow("multiple of the number of heads (5)");
  expect(() => checkLeungBovy({ ...CALIFORNIA, dropout: 1 })).toThrow("dropout rate is 1");
  expect(() => checkLeungBovy({ ...CALIFORNIA, ffnDim: 0.5 })).toThrow("feed-forward dimension is 0.5");
  expect(() => checkLeungBovy({ ...CALIFORNIA, head: { ...CALIFORNIA.head, steps: 1 } })).toThrow(
    "diffusion steps",
  );
  expect(checkLeungBovy(STELLAR)).toBe(STELLAR);
});
