/** @file Axes of strips: positions and values belong to each other, long tails are drawn by logarithms, values pointed at are round. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ModelColumn, plainEncoding } from "../../columns/encoding.ts";
import {
  type Axis,
  axisOf,
  pointedAt,
  positionOf,
  rangeText,
  ticksOf,
  unitsPerStep,
  valueAt,
} from "./axis.ts";

const column: ModelColumn = { name: "x", output: true, encoding: plainEncoding({ center: 0, scale: 1 }) };
const axes = fc
  .record({
    low: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    times: fc.double({ min: 1.1, max: 1e5, noNaN: true }),
    isLog: fc.boolean(),
  })
  .map(({ low, times, isLog }): Axis => ({ low, high: low * times, isLog }));

describe("an axis", () => {
  test("takes values to positions and back", () => {
    fc.assert(
      fc.property(axes, fc.double({ min: 0, max: 1, noNaN: true }), (axis, position) => {
        expect(positionOf(axis, valueAt(axis, position))).toBeCloseTo(position, 9);
      }),
    );
  });

  test("knows how many data units a step is", () => {
    fc.assert(
      fc.property(axes, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (axis, position) => {
        const step = (valueAt(axis, position + 1e-5) - valueAt(axis, position - 1e-5)) / 2e-5;
        expect(step / unitsPerStep(axis, valueAt(axis, position))).toBeCloseTo(1, 5);
      }),
    );
  });

  test("is by logarithms where a tail of positive numbers is long", () => {
    const even = Float64Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(axisOf(column, even).isLog).toBe(false);
    expect(
      axisOf(
        column,
        even.map((value) => Math.exp(value / 100)),
      ).isLog,
    ).toBe(true);
    expect(
      axisOf(
        column,
        even.map((value) => Math.exp(value / 100) - 2),
      ).isLog,
    ).toBe(false);
  });

  test("without rows reaches over the values of the training", () => {
    const { low, high } = axisOf({ ...column, written: { least: 2, greatest: 12 } }, []);
    expect([low < 2, high > 12]).toEqual([true, true]);
  });

  test("is pointed at in round values, of whole numbers whole ones", () => {
    const axis = { low: 0, high: 10, isLog: false };
    expect(pointedAt(column, axis, 0.33333)).toBe(3.34);
    expect(pointedAt({ ...column, encoding: { ...column.encoding, kind: "integer" } }, axis, 0.33333)).toBe(
      3,
    );
    expect(ticksOf(column, axis, 5).map(({ text }) => text)).toEqual(["0", "2", "4", "6", "8", "10"]);
  });

  test("writes both ends of a range alike", () => {
    expect(rangeText(column, 2.2861, 2.5)).toBe("2.29 to 2.50");
    expect(rangeText(column, -12_345, 67_890)).toBe("−12000 to 68000");
  });
});
