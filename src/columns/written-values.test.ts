import { describe, expect, test } from "vitest";
import { inSteps, writtenValues } from "./written-values.ts";

const stepOf = (...values: number[]) => writtenValues({ values: Float64Array.from(values) })?.step;

describe("the step of a column's values", () => {
  test("is that of its decimals", () => {
    expect(stepOf(1.5, 2, 2.25)).toBe(0.01);
    expect(stepOf(0.1 + 0.2, 0.7, Number.NaN)).toBe(0.1); // 0.30000000000000004 is written 0.3
    expect(stepOf(-3, 40, 7)).toBe(1);
    expect(stepOf(23_000, 150_000)).toBe(1000);
    expect(stepOf(Math.PI, 2)).toBeUndefined();
  });

  test("is found in float32 as well, and not where its rounding hides it", () => {
    const single = (...values: number[]) => writtenValues({ values: Float32Array.from(values) });
    expect(single(5.01, 0.15)).toEqual({ least: 0.15, greatest: 5.01, step: 0.01 });
    expect(single(3_000_000.3, 0.15)?.step).toBeUndefined();
    expect(single(3_000_000, 1_500_000)?.step).toBe(1e5);
  });

  test("of dates is a day, or what is left of one", () => {
    const dates = (...values: number[]) => writtenValues({ kind: "date", values: Float64Array.from(values) });
    expect(dates(19_000, 19_500)).toEqual({ least: 19_000, greatest: 19_500, step: 1 });
    expect(dates(19_000 + 61 / 1440, 19_500)?.step).toBe(1 / 1440);
    expect(dates(19_000 + 1 / 7, 19_500)?.step).toBeUndefined();
  });

  test("is none of names", () => {
    expect(writtenValues({ kind: "category", values: Float64Array.of(0, 1) })).toBeUndefined();
    expect(writtenValues({ values: Float64Array.of(Number.NaN) })).toBeUndefined();
  });
});

test("a value in steps is written with the table's decimals", () => {
  expect(`${inSteps(5.123456, 0.01)}`).toBe("5.12");
  expect(`${inSteps(0.7000001, 0.1)}`).toBe("0.7");
  expect(inSteps(12_345, 1000)).toBe(12_000);
  expect(Object.is(inSteps(-0.001, 0.01), 0)).toBe(true);
});
