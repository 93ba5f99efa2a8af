import { describe, expect, test } from "vitest";
import { coordinates } from "../columns/transforms.ts";
import { generator } from "../numeric/generator.ts";
import { ColumnDistributions } from "./column-distributions.ts";
import { column, encodingOf, evenLevels, normals } from "./distribution-fixture.ts";

const PARTS = [
  [0.5, -2, 0.5],
  [0.25, 2, 0.75],
  [0.25, 2, 0.03125],
] as const;
const truth = normals(...PARTS);
const SIZE = 20_000;
/** Kolmogorov's distance that one set of draws in a thousand exceeds. */
const FAR = 1.95 / Math.sqrt(SIZE);

function randoms(stream: string) {
  const random = generator(4, stream);
  return {
    uniforms: Float64Array.from({ length: SIZE }, () => random.uniform()),
    normals: Float64Array.from({ length: SIZE }, () => random.normal()),
    rows: new Uint32Array(SIZE),
  };
}

/** One row: as a mixture of normals, or as its quantiles. */
function distributions(isMixture: boolean, given: Parameters<typeof encodingOf>[0], classes?: number[]) {
  const encoding = encodingOf(given);
  if (!isMixture)
    return column({
      levels: evenLevels(201, 5),
      encoding,
      curves: [truth.curve],
      ...(classes && { classes }),
    });
  const cells = (which: 0 | 1 | 2) => Float32Array.from(PARTS, (part) => part[which]);
  return new ColumnDistributions({
    name: "x",
    encoding,
    coordinates: coordinates(encoding),
    levels: evenLevels(),
    normals: { rows: 1, shares: cells(0), means: cells(1), widths: cells(2) },
    ...(classes && { classes: Float64Array.from(classes) }),
  });
}

function distanceTo(cdf: (x: number) => number, drawn: Float64Array): number {
  const sorted = drawn.slice().sort();
  return sorted.reduce((most, x, i) => Math.max(most, Math.abs(cdf(x) - (i + 0.5) / sorted.length)), 0);
}

describe.each([true, false])("values drawn by two random numbers each, of a mixture: %s", (isMixture) => {
  const shape = isMixture ? 0 : 0.004; // what a curve through quantiles is off

  test("follow the distribution", () => {
    const drawn = distributions(isMixture, {}).drawn(randoms("all"));
    expect(distanceTo(truth.cdf, drawn)).toBeLessThan(FAR + shape);
  });

  test("are point masses as often as they should be, and follow the rest else", () => {
    const of = distributions(isMixture, { pointMasses: [0, 1] }, [0.6, 0.3, 0.1]);
    const drawn = of.drawn(randoms("masses"));
    for (const [mass, share] of [
      [0, 0.3],
      [1, 0.1],
    ])
      expect(Math.abs(drawn.filter((x) => x === mass).length / SIZE - share)).toBeLessThan(0.014);
    const rest = drawn.filter((x) => x !== 0 && x !== 1);
    expect(distanceTo(truth.cdf, rest)).toBeLessThan(1.95 / Math.sqrt(rest.length) + shape);
  });

  test("between two ends follow what lies between, and nothing lies outside", () => {
    const within = [-2, 2.5] as const;
    const drawn = distributions(isMixture, {}).drawn({ ...randoms("between"), within });
    const [low, high] = within.map(truth.cdf);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(2.5);
    expect(distanceTo((x) => (truth.cdf(x) - low) / (high - low), drawn)).toBeLessThan(FAR + shape);
  });

  test("of integers are integers between the ends, the ends among them as often as they should be", () => {
    const within = [-3, 3] as const;
    const of = distributions(isMixture, { kind: "integer" });
    const drawn = of.drawn({ ...randoms("integers"), within });
    const all = truth.cdf(3.5) - truth.cdf(-3.5);
    for (const k of [-3, 2, 3]) {
      const share = (truth.cdf(k + 0.5) - truth.cdf(k - 0.5)) / all;
      const found = drawn.filter((x) => x === k).length / SIZE;
      expect(Math.abs(found - share)).toBeLessThan(4 * Math.sqrt(share / SIZE) + shape);
    }
    expect(drawn.every((x) => Number.isInteger(x) && Math.abs(x) <= 3)).toBe(true);
  });

  test("are the nearer end where next to nothing lies between", () => {
    const drawn = distributions(isMixture, {}).drawn({ ...randoms("far"), within: [50, 60] });
    expect(new Set(drawn)).toEqual(new Set([50]));
  });
});

test("of a category column they are indices by their probabilities", () => {
  const of = column({ encoding: { kind: "category", categories: ["a", "b", "c"] }, classes: [0.2, 0, 0.8] });
  const drawn = of.drawn(randoms("names"));
  expect(drawn.includes(1)).toBe(false);
  expect(Math.abs(drawn.filter((k) => k === 0).length / SIZE - 0.2)).toBeLessThan(0.012);
});
