import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eachOnce, indexOfMax, meanOf, medianOf, rootMeanSquareOf } from "./statistics.ts";

test("the index of the largest number is that of the first of equal ones", () => {
  expect(indexOfMax([0.2, 0.4, 0.4])).toBe(1);
});

test.each([
  ["mean", meanOf, 10 / 4],
  ["root mean square", rootMeanSquareOf, Math.sqrt((1 + 4 + 0 + 49) / 4)],
  ["median", medianOf, 1.5],
])("the %s of 7, 1, 0, 2", (_, statistic, expected) => {
  expect(statistic([7, 1, 0, 2])(eachOnce(4))).toBeCloseTo(expected, 14);
});

describe.each([
  ["mean", meanOf],
  ["root mean square", rootMeanSquareOf],
  ["median", medianOf],
])("the %s", (_, statistic) => {
  test("of weighted rows is that of the rows repeated", () => {
    const row = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const repeated = rows.flatMap(([value, count]) => new Array<number>(count).fill(value));
        fc.pre(repeated.length > 0);
        const weighted = statistic(rows.map(([value]) => value))(rows.map(([, count]) => count));
        expect(weighted).toBeCloseTo(statistic(repeated)(eachOnce(repeated.length)), 12);
      }),
    );
  });

  test("of no rows is NaN", () => {
    expect(statistic([1, 2])([0, 0])).toBeNaN();
  });
});

test("an infinite value counts only where its row does", () => {
  const mean = meanOf([1, Number.POSITIVE_INFINITY, 3]);
  expect(mean([1, 0, 1])).toBe(2);
  expect(mean([1, 1, 1])).toBe(Number.POSITIVE_INFINITY);
});
