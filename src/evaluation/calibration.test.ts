import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { calibrationCurve, ksDistance, ksDistanceOf, ksOfPerfectModel, pitHistogram } from "./calibration.ts";

describe("the KS distance from uniform", () => {
  // Worked out by hand: the largest of i/n - p_i and p_i - (i-1)/n, p ascending.
  test.each([
    [[0.5], 0.5],
    [[0.1], 0.9],
    [[0.9], 0.9],
    [[0.25, 0.75], 0.25],
    [[0.7, 0.1, 0.3, 0.9], 0.2], // 2/4 - 0.3, and 0.7 - 2/4
    [[0.6, 0.2, 0.8], 0.6 - 1 / 3],
    [[0.5, 0.5, 0.5, 0.5], 0.5],
    [[0, 0, 0], 1],
  ])("of %j is %d", (pits, distance) => {
    expect(ksDistance(pits)).toBeCloseTo(distance, 14);
  });

  test("is 1/(2n) at best: midpoints of n equal parts", () => {
    expect(ksDistance(Array.from({ length: 50 }, (_, i) => (i + 0.5) / 50))).toBeCloseTo(0.01, 14);
  });

  test("of weighted rows is that of the rows repeated", () => {
    const row = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const repeated = rows.flatMap(([pit, count]) => new Array<number>(count).fill(pit));
        fc.pre(repeated.length > 0);
        const weighted = ksDistanceOf(rows.map(([pit]) => pit))(rows.map(([, count]) => count));
        expect(weighted).toBeCloseTo(ksDistance(repeated), 12);
      }),
    );
  });

  test("of uniform numbers exceeds the bound for perfect models in about 5 of 100 samples", () => {
    const random = generator(4, "ks");
    let above = 0;
    for (let sample = 0; sample < 2000; sample++) {
      const pits = Float64Array.from({ length: 60 }, () => random.uniform());
      above += Number(ksDistance(pits) > ksOfPerfectModel(60));
    }
    expect(Math.abs(above / 2000 - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / 2000));
  });
});

test("the PIT histogram counts half-open bins, the last closed", () => {
  expect(pitHistogram([0, 0.24, 0.25, 0.5, 0.99, 1], 4)).toEqual([2, 1, 1, 2]);
  expect(() => pitHistogram([0.5], 0)).toThrow("0 bins");
});

test("the calibration curve is the distribution function of the PIT values", () => {
  expect(calibrationCurve([0.1, 0.5, 0.5, 0.9], [0.05, 0.1, 0.5, 0.95])).toEqual([
    { level: 0.05, share: 0 },
    { level: 0.1, share: 0.25 },
    { level: 0.5, share: 0.75 },
    { level: 0.95, share: 1 },
  ]);
  expect(calibrationCurve([0.5]).map(({ level }) => level)).toHaveLength(19);
});
