/** @file The benchmark's known tables: each conditional against rows drawn, or against another way to integrate. */
import { describe, expect, test } from "vitest";
import { circle } from "../../bench/densities/truth/circle.ts";
import { gaussianMixture } from "../../bench/densities/truth/gaussian-mixture.ts";
import type { KnownDistribution, KnownTable, KnownValues } from "../../bench/densities/truth/known.ts";
import { CAP, tailsAndAtoms } from "../../bench/densities/truth/tails-and-atoms.ts";
import { generator } from "../../src/numeric/generator.ts";
import { normalCdf } from "../../src/numeric/normal-cdf.ts";
import { normalQuantile } from "../../src/numeric/normal-quantile.ts";

const TABLES: readonly KnownTable[] = [gaussianMixture, circle, tailsAndAtoms];

test("the normal cdf is the inverse of the normal quantile", () => {
  for (const p of [1e-12, 1e-6, 0.02, 0.5, 0.7, 0.999, 1 - 1e-9]) {
    expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-15 + 1e-12 * p);
  }
});

/** P(X <= x) of each row, uniform inside an atom. */
function pits(table: KnownTable, asked: number, given: readonly number[], rows: number): number[] {
  const { columns } = table.sample(rows, 3);
  const random = generator(3, "pits");
  return Array.from({ length: rows }, (_, row) => {
    const values = Object.fromEntries(given.map((index) => [index, columns[index].values[row]]));
    const truth = table.conditional(asked, values);
    const x = columns[asked].values[row];
    const pointMass = truth.pointMasses?.find(({ value }) => value === x)?.mass ?? 0;
    return truth.cdf(x) - pointMass * random.uniform();
  });
}

function ksDistance(values: readonly number[]): number {
  const n = values.length;
  const distances = values.toSorted((a, b) => a - b).map((p, i) => Math.max(p - i / n, (i + 1) / n - p));
  return Math.max(...distances);
}

const questions = TABLES.flatMap((table) => {
  const indices = table.columns.map((_, i) => i);
  return indices.flatMap((asked) => {
    const others = indices.filter((index) => index !== asked);
    const subsets =
      others.length > 2
        ? [[], [others[0]], [others[1], others[3]], others]
        : [[], [others[0]], [others[1]], others];
    return subsets.map((given) => ({ table, asked, given }));
  });
});

describe.each(questions)("$table.name: column $asked given $given", ({ table, asked, given }) => {
  test("rows drawn have uniform cumulative probabilities", () => {
    const rows = 150;
    // 1.95 / sqrt(n) is exceeded once in a thousand; the seed is fixed.
    expect(ksDistance(pits(table, asked, given, rows))).toBeLessThan(1.95 / Math.sqrt(rows));
  });

  test("the density is the slope of the cdf, and with the atoms integrates to one", () => {
    const { columns } = table.sample(1, 8);
    const values = Object.fromEntries(given.map((index) => [index, columns[index].values[0]]));
    const truth = table.conditional(asked, values);
    expectConsistent(truth);
  });
});

function expectConsistent(truth: KnownDistribution) {
  const jumps = truth.pointMasses ?? [];
  const [from, to, steps] = [-4.0001, 4.0001, 4000];
  const step = (to - from) / steps;
  let sum = truth.cdf(from);
  for (let i = 0; i < steps; i++) {
    const [left, right] = [from + i * step, from + (i + 1) * step];
    // An edge of the support inside the cell: nothing smooth to compare.
    const isEdge = jumps.some(({ value }) => left < value && value <= right);
    const jump = jumps.reduce(
      (total, { value, mass }) => total + (left < value && value <= right ? mass : 0),
      0,
    );
    sum += isEdge
      ? truth.cdf(right) - truth.cdf(left)
      : (step * (truth.pdf(left) + 4 * truth.pdf((left + right) / 2) + truth.pdf(right))) / 6 + jump;
    expect(Math.abs(sum - truth.cdf(right))).toBeLessThan(2e-4);
  }
  expect(truth.cdf(-1e9)).toBeCloseTo(0, 8);
  expect(truth.cdf(1e9)).toBeCloseTo(1, 8);
}

describe("the Gaussian mixture", () => {
  test("a conditional's density is the joint's, by the product rule in either order", () => {
    const row = [0.3, -1.2, 0.8, 1.9, -0.4, 0.1];
    const density = (order: readonly number[]) => {
      let logJoint = 0;
      const given: Record<number, number> = {};
      for (const index of order) {
        logJoint += Math.log(gaussianMixture.conditional(index, given).pdf(row[index]));
        given[index] = row[index];
      }
      return logJoint;
    };
    expect(density([0, 1, 2, 3, 4, 5])).toBeCloseTo(density([3, 5, 0, 4, 1, 2]), 9);
    expect(density([0, 1, 2, 3, 4, 5])).toBeCloseTo(density([5, 4, 3, 2, 1, 0]), 9);
  });

  test("marginals have standard deviations of 0.2 to 1 and at least two columns several modes", () => {
    const marginals = gaussianMixture.columns.map((_, asked) => gaussianMixture.conditional(asked, {}));
    for (const { weights, sds } of marginals) {
      expect(weights).toEqual([0.3, 0.25, 0.2, 0.15, 0.1].map((weight) => expect.closeTo(weight, 12)));
      for (const sd of sds) expect(sd > 0.2 && sd < 1).toBe(true);
    }
    expect(marginals.filter((marginal) => modes(marginal) >= 2).length).toBeGreaterThanOrEqual(2);
  });
});

