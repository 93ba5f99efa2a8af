import { expect, test } from "vitest";
import { plainEncoding } from "./encoding.ts";
import { cellText, kindOf, valueOfText } from "./kinds.ts";

const plain = plainEncoding({ center: 0, scale: 1 });
const date = { ...plain, kind: "date" } as const;

test("a date is written to the day, or to the minute where it is known that well", () => {
  expect(kindOf(date).write(19_000.7, date, 30)).toBe("2022-01-09");
  expect(kindOf(date).write(19_000.75, date, 0.1)).toBe("2022-01-08T18:00");
});

test("a text is a value if it is one of the column's kind", () => {
  expect(valueOfText("-1e-3", "x", plain)).toBe(-0.001);
  expect(valueOfText("1970-01-03", "day", date)).toBe(2);
  expect(() => valueOfText("17", "day", date)).toThrow('"17" is no value of "day": it must be a date');
  expect(() => valueOfText("", "x", plain)).toThrow('"" is no value of "x": it must be a number');
});

test("a cell is written as it stood in the table, or as a dash where it is missing", () => {
  const values = Float64Array.of(1, Number.NaN);
  expect([0, 1].map((row) => cellText({ name: "x", values }, row))).toEqual(["1", "-"]);
  const kinds = { name: "kind", kind: "category", categories: ["blue", "red"], values } as const;
  expect([0, 1].map((row) => cellText(kinds, row))).toEqual(["red", "-"]);
});
