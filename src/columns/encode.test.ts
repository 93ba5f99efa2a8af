import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import type { Column } from "../table/table.ts";
import type { ColumnEncoding } from "./encoding.ts";
import { encodeColumn } from "./kinds.ts";
import { coordinates } from "./transforms.ts";

const missing = Number.NaN;
const number: ColumnEncoding = {
  kind: "number",
  center: 10,
  scale: 2,
  transform: { by: "none" },
  pointMasses: [],
  categories: [],
};
const capped: ColumnEncoding = { ...number, pointMasses: [0, 5.00001] };
const bent: ColumnEncoding = {
  ...number,
  pointMasses: [0],
  transform: { by: "quantiles", s: [-5, -1, 0, 8], u: [-2, -1, 0, 3] },
};
const survey: ColumnEncoding = {
  ...number,
  center: 0,
  scale: 1,
  kind: "category",
  categories: ["apogee", "galah", "lamost"],
};
const flag: ColumnEncoding = { ...survey, kind: "boolean", categories: ["false", "true"] };
const date: ColumnEncoding = { ...number, kind: "date", center: 19_000, scale: 100 };
const column = (values: readonly number[], more: Partial<Column> = {}): Column => ({
  name: "x",
  values: Float64Array.from(values),
  ...more,
});

describe("a column of numbers", () => {
  test("is standardised; what is missing stays so", () => {
    const encoded = encodeColumn(column([12, missing, 9]), number, "t");
    expect(encoded).toEqual({ values: Float32Array.of(1, missing, -0.5), classes: Int32Array.of(0, -1, 0) });
  });

  test("has its point masses as classes, also where float32 holds them", () => {
    const { values, classes } = encodeColumn(column([5.00001, 0, missing, 5, -0]), capped, "t");
    expect(classes).toEqual(Int32Array.of(2, 1, -1, 0, 1));
    expect(values).toEqual(Float32Array.of(0, 0, missing, -2.5, 0));
    const held = { name: "x", values: Float32Array.of(5.00001, 5.00002) };
    expect(encodeColumn(held, capped, "t").classes).toEqual(Int32Array.of(2, 0));
  });

  test("has its errors scaled by du/dx where the value is", () => {
    const errors = Float64Array.of(0.01, 0.01, missing, 0.01, 0.01, 0);
    const given = column([3, 18, 12, 0, missing, 12], { errors });
    const map = coordinates(bent);
    const { errors: scaled } = encodeColumn(given, bent, "t");
    expect([...scaled!]).toEqual([
      expect.closeTo(map.toStandardised(3.005) - map.toStandardised(2.995), 7),
      expect.closeTo(map.toStandardised(18.005) - map.toStandardised(17.995), 7),
      0, // unknown
      0, // at a point mass
      0, // of a missing value
      0,
    ]);
    expect(scaled![0] / scaled![1]).toBeLessThan(0.8); // the map bends
    expect(encodeColumn(given, number, "t").errors![0]).toBeCloseTo(0.005, 9);
  });

  test("if whole, has the widths of its numbers", () => {
    const { widths, classes } = encodeColumn(column([12, missing, 0]), { ...capped, kind: "integer" }, "t");
    expect(widths).toEqual(Float32Array.of(0.5, 0, 0));
    expect(classes).toEqual(Int32Array.of(0, -1, 1));
    const wide = encodeColumn(column([12, 16]), { ...bent, kind: "integer" }, "t").widths!;
    const map = coordinates(bent);
    expect(wide[0]).toBeCloseTo(map.toStandardised(12.5) - map.toStandardised(11.5), 6);
    expect(wide[1]).toBeCloseTo(map.toStandardised(16.5) - map.toStandardised(15.5), 6);
  });

  test("far from 0 keeps its digits", () => {
    const julian = { ...number, center: 2_459_000, scale: 0.001 };
    expect(encodeColumn(column([2_459_000.0005]), julian, "t").values[0]).toBeCloseTo(0.5, 6);
  });

  test("takes true and false as 1 and 0, and any column without values", () => {
    expect(encodeColumn(column([1, 0], { kind: "boolean" }), number, "t").values).toEqual(
      Float32Array.of(-4.5, -5),
    );
    for (const encoding of [number, survey, flag, date]) {
      for (const kind of ["number", "category", "boolean", "date"] as const) {
        const empty = column([missing], { kind, ...(kind === "category" && { categories: [] }) });
        expect(encodeColumn(empty, encoding, "t").classes).toEqual(Int32Array.of(-1));
      }
    }
  });
});

describe("a column of categories", () => {
  test("is matched by name, not by place", () => {
    const given = column([1, missing, 0], { kind: "category", categories: ["lamost", "apogee"] });
    expect(encodeColumn(given, survey, "t")).toEqual({
      values: Float32Array.of(0, missing, 0),
      classes: Int32Array.of(0, -1, 2),
    });
  });

  test("takes numbers and truths whose text is a name", () => {
    const codes = { ...survey, categories: ["1", "2", "A", "true"] };
    expect(encodeColumn(column([2, 1]), codes, "t").classes).toEqual(Int32Array.of(1, 0));
    expect(encodeColumn(column([1], { kind: "boolean" }), codes, "t").classes).toEqual(Int32Array.of(3));
  });

  test("true and false are names too", () => {
    expect(encodeColumn(column([1, missing, 0], { kind: "boolean" }), flag, "t").classes).toEqual(
      Int32Array.of(1, -1, 0),
    );
    expect(encodeColumn(column([1, 0]), flag, "t").classes).toEqual(Int32Array.of(1, 0));
    const named = column([0], { kind: "category", categories: ["true"] });
    expect(encodeColumn(named, flag, "t").classes).toEqual(Int32Array.of(1));
  });
});

describe("a column that doesn't fit is refused:", () => {
  const text = column([missing, 0], { kind: "category", categories: ["lamots"] });
  test.each<[string, Column, ColumnEncoding, string]>([
    [
      "an unknown category",
      text,
      survey,
      'a.csv, row 2, column "x": "lamots" is none of the categories; did you mean "lamost"? They are: apogee, galah, lamost. To take such cells as not given: `unseen` missing.',
    ],
    [
      "a number for a category",
      column([5]),
      survey,
      'a.csv, row 1, column "x": 5 is none of the categories; they are: apogee, galah, lamost. To take such cells as not given: `unseen` missing.',
    ],
    [
      "a number for a boolean",
      column([0, 2]),
      flag,
      'a.csv, row 2, column "x": 2 is none of the categories; they are: false, true. To take such cells as not given: `unseen` missing.',
    ],
    [
      "text for a number",
      text,
      number,
      'a.csv, row 2, column "x": the model has numbers here, not "lamots".',
    ],
    [
      "a number for a date",
      column([2015]),
      date,
      'a.csv, row 1, column "x": the model has dates (such as 2024-05-01) here, not the number 2015.',
    ],
    [
      "a date for a number",
      column([2015], { kind: "date" }),
      number,
      'a.csv, row 1, column "x": the model has numbers here, not a date.',
    ],
    [
      "infinity",
      column([1, Number.POSITIVE_INFINITY]),
      number,
      'a.csv, row 2, column "x": the value is infinite; make it missing or finite.',
    ],
  ])("%s", (_, given, encoding, message) => {
    expect(() => encodeColumn(given, encoding, "a.csv")).toThrow(new InputError(message));
  });

  test("ten categories are listed at most", () => {
    const many = { ...survey, categories: Array.from({ length: 14 }, (_, k) => `field ${k}`) };
    expect(() => encodeColumn(text, many, "a.csv")).toThrow(/field 9, and 4 more\. /);
  });
});
