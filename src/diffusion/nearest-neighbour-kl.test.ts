import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { nearestNeighbourKl } from "./nearest-neighbour-kl.ts";

/** Independent normals of one mean and sd. */
function normals(count: number, dimension: number, mean: number, sd: number, seed: number): Float64Array {
  const random = generator(seed, "kl test");
  return Float64Array.from({ length: count * dimension }, () => mean + sd * random.normal());
}

/** KL of N(a, s^2) from N(b, t^2) in each of d dimensions. */
const normalKl = (d: number, a: number, s: number, b: number, t: number) =>
  d * (Math.log(t / s) + (s * s + (a - b) ** 2) / (2 * t * t) - 0.5);

describe("the nearest-neighbour estimate of the KL divergence", () => {
  test.each([
    { d: 1, mean: 0, sd: 1 },
    { d: 2, mean: 0, sd: 1 },
    { d: 1, mean: 1, sd: 1 },
    { d: 2, mean: 0, sd: 2 },
    { d: 2, mean: 0.5, sd: 1.1 },
    { d: 3, mean: 0.3, sd: 1.2 },
  ])("of a standard normal from one of mean $mean and sd $sd in $d dimensions", ({ d, mean, sd }) => {
    const [n, m] = [10_000, 15_000];
    const estimate = nearestNeighbourKl(normals(n, d, 0, 1, 1), normals(m, d, mean, sd, 2), { dimension: d });
    // Each term's sd is about 2 (two logarithms of exponential variables, and the density's own change). Only normals
    // at least as wide: where Q's tails are thinner, too few of its samples lie there and the estimate is low.
    expect(Math.abs(estimate - normalKl(d, 0, 1, mean, sd))).toBeLessThan((2 * 4) / Math.sqrt(n));
  });

  test("by hand: three points and two", () => {
    const [x, y] = [
      [
        [0, 0],
        [3, 4],
        [0, 1],
      ],
      [
        [0, 2],
        [3, 5],
      ],
    ];
    // r: 1, sqrt(18), 1; s: 2, 1, 1; n = 3, m = 2, d = 2.
    const expected = (2 / 3) * (Math.log(2) + Math.log(1 / Math.sqrt(18)) + 0) + Math.log(2 / 2);
    expect(nearestNeighbourKl(x, y)).toBeCloseTo(expected, 12);
  });

  test("finds the same neighbours as looking at every pair", () => {
    const [d, n, m] = [3, 200, 150];
    const [x, y] = [normals(n, d, 0, 1, 3), normals(m, d, 0.2, 2, 4)];
    const distance = (a: Float64Array, i: number, b: Float64Array, j: number) =>
      Math.hypot(...[0, 1, 2].map((axis) => a[i * d + axis] - b[j * d + axis]));
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const others = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
      const r = Math.min(...others.map((j) => distance(x, i, x, j)));
      const s = Math.min(...Array.from({ length: m }, (_, j) => distance(x, i, y, j)));
      sum += Math.log(s / r);
    }
    const expected = (d / n) * sum + Math.log(m / (n - 1));
    expect(nearestNeighbourKl(x, y, { dimension: d })).toBeCloseTo(expected, 10);
  });

  test("does not depend on units, nor on which axis is the widest", () => {
    const [x, y] = [normals(500, 2, 0, 1, 5), normals(500, 2, 1, 1, 6)];
    const turned = (cells: Float64Array) => cells.map((_, i) => 1000 * cells[i % 2 === 0 ? i + 1 : i - 1]);
    const estimate = nearestNeighbourKl(x, y, { dimension: 2 });
    expect(nearestNeighbourKl(turned(x), turned(y), { dimension: 2 })).toBeCloseTo(estimate, 9);
  });

  test("says what is wrong with its input", () => {
    expect(() => nearestNeighbourKl([[1]], [[2]])).toThrow("at least two");
    expect(() => nearestNeighbourKl([[1], [2], [1]], [[3]])).toThrow(
      "Row 0 (from 0) of the samples x is also another row of the samples x",
    );
    expect(() => nearestNeighbourKl([[1], [2]], [[2]])).toThrow("another row of the samples y");
    expect(() =>
      nearestNeighbourKl(
        [
          [1, 2],
          [2, 1],
        ],
        [[3]],
      ),
    ).toThrow("Row 0 (from 0) of the samples y has 1 numbers where 2 are wanted");
    expect(() => nearestNeighbourKl([[1], [Number.NaN]], [[3]])).toThrow(
      "Row 1 (from 0) of the samples x holds NaN",
    );
    expect(() => nearestNeighbourKl(new Float32Array(4), [[3]])).toThrow("dimension");
  });
});
