import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { meanOf } from "../numeric/statistics.ts";
import { bootstrap, bootstrapInterval } from "./bootstrap.ts";
import { ksDistanceOf } from "./calibration.ts";

function normals(count: number, seed: number): Float64Array {
  const random = generator(seed, "values");
  return Float64Array.from({ length: count }, () => random.normal());
}

describe("a bootstrap interval", () => {
  test("of a mean covers the true mean in about 95 of 100 samples", () => {
    let covers = 0;
    for (let sample = 0; sample < 400; sample++) {
      const mean = meanOf(normals(80, sample));
      const { lower, upper } = bootstrapInterval(mean, 80, { seed: sample, resamples: 300 });
      covers += Number(lower <= 0 && 0 <= upper);
    }
    // Percentile intervals of 80 rows fall short of 95 % by about 1 %.
    expect(covers / 400).toBeGreaterThan(0.94 - 4 * Math.sqrt((0.06 * 0.94) / 400));
    expect(covers / 400).toBeLessThan(0.99);
  });

  test("of a mean is as wide as 2 * 1.96 standard errors", () => {
    const { lower, upper } = bootstrapInterval(meanOf(normals(1000, 1)), 1000, { seed: 2, resamples: 2000 });
    expect(Math.abs((upper - lower) / (2 * 1.96 * Math.sqrt(1 / 1000)) - 1)).toBeLessThan(0.1);
  });

  test("holds the share asked for", () => {
    const mean = meanOf(normals(1000, 1));
    const width = (mass: number) => {
      const { lower, upper } = bootstrapInterval(mean, 1000, { seed: 2, resamples: 2000, mass });
      return upper - lower;
    };
    expect(width(0.5) / width(0.95)).toBeCloseTo(0.6745 / 1.96, 1);
  });

  test("of a statistic of all rows covers its true value in most samples: KS", () => {
    let covers = 0;
    for (let sample = 0; sample < 100; sample++) {
      const random = generator(sample, "pits");
      const pits = Float64Array.from({ length: 400 }, () => random.uniform() ** 2); // KS: max sqrt(p) - p = 1/4
      const { lower, upper } = bootstrapInterval(ksDistanceOf(pits), 400, { seed: sample, resamples: 200 });
      covers += Number(lower <= 0.25 && 0.25 <= upper);
    }
    // Not 95: the largest of many differences is biased upwards in the sample, and again in its resamples.
    expect(covers).toBeGreaterThan(65);
    expect(covers).toBeLessThan(100);
  });

  test("is the same for the same seed, and for each of several statistics", () => {
    const mean = meanOf(normals(50, 1));
    const alone = bootstrapInterval(mean, 50, { seed: 3 });
    expect(bootstrap({ a: meanOf(normals(50, 9)), b: mean }, 50, { seed: 3 }).b).toEqual(alone);
    expect(bootstrapInterval(mean, 50, { seed: 4 }).lower).not.toBe(alone.lower);
    expect(bootstrapInterval(mean, 50, { seed: 3, stream: "other" }).lower).not.toBe(alone.lower);
  });

  test("draws whole rows where a row is asked several times", () => {
    const values = normals(100, 1);
    const tenfold = Float64Array.from({ length: 1000 }, (_, i) => values[i % 100]);
    const once = bootstrapInterval(meanOf(values), 100, { seed: 1 });
    const clustered = bootstrapInterval(meanOf(tenfold), 1000, {
      seed: 1,
      rowOf: Array.from(tenfold, (_, i) => 7000 + (i % 100)),
    });
    expect(clustered.lower).toBeCloseTo(once.lower, 12);
    expect(clustered.upper).toBeCloseTo(once.upper, 12);
  });

  test("reaches to infinity where a resample does, and is absent without resamples", () => {
    const mean = meanOf([1, 2, Number.POSITIVE_INFINITY]);
    const { value, upper } = bootstrapInterval(mean, 3, { seed: 1 });
    expect([value, upper]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(bootstrapInterval(meanOf([1, 3]), 2, { seed: 1, resamples: 0 })).toEqual({
      value: 2,
      lower: Number.NaN,
      upper: Number.NaN,
    });
    expect(() => bootstrapInterval(mean, 3, { seed: 1, resamples: 1.5 })).toThrow("1.5 resamples");
  });
});
