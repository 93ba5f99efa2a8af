import { describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import { generator } from "../../numeric/generator.ts";
import type { Column } from "../../table/table.ts";
import { encodeColumn, fitEncoding, geometryOf, kindOf, turnRate } from "../kinds.ts";

const P = 360;
const random = generator(4, "angles");
const column = (values: readonly number[], more: Partial<Column> = {}): Column => ({
  name: "phase",
  values: Float64Array.from(values),
  ...more,
});
const as = { kind: "circular", period: P } as const;
const around = (mean: number, sd: number) =>
  column(Array.from({ length: 3000 }, () => mean + sd * random.normal()));
const fit = (given: Column, more = {}) => fitEncoding(given, "t", { as, ...more }).encoding;

describe("an angle", () => {
  test("is cut where its values are rarest, and has about mean 0 and deviation 1", () => {
    const given = around(350, 20); // also below 0 and above 360
    const encoding = fit(given);
    expect(Math.abs(geometryOf(encoding).difference(encoding.center, 350))).toBeLessThan(20);
    const { values } = encodeColumn(given, encoding, "t");
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const square = values.reduce((sum, each) => sum + each * each, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.5);
    expect(square).toBeCloseTo(1, 3);
    expect(turnRate(encoding)).toBeCloseTo((2 * Math.PI * encoding.scale) / P, 12);
  });

  test("may be missing", () => {
    const some = around(350, 20).values.map((value: number, row: number) =>
      row % 3 === 0 ? Number.NaN : value,
    );
    const encoding = fit(column([...some]));
    expect(encoding.pointMasses).toEqual([]);
    const { values, classes } = encodeColumn(column([10, Number.NaN]), encoding, "t");
    expect([values[1], classes[1]]).toEqual([Number.NaN, -1]);
  });

  test("is the same a turn further", () => {
    const encoding = fit(around(350, 20));
    const [a, b, c] = encodeColumn(column([10, 370, -350]), encoding, "t").values;
    expect([b, c]).toEqual([a, a]);
  });

  test("has distances, arcs and rounding along the circle", () => {
    const encoding = fit(around(0, 20));
    const { difference, contains, width } = geometryOf(encoding);
    expect(difference(10, 350)).toBe(20);
    expect(contains([350, 10], 5)).toBe(true);
    expect(contains([350, 10], 15)).toBe(false);
    expect(width([350, 10])).toBe(20);
    expect(kindOf(encoding).round(365, encoding)).toBe(5);
  });

  test("of few values is made of point masses, an end of the circle one with its beginning", () => {
    const hours = column(Array.from({ length: 4800 }, (_, i) => i % 25));
    const { encoding } = fitEncoding(hours, "t", { as: { kind: "circular", period: 24 } });
    expect(encoding.pointMasses).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
    expect(encodeColumn(column([24, 23, 0]), encoding, "t").classes).toEqual(Int32Array.of(1, 24, 1));
  });

  test("needs a period and numbers", () => {
    expect(() => fitEncoding(around(0, 9), "t", { as: { kind: "circular", period: 0 } })).toThrow(InputError);
    expect(() => fit(column([0, 1], { kind: "boolean" }))).toThrow("does not hold numbers");
    expect(() => fit(column([1, Number.POSITIVE_INFINITY]))).toThrow("infinite in row 2");
    expect(() => encodeColumn(column([1], { kind: "date" }), fit(around(0, 9)), "t")).toThrow(
      "the model has numbers here, not a date",
    );
  });
});
