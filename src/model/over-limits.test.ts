/** @file Limits of given columns, averaged over: beside numerical integration of densities in closed form. */
import { describe, expect, test } from "vitest";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { TableRows } from "../networks/encoded-table.ts";
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import type { Column } from "../table/table.ts";
import type { DensityModel } from "./density-model.ts";
import { askedOverLimits } from "./over-limits.ts";
import { answeringModel, type Cells, normalModel } from "./testing/answering-model.ts";

const INFINITE = Number.POSITIVE_INFINITY;
type Interval = readonly [low: number, high: number];

/** The distributions of one column in rows with limits. */
async function asked(
  model: DensityModel,
  of: string,
  given: readonly Column[],
): Promise<ColumnDistributions> {
  const { columns } = model.config;
  const ask = async ({ table, given: names }: TableRows, [target]: readonly number[]) => {
    const { name } = columns[target];
    // The models in closed form answer about so few rows in one batch.
    for await (const { densities } of model.densityBatches(table, { of: name, given: names }))
      return [densities[name]];
    return [];
  };
  const rows = given[0].values.length;
  const table = { source: "limits", rows, columns: given };
  const question = { table, given: given.map(({ name }) => name), start: 0, rows };
  const [answer] = await askedOverLimits(
    columns,
    question,
    [columns.findIndex(({ name }) => name === of)],
    ask,
  );
  expect(answer.rows).toBe(rows);
  return answer;
}

function limited(name: string, intervals: readonly Interval[]): Column {
  return {
    name,
    values: Float64Array.from(intervals, () => Number.NaN),
    lower: Float64Array.from(intervals, ([low]) => low),
    upper: Float64Array.from(intervals, ([, high]) => high),
  };
}

const PLACES = Array.from({ length: 121 }, (_, k) => (k - 60) / 10);

/** Half the sum of absolute differences of the probabilities of cells. */
function totalVariation(cdf: (y: number) => number, truth: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < PLACES.length; i++)
    sum += Math.abs(cdf(PLACES[i]) - cdf(PLACES[i - 1]) - (truth[i] - truth[i - 1]));
  return sum / 2;
}

/** Middles of cells between the ends, as far as there is anything. */
function middles([low, high]: Interval, count: number): number[] {
  const [from, to] = [Math.max(low, -6), Math.min(high, 6)];
  return Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 0.5)) / count);
}

/** P(Y <= y | low < X < high) at the places, of standard normals of a correlation. */
function truth(correlation: number, interval: Interval): number[] {
  const sd = Math.sqrt(1 - correlation ** 2);
  const at = middles(interval, 300).map((x) => [x, normalPdf(x)] as const);
  const all = at.reduce((sum, [, weight]) => sum + weight, 0);
  return PLACES.map(
    (y) => at.reduce((sum, [x, weight]) => sum + weight * normalCdf((y - correlation * x) / sd), 0) / all,
  );
}

const INTERVALS: readonly Interval[] = [
  [0, INFINITE],
  [2, INFINITE],
  [-INFINITE, -1],
  [-0.5, 0.7],
  [1, 1.1],
  [-INFINITE, 3],
];

test.each([
  [0.3, true],
  [0.8, true],
  [0.95, true],
  [0.8, false],
])("y given limits of x, where their correlation is %d", async (correlation, isMixture) => {
  const covariance = [
    [1, correlation],
    [correlation, 1],
  ];
  const model = normalModel(["x", "y"], [0, 0], covariance, isMixture);
  const answer = await asked(model, "y", [limited("x", INTERVALS)]);
  for (const [row, interval] of INTERVALS.entries())
    expect(totalVariation((y) => answer.cdf(row, y), truth(correlation, interval))).toBeLessThan(0.01);
});

test.each([true, false])(
  "answers narrow beside the steps between values of x make no peaks, mixtures %d",
  async (isMixture) => {
    const covariance = [
      [1, 0.998],
      [0.998, 1],
    ];
    const answer = await asked(normalModel(["x", "y"], [0, 0], covariance, isMixture), "y", [
      limited("x", [
        [-1.5, 1.5],
        [0, INFINITE],
      ]),
    ]);
    // y is all but x: its density is x's own, cut.
    const places = Array.from({ length: 101 }, (_, i) => (i - 50) / 62.5);
    for (const y of places) expect(answer.pdf(0, y) / (normalPdf(y) / 0.8664)).toBeCloseTo(1, 1);
    for (const y of places) {
      const x = 1.1 + y;
      expect(Math.abs(answer.pdf(1, x) / (2 * normalPdf(x)) - 1)).toBeLessThan(0.15);
    }
  },
);

