import { expect, test } from "vitest";
import { given } from "./arguments.ts";

test("a known value is a number, a text, or a number with its error", () => {
  expect(given("teff=4700")).toEqual({ teff: 4700 });
  expect(given("x=-1e-5")).toEqual({ x: -1e-5 });
  expect(given("kind=dark red")).toEqual({ kind: "dark red" });
  expect(given("day=2026-11-23")).toEqual({ day: "2026-11-23" });
  expect(given("teff=4700±50")).toEqual({ teff: { value: 4700, error: 50 } });
  expect(given("m_h=-1.5+-0.1")).toEqual({ m_h: { value: -1.5, error: 0.1 } });
  expect(given("m_h=2+/-1e-3")).toEqual({ m_h: { value: 2, error: 1e-3 } });
  expect(given("kind=a+-b")).toEqual({ kind: "a+-b" });
});

test("nothing, NaN and the like are missing", () => {
  for (const text of ["a=", "a= ", "a=NaN", "a=na", "a=null"]) expect(given(text)).toEqual({ a: Number.NaN });
});

test("known values add up, each column once, names may hold a =", () => {
  expect(given("b=red", given("a=1"))).toEqual({ a: 1, b: "red" });
  expect(given("a=b=2")).toEqual({ "a=b": 2 });
  expect(() => given("a=2", given("a=1"))).toThrow('"a" is given twice');
  expect(() => given("=2")).toThrow("not NAME=VALUE");
  expect(() => given("a=2+-x")).toThrow('"x" is not a number');
});
