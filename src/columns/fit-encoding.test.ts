import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";
import { readTable } from "../table/files/read.ts";
import type { Column } from "../table/table.ts";
import { LINE } from "./geometry.ts";
import { encodeColumn, fitEncoding } from "./kinds.ts";
import { coordinates } from "./transforms.ts";

const random = generator(3, "coding");
const missing = Number.NaN;
const column = (values: readonly number[], more: Partial<Column> = {}): Column => ({
  name: "x",
  values: Float64Array.from(values),
  ...more,
});
const drawn = (make: (row: number) => number, rows = 5000) =>
  column(Array.from({ length: rows }, (_, row) => make(row)));
const kindOf = (given: Column) => fitEncoding(given, "t").encoding.kind;

describe("the kind of a column", () => {
  test("is whole where all numbers are, and spread by more than 1", () => {
    expect(kindOf(drawn(() => Math.round(30 * random.normal())))).toBe("integer");
    expect(kindOf(drawn((row) => (row % 7 === 0 ? missing : Math.round(30 * random.normal()))))).toBe(
      "integer",
    );
    expect(kindOf(drawn((row) => row % 2))).toBe("number");
    expect(kindOf(drawn((row) => (row === 9 ? 0.5 : Math.round(30 * random.normal()))))).toBe("number");
    expect(kindOf(drawn(() => Math.round(1e9 * random.normal())))).toBe("integer");
    expect(kindOf(drawn((row) => 2 ** 60 * (row % 30)))).toBe("number"); // float64 has lost the units
  });

  test("is as asked", () => {
    const counts = drawn(() => Math.round(30 * random.normal()));
    expect(fitEncoding(counts, "t", { integer: false }).encoding.kind).toBe("number");
    expect(
      fitEncoding(
        drawn((row) => row),
        "t",
        { integer: true },
      ).encoding.kind,
    ).toBe("integer");
    expect(() => fitEncoding(column([1, 2.5, 3]), "a.csv", { integer: true })).toThrow(
      new InputError('Column "x" of a.csv has the value 2.5, so it is not of integers; leave "integer" out.'),
    );
    expect(() => fitEncoding(column([0, 1], { kind: "boolean" }), "a.csv", { integer: true })).toThrow(
      InputError,
    );
  });

  test("follows the table for dates, booleans and categories", () => {
    expect(kindOf({ ...drawn((row) => 19_000 + (row % 300)), kind: "date" })).toBe("date");
    expect(fitEncoding(column([0, 1, missing], { kind: "boolean" }), "t")).toEqual({
      encoding: {
        kind: "boolean",
        center: 0,
        scale: 1,
        transform: { by: "none" },
        pointMasses: [],
        categories: ["false", "true"],
      },
      notices: [],
    });
    const survey = column([0, 2, missing], { kind: "category", categories: ["apogee", "galah", "lamost"] });
    expect(fitEncoding(survey, "t").encoding).toMatchObject({
      kind: "category",
      categories: ["apogee", "galah", "lamost"],
    });
  });
});

