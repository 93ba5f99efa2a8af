/** @file Averages of answers, beside the averages of what the answers say one by one. */
import { describe, expect, test } from "vitest";
import type { ColumnEncoding } from "../columns/encoding.ts";
import type { Recalibration } from "../columns/recalibration.ts";
import { columnAnswers } from "./column-answers.ts";
import type { ColumnDistributions } from "./column-distributions.ts";
import { column as curveColumn, encodingOf, evenLevels } from "./distribution-fixture.ts";

/** Three rows, of which the first two are averaged, and the last stays as it is. */
const SETS = { starts: Uint32Array.of(0, 2, 3), weights: Float64Array.of(0.3, 0.7, 1) };
/** Two normals in each row; the second stands at the same place in all. */
const NORMALS = {
  rows: 3,
  shares: Float32Array.of(0.6, 0.4, 0.2, 0.8, 0.5, 0.5),
  means: Float32Array.of(-1, 2, 0.5, 2, -0.4, 2),
  widths: Float32Array.of(0.5, 0.7, 0.4, 0.7, 1, 0.7),
};

function answers(
  encoding: Partial<ColumnEncoding>,
  classes?: readonly number[],
  recalibration?: Recalibration,
): ColumnDistributions {
  return columnAnswers(
    { name: "x", output: true, encoding: encodingOf(encoding), ...(recalibration && { recalibration }) },
    { levels: evenLevels(101), normals: NORMALS, ...(classes && { classes: Float64Array.from(classes) }) },
    [1, 1, 1],
  );
}

const MAP: Recalibration = [{ most: 9, levels: { from: [-5, 0, 5], to: [-4, 0.3, 4.5] } }];
const WEIGHTS = [
  [0, 0.3],
  [1, 0.7],
] as const;

describe.each([
  ["normals", answers({}), 1e-7],
  ["normals cut at a bound", answers({ bounds: [-0.8, null] }), 1e-7],
  ["normals beside a point mass", answers({ pointMasses: [0] }, [0.5, 0.5, 0.9, 0.1, 0.2, 0.8]), 1e-7],
  ["whole numbers", answers({ kind: "integer" }), 1e-7],
  ["recalibrated normals", answers({}, undefined, MAP), 2e-4],
  [
    "recalibrated normals beside a point mass, cut at it",
    answers({ bounds: [-1, null], pointMasses: [-1] }, [0.5, 0.5, 0.9, 0.1, 0.2, 0.8], MAP),
    6e-4,
  ],
  ["curves", curveColumn({ curves: [(z) => z - 1, (z) => 0.5 * z + 1, (z) => 2 * z] }), 2e-4],
] as const)("%s", (_, rows, close) => {
  const averaged = rows.averaged(SETS);

  test("have the averaged distribution function, density and probabilities", () => {
    for (const x of [-2, -0.95, -0.3, 0, 0.4, 1, 2.5]) {
      const mean = (of: (row: number) => number) =>
        WEIGHTS.reduce((sum, [row, weight]) => sum + weight * of(row), 0);
      expect(Math.abs(averaged.cdf(0, x) - mean((row) => rows.cdf(row, x)))).toBeLessThan(close);
      const likelihood = mean((row) => Math.exp(rows.logLikelihood(row, x)));
      expect(Math.abs(Math.exp(averaged.logLikelihood(0, x)) - likelihood)).toBeLessThan(100 * close);
      expect(Math.abs(averaged.cdf(1, x) - rows.cdf(2, x))).toBeLessThan(close);
    }
  });

  test("are cut at limits as what they are made of, and the probability of these is averaged", () => {
    const limits = { lower: Float64Array.of(-0.5, -0.5), upper: Float64Array.of(1.5, 1.5) };
    const { cut, masses } = averaged.cutWithin(limits);
    const inside = (of: ColumnDistributions, row: number, x: number) =>
      of.cdf(row, x) - of.cdf(row, -0.5) + of.probability(row, -0.5);
    const mass = inside(averaged, 0, 1.5);
    expect(masses[0]).toBeCloseTo(mass, 3);
    expect(cut.cdf(0, 0.7)).toBeCloseTo(inside(averaged, 0, 0.7) / mass, 3);
  });
});

test("categories have the averaged probabilities", () => {
  const encoding = { kind: "category", categories: ["a", "b"] } as const;
  const averaged = curveColumn({ encoding, classes: [0.2, 0.8, 0.6, 0.4, 0.5, 0.5] }).averaged(SETS);
  const expected = [0.3 * 0.2 + 0.7 * 0.6, 0.3 * 0.8 + 0.7 * 0.4, 0.5, 0.5];
  for (const [i, each] of expected.entries()) expect(averaged.classes[i]).toBeCloseTo(each, 12);
});

test("a row that nothing counts of is no part of the average", () => {
  const weights = Float64Array.of(0, 1, 1);
  const averaged = answers({}).averaged({ ...SETS, weights });
  for (const x of [-1, 0.5, 2]) expect(averaged.cdf(0, x)).toBeCloseTo(answers({}).cdf(1, x), 7);
});
