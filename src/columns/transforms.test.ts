import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { monotoneCubic } from "../numeric/monotone-cubic.ts";
import type { ColumnEncoding, Transform } from "./encoding.ts";
import { coordinates } from "./transforms.ts";

const encoding = (transform: Transform, center = 0, scale = 1): ColumnEncoding => ({
  kind: "number",
  center,
  scale,
  transform,
  pointMasses: [],
  categories: [],
});

/** Strictly increasing lists of equal length, with steps that differ by up to a million. */
const points = fc
  .array(
    fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: 0.02, max: 2, noNaN: true })),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((steps) => {
    const s = [-5];
    const u = [-3];
    for (const [magnitude, room] of steps) {
      s.push(s.at(-1)! + 10 ** magnitude);
      u.push(u.at(-1)! + room);
    }
    return { s, u };
  });

const transforms: Record<string, fc.Arbitrary<Transform>> = {
  none: fc.constant({ by: "none" }),
  asinh: fc.record({
    by: fc.constant("asinh" as const),
    width: fc.double({ min: 0.5, max: 10, noNaN: true }),
    stretch: fc.double({ min: 0.1, max: 2, noNaN: true }),
  }),
  quantiles: points.map(({ s, u }) => ({ by: "quantiles" as const, s, u })),
};
const center = fc.double({ min: -1000, max: 1000, noNaN: true });
const scale = fc.double({ min: 0.001, max: 1000, noNaN: true });
const level = fc.double({ min: -8, max: 8, noNaN: true });

describe.each(Object.keys(transforms))("the map of transform %s", (by) => {
  const any = fc.record({ transform: transforms[by], center, scale, level });

  test("and its inverse undo each other", () => {
    fc.assert(
      fc.property(any, ({ transform, center, scale, level }) => {
        const map = coordinates(encoding(transform, center, scale));
        const x = map.toData(level);
        // What an own value's last digits are worth in standardised units, plus the solver's 1e-12.
        const digits = (1e-15 * (Math.abs(x) + Math.abs(center))) / map.slope(level);
        expect(Math.abs(map.toStandardised(x) - level)).toBeLessThan(1e-11 + 100 * digits);
        expect(Math.abs(map.toData(map.toStandardised(x)) - x)).toBeLessThan(
          1e-12 * (Math.abs(x) + Math.abs(center) + scale + map.slope(level)),
        );
      }),
    );
  });

  test("has the slope dx/du that differences show, and it is positive", () => {
    fc.assert(
      fc.property(any, ({ transform, scale, level }) => {
        const map = coordinates(encoding(transform, 0, scale));
        const step = 1e-6;
        const difference = (map.toData(level + step) - map.toData(level - step)) / (2 * step);
        const nearby = [level - step, level, level + step].map((each) => map.slope(each));
        expect(map.slope(level)).toBeGreaterThan(0);
        // Inside one piece the slope bends slowly; over a knot the difference lies between the two sides.
        const tolerance = 1e-3 * Math.max(...nearby) + 1e-8 * Math.abs(map.toData(level));
        expect(difference).toBeGreaterThan(Math.min(...nearby) - tolerance);
        expect(difference).toBeLessThan(Math.max(...nearby) + tolerance);
      }),
    );
  });

  test("increases", () => {
    fc.assert(
      fc.property(any, level, ({ transform, level }, other) => {
        fc.pre(Math.abs(level - other) > 1e-9);
        const map = coordinates(encoding(transform));
        expect(map.toData(level) < map.toData(other)).toBe(level < other);
      }),
    );
  });
});

test("standardising is (x - center) / scale", () => {
  const map = coordinates(encoding({ by: "none" }, 10, 4));
  expect(map.toStandardised(2)).toBe(-2);
  expect(map.toData(0.5)).toBe(12);
  expect(map.slope(7)).toBe(4);
});

test("asinh is linear near the centre and logarithmic far out", () => {
  const map = coordinates(encoding({ by: "asinh", width: 2, stretch: 0.5 }, 1, 3));
  // s = (x - 1) / 3; u = asinh(s / 2) * 2 / 0.5
  expect(map.toStandardised(1 + 3 * 2 * Math.sinh(0.25))).toBeCloseTo(1, 12);
  expect(map.toStandardised(1 + 3e-6)).toBeCloseTo(2e-6, 12);
  expect(map.toStandardised(1 + 6e9) - map.toStandardised(1 + 6e8)).toBeCloseTo(4 * Math.LN10, 9);
});

test("a quantile map goes through its points and straight on beyond them", () => {
  const map = coordinates(encoding({ by: "quantiles", s: [-1, 0, 10], u: [-2, 0, 1] }, 100, 2));
  expect([-2, 0, 1].map(map.toData)).toEqual([98, 100, 120]);
  expect([98, 100, 120].map(map.toStandardised)).toEqual([-2, 0, 1]);
  expect(map.toData(3)).toBeCloseTo(120 + 2 * 20, 12); // the last chord: 20 data units per 1
  expect(map.toStandardised(160)).toBeCloseTo(3, 12);
  expect(map.toStandardised(97)).toBeCloseTo(-3, 12);
});

describe("the monotone cubic", () => {
  test("is the straight line through points on a line", () => {
    const curve = monotoneCubic([0, 1, 4], [1, 3, 9]);
    for (const x of [-2, 0.3, 1, 2.7, 6]) {
      expect(curve.value(x)).toBeCloseTo(1 + 2 * x, 12);
      expect(curve.slope(x)).toBeCloseTo(2, 12);
    }
  });

  test("has the harmonic mean of the two chords as its slope at an inner point, from both sides", () => {
    const curve = monotoneCubic([0, 1, 2], [0, 1, 4]);
    for (const x of [1 - 1e-9, 1, 1 + 1e-9]) expect(curve.slope(x)).toBeCloseTo(2 / (1 + 1 / 3), 6);
  });

  test("nears a smooth curve as points come closer", () => {
    const worst = (step: number) => {
      const xs = Array.from({ length: Math.round(3 / step) + 1 }, (_, i) => i * step);
      const curve = monotoneCubic(xs, xs.map(Math.exp));
      return Math.max(...[1.011, 1.513, 2.017].map((x) => Math.abs(curve.value(x) / Math.exp(x) - 1)));
    };
    expect(worst(0.1)).toBeLessThan(1e-3);
    expect(worst(0.05)).toBeLessThan(worst(0.1) / 3);
  });
});
