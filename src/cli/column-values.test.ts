import { expect, test } from "vitest";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { roundedTo } from "../numeric/format.ts";
import { shownTo } from "./column-values.ts";

const encoding = (kind: ColumnEncoding["kind"]): ColumnEncoding => ({
  kind,
  center: 0,
  scale: 1,
  transform: { by: "none" },
  pointMasses: [],
  categories: [],
});

test.each([
  [4712.8312, 12, "4712.8"],
  [4712.8312, 0.0012, "4712.8312"],
  [123_456, 5000, "123460"],
  [-0.001, 5, "0"],
  [2_451_545.125, 0.01, "2451545.125"],
  [2 / 3, 0, "0.6666667"],
  [1, Number.POSITIVE_INFINITY, "1"],
])("%d known to about %d is written %s", (value, spread, text) => {
  expect(roundedTo(value, spread)).toBe(text);
});

test("a date is written to the day, or to the minute where it is known that well", () => {
  expect(shownTo(30, encoding("date"))(19_000.7)).toBe("2022-01-09");
  expect(shownTo(0.1, encoding("date"))(19_000.75)).toBe("2022-01-08T18:00");
});
