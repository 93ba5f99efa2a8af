import { expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { chosenRows, tableColumn, withUnits } from "./table.ts";

const table = {
  source: "rows.csv",
  rows: 3,
  columns: [
    { name: "x", values: Float32Array.of(1, 2, 3), errors: Float32Array.of(0.1, 0.2, 0.3) },
    { name: "constructor", values: Float32Array.of(4, Number.NaN, 6) },
  ],
};

test("rows come in the order named, twice if named twice, with their errors", () => {
  const { source, rows, columns } = chosenRows(table, [2, 0, 2]);
  expect([source, rows]).toEqual(["rows.csv", 3]);
  expect([...columns[0].values]).toEqual([3, 1, 3]);
  expect(columns[0].errors![1]).toBeCloseTo(0.1, 7);
  expect([...chosenRows(table, [1]).columns[1].values]).toEqual([Number.NaN]);
  expect(chosenRows({ source: "nothing given", columns: [] }, [0, 4])).toEqual({
    source: "nothing given",
    rows: 2,
    columns: [],
  });
});

test("a column that there isn't is told with those that there are", () => {
  expect(tableColumn(table, "x").values[1]).toBe(2);
  expect(() => tableColumn(table, "y")).toThrow(InputError);
  expect(() => tableColumn(table, "y")).toThrow('rows.csv has no column "y"');
});

test("units are those told, for the columns told, and for no other", () => {
  const [x, other] = withUnits(table, { x: "K" }).columns;
  expect([x.unit, other.unit]).toEqual(["K", undefined]);
  expect(() => withUnits(table, { y: "K" })).toThrow('no column "y"');
  expect(() => withUnits(table, { x: "" })).toThrow("is empty");
});