describe("point masses", () => {
  test("are left out of the scale, and told", () => {
    const inflated = drawn((row) => (row % 10 < 6 ? 0 : 50 + 2 * random.normal()));
    const { encoding, notices } = fitEncoding(inflated, "t");
    expect(encoding).toMatchObject({ kind: "number", pointMasses: [0], transform: { by: "none" } });
    expect(Math.abs(encoding.center - 50)).toBeLessThan(0.2);
    expect(Math.abs(encoding.scale - 2)).toBeLessThan(0.1);
    expect(notices[0]).toBe("x: 60.0 % of the rows are exactly 0; modelled as a point mass.");
  });

  test("are told of the rows with a value, the most frequent first", () => {
    const censored = drawn((row) =>
      row % 10 === 0 ? missing : Math.max(-1, Math.min(0.5, random.normal())),
    );
    expect(fitEncoding(censored, "t").notices[0]).toMatch(
      /^x: 3\d\.\d % of the rows with a value are exactly 0.5, 1\d\.\d % -1; modelled as point masses\.$/,
    );
  });

  test("of a float32 column are the decimals that were meant", () => {
    const capped = {
      name: "x",
      values: Float32Array.from({ length: 5000 }, () => Math.min(0.1, random.normal())),
    };
    expect(fitEncoding(capped, "t").encoding.pointMasses).toEqual([0.1]);
  });

  test("of dates are written as dates", () => {
    const days = drawn((row) => (row % 10 === 0 ? 19_844 : 19_000 + 800 * random.uniform()));
    expect(fitEncoding({ ...days, kind: "date" }, "t").notices).toEqual([
      "x: 10.0 % of the rows are exactly 2024-05-01; modelled as a point mass.",
    ]);
  });

  test("can be all there is", () => {
    const { encoding, notices } = fitEncoding(
      drawn((row) => [1, 2, 4][row % 3]),
      "t",
    );
    expect(encoding).toMatchObject({ kind: "integer", pointMasses: [1, 2, 4], transform: { by: "none" } });
    expect(notices).toEqual(["x: only 3 different values (1 to 4); each modelled as a point mass."]);
  });

  test("can be named or switched off", () => {
    const inflated = drawn((row) => (row % 10 < 6 ? 0 : random.normal()));
    expect(fitEncoding(inflated, "t", { pointMasses: false })).toMatchObject({
      encoding: { pointMasses: [] },
      notices: [],
    });
    const named = fitEncoding(inflated, "t", { pointMasses: [7, 0, 0] });
    expect(named.encoding.pointMasses).toEqual([0, 7]);
    expect(() => fitEncoding(inflated, "a.csv", { pointMasses: [missing] })).toThrow(
      new InputError('The point masses of column "x" of a.csv must be finite numbers.'),
    );
  });
});

describe("a column is refused", () => {
  test.each([
    ["without values", column([missing, missing]), /no value in any row of a\.csv/],
    ["that is constant", column([7, missing, 7]), /same value \(7\) in every row of a\.csv/],
    ["beyond float64", column([-1.7e308, 1.7e308, 0]), /logarithm/],
    ["with an infinite value", column([1, 2, Number.NEGATIVE_INFINITY]), /infinite in row 3/],
    ["of one category", column([1, 1], { kind: "category", categories: ["a", "b"] }), /same value \(b\)/],
    ["of no category", column([missing], { kind: "category", categories: [] }), /no value in any row/],
  ])("%s", (_, given, message) => {
    const measure = () => fitEncoding(given, "a.csv");
    expect(measure).toThrow(InputError);
    expect(measure).toThrow(message);
  });
});

const shared = new URL("../../../shared/data/", import.meta.url);
const housing = fileURLToPath(new URL("california_housing/california_housing.csv", shared));

describe.skipIf(!existsSync(housing))("California's housing (needs ../shared)", () => {
  test.each(["float64", "auto"] as const)("has the point masses it should, read as %s", async (precision) => {
    const table = await readTable(housing, { precision });
    const encodings = Object.fromEntries(
      table.columns.map((each) => [each.name, fitEncoding(each, table.source)]),
    );
    expect(encodings.HouseValue.encoding.pointMasses).toContain(5.00001);
    expect(encodings.HouseValue.notices[0]).toMatch(/^HouseValue: 4\.7 % of the rows are exactly 5\.00001/);
    expect(encodings.HouseAge.encoding).toMatchObject({ kind: "integer", pointMasses: [52] });
    for (const name of ["Latitude", "Longitude", "AveOccup", "AveRooms", "Population", "MedInc"]) {
      expect([name, encodings[name].encoding.pointMasses]).toEqual([name, []]);
    }
    for (const name of ["AveOccup", "AveRooms", "Population"]) {
      expect(encodings[name].encoding.transform.by).toBe("quantiles");
    }
  });

  test("comes to the model's scale tame", async () => {
    const table = await readTable(housing);
    for (const each of table.columns) {
      const { values, classes } = encodeColumn(each, fitEncoding(each, table.source).encoding, table.source);
      const levels = values.filter((_, row) => classes[row] === 0);
      const mean = levels.reduce((sum, u) => sum + u, 0) / levels.length;
      const deviation = Math.sqrt(levels.reduce((sum, u) => sum + (u - mean) ** 2, 0) / levels.length);
      expect(Math.abs(mean)).toBeLessThan(0.01);
      expect(Math.abs(deviation - 1)).toBeLessThan(0.01);
      expect(levels.reduce((most, u) => Math.max(most, Math.abs(u)), 0)).toBeLessThan(6);
    }
  });
});

