/** @file Rules of limits: which columns they take, and what they make of cells. */
import { expect, test } from "vitest";
import type { Column } from "../table.ts";
import { limitRules, withLimits } from "./limit-rules.ts";
import { chooseColumns } from "./wanted-columns.ts";

const KNOWN = ["x", "x_lower", "x_upper", "u", "u_lim", "w", "l_w"];
const NONE = new Set<string>();
const values = (...cells: number[]) => Float64Array.from(cells);
const column: Column = { name: "u", values: values(20, 99, Number.NaN), errors: values(0.1, 26.6, 0.2) };

test("columns NAME_lower and NAME_upper are limits of NAME, unless asked for by name or told not to be", () => {
  expect([...limitRules(KNOWN, undefined, NONE, "t.csv")]).toEqual([
    ["x", { lower: "x_lower", upper: "x_upper" }],
  ]);
  expect(limitRules(KNOWN, "none", NONE, "t.csv").size).toBe(0);
  expect([...limitRules(KNOWN, undefined, new Set(["x_lower"]), "t.csv")]).toEqual([
    ["x", { upper: "x_upper" }],
  ]);
  const names = chooseColumns(KNOWN, { limits: { u: { code: 99, lower: "u_lim" } } }, "t.csv").map(
    ({ name }) => name,
  );
  expect(names).toEqual(["x", "u", "w", "l_w"]);
});

test("a rule about a column that there isn't is refused", () => {
  expect(() => limitRules(KNOWN, { u: { code: 99, lower: "u_limit" } }, NONE, "t.csv")).toThrow("u_limit");
});

test("a code stands for limits, and leaves neither value nor error", () => {
  const made = withLimits(column, { code: 99, lower: 27.8 }, {}, "t.csv");
  expect([...made.values]).toEqual([20, Number.NaN, Number.NaN]);
  expect([...(made.errors ?? [])]).toEqual([0.1, Number.NaN, 0.2]);
  expect([...(made.lower ?? [])]).toEqual([Number.NaN, 27.8, Number.NaN]);
});

test("without a code limits count where there is no value", () => {
  const made = withLimits(column, { upper: "u_lim" }, { upper: { values: values(1, 2, 3) } }, "t.csv");
  expect([...(made.upper ?? [])]).toEqual([Number.NaN, Number.NaN, 3]);
  expect([...made.values]).toEqual([20, 99, Number.NaN]);
});

test("a sign makes the value a limit", () => {
  const flag = { values: values(1, 0, Number.NaN), categories: ["<", ">"] };
  const made = withLimits({ name: "w", values: values(5, 7, 9) }, { flag: "l_w" }, { flag }, "t.csv");
  expect([[...(made.lower ?? [])], [...(made.upper ?? [])]]).toEqual([
    [5, Number.NaN, Number.NaN],
    [Number.NaN, 7, Number.NaN],
  ]);
  expect([...made.values]).toEqual([Number.NaN, Number.NaN, 9]);
});