function modes({ pdf }: KnownDistribution): number {
  const density = Array.from({ length: 1001 }, (_, i) => pdf(-5 + i / 100));
  return density.filter((p, i) => i > 0 && i < 1000 && p > density[i - 1] && p >= density[i + 1]).length;
}

describe("the circle", () => {
  test("y given x = 0 has a mode on either side, at the radii", () => {
    const truth = circle.conditional(1, { 0: 0 });
    expect(truth.cdf(0)).toBeCloseTo(0.5, 6);
    expect(truth.pdf(0)).toBeLessThan(1e-12);
    expect(truth.pdf(1)).toBeGreaterThan(20 * truth.pdf(0.7));
  });

  test("z given both is normal about x y", () => {
    const truth = circle.conditional(2, { 0: 0.6, 1: 0.9 });
    for (const z of [-2, -1, 0, 1, 2]) expect(truth.cdf(0.54 + 0.1 * z)).toBeCloseTo(normalCdf(z), 5);
  });

  test("a conditional's density is the joint's, by the product rule in either order", () => {
    const row = [0.7, -0.75, -0.4];
    const density = (order: readonly number[]) => {
      let joint = 1;
      const given: Record<number, number> = {};
      for (const index of order) {
        joint *= circle.conditional(index, given).pdf(row[index]);
        given[index] = row[index];
      }
      return joint;
    };
    const reference = density([0, 1, 2]);
    expect(density([2, 1, 0]) / reference).toBeCloseTo(1, 4);
    expect(density([1, 2, 0]) / reference).toBeCloseTo(1, 4);
  });
});

describe("tails and atoms", () => {
  test("rows have the atoms' shares, and t has no variance to speak of but its quartiles", () => {
    const { columns } = tailsAndAtoms.sample(40_000, 1);
    const [t, capped, zeroed] = columns.map(({ values }) => Array.from(values));
    const share = (values: readonly number[], value: number) =>
      values.filter((x) => x === value).length / values.length;
    const mass = (asked: number) => tailsAndAtoms.conditional(asked, {}).pointMasses![0].mass;
    expect(Math.abs(share(capped, CAP) - mass(1))).toBeLessThan(0.008);
    expect(Math.abs(share(zeroed, 0) - mass(2))).toBeLessThan(0.012);
    // The upper quartile of Student's t with 2 degrees of freedom is sqrt(2/3).
    const above = t.filter((x) => x > Math.sqrt(2 / 3)).length / t.length;
    expect(Math.abs(above - 0.25)).toBeLessThan(0.01);
  });

  /** Averages a conditional over one more column, whose own conditional gives the probabilities. */
  function averaged(asked: number, given: KnownValues, hidden: number, x: number): number {
    const over = tailsAndAtoms.conditional(hidden, given);
    const at = (value: number) => tailsAndAtoms.conditional(asked, { ...given, [hidden]: value }).cdf(x);
    let sum = over.pointMasses?.reduce((total, { value, mass }) => total + mass * at(value), 0) ?? 0;
    const pointMasses = over.pointMasses ?? [];
    const below = (v: number) =>
      over.cdf(v) - pointMasses.reduce((total, { value, mass }) => total + (v >= value ? mass : 0), 0);
    // Cells even in asinh, which reach out to both tails.
    const [start, end, cells] = [-7, 7, 1400];
    for (let i = 0; i < cells; i++) {
      const edge = (k: number) => Math.sinh(start + ((end - start) * k) / cells);
      const mass = below(edge(i + 1)) - below(edge(i));
      if (mass > 1e-9) sum += mass * at(edge(i + 0.5));
    }
    return sum;
  }

  test.each([
    { asked: 0, given: { 2: 0 }, hidden: 1, x: 0.4 },
    { asked: 0, given: { 2: 0.7 }, hidden: 1, x: -0.3 },
    { asked: 0, given: {}, hidden: 1, x: 1.5 },
    { asked: 1, given: {}, hidden: 0, x: 1.2 },
    { asked: 1, given: { 2: 0.9 }, hidden: 0, x: 1.6 },
    { asked: 1, given: { 0: -2 }, hidden: 2, x: 0.8 },
    { asked: 2, given: { 0: 3 }, hidden: 1, x: 0.8 },
    { asked: 2, given: {}, hidden: 0, x: 0.5 },
  ])("column $asked given $given is its average over column $hidden", ({ asked, given, hidden, x }) => {
    const known = given as KnownValues;
    expect(averaged(asked, known, hidden, x)).toBeCloseTo(tailsAndAtoms.conditional(asked, known).cdf(x), 3);
  });
});
