/** @file Answers that are mixtures of normals are those of the mixture, in all that a distribution tells. */
import { describe, expect, test } from "vitest";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { coordinates } from "../columns/transforms.ts";
import { normalCdf } from "../numeric/normal-cdf.ts";
import { ColumnDistributions } from "./column-distributions.ts";
import { encodingOf, evenLevels, exponential, midpoints, normals } from "./distribution-fixture.ts";

type Part = readonly [share: number, mean: number, width: number];

/** A column with one row, or the same one several times. Numbers are such that float32 holds them exactly. */
function columnOf(
  parts: readonly Part[],
  { encoding: given = {}, rows = 1, ...rest }: ColumnOptions = {},
): ColumnDistributions {
  const encoding = encodingOf(given);
  const cells = (which: 0 | 1 | 2) =>
    Float32Array.from({ length: rows * parts.length }, (_, i) => parts[i % parts.length][which]);
  return new ColumnDistributions({
    name: "x",
    encoding,
    coordinates: coordinates(encoding),
    levels: evenLevels(101),
    normals: { rows, shares: cells(0), means: cells(1), widths: cells(2) },
    ...rest,
  });
}

interface ColumnOptions
  extends Partial<Pick<ConstructorParameters<typeof ColumnDistributions>[0], "coordinates" | "classes">> {
  readonly encoding?: Partial<ColumnEncoding>;
  readonly rows?: number;
}

const PARTS: readonly Part[] = [
  [0.5, -2, 0.5],
  [0.25, 2, 0.75],
  [0.25, 2, 0.03125],
];

describe("two peaks, one of them with a spike of a thirtieth of its width", () => {
  const truth = normals(...PARTS);
  const x = columnOf(PARTS);

  test("density, distribution function and quantiles to rounding, wherever they are asked", () => {
    for (let value = -6; value < 7; value += 0.03) {
      expect(x.pdf(0, value)).toBeCloseTo(truth.pdf(value), 9);
      expect(x.cdf(0, value)).toBeCloseTo(truth.cdf(value), 8);
    }
    for (const p of [1e-9, 0.001, 0.2, 0.499, 0.501, 0.75, 0.99, 1 - 1e-9]) {
      expect(Math.abs(truth.cdf(x.quantile(0, p)) / p - 1)).toBeLessThan(1e-5);
    }
    expect(x.logPdf(0, 40)).toBeLessThan(-1000);
    expect(x.quantile(0, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test("a quantile is the same whatever was asked before", () => {
    const fresh = columnOf(PARTS);
    const median = fresh.median(0);
    fresh.mean(0);
    fresh.modes(0);
    expect(fresh.median(0)).toBe(median);
  });

  test("mean, standard deviation and CRPS", () => {
    // By a curve through 101 quantiles.
    expect(Math.abs(x.mean(0) - truth.mean)).toBeLessThan(0.01);
    expect(Math.abs(x.std(0) / truth.std - 1)).toBeLessThan(0.01);
    for (const value of [-2.5, 0, 2.1]) {
      const below = midpoints((t) => truth.cdf(t) ** 2, -8, value);
      const above = midpoints((t) => (1 - truth.cdf(t)) ** 2, value, 8);
      expect(Math.abs(x.crps(0, value) / (below + above) - 1)).toBeLessThan(0.03);
    }
  });

  test("samples follow it, and are the same for the same seed", () => {
    const drawn = x.sample(0, 20_000, 3);
    expect(x.sample(0, 20_000, 3)).toEqual(drawn);
    const distance = drawn.sort().reduce((most, value, i) => {
      return Math.max(most, Math.abs(truth.cdf(value) - (i + 0.5) / drawn.length));
    }, 0);
    expect(distance).toBeLessThan(1.95 / Math.sqrt(drawn.length)); // Kolmogorov's, once in a thousand
  });
});

test("in data units: a normal is a lognormal, with its density and median", () => {
  const x = columnOf([[1, 0.5, 0.75]], { coordinates: exponential });
  for (const value of [0.1, 1, 5]) {
    expect(x.cdf(0, value)).toBeCloseTo(normalCdf((Math.log(value) - 0.5) / 0.75), 8);
  }
  expect(x.cdf(0, -1)).toBe(0);
  expect(x.median(0)).toBeCloseTo(Math.exp(0.5), 5);
});

test("beside point masses: their share of quantiles, samples and probabilities", () => {
  const x = columnOf([[1, 0, 1]], {
    encoding: { pointMasses: [0, 5] },
    classes: Float64Array.of(0.5, 0.25, 0.25),
  });
  expect(x.probability(0, 0)).toBe(0.25);
  expect(x.cdf(0, 0)).toBeCloseTo(0.25 + 0.25, 8);
  expect(x.quantile(0, 0.4)).toBe(0);
  expect(x.quantile(0, 0.2)).toBeCloseTo(-0.2533471, 5); // of 0.2 / 0.5
  const drawn = x.sample(0, 8000, 1);
  const share = (of: (value: number) => boolean) => drawn.filter(of).length / drawn.length;
  expect(Math.abs(share((value) => value === 0) - 0.25)).toBeLessThan(0.02);
  expect(Math.abs(share((value) => value === 5) - 0.25)).toBeLessThan(0.02);
  expect(Math.abs(share((value) => value < 0) - 0.25)).toBeLessThan(0.02);
});

test("of integers: each has the mass of its interval, and samples are integers", () => {
  const x = columnOf([[1, 3, 2]], { encoding: { kind: "integer" } });
  for (const k of [-2, 3, 7]) {
    const mass = normalCdf((k + 0.5 - 3) / 2) - normalCdf((k - 0.5 - 3) / 2);
    expect(x.probability(0, k)).toBeCloseTo(mass, 8);
  }
  expect(Array.from(x.sample(0, 100, 1)).every(Number.isInteger)).toBe(true);
  expect(x.median(0)).toBe(3);
});

test("convolved with errors: every normal is widened, in rows that have one", () => {
  const x = columnOf(PARTS, { rows: 3, encoding: { scale: 2 } });
  const observed = x.observed(Float64Array.of(0, 1, Number.NaN));
  const wide = normals(...PARTS.map(([w, m, s]) => [w, 2 * m, Math.hypot(2 * s, 1)] as const));
  for (const value of [-5, 0, 4.1]) {
    expect(observed.pdf(0, value)).toBe(x.pdf(0, value));
    expect(observed.pdf(1, value)).toBeCloseTo(wide.pdf(value), 7);
    expect(observed.pdf(2, value)).toBe(x.pdf(2, value));
  }
});

test("repeated, each row is the one", () => {
  const x = columnOf(PARTS).repeated(3);
  expect(x.rows).toBe(3);
  expect(x.cdf(2, 1.5)).toBe(columnOf(PARTS).cdf(0, 1.5));
});
