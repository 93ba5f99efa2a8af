import { expect, test } from "vitest";
import { percent, roundedTo } from "./format.ts";

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

test("shares are percentages of three digits", () => {
  expect([0.12345, 1, 0].map(percent)).toEqual(["12.3 %", "100 %", "0 %"]);
});
