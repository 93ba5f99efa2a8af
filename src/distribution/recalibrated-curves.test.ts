/** @file Recalibrated answers: against the closed form where a normal was too narrow, and against each other for a map with bends. */
import { describe, expect, test } from "vitest";
import type { ColumnEncoding } from "../columns/encoding.ts";
import type { LevelPoints, Recalibration } from "../columns/recalibration.ts";
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import { columnAnswers } from "./column-answers.ts";
import type { ColumnDistributions } from "./column-distributions.ts";
import { encodingOf, evenLevels, midpoints } from "./distribution-fixture.ts";

/** Levels of a normal whose standard deviation is too small by this factor. */
const TOO_NARROW = 1.3;
const WIDER: LevelPoints = { from: [-5, 0, 5], to: [-5 / TOO_NARROW, 0, 5 / TOO_NARROW] };
const BENT: LevelPoints = {
  from: [-5, -4, -2.5, -1.25, 0, 1.25, 2.5, 4, 5],
  to: [-4.5, -3.5, -2.2, -1.2, 0.2, 1.1, 2.9, 4.2, 5.2],
};

type Part = readonly [share: number, mean: number, width: number];
interface Rows {
  readonly encoding?: Partial<ColumnEncoding>;
  readonly parts?: readonly Part[];
  readonly classes?: readonly number[];
  readonly recalibration?: Recalibration;
  readonly given?: readonly number[];
}

const PARTS: readonly Part[] = [
  [0.5, -1, 0.5],
  [0.5, 1.5, 0.75],
];

/** As many rows as are given, all alike but for how many columns they give. */
function column({ encoding, parts = PARTS, classes, recalibration, given = [3] }: Rows): ColumnDistributions {
  const rows = given.length;
  const cells = (which: 0 | 1 | 2) =>
    Float32Array.from({ length: rows * parts.length }, (_, i) => parts[i % parts.length][which]);
  return columnAnswers(
    { name: "x", output: true, encoding: encodingOf(encoding), ...(recalibration && { recalibration }) },
    {
      levels: evenLevels(101),
      normals: { rows, shares: cells(0), means: cells(1), widths: cells(2) },
      ...(classes && { classes: Float64Array.from(given.flatMap(() => classes)) }),
    },
    given,
  );
}

const byLevels = (levels: LevelPoints): Recalibration => [{ most: 9, levels }];

describe("a normal of mean 1 that is taken for narrower than it is", () => {
  const narrow = { parts: [[1, 1, 1]] as const, recalibration: byLevels(WIDER) };
  const x = column(narrow);
  const sd = TOO_NARROW;

  test("has the right density, distribution function, quantiles and moments", () => {
    for (const value of [-2.5, 0, 1, 1.7, 4]) {
      expect(x.pdf(0, value)).toBeCloseTo(normalPdf((value - 1) / sd) / sd, 6);
      expect(x.cdf(0, value)).toBeCloseTo(normalCdf((value - 1) / sd), 7);
    }
    for (const p of [0.001, 0.1, 0.5, 0.95])
      expect(x.quantile(0, p)).toBeCloseTo(1 + sd * normalQuantile(p), 6);
    expect(x.mean(0)).toBeCloseTo(1, 5);
    expect(x.std(0)).toBeCloseTo(sd, 4);
    expect(x.entropy(0)).toBeCloseTo(0.5 * Math.log(2 * Math.PI * Math.E * sd * sd), 4);
    // Gneiting & Raftery 2007, of a normal distribution.
    const z = 0.8;
    const crps = sd * (z * (2 * normalCdf(z) - 1) + 2 * normalPdf(z) - 1 / Math.sqrt(Math.PI));
    expect(x.crps(0, 1 + sd * z)).toBeCloseTo(crps, 4);
    expect(x.modes(0)[0]).toBeCloseTo(1, 1);
  });

  test("what is measured with an error is wider by it", () => {
    const seen = x.observed(Float64Array.of(0.9));
    for (const value of [-2, 0.5, 1, 3])
      expect(seen.cdf(0, value)).toBeCloseTo(normalCdf((value - 1) / Math.hypot(sd, 0.9)), 3);
  });

  test("within limits it is cut there, exactly", () => {
    const cut = x.within({ lower: Float64Array.of(0), upper: Float64Array.of(2) });
    const [low, high] = [normalCdf(-1 / sd), normalCdf(1 / sd)];
    for (const value of [0.2, 1, 1.9]) {
      const below = (normalCdf((value - 1) / sd) - low) / (high - low);
      expect(cut.cdf(0, value)).toBeCloseTo(below, 6);
      expect(cut.quantile(0, below)).toBeCloseTo(value, 5);
      expect(cut.pdf(0, value)).toBeCloseTo(normalPdf((value - 1) / sd) / sd / (high - low), 5);
    }
  });

  test("values are drawn from it, and one row's answer can be repeated", () => {
    const normals = Float64Array.of(-1.5, 0, 2);
    const uniforms = new Float64Array(3).fill(0.5);
    const drawn = x.drawn({ uniforms, normals, rows: new Uint32Array(3) });
    expect(Array.from(drawn, (value) => (value - 1) / sd)).toEqual(
      Array.from(normals, (normal) => expect.closeTo(normal, 5)),
    );
    const three = x.repeated(3);
    expect(three.std(2)).toBeCloseTo(sd, 4);
    expect(three.cdf(1, 2.3)).toBe(x.cdf(0, 2.3));
  });
});

