import { expect, test } from "vitest";
import { defined } from "./defined.ts";

test("options that nobody gave are absent, all others stay, whatever they are", () => {
  const given: { size?: number | undefined; seed: number } = { size: undefined, seed: 0 };
  const found: { readonly size?: number; readonly seed: number } = defined(given);
  expect(Object.keys(found)).toEqual(["seed"]);
  expect(defined({ a: null, b: false, c: "" })).toEqual({ a: null, b: false, c: "" });
});
