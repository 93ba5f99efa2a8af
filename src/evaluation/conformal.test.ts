/** @file Intervals that are asked for as split conformal prediction says hold what they promise. */
import { expect, test } from "vitest";
import { column } from "../distribution/distribution-fixture.ts";
import { generator } from "../numeric/generator.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import { conformalMass, massThatHolds } from "./conformal.ts";
import { normalDistributions } from "./normal-fixture.ts";

const random = generator(1, "conformal");

test("the mass that holds a value is where its interval ends", () => {
  const of = normalDistributions([{ mean: 3, sd: 2 }]);
  for (const mass of [0.1, 0.68, 0.95]) {
    const end = 2 * normalQuantile((1 + mass) / 2);
    for (const value of [3 - end, 3 + end]) expect(massThatHolds(of, 0, value, 3)).toBeCloseTo(mass, 9);
  }
});

test("of whole numbers, point masses and angles a little more mass holds it, a little less does not", () => {
  const columns = [
    column({ encoding: { kind: "integer" }, curves: [(z) => 5 + 1.3 * z] }),
    column({ encoding: { pointMasses: [0.4] }, classes: [0.8, 0.2], curves: [(z) => z] }),
    column({ encoding: { kind: "circular", period: 6, center: 3 }, curves: [(z) => 2 + 1.5 * z] }),
  ];
  for (const [which, of] of columns.entries()) {
    const values = [
      [2, 4, 7],
      [-1.3, 0.4, 2],
      [0.4, 2.7, 5.9],
    ][which];
    for (const value of values) {
      const mass = massThatHolds(of, 0, value, of.median(0));
      const holds = (asked: number) => {
        const [low, high] = of.interval(0, asked);
        return low <= high ? low <= value && value <= high : value >= low || value <= high;
      };
      expect(holds(mass + 1e-4), `${value}`).toBe(true);
      if (mass > 1e-4) expect(holds(mass - 1e-4), `${value}`).toBe(false);
    }
  }
});

test("a further value is held with at least the promised probability, by a model that is wrong", () => {
  const rounds = 4000;
  const n = 19;
  let held = 0;
  // Standard normal answers about values that are twice as far out and shifted.
  const of = normalDistributions([{ mean: 0, sd: 1 }]);
  const score = () => massThatHolds(of, 0, 0.5 + 2 * random.normal(), 0);
  for (let round = 0; round < rounds; round++) {
    const asked = conformalMass(Float64Array.from({ length: n }, score), 0.9);
    if (asked === undefined) throw new Error("19 values are enough");
    if (score() <= asked) held++;
  }
  // (n + 1) 0.9 = 18 is whole, so the probability is 0.9 exactly; without the one more it would be 0.85.
  expect(Math.abs(held / rounds - 0.9)).toBeLessThan(0.015);
});

test("too few values promise nothing", () => {
  expect(conformalMass(new Float64Array(8).fill(0.5), 0.9)).toBeUndefined();
  expect(conformalMass(new Float64Array(9).fill(0.5), 0.9)).toBe(0.5);
  expect(conformalMass(new Float64Array(20).fill(1), 0.9)).toBeUndefined();
});
