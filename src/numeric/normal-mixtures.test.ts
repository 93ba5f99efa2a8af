import { expect, test } from "vitest";
import { generator } from "./generator.ts";
import { normalCdf, normalLogPdf } from "./normal-cdf.ts";
import { NormalMixtures } from "./normal-mixtures.ts";

const LEVELS = Float64Array.from({ length: 101 }, (_, i) => -4 + (8 * i) / 100);

/** Mixtures of 1 to 40 normals, some of them 1,000 times as narrow as others, some shares 0. */
function randomMixtures(rows: number, count: number, seed: number) {
  const random = generator(seed, "mixtures");
  const [shares, means, widths] = [0, 1, 2].map(() => new Float32Array(rows * count));
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let k = row * count; k < (row + 1) * count; k++) {
      shares[k] = random.uniform() < 0.3 && k > row * count ? 0 : random.uniform() ** 4;
      means[k] = 3 * random.normal();
      widths[k] = 0.003 * Math.exp(6.9 * random.uniform());
      sum += shares[k];
    }
    for (let k = row * count; k < (row + 1) * count; k++) shares[k] /= sum;
  }
  const of = (row: number, term: (share: number, mean: number, width: number) => number) => {
    let sum = 0;
    let all = 0;
    for (let k = row * count; k < (row + 1) * count; k++) {
      sum += shares[k] * term(shares[k], means[k], widths[k]);
      all += shares[k];
    }
    return sum / all;
  };
  return { mixtures: new NormalMixtures({ rows, shares, means, widths }), of };
}

test.each([1, 2, 7, 40])("quantiles of %i normals have their probability below them", (count) => {
  const rows = 20;
  const { mixtures, of } = randomMixtures(rows, count, count);
  const found = new Float32Array(LEVELS.length);
  for (let row = 0; row < rows; row++) {
    mixtures.quantiles(row, LEVELS, found);
    LEVELS.forEach((level, i) => {
      const x = found[i];
      if (i > 0) expect(x).toBeGreaterThanOrEqual(found[i - 1]);
      // In a density as high as 1 / 0.003 the last digit of a float32 moves a probability by this much.
      const digit =
        of(row, (_, mean, width) => Math.exp(normalLogPdf((x - mean) / width)) / width) *
        4e-7 *
        Math.max(1, Math.abs(x));
      const below = of(row, (_, mean, width) => normalCdf((x - mean) / width));
      const wanted = normalCdf(level);
      expect(Math.abs(below - wanted)).toBeLessThan(1e-4 * Math.min(wanted, 1 - wanted) + digit + 1e-12);
    });
  }
});

test("one normal's quantiles are its mean and so many widths", () => {
  const mixtures = new NormalMixtures({
    rows: 1,
    shares: Float32Array.of(1),
    means: Float32Array.of(-2),
    widths: Float32Array.of(0.5),
  });
  const found = new Float32Array(LEVELS.length);
  mixtures.quantiles(0, LEVELS, found);
  const expected = LEVELS.map((level) => -2 + 0.5 * level);
  for (const [i, x] of expected.entries()) expect(found[i]).toBeCloseTo(x, 6);
});

test("two normals far apart: nothing between them, and the quantiles jump", () => {
  const mixtures = new NormalMixtures({
    rows: 1,
    shares: Float32Array.of(0.5, 0.5),
    means: Float32Array.of(-50, 50),
    widths: Float32Array.of(1, 1),
  });
  const found = new Float32Array(2);
  mixtures.quantiles(0, Float64Array.of(-1e-3, 1e-3), found);
  expect(found[0]).toBeLessThan(-45);
  expect(found[1]).toBeGreaterThan(45);
});

test("log density and level are those of the sum, far out too; NaN of NaN", () => {
  const { mixtures, of } = randomMixtures(5, 10, 3);
  for (let row = 0; row < 5; row++) {
    for (const x of [-4, -0.3, 0, 1.7, 9]) {
      const density = of(row, (_, mean, width) => Math.exp(normalLogPdf((x - mean) / width)) / width);
      const below = of(row, (_, mean, width) => normalCdf((x - mean) / width));
      expect(normalCdf(mixtures.level(row, x))).toBeCloseTo(below, 7);
      if (density > 1e-290) expect(mixtures.logPdf(row, x)).toBeCloseTo(Math.log(density), 5);
      expect(Number.isFinite(mixtures.logPdf(row, 1e3 * x))).toBe(true);
    }
    expect(mixtures.logPdf(row, Number.NaN)).toBeNaN();
    expect(mixtures.level(row, Number.NaN)).toBeNaN();
  }
});

test("what is drawn follows the distribution function", () => {
  const { mixtures, of } = randomMixtures(2, 6, 11);
  const random = generator(5, "draws");
  const drawn = Float64Array.from({ length: 20_000 }, () =>
    mixtures.draw(1, random.uniform(), random.normal()),
  ).sort();
  const distance = drawn.reduce((most, x, i) => {
    const below = of(1, (_, mean, width) => normalCdf((x - mean) / width));
    return Math.max(most, Math.abs(below - (i + 0.5) / drawn.length));
  }, 0);
  // Kolmogorov's: one set of draws in a thousand is further away.
  expect(distance).toBeLessThan(1.95 / Math.sqrt(drawn.length));
});

test("quantiles at the brink of gaps and spikes have their level, in a sweep and alone", () => {
  let farthest = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const random = generator(seed, "spikes");
    const count = 2 + random.integer(40);
    const [shares, means, widths] = [0, 1, 2].map(() => new Float32Array(count));
    for (let k = 0; k < count; k++) {
      shares[k] = random.uniform() ** 6;
      means[k] = 4 * random.normal();
      widths[k] = 0.003 * Math.exp(7 * random.uniform() ** 2);
    }
    const all = shares.reduce((sum, share) => sum + share, 0);
    const mixtures = new NormalMixtures({
      rows: 1,
      shares: shares.map((share) => share / all),
      means,
      widths,
    });
    const found = new Float64Array(LEVELS.length);
    const compare = (levels: Float64Array) => {
      mixtures.quantiles(0, levels, found);
      levels.forEach((level, i) => {
        farthest = Math.max(farthest, Math.abs(mixtures.level(0, found[i]) - level));
      });
    };
    compare(LEVELS);
    for (const level of [-3, 0, 0.5, 3]) compare(Float64Array.of(level));
  }
  expect(farthest).toBeLessThan(1e-3);
});
