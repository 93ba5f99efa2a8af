import { expect, test } from "vitest";
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import { densityJson } from "./density-json.ts";
import { column } from "./distribution-fixture.ts";

function curveOf(...of: Parameters<typeof column>) {
  const json = densityJson(column(...of).at(0));
  if (json.kind === "category") throw new Error("a category");
  return json.curve;
}

/** What lies under a line through the points. */
const area = (x: readonly number[], y: readonly number[]) =>
  x.slice(1).reduce((sum, at, i) => sum + ((at - x[i]) * (y[i] + y[i + 1])) / 2, 0);

test("the curve is the density, point by point, and holds all of it", () => {
  const { x, pdf, cdf } = curveOf({ curves: [(z) => 10 + 2 * z] });
  expect(x).toEqual([...x].sort((a, b) => a - b));
  expect(pdf).toHaveLength(x.length);
  for (const [i, at] of x.entries()) {
    expect(pdf[i]).toBeCloseTo(normalPdf((at - 10) / 2) / 2, 6);
    expect(cdf[i]).toBeCloseTo(normalCdf((at - 10) / 2), 6);
  }
  expect(area(x, pdf)).toBeCloseTo(1, 3);
});

test("a circular column's curve goes round once, from the origin", () => {
  const { x, pdf, cdf } = curveOf({
    encoding: { kind: "circular", center: 200, scale: 100, period: 360 },
    curves: [(z) => (350 + 30 * z - 200) / 100],
  });
  expect([x[0], cdf[0]]).toEqual([0, 0]);
  expect(x.at(-1)).toBeLessThan(360);
  expect(area([...x, 360], [...pdf, pdf[0]])).toBeCloseTo(1, 3);
  expect(cdf).toEqual([...cdf].sort((a, b) => a - b));
});

test("point masses are in the cumulative probability, not in the density", () => {
  const { x, pdf, cdf } = curveOf({
    encoding: { pointMasses: [0] },
    curves: [(z) => z],
    classes: [0.25, 0.75],
  });
  expect(area(x, pdf)).toBeCloseTo(0.25, 3);
  const at = x.indexOf(0);
  expect(cdf[at] - cdf[at - 1]).toBeGreaterThan(0.7);
});
