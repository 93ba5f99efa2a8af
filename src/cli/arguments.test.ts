/** @file What options that are written as texts mean. */
import { expect, test } from "vitest";
import { bytes, errorPairs, rows, settings } from "./arguments.ts";

test("a column that is named twice has errors to either side, whether in one option or in two", () => {
  expect(errorPairs("x:x_hi,x:x_lo,y:dy")).toEqual({ x: ["x_hi", "x_lo"], y: "dy" });
  expect(errorPairs("x:x_lo", errorPairs("x:x_hi"))).toEqual({ x: ["x_hi", "x_lo"] });
  expect(() => errorPairs("x:a,x:b,x:c")).toThrow('"x" has errors to either side already, "a" and "b".');
  expect(errorPairs("none")).toBe("none");
});

test("the last text of a name counts", () => {
  expect(settings("a=K", settings("a=m,b=s"))).toEqual({ a: "K", b: "s" });
});

test("rows are listed, but not a hundred million of them", () => {
  expect(rows("1,3..5")).toEqual([1, 3, 4, 5]);
  expect(() => rows("1..99999999")).toThrow("names more than 1,000,000 rows");
});

test("sizes are bytes, with or without a unit", () => {
  expect(["2000000", "50GB", "1.5 GiB", "3 kB", "2Mi"].map(bytes)).toEqual([
    2e6,
    5e10,
    1.5 * 2 ** 30,
    3000,
    2 ** 21,
  ]);
  for (const wrong of ["", "x", "-1", "0", "5 apples"]) expect(() => bytes(wrong)).toThrow("is not a size");
});
