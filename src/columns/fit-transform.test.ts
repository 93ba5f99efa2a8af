import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import { coordinates, fitScale, type TransformName } from "./transforms.ts";

const random = generator(11, "scale");
const plain = { kind: "number", pointMasses: [], categories: [] } as const;

function fit(make: (row: number) => number, by: TransformName = "auto", rows = 20_000) {
  const values = Float64Array.from({ length: rows }, (_, row) => make(row)).sort();
  const fitted = fitScale({ name: "x", values }, "t", by);
  const map = coordinates({ ...plain, ...fitted });
  const levels = values.map(map.toStandardised);
  const mean = levels.reduce((sum, u) => sum + u, 0) / rows;
  const deviation = Math.sqrt(levels.reduce((sum, u) => sum + (u - mean) ** 2, 0) / rows);
  return { ...fitted, values, map, levels, mean, deviation, furthest: Math.max(-levels[0], levels.at(-1)!) };
}

const normal = () => random.normal();
/** Student's t with 1.5 degrees of freedom has tails like this one's: P(|x| > X) = (1 + X)^-1.5. */
const student = () => (random.uniform() < 0.5 ? -1 : 1) * ((1 - random.uniform()) ** (-1 / 1.5) - 1);
const lognormal = () => Math.exp(2 * random.normal());
const heavy: Record<string, (row: number) => number> = {
  student,
  lognormal,
  cauchy: () => normal() / normal(),
  exponential: () => -Math.log(1 - random.uniform()),
  "one wild value": (row) => (row === 0 ? 1e30 : normal()),
  "a spike of two fifths": (row) => (row % 5 < 2 ? 3 + 1e-6 * normal() : lognormal()),
  "a narrow mode and one far off": (row) => (row % 2 === 0 ? 1000 + 0.01 * normal() : lognormal()),
  "ten narrow modes and a wild value": (row) => (row === 0 ? 1e4 : (row % 10) + 1e-4 * normal()),
  "counts with a long tail": () => Math.floor(1 / (1 - random.uniform())),
};
const light: Record<string, (row: number) => number> = {
  normal,
  uniform: () => 1e6 + random.uniform(),
  "two modes": (row) => (row % 2) * 20 + normal(),
  rounded: () => Math.round(10 * normal()) / 10,
  "half of it one value": (row) => (row % 2 === 0 ? 3 : normal()),
};

describe("columns with light tails are only standardised", () => {
  test.each(Object.keys(light))("%s", (name) => {
    const { transform, mean, deviation, furthest } = fit(light[name]);
    expect(transform).toEqual({ by: "none" });
    expect(Math.abs(mean)).toBeLessThan(1e-8);
    expect(deviation).toBeCloseTo(1, 8);
    expect(furthest).toBeLessThan(6);
  });
});

describe("columns with far-off values are bent until none is over 6", () => {
  test.each(Object.keys(heavy))("%s", (name) => {
    const { transform, mean, deviation, furthest } = fit(heavy[name]);
    expect(transform.by).toBe("quantiles");
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(deviation).toBeGreaterThan(0.97);
    expect(deviation).toBeLessThan(1.01);
    expect(furthest).toBeLessThanOrEqual(6 + 1e-9);
  });

  test.each([30, 300, 3000])("of %d rows too", (rows) => {
    const { mean, deviation, furthest } = fit(student, "quantiles", rows);
    expect(Math.abs(mean)).toBeLessThan(1e-9);
    expect(deviation).toBeCloseTo(1, 9);
    expect(furthest).toBeLessThan(4.5);
  });
});

describe("a quantile map", () => {
  test("makes a lognormal column normal", () => {
    const { levels } = fit(lognormal);
    for (const p of [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
      expect(Math.abs(levels[Math.floor(p * levels.length)] - normalQuantile(p))).toBeLessThan(0.03);
    }
  });

  test("is the logarithm, where that is what makes a column normal", () => {
    const { map } = fit(lognormal, "quantiles", 200_000);
    for (const u of [-2, -1, 0, 1, 2]) {
      expect(Math.abs(map.toStandardised(Math.exp(2 * u)) - u)).toBeLessThan(0.03);
      expect(Math.abs(map.slope(u) / (2 * Math.exp(2 * u)) - 1)).toBeLessThan(0.15);
    }
  });

  test("keeps a narrow spike narrow", () => {
    // A tenth of the rows within 1e-6: its quantiles alone would make it 0.28 wide.
    const { map } = fit((row) => (row % 10 === 0 ? 3 + 1e-6 * normal() : lognormal()));
    expect(map.toStandardised(3 + 3e-6) - map.toStandardised(3 - 3e-6)).toBeLessThan(0.03);
  });

  test("leaves a normal column nearly as it is", () => {
    const { map } = fit(normal, "quantiles");
    for (const x of [-2, -1, 0, 1, 2]) expect(Math.abs(map.toStandardised(x) - x)).toBeLessThan(0.1);
  });
});

describe("asinh, by name", () => {
  test.each([
    ["student", student],
    ["lognormal", lognormal],
  ])("brings %s to mean 0 and deviation 1", (_, make) => {
    const { transform, mean, deviation, furthest } = fit(make, "asinh");
    expect(transform).toMatchObject({ by: "asinh", width: 1 });
    expect(Math.abs(mean)).toBeLessThan(1e-6);
    expect(deviation).toBeCloseTo(1, 6);
    expect(furthest).toBeLessThan(10);
  });
});

test("none, by name, is mean and standard deviation whatever the tails", () => {
  const { transform, mean, deviation, furthest } = fit(lognormal, "none");
  expect(transform).toEqual({ by: "none" });
  expect(mean).toBeCloseTo(0, 9);
  expect(deviation).toBeCloseTo(1, 9);
  expect(furthest).toBeGreaterThan(10);
});
