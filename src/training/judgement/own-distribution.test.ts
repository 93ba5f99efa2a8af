/** @file A column's own distribution against distributions that are known. */
import { expect, test } from "vitest";
import type { EncodedCells } from "../../networks/encoded-table.ts";
import { generator } from "../../numeric/generator.ts";
import { normalCdf, normalLogPdf } from "../../numeric/normal-cdf.ts";
import { ownDistribution, smoothDensity } from "./own-distribution.ts";

const random = generator(5, "own distribution");
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

test("a smooth density of normal values is nearly as good as the truth, far out and in intervals too", () => {
  const { pdf, cdf } = smoothDensity(Float64Array.from({ length: 4000 }, () => random.normal()));
  const fresh = Array.from({ length: 4000 }, () => random.normal());
  const lost = mean(fresh.map((x) => normalLogPdf(x) - Math.log(pdf(x))));
  expect(Math.abs(lost)).toBeLessThan(0.02);
  for (const x of [-2, -0.5, 0, 1, 2]) expect(Math.abs(cdf(x) - normalCdf(x))).toBeLessThan(0.03);
  expect(Math.log(pdf(8))).toBeGreaterThan(-15);
});

test("two narrow peaks stay narrow", () => {
  const { pdf } = smoothDensity(
    Float64Array.from({ length: 2000 }, (_, i) => (i % 3 === 0 ? -3 : 3) + 0.01 * random.normal()),
  );
  expect(pdf(3)).toBeGreaterThan(10);
  expect(pdf(0)).toBeLessThan(0.1);
});

test("classes have their shares; where nearly each is met once, one not met yet is as probable as the data hold", () => {
  const shares: EncodedCells = {
    index: 0,
    values: new Float32Array(1000),
    classes: Int32Array.from({ length: 1000 }, (_, i) => Number(i % 10 === 0)),
  };
  const loss = ownDistribution(shares, 1000, 2, 0.02);
  expect(loss(shares, 0)).toBeCloseTo(-Math.log(0.1), 1);
  const unique: EncodedCells = {
    index: 0,
    values: new Float32Array(500),
    classes: Int32Array.from({ length: 500 }, (_, i) => i),
  };
  // 400 of 500 names are known: the best guess for a row to come is that all are about as probable.
  expect(ownDistribution(unique, 400, 500, 0.02)(unique, 450)).toBeLessThan(Math.log(500) + 0.1);
});

test("a number with point masses is one of them or continuous; an integer is its interval", () => {
  const cells: EncodedCells = {
    index: 0,
    isMixed: true,
    values: Float32Array.from({ length: 2000 }, (_, i) => (i % 4 === 0 ? 0 : random.normal())),
    classes: Int32Array.from({ length: 2000 }, (_, i) => Number(i % 4 === 0)),
    widths: new Float32Array(2000).fill(0.5),
  };
  const loss = ownDistribution(cells, 2000, 2, 0.02);
  expect(loss(cells, 0)).toBeCloseTo(-Math.log(0.25), 2);
  const x = cells.values[1];
  const interval = normalCdf(x + 0.25) - normalCdf(x - 0.25);
  expect(Math.abs(loss(cells, 1) - (-Math.log(0.75) - Math.log(interval)))).toBeLessThan(0.15);
});
