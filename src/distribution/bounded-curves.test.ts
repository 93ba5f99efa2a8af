/** @file Bounded columns against the truncated normal distribution, and what no answer may do. */
import { describe, expect, test } from "vitest";
import { coordinates } from "../columns/transforms.ts";
import { generator } from "../numeric/generator.ts";
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import { ColumnDistributions } from "./column-distributions.ts";
import { densityJson } from "./density-json.ts";
import type { NumericRow } from "./distribution.ts";
import { encodingOf, evenLevels, midpoints } from "./distribution-fixture.ts";

const levels = evenLevels(101);
/** A normal in each row, in both of the forms that heads answer in. */
function bounded(
  form: "normals" | "nodes",
  mean: number,
  sd: number,
  own: Parameters<typeof encodingOf>[0],
  classes?: readonly number[],
) {
  const encoding = encodingOf(own);
  const { center, scale } = encoding;
  const [m, s] = [(mean - center) / scale, sd / scale];
  return new ColumnDistributions({
    name: "x",
    encoding,
    coordinates: coordinates(encoding),
    levels,
    ...(classes && { classes: Float64Array.from(classes) }),
    ...(form === "normals"
      ? {
          normals: {
            rows: 1,
            shares: Float32Array.of(1),
            means: Float32Array.of(m),
            widths: Float32Array.of(s),
          },
        }
      : { nodes: levels.map((z) => m + s * z) }),
  });
}
const rowOf = (of: ColumnDistributions) => of.at(0) as NumericRow;

