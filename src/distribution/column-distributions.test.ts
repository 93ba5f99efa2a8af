import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";
import { ColumnDistributions } from "./column-distributions.ts";
import { column, encodingOf, evenLevels, exponential } from "./distribution-fixture.ts";

const values = Float64Array.of(0.2, Number.NaN, 4);
const distributions = column({
  encoding: { pointMasses: [4] },
  curves: [(z) => z, (z) => 3 + 2 * z, (z) => 4 + 0.5 * z],
  classes: [0.9, 0.1, 1, 0, 0.5, 0.5],
});

describe("the distributions of a column", () => {
  test("answer all rows at once what they answer one by one", () => {
    const rows = [0, 1, 2];
    const one = (ask: (row: number) => number) => Float64Array.from(rows, ask);
    const d = distributions;
    expect(d.rows).toBe(3);
    expect(d.medians()).toEqual(one((row) => d.median(row)));
    expect(d.means()).toEqual(one((row) => d.mean(row)));
    expect(d.stds()).toEqual(one((row) => d.std(row)));
    expect(d.mads()).toEqual(one((row) => d.mad(row)));
    expect(d.quantiles(0.2)).toEqual(one((row) => d.quantile(row, 0.2)));
    expect(d.quantiles([0.9, 0.2])).toEqual([0.9, 0.2].map((p) => one((row) => d.quantile(row, p))));
    expect(d.cdfs(values)).toEqual(one((row) => d.cdf(row, values[row])));
    expect(d.logLikelihoods(values)).toEqual(one((row) => d.logLikelihood(row, values[row])));
    expect(d.crpses(values)).toEqual(one((row) => d.crps(row, values[row])));
    const { low, high } = d.intervals(0.9);
    expect(rows.map((row) => [low[row], high[row]])).toEqual(rows.map((row) => d.interval(row, 0.9)));
    expect(d.median(1)).toBeCloseTo(3, 9);
  });

  test("repeat one row's answer for many rows, and only one's", () => {
    const one = column({ encoding: { pointMasses: [4] }, curves: [(z) => 3 + 2 * z], classes: [0.7, 0.3] });
    const many = one.repeated(3);
    expect(many.rows).toBe(3);
    expect([...many.medians()]).toEqual(Array(3).fill(one.median(0)));
    expect(many.probability(2, 4)).toBe(one.probability(0, 4));
    const blurred = many.observed(Float64Array.of(0, 1, 5));
    expect(blurred.std(0)).toBe(many.std(0));
    expect(blurred.std(2)).toBeGreaterThan(blurred.std(1));
    expect(() => distributions.repeated(2)).toThrow(InputError);
  });

  test("have views of single rows with the same answers, as JSON too", () => {
    const view = distributions.at(1);
    if (view.kind !== "number") throw new Error("a category");
    expect(view.pdf(3.5)).toBe(distributions.pdf(1, 3.5));
    expect(view.highestDensity(0.5)).toEqual(distributions.highestDensity(1, 0.5));
    expect(view.sample(3, 5)).toEqual(distributions.sample(1, 3, 5));
    expect(view.sample(3, 5)).not.toEqual(distributions.sample(0, 3, 5));
    expect(JSON.parse(JSON.stringify(distributions))).toHaveLength(3);
    expect(distributions.toJSON(1)).toEqual(view.toJSON());
  });

  test("give NaN for a missing value", () => {
    for (const answers of [
      distributions.cdfs(values),
      distributions.logLikelihoods(values),
      distributions.crpses(values),
      distributions.pits(values, 1),
    ]) {
      expect(Array.from(answers, Number.isNaN)).toEqual([false, true, false]);
    }
  });

  test("refuse a row, a length or a probability that doesn't fit", () => {
    expect(() => distributions.at(3)).toThrow(/no row 3; rows are 0 to 2/);
    expect(() => distributions.cdfs(Float64Array.of(1))).toThrow(InputError);
    expect(() => distributions.quantiles(1.5)).toThrow(/probability from 0 to 1/);
    expect(() => distributions.intervals(90)).toThrow(/between 0 and 1, such as 0.9/);
    expect(() => distributions.probability(0, "red")).toThrow(/has numbers/);
  });
});

describe("the probability integral transform of values drawn from the distributions", () => {
  const rows = 4000;
  /** The Kolmogorov-Smirnov distance from uniform, times sqrt(rows); 1.95 at the 0.1% level. */
  const distance = (pits: Float64Array) => {
    const sorted = pits.slice().sort();
    return Math.sqrt(rows) * Math.max(...sorted.map((p, k) => Math.abs(p - (k + 0.5) / rows)));
  };
  const locations = Array.from({ length: rows }, (_, row) => 3 * Math.sin(row));
  const curves = locations.map((location) => (z: number) => location + z);
  const drawnFrom = (drawn: ColumnDistributions) =>
    Float64Array.from({ length: rows }, (_, row) => drawn.sample(row, 1, 11)[0]);

  test.each([
    ["numbers", {}],
    [
      "numbers with point masses",
      { encoding: { pointMasses: [0, 1] }, classes: locations.flatMap(() => [0.5, 0.3, 0.2]) },
    ],
    ["whole numbers", { encoding: { kind: "integer" } as const }],
    ["lognormal numbers", { coordinates: exponential }],
  ])("is uniform for %s, with its jumps filled in", (_, rest) => {
    const drawn = column({ levels: evenLevels(32), curves, ...rest });
    const pits = drawn.pits(drawnFrom(drawn), 5);
    expect(distance(pits)).toBeLessThan(1.95);
    expect(drawn.pits(drawnFrom(drawn), 5)).toEqual(pits);
  });

  test("is not uniform for values from elsewhere", () => {
    const asked = column({ levels: evenLevels(32), curves });
    const random = generator(2, "elsewhere");
    const wider = Float64Array.from(locations, (location) => location + 1.2 * random.normal());
    expect(distance(asked.pits(wider, 5))).toBeGreaterThan(1.95);
  });
});

test("nodes in single precision and in double give the same", () => {
  const levels = evenLevels(16);
  const parts = { name: "x", encoding: encodingOf(), coordinates: exponential, levels };
  const single = new ColumnDistributions({ ...parts, nodes: Float32Array.from(levels) });
  const double = new ColumnDistributions({ ...parts, nodes: levels });
  expect(single.quantile(0, 0.3)).toBeCloseTo(double.quantile(0, 0.3), 6);
});
