import { describe, expect, test } from "vitest";
import { generator, generatorFromState, streamState } from "./generator.ts";
import { normalQuantile } from "./normal-quantile.ts";

describe("a generator", () => {
  test("gives the same numbers for the same seed and path, others for another path", () => {
    const draw = (...path: string[]) =>
      Array.from(
        { length: 5 },
        (
          (g) => () =>
            g.uniform()
        )(generator(7, ...path)),
      );
    expect(draw("a")).toEqual(draw("a"));
    expect(draw("a")).not.toEqual(draw("b"));
    expect(streamState(1, 23)).not.toEqual(streamState(12, 3));
  });

  test("goes on exactly where its state was taken, through JSON", () => {
    const first = generator(3, "x");
    for (let i = 0; i < 100; i++) first.normal();
    const second = generatorFromState(JSON.parse(JSON.stringify(first.state())));
    for (let i = 0; i < 100; i++) expect(second.normal()).toBe(first.normal());
  });

  test("draws standard normals: mean 0, variance 1, kurtosis 3 within 4 standard errors", () => {
    const g = generator(11, "normal");
    const n = 200_000;
    let mean = 0;
    let square = 0;
    let fourth = 0;
    for (let i = 0; i < n; i++) {
      const z = g.normal();
      mean += z / n;
      square += (z * z) / n;
      fourth += z ** 4 / n;
    }
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(square - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(fourth - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });

  test("shuffles uniformly: each value is as often in each place", () => {
    const g = generator(5, "shuffle");
    const counts = new Float64Array(16);
    const n = 40_000;
    for (let i = 0; i < n; i++) {
      const values = Int32Array.of(0, 1, 2, 3);
      g.shuffle(values);
      values.forEach((value, index) => {
        counts[index * 4 + value] += 1;
      });
    }
    const error = Math.sqrt((n / 4) * (3 / 4));
    for (const count of counts) expect(Math.abs(count - n / 4)).toBeLessThan(4.5 * error);
  });
});

describe("the normal quantile", () => {
  // Computed with mpmath 1.3 at 40 digits: the root of erfc(-z / sqrt(2)) / 2 = p.
  // biome-ignore-start lint/correctness/noPrecisionLoss: all the digits that mpmath printed
  const known: [number, number][] = [
    [0.5, 0],
    [0.75, 0.674489750196081743202227],
    [0.975, 1.959963984540053855604431],
    [0.9999, 3.719016485455708386722759],
    [1e-10, -6.361340902404056199100397],
    [1e-20, -9.262340089798407579572095],
    [1e-300, -37.04709629936119923654704],
  ];
  // biome-ignore-end lint/correctness/noPrecisionLoss: all the digits that mpmath printed
  test.each(known)("at %d is %d", (p, z) => {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(4e-15 * Math.max(1, Math.abs(z)));
  });

  test("is infinite at the ends and NaN outside", () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(1.1)).toBeNaN();
    expect(normalQuantile(-0.1)).toBeNaN();
  });
});