describe.each(["normals", "nodes"] as const)("of %s", (form) => {
  describe.each([
    ["half of it cut off", 0, 1, [0, null]],
    ["nearly all cut off", -2.5, 1, [0, null]],
    ["cut on both sides", 0.4, 0.5, [0, 1]],
    ["cut above", 3, 2, [null, 4]],
  ] as const)("%s", (_, mean, sd, bounds) => {
    const row = rowOf(bounded(form, mean, sd, { bounds, center: 0.3, scale: 2 }));
    const [low, high] = [bounds[0] ?? mean - 8 * sd, bounds[1] ?? mean + 8 * sd];
    const inside = normalCdf((high - mean) / sd) - normalCdf((low - mean) / sd);
    const pdf = (x: number) => normalPdf((x - mean) / sd) / sd / inside;
    const cdf = (x: number) => (normalCdf((x - mean) / sd) - normalCdf((low - mean) / sd)) / inside;

    test("is the truncated normal, and 1 in all", () => {
      for (const share of [0, 0.01, 0.3, 0.7, 0.99]) {
        const x = low + share * (high - low);
        expect(row.pdf(x) / pdf(x)).toBeCloseTo(1, 4);
        expect(row.cdf(x)).toBeCloseTo(cdf(x), 5);
        if (share > 0 && cdf(x) < 1 - 1e-6 && cdf(x) > 1e-6) expect(row.quantile(cdf(x))).toBeCloseTo(x, 4);
      }
      expect(midpoints((x) => row.pdf(x), low, high)).toBeCloseTo(1, 4);
      const average = midpoints((x) => x * pdf(x), low, high);
      expect(row.mean()).toBeCloseTo(average, 4);
      expect(row.std() ** 2).toBeCloseTo(
        midpoints((x) => (x - average) ** 2 * pdf(x), low, high),
        3,
      );
      expect(row.entropy()).toBeCloseTo(
        midpoints((x) => -pdf(x) * Math.log(pdf(x)), low, high),
        2,
      );
      const x = row.quantile(0.2);
      const score = midpoints((t) => (cdf(t) - Number(t >= x)) ** 2, low, high);
      expect(row.crps(x)).toBeCloseTo(score, 3);
      // A value beyond the bound: what lies between is added.
      if (bounds[0] !== null) expect(row.crps(low - 1)).toBeCloseTo(row.crps(low) + 1, 6);
    });

    test("has nothing outside", () => {
      const far = [low - 1e-3, high + 1e-3].filter((_, side) => bounds[side] !== null);
      for (const x of far) {
        expect(row.pdf(x)).toBe(0);
        expect(row.logLikelihood(x)).toBe(Number.NEGATIVE_INFINITY);
        expect([0, 1]).toContain(row.cdf(x));
      }
      const json = densityJson(row);
      if (!("curve" in json)) throw new Error("no number");
      const values = [
        ...row.sample(2000, 1),
        ...[1e-300, 1e-12, 0.5, 1 - 1e-12].map((p) => row.quantile(p)),
        ...[0.5, 0.9, 0.999999].flatMap((mass) => [
          ...row.interval(mass),
          ...row.highestDensity(mass).flat(),
        ]),
        ...row.modes(),
        ...json.curve.x,
      ];
      if (bounds[0] !== null) values.push(row.quantile(0));
      expect(Math.min(...values)).toBeGreaterThanOrEqual(bounds[0] ?? Number.NEGATIVE_INFINITY);
      expect(Math.max(...values)).toBeLessThanOrEqual(bounds[1] ?? Number.POSITIVE_INFINITY);
    });

    test("is drawn as it is", () => {
      const pits = [...row.sample(4000, 3)].map((x) => row.cdf(x)).sort((a, b) => a - b);
      expect(Math.sqrt(4000) * Math.max(...pits.map((p, k) => Math.abs(p - (k + 0.5) / 4000)))).toBeLessThan(
        1.95,
      );
    });
  });

  test("the densest region begins at the bound, and is one", () => {
    const row = rowOf(bounded(form, 0, 1, { bounds: [0, null] }));
    const [[low, high], ...more] = row.highestDensity(0.68);
    expect(more).toEqual([]);
    expect(low).toBeCloseTo(0, 4);
    expect(high).toBeCloseTo(0.99446, 1);
    expect(row.modes()).toHaveLength(1);
    expect(row.modes()[0]).toBeCloseTo(0, 2);
  });

  test("whole numbers stay whole and inside", () => {
    const row = rowOf(bounded(form, -1, 3, { kind: "integer", bounds: [0, 5] }));
    const probabilities = [-1, 0, 1, 2, 3, 4, 5, 6].map((k) => row.probability(k));
    expect(probabilities[0]).toBe(0);
    expect(probabilities[7]).toBe(0);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    const drawn = new Set(row.sample(3000, 2));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect([0, 1].map((p) => row.quantile(p))).toEqual([0, 5]);
    expect(row.highestDensity(0.999)).toEqual([[0, 5]]);
  });

  test("point masses stand beside what is cut", () => {
    const row = rowOf(bounded(form, 0, 1, { bounds: [0, null], pointMasses: [0] }, [0.6, 0.4]));
    expect(row.probability(0)).toBeCloseTo(0.4, 9);
    expect(row.cdf(0)).toBeCloseTo(0.4, 6);
    expect(row.cdf(1)).toBeCloseTo(0.4 + 0.6 * (2 * normalCdf(1) - 1), 5);
    expect(row.quantile(0.2)).toBe(0);
    expect(midpoints((x) => row.pdf(x), 0, 8)).toBeCloseTo(0.6, 4);
  });
});

test("what is measured of a bounded number may lie beyond its bound", () => {
  const measured = bounded("normals", 0, 1, { bounds: [0, null] }).observed(Float64Array.of(0.5));
  const truth = (y: number) =>
    midpoints((x) => (2 * normalPdf(x) * normalPdf((y - x) / 0.5)) / 0.5, 0, 8, 4000);
  for (const y of [-1, -0.2, 0, 0.5, 2]) expect(measured.pdf(0, y)).toBeCloseTo(truth(y), 2);
});

test("whole numbers of any range", () => {
  const random = generator(1, "wide");
  const of = bounded("normals", 4e8, 3e8, { kind: "integer", bounds: [0, null], center: 5e8, scale: 3e8 });
  const row = rowOf(of);
  const answers = [
    ...row.sample(200, 1),
    row.median(),
    ...row.interval(0.9),
    ...row.highestDensity(0.68).flat(),
    ...row.modes(),
    ...Array.from({ length: 50 }, () => row.quantile(random.uniform())),
  ];
  expect(answers.filter((x) => !Number.isSafeInteger(x) || x < 0)).toEqual([]);
  const inside = 1 - normalCdf(-4 / 3);
  const density = normalPdf(0) / 3e8 / inside;
  expect(row.probability(4e8) / density).toBeCloseTo(1, 4);
  expect(row.logLikelihood(4e8)).toBeCloseTo(Math.log(density), 4);
});