describe.each([
  ["a number", {}],
  ["a bounded number", { encoding: { bounds: [-1.2, 2] } }],
  ["a number with a point mass", { encoding: { pointMasses: [0.5] }, classes: [0.7, 0.3] }],
  [
    "a number that is scaled and bent",
    { encoding: { scale: 3, transform: { by: "asinh", width: 1, stretch: 1 } } },
  ],
] satisfies [string, Rows][])("%s under a map with bends", (_, rows) => {
  const x = column({ ...rows, recalibration: byLevels(BENT) });

  test("has a density that adds up to 1 and is the slope of the distribution function", () => {
    const [low, high] = [x.quantile(0, 1e-7), x.quantile(0, 1 - 1e-7)];
    const masses = x.encoding.pointMasses.reduce((sum, mass) => sum + x.probability(0, mass), 0);
    expect(masses + midpoints((value) => x.pdf(0, value), low, high)).toBeCloseTo(1, 4);
    for (const p of [0.02, 0.2, 0.45, 0.8, 0.97]) {
      const value = x.quantile(0, p) + 1e-3;
      const slope = (x.cdf(0, value + 1e-5) - x.cdf(0, value - 1e-5)) / 2e-5;
      expect(x.pdf(0, value) / slope).toBeCloseTo(1, 4);
    }
  });

  test("quantiles are the distribution function's inverse, and integrals by levels agree with those by values", () => {
    for (const p of [0.001, 0.03, 0.3, 0.9, 0.999]) {
      const value = x.quantile(0, p);
      if (!x.encoding.pointMasses.includes(value)) expect(x.cdf(0, value)).toBeCloseTo(p, 7);
    }
    const [low, high] = [x.quantile(0, 1e-8), x.quantile(0, 1 - 1e-8)];
    const masses = x.encoding.pointMasses.reduce((sum, mass) => sum + mass * x.probability(0, mass), 0);
    const mean = masses + midpoints((value) => value * x.pdf(0, value), low, high);
    expect(x.mean(0)).toBeCloseTo(mean, 2);
    const at = x.quantile(0, 0.7);
    const crps = midpoints((value) => (x.cdf(0, value) - Number(value >= at)) ** 2, low, high);
    // Half a percent is what the curve through the quantiles leaves beside a point mass in a gap.
    expect(x.crps(0, at) / crps).toBeCloseTo(1, 2);
  });

  test("differs from what it was", () => {
    expect(Math.abs(x.cdf(0, 0.1) - column(rows).cdf(0, 0.1))).toBeGreaterThan(0.01);
  });
});

test("of whole numbers the distribution function is mapped on both sides of each", () => {
  const encoding = { kind: "integer", scale: 2, bounds: [0, null] } as const;
  const [before, x] = [{}, { recalibration: byLevels(BENT) }].map((rest) => column({ encoding, ...rest }));
  let sum = 0;
  for (let k = 0; k < 40; k++) {
    sum += x.probability(0, k);
    expect(x.cdf(0, k)).toBeCloseTo(sum, 6);
  }
  expect(sum).toBeCloseTo(1, 6);
  expect(x.probability(0, -1)).toBe(0);
  expect(x.probability(0, 2)).not.toBeCloseTo(before.probability(0, 2), 3);
});

test("an angle's density goes on over the seam and adds up to 1", () => {
  const encoding = { kind: "circular", period: 6, center: 3 } as const;
  const x = column({ encoding, recalibration: byLevels(BENT) });
  expect(midpoints((value) => x.pdf(0, value), 0, 6)).toBeCloseTo(1, 4);
  expect(x.pdf(0, 1e-9)).toBeCloseTo(x.pdf(0, 6 - 1e-9), 5);
  expect(x.cdf(0, x.quantile(0, 0.37))).toBeCloseTo(0.37, 6);
});

describe("classes", () => {
  const recalibration: Recalibration = [{ most: 9, classes: { trust: 0.5, shares: [0.9, 0.1] } }];

  test("are trusted in their ratio to the average answer", () => {
    const x = column({ encoding: { pointMasses: [0.5] }, classes: [0.5, 0.5], recalibration });
    // 0.9 (0.5 / 0.9)^0.5 : 0.1 (0.5 / 0.1)^0.5 = 0.6708 : 0.2236 = 3 : 1
    expect(x.probability(0, 0.5)).toBeCloseTo(0.25, 9);
    expect(x.cdf(0, 10)).toBeCloseTo(1, 9);
  });

  test("that never occur stay impossible", () => {
    const never: Recalibration = [{ most: 9, classes: { trust: 0.5, shares: [0, 0.75, 0.25] } }];
    const encoding = { pointMasses: [0.5, 1], onlyPointMasses: true } as const;
    const x = column({ encoding, classes: [0, 0.75, 0.25], recalibration: never });
    expect(Array.from(x.classes)).toEqual([0, 0.75, 0.25]);
  });
});

test("each row is recalibrated by how many columns it was given; without a map it stays as it is", () => {
  const recalibration: Recalibration = [{ most: 0 }, { most: 2, levels: WIDER }, { most: 5, levels: BENT }];
  const x = column({ recalibration, given: [0, 1, 2, 3, 5, 7] });
  const each = [undefined, WIDER, WIDER, BENT, BENT, BENT].map((levels) =>
    column(levels ? { recalibration: byLevels(levels) } : {}).cdf(0, 0.4),
  );
  expect(Array.from(each.keys(), (row) => x.cdf(row, 0.4))).toEqual(each);
});
