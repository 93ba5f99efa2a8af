import { expect, test } from "vitest";
import type { ColumnEncoding } from "../columns/encoding.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { type Given, questionTable, rowsTable } from "./question-table.ts";

const encoding = (kind: ColumnEncoding["kind"], categories: string[] = []): ColumnEncoding => {
  return { kind, center: 0, scale: 1, transform: { by: "none" }, pointMasses: [], categories };
};
const encodings = {
  mass: encoding("number"),
  survey: encoding("category", ["apogee", "galah"]),
  binary: encoding("boolean", ["false", "true"]),
  seen: encoding("date"),
};
const config = {
  columns: Object.entries(encodings).map(([name, own]) => ({
    name,
    encoding: own,
    center: 0,
    scale: 1,
    output: true,
  })),
} as unknown as ModelConfig;

test("given values of every kind become the cells of one row", () => {
  const given: Given = { mass: 1.5, survey: "galah", binary: "true", seen: "1970-01-02T12:00" };
  expect(questionTable(config, given)).toEqual({
    source: "the question",
    rows: 1,
    columns: [
      { name: "mass", values: Float64Array.of(1.5) },
      { name: "survey", kind: "category", categories: ["galah"], values: Float64Array.of(0) },
      { name: "binary", kind: "boolean", values: Float64Array.of(1) },
      { name: "seen", kind: "date", values: Float64Array.of(1.5) },
    ],
  });
});

test("a value may come with its error, or be missing", () => {
  const { columns } = questionTable(config, { mass: { value: 2, error: 0.1 }, survey: null });
  expect(columns[0]).toEqual({ name: "mass", values: Float64Array.of(2), errors: Float64Array.of(0.1) });
  expect(columns[1].values).toEqual(Float64Array.of(Number.NaN));
});

test.each<[Given, RegExp]>([
  [{ mas: 1 }, /no column "mas".*mass/],
  [{ mass: "heavy" }, /given value of "mass" is "heavy"; it must be a number/],
  [{ mass: Number.POSITIVE_INFINITY }, /given value of "mass" is infinite/],
  [{ mass: { value: 1, error: -1 } }, /error of the given "mass" is -1/],
  [{ binary: "perhaps" }, /given value of "binary" is "perhaps"; it must be true or false/],
  [{ seen: "tomorrow" }, /given value of "seen" is "tomorrow"; it must be a date/],
])("%j is refused", (given, message) => {
  expect(() => questionTable(config, given)).toThrow(message);
});

test("rows as plain objects become a table; cells that a row lacks are missing, unknown columns are passed on", () => {
  const { rows, columns } = rowsTable(config, [
    { survey: "galah", mass: { value: 2, error: 0.1 } },
    { mass: 1, note: "faint" },
    { survey: "apogee", seen: "1970-01-02" },
  ]);
  expect(rows).toBe(3);
  expect(columns).toEqual([
    {
      name: "survey",
      kind: "category",
      categories: ["apogee", "galah"],
      values: Float64Array.of(1, Number.NaN, 0),
    },
    {
      name: "mass",
      values: Float64Array.of(2, 1, Number.NaN),
      errors: Float64Array.of(0.1, Number.NaN, Number.NaN),
    },
    {
      name: "note",
      kind: "category",
      categories: ["faint"],
      values: Float64Array.of(Number.NaN, 0, Number.NaN),
    },
    { name: "seen", kind: "date", values: Float64Array.of(Number.NaN, Number.NaN, 1) },
  ]);
  expect(() => rowsTable(config, [{ mass: 1 }, { mass: "heavy" }])).toThrow(
    /^Row 2: The given value of "mass"/,
  );
});

test("a Date is a moment, whatever is missing is not given, and anything else is refused in a sentence", () => {
  const noon = new Date("1970-01-02T12:00:00Z");
  expect(questionTable(config, { seen: noon }).columns[0]).toEqual(
    questionTable(config, { seen: "1970-01-02T12:00" }).columns[0],
  );
  expect(rowsTable(config, [{ seen: noon }, { seen: 3 }]).columns[0].values).toEqual(Float64Array.of(1.5, 3));
  for (const missing of [null, undefined, Number.NaN])
    for (const name of ["mass", "survey", "binary", "seen"]) {
      const [column] = questionTable(config, { [name]: missing }).columns;
      expect(column.values, name).toEqual(Float64Array.of(Number.NaN));
    }
  const wrong: [string, unknown, RegExp][] = [
    ["seen", new Date(Number.NaN), /"seen" is an invalid Date/],
    ["mass", noon, /"mass" is a Date, but the column has numbers/],
    ["binary", noon, /"binary" is a Date/],
    ["mass", 5n, /"mass" is 5; give a number, a text, true or false, or a Date/],
    ["mass", Symbol("x"), /"mass" is Symbol\(x\); give/],
    ["mass", () => 1, /"mass" is a function; give/],
    ["mass", new Number(5), /interval given for "mass" has no end/],
  ];
  for (const [name, value, said] of wrong)
    expect(() => questionTable(config, { [name]: value } as Given), String(said)).toThrow(said);
});
