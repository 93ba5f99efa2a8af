import { expect, test } from "vitest";
import { encodingOf, numberOf } from "../distribution/distribution-fixture.ts";
import { answersAt, givenOfText, givenText } from "./question-text.ts";

test("a known value is a number, a text, or a number with its error", () => {
  expect(givenOfText("teff=4700")).toEqual({ teff: 4700 });
  expect(givenOfText("x=-1e-5")).toEqual({ x: -1e-5 });
  expect(givenOfText("kind=dark red")).toEqual({ kind: "dark red" });
  expect(givenOfText("day=2026-11-23")).toEqual({ day: "2026-11-23" });
  expect(givenOfText("teff=4700±50")).toEqual({ teff: { value: 4700, error: 50 } });
  expect(givenOfText("m_h=-1.5+-0.1")).toEqual({ m_h: { value: -1.5, error: 0.1 } });
  expect(givenOfText("m_h=2+/-1e-3")).toEqual({ m_h: { value: 2, error: 1e-3 } });
  expect(givenOfText("kind=a+-b")).toEqual({ kind: "a+-b" });
});

test("nothing, NaN and the like are missing", () => {
  for (const text of ["a=", "a= ", "a=NaN", "a=na", "a=null"])
    expect(givenOfText(text)).toEqual({ a: Number.NaN });
});

test("known values add up, each column once, names may hold a =", () => {
  expect(givenOfText("b=red", givenOfText("a=1"))).toEqual({ a: 1, b: "red" });
  expect(givenOfText("a=b=2")).toEqual({ "a=b": 2 });
  expect(() => givenOfText("a=2", givenOfText("a=1"))).toThrow('"a" is given twice');
  expect(() => givenOfText("=2")).toThrow("not NAME=VALUE");
  expect(() => givenOfText("a=2+-x")).toThrow('"x" is not a number');
});

test("what is given is written as it was asked", () => {
  expect(givenText(givenOfText("kind=red", givenOfText("teff=4700+-50")))).toBe(
    " given teff = 4700 ± 50, kind = red",
  );
  expect(givenText({})).toBe("");
});

test("a distribution answers for values written as text, each of the column's kind", () => {
  const normal = numberOf({ curves: [(z) => z] });
  const [at] = answersAt(normal, ["0"], encodingOf());
  expect(at).toMatchObject({ value: 0, probability: 0 });
  expect(at.cdf).toBeCloseTo(0.5, 9);
  expect(answersAt(normal, ["1970-01-02"], encodingOf({ kind: "date" }))[0].value).toBe("1970-01-02");
  expect(() => answersAt(normal, ["red"], encodingOf())).toThrow('"red" is no value of "x": it must be');
});

test("intervals are two numbers or dates with dots between, or a sign and one", () => {
  expect(givenOfText("teff=5000..5500")).toEqual({ teff: { lower: 5000, upper: 5500 } });
  expect(givenOfText("x=..3")).toEqual({ x: { upper: 3 } });
  expect(givenOfText("x=17..")).toEqual({ x: { lower: 17 } });
  expect(givenOfText("w1_mag>17")).toEqual({ w1_mag: { above: 17 } });
  expect(givenOfText("x <= -3.5")).toEqual({ x: { upper: -3.5 } });
  expect(givenOfText("day<2026-11-23")).toEqual({ day: { below: "2026-11-23" } });
  expect(givenOfText("x<5", { x: { above: 3 } })).toEqual({ x: { above: 3, below: 5 } });
  expect(() => givenOfText("x>4", { x: { above: 3 } })).toThrow('"x" is given twice');
  expect(givenOfText("file=a..b")).toEqual({ file: "a..b" });
});

test("intervals are told as people write them", () => {
  expect(givenText({ x: { above: 3 } })).toBe(" given x > 3");
  expect(givenText({ x: { upper: 3 }, y: { lower: 1, below: 2 } })).toBe(" given x <= 3, 1 <= y < 2");
});