test("y given limits of x and z, and a value of one where the other has limits", async () => {
  const [a, b, c] = [0.5, 0.6, 0.7];
  const covariance = [
    [1, a, b],
    [a, 1, c],
    [b, c, 1],
  ];
  const model = normalModel(["x", "z", "y"], [0, 0, 0], covariance, true);
  // The second one is hard: nothing is told by x but with z, which lies far out.
  const pairs: readonly (readonly [Interval, Interval])[] = [
    [
      [0, INFINITE],
      [-INFINITE, 0],
    ],
    [
      [-3, INFINITE],
      [2.5, INFINITE],
    ],
    [
      [-0.5, 0.5],
      [1, 2],
    ],
  ];
  const x = limited(
    "x",
    pairs.map(([first]) => first),
  );
  const z = limited(
    "z",
    pairs.map(([, second]) => second),
  );
  const answer = await asked(model, "y", [x, z]);
  const whole = 1 - a * a;
  const [ofX, ofZ] = [(b - a * c) / whole, (c - a * b) / whole];
  const sd = Math.sqrt(1 - ofX * b - ofZ * c);
  for (const [row, [first, second]] of pairs.entries()) {
    const points = middles(first, 60).flatMap((u) =>
      middles(second, 60).map((v) => {
        const weight = Math.exp((-0.5 * (u * u - 2 * a * u * v + v * v)) / whole);
        return [ofX * u + ofZ * v, weight] as const;
      }),
    );
    const all = points.reduce((sum, [, weight]) => sum + weight, 0);
    const cdf = PLACES.map(
      (y) => points.reduce((sum, [mean, w]) => sum + w * normalCdf((y - mean) / sd), 0) / all,
    );
    expect(totalVariation((y) => answer.cdf(row, y), cdf)).toBeLessThan(0.015);
  }
  // In one row z has a value, in another x, in the last both.
  const some = { ...z, values: Float64Array.of(0.4, Number.NaN, 0.4) };
  const others = { ...x, values: Float64Array.of(Number.NaN, 1, 1) };
  const mixed = await asked(model, "y", [others, some]);
  expect(mixed.mean(2)).toBeCloseTo(ofX + ofZ * 0.4, 5);
  const alone = await asked(
    model,
    "y",
    [others, some].map((column) => ({
      ...column,
      values: column.values.slice(0, 1),
      lower: column.lower!.slice(0, 1),
      upper: column.upper!.slice(0, 1),
    })),
  );
  for (const y of [-1, 0, 1]) expect(mixed.cdf(0, y)).toBeCloseTo(alone.cdf(0, y), 12);
});

describe("what stands for limits", () => {
  /** x as the model has it; which of its values y was asked given. */
  async function valuesOf(encoding: object, classes: readonly number[], interval: Interval) {
    const met: number[] = [];
    const model = answeringModel({ x: encoding, y: {} }, (of, given: Cells) => {
      if (of === "x") return { classes };
      met.push(given.x as number);
      return { mean: given.x === 0 ? 5 : 0 };
    });
    const answer = await asked(model, "y", [limited("x", [interval])]);
    return { met, answer };
  }

  test("a point mass has its share", async () => {
    const { met, answer } = await valuesOf({ pointMasses: [0] }, [0.6, 0.4], [-INFINITE, 0]);
    expect(met.filter((x) => x === 0)).toHaveLength(1);
    // 0.4 at 0, half of 0.6 below it; there are 32 of the same weight.
    expect(Math.abs(1 - answer.cdf(0, 2.5) - 0.4 / 0.7)).toBeLessThan(1 / 50);
    const { met: without } = await valuesOf({ pointMasses: [0] }, [0.6, 0.4], [Number.MIN_VALUE, INFINITE]);
    expect(Math.min(...without)).toBeGreaterThan(0);
  });

  test("whole numbers are whole, and none lies beyond a bound", async () => {
    const whole = await valuesOf({ kind: "integer" }, [], [-2.5, 1]);
    expect(whole.met).toEqual([-2, -1, 0, 1]);
    const bounded = await valuesOf({ bounds: [-0.4, null] }, [], [-INFINITE, 1]);
    expect(Math.min(...bounded.met)).toBeGreaterThanOrEqual(-0.4);
  });

  test("limits that nothing was expected in are kept to", async () => {
    const { met } = await valuesOf({}, [], [60, INFINITE]);
    for (const x of met) expect(Math.abs(x - 60)).toBeLessThan(1);
    expect(Math.min(...met)).toBeGreaterThanOrEqual(60 - 1e-6);
  });
});

test("rows without limits are asked as they are, once", async () => {
  const model = normalModel(
    ["x", "y"],
    [0, 0],
    [
      [1, 0.5],
      [0.5, 1],
    ],
    true,
  );
  const values = Float64Array.of(1, 2);
  const rows = {
    table: { source: "rows", rows: 2, columns: [{ name: "x", values }] },
    given: ["x"],
    start: 0,
    rows: 2,
  };
  const met: TableRows[] = [];
  await askedOverLimits(model.config.columns, rows, [1], async (question) => {
    met.push(question);
    return [];
  });
  expect(met).toEqual([rows]);
  expect(met[0]).toBe(rows);
});
