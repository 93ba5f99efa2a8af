import { describe, expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import { createKernels, type Kernels, seedLanes } from "./kernels.ts";

const LENGTHS = [10_007, 10_007, 10_007, 10_007];
const both = () =>
  [createKernels(LENGTHS, { kind: "simd" }), createKernels(LENGTHS, { kind: "plain" })] as const;

/** What each kind makes of the same seed. */
function twice(
  length: number,
  fill: (kernels: Kernels, out: Float32Array) => void,
): [Float32Array, Float32Array] {
  const [simd, plain] = both().map((kernels) => {
    const out = kernels.floats(length);
    fill(kernels, out);
    return out;
  });
  return [simd, plain];
}

describe("SIMD and plain kernels give the same bits:", () => {
  test.each([1, 4, 7, 10_007])("%d normals", (length) => {
    const [a, b] = twice(length, (k, out) => {
      const state = seedLanes(k.state(), 5, "normals");
      for (let round = 0; round < 3; round++) k.normals(out, state);
    });
    expect(Array.from(a).map((x) => x + 0)).toEqual(Array.from(b).map((x) => x + 0));
  });

  test("a dropout mask", () => {
    const [a, b] = twice(10_007, (k, out) => k.dropoutMask(out, 0.2, seedLanes(k.state(), 5, "mask")));
    expect(a).toEqual(b);
  });

  test("AdamW over several steps, and sums", () => {
    const [a, b] = twice(1001, (k, weights) => {
      const g = generator(2, "adam");
      const [gradient, first, second] = [k.floats(1001), k.floats(1001), k.floats(1001)];
      weights.forEach((_, i) => {
        weights[i] = g.normal();
      });
      for (let step = 1; step <= 5; step++) {
        gradient.forEach((_, i) => {
          gradient[i] = g.normal() * 10 ** (4 * g.uniform() - 4);
        });
        k.adamW(weights, gradient, first, second, { ...SETTINGS, step });
      }
      k.accumulate(weights, gradient);
    });
    expect(a).toEqual(b);
  });
});

const SETTINGS = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

describe("the kernels", () => {
  test("draw standard normals: moments within 4.5 standard errors, tails and distribution right", () => {
    const n = 2_000_000;
    const k = createKernels([n]);
    const out = k.floats(n);
    k.normals(out, seedLanes(k.state(), 1));
    const moments = [1, 2, 3, 4].map((power) => out.reduce((sum, z) => sum + z ** power, 0) / n);
    const variance = [1, 2, 15, 96]; // of z, z^2, z^3, z^4 about 0, 1, 0, 3
    [0, 1, 0, 3].forEach((truth, i) => {
      expect(Math.abs(moments[i] - truth)).toBeLessThan(4.5 * Math.sqrt(variance[i] / n));
    });
    for (const [z, p] of [
      [-3, 0.0013498980316],
      [-1, 0.15865525393],
      [0.5, 0.69146246127],
      [4, 0.99996832875],
    ] as const) {
      const below = out.reduce((count, x) => count + (x < z ? 1 : 0), 0) / n;
      expect(Math.abs(below - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / n));
    }
    let lagged = 0;
    for (let i = 8; i < n; i++) lagged += (out[i] * out[i - 4]) / n; // the two of a pair stand 4 apart
    expect(Math.abs(lagged)).toBeLessThan(4.5 / Math.sqrt(n));
  });

  test("drop at the rate asked for and keep the mean", () => {
    const n = 1_000_000;
    const k = createKernels([n]);
    const mask = k.floats(n);
    k.dropoutMask(mask, 0.1, seedLanes(k.state(), 1));
    const dropped = mask.reduce((count, x) => count + (x === 0 ? 1 : 0), 0);
    expect(Math.abs(dropped - 0.1 * n)).toBeLessThan(4.5 * Math.sqrt(0.09 * n));
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.9)]));
  });

  test("take the AdamW step of the formula in double precision", () => {
    const k = createKernels([8, 8, 8, 8]);
    const [w, g, m, v] = [k.floats(8), k.floats(8), k.floats(8), k.floats(8)];
    w.set([1, -1, 0.5, 0, 2, 1e-3, -3, 0.1]);
    g.set([0.1, -2, 0, 1e-4, 30, -1e-6, 0.5, 1]);
    m.set([0.2, 0.1, 0, 1e-3, 10, 1e-6, 0, -1]);
    v.set([0.01, 4, 0, 1e-7, 900, 1e-11, 0.3, 0.5]);
    const step = 741;
    const expected = Array.from(w, (weight, i) => {
      const first = 0.9 * m[i] + 0.1 * g[i];
      const second = 0.999 * v[i] + 0.001 * g[i] ** 2;
      const denominator = Math.sqrt(second / (1 - 0.999 ** step)) + 1e-8;
      return weight * (1 - 1e-3 * 0.01) - (1e-3 * first) / (1 - 0.9 ** step) / denominator;
    });
    k.adamW(w, g, m, v, { ...SETTINGS, step });
    expected.forEach((value, i) => {
      expect(Math.abs(w[i] - value)).toBeLessThan(2e-7 * Math.max(1, Math.abs(value)));
    });
  });

  test.each(["simd", "plain"] as const)(
    "end the moments of a weight without gradient at 0, keep what is no number (%s)",
    (kind) => {
      const k = createKernels([8, 8, 8, 8], { kind });
      const [w, g, m, v] = [k.floats(8), k.floats(8), k.floats(8), k.floats(8)];
      m.set([1e-3, -1e-3, 2e-30, -2e-30, 1e-38, 0, Number.NaN, 1]);
      v.set([1e-6, 1e-6, 2e-30, 2e-30, 1e-38, 0, Number.NaN, 1]);
      for (let step = 1; step <= 2000; step++) k.adamW(w, g, m, v, { ...SETTINGS, step });
      expect(m.subarray(0, 6).every((moment) => moment === 0)).toBe(true);
      expect(m[6]).toBeNaN();
      expect(v[6]).toBeNaN();
      expect(v[0]).toBeGreaterThan(1e-7);
      expect(Array.from(v.subarray(2, 6))).toEqual([0, 0, 0, 0]);
    },
  );

  test("refuse memory that is not theirs", () => {
    const k = createKernels([8], { kind: "simd" });
    expect(() => k.accumulate(k.floats(8), new Float32Array(8))).toThrow("not from these kernels' memory");
  });
});
