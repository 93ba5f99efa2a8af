import { expect, test } from "vitest";
import { numberOf } from "../distribution/distribution-fixture.ts";
import { categoryBars, densityCurve, integerBars } from "./histogram.ts";

/** How high each column of a picture is, in lines. */
function heights(picture: string): number[] {
  const lines = picture.split("\n").slice(0, -2);
  const columns = Math.max(...lines.map((line) => line.length)) - 2;
  return Array.from(
    { length: columns },
    (_, i) => lines.filter((line) => /[▁-█]/.test(line[i + 2] ?? "")).length,
  );
}

test("a normal distribution is a bell between its 0.5 % and 99.5 % quantiles", () => {
  const picture = densityCurve(numberOf({ curves: [(z) => z] }), (value) => value.toFixed(2));
  const bell = heights(picture);
  expect(bell).toEqual([...bell].reverse());
  expect(bell).toHaveLength(64);
  expect(bell[32]).toBe(6);
  expect(bell[0]).toBe(1);
  expect(picture.split("\n").at(-1)).toMatch(/^ {2}-2\.58 +-?0\.00 +2\.58$/);
});

test("a point mass does not stand in the picture, nor is there one of nothing else", () => {
  const of = (continuous: number) =>
    numberOf({ encoding: { pointMasses: [0] }, curves: [(z) => z], classes: [continuous, 1 - continuous] });
  const show = (value: number) => value.toFixed(1);
  expect(heights(densityCurve(of(0.2), show))[31]).toBe(6);
  expect(heights(densityCurve(of(0.2), show))[10]).toBeGreaterThan(2);
  expect(densityCurve(of(1e-4), show)).toBe("");
});

test("whole numbers have equally wide columns of their own", () => {
  const bars = heights(integerBars(numberOf({ encoding: { kind: "integer" }, curves: [(z) => 0.8 * z] })));
  expect(bars.length % 5).toBe(0); // -2 to 2
  expect(new Set(bars.slice(0, bars.length / 5)).size).toBe(1);
  expect(bars[Math.floor(bars.length / 2)]).toBe(6);
});

test("categories come by probability, at most twenty", () => {
  const categories = Array.from({ length: 30 }, (_, i) => `c${i}`);
  const probabilities = Float64Array.from({ length: 30 }, (_, i) => (i === 7 ? 0.71 : 0.01));
  const lines = categoryBars({ categories, probabilities }).split("\n");
  expect(lines[0]).toMatch(/^ {2}c7 +█{40} 71 %$/);
  expect(lines).toHaveLength(21);
  expect(lines[20]).toBe("  10 more, together 10 %");
});