describe("of true values", () => {
  const random = generator(4, "measured");
  const truth = Float64Array.from({ length: 20_000 }, () => 5 + 2 * random.normal());
  const values = truth.map((value) => value + 1.5 * random.normal());
  const errors = new Float64Array(values.length).fill(1.5);

  test.each(["none", "asinh", "quantiles"] as const)(
    "the scale is that without the errors (%s)",
    (transform) => {
      const measure = (ofTrueValues: boolean) =>
        fitEncoding({ name: "x", values, errors }, "t.csv", { transform, ofTrueValues }).encoding;
      const [measured, own] = [false, true].map((of) => coordinates(measure(of)));
      for (const x of [1, 5, 8])
        expect(own.toStandardised(x) / measured.toStandardised(x)).toBeCloseTo(2.5 / 2, 1);
      const u = truth.map(own.toStandardised);
      const mean = u.reduce((sum, each) => sum + each, 0) / u.length;
      const variance = u.reduce((sum, each) => sum + (each - mean) ** 2, 0) / u.length;
      if (transform === "none") expect(Math.sqrt(variance)).toBeCloseTo(1, 1);
    },
  );

  describe("a column that piles up at one end", () => {
    // Nine in ten near 0, closer together than their errors, and a long tail.
    const random = generator(5, "piled");
    const piled = Float64Array.from({ length: 20_000 }, (_, row) =>
      Math.exp((row % 10 === 0 ? 2 : 0.2) * random.normal()),
    );
    const of = (error: (value: number) => number, transform?: "quantiles") => {
      const column = { name: "x", values: piled, errors: piled.map(error) };
      return fitEncoding(column, "t.csv", { ofTrueValues: true, ...(transform && { transform }) });
    };

    test("is bent along its quantiles if its errors are small there", () => {
      expect(of((value) => 0.01 * value).encoding.transform.by).toBe("quantiles");
    });

    test("is bent less, or not, so that its errors stay normal", () => {
      expect(of(() => 0.1).encoding.transform.by).toBe("asinh");
      expect(of((value) => 0.5 + value).encoding.transform.by).toBe("none");
    });

    test("is bent by what its errors are beside its point masses", () => {
      const values = piled.map((value, row) => (row % 3 === 0 ? 0 : value));
      const errors = values.map((value) => (value === 0 ? 5 : 0.01 * value));
      const { encoding } = fitEncoding({ name: "x", values, errors }, "t.csv", { ofTrueValues: true });
      expect(encoding).toMatchObject({ pointMasses: [0], transform: { by: "quantiles" } });
    });

    test("is bent as asked", () => {
      expect(of(() => 0.1, "quantiles").encoding.transform.by).toBe("quantiles");
    });
  });

  test("a column is not taken for nothing where its errors are too large", () => {
    const large = { name: "x", values, errors: new Float64Array(values.length).fill(100) };
    const { scale } = fitEncoding(large, "t.csv", { transform: "none", ofTrueValues: true }).encoding;
    expect(scale).toBeCloseTo(0.3 * 2.5, 1);
  });
});

test("an interval of numbers holds its ends, and is as wide as they are apart", () => {
  const { contains, width } = LINE;
  expect([0, 1, 1.01, -0.01].map((value) => contains([0, 1], value))).toEqual([true, true, false, false]);
  expect(width([0, 1])).toBe(1);
});
