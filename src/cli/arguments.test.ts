/** @file What options that are written as texts mean. */
import { expect, test } from "vitest";
import { errorPairs, settings } from "./arguments.ts";

test("a column that is named twice has errors to either side, whether in one option or in two", () => {
  expect(errorPairs("x:x_hi,x:x_lo,y:dy")).toEqual({ x: ["x_hi", "x_lo"], y: "dy" });
  expect(errorPairs("x:x_lo", errorPairs("x:x_hi"))).toEqual({ x: ["x_hi", "x_lo"] });
  expect(() => errorPairs("x:a,x:b,x:c")).toThrow('"x" has errors to either side already, "a" and "b".');
  expect(errorPairs("none")).toBe("none");
});

test("the last text of a name counts", () => {
  expect(settings("a=K", settings("a=m,b=s"))).toEqual({ a: "K", b: "s" });
});
