/** @file What a target is shown of all that it is given together, beside the formulas of regression written out. */
import { describe, expect, test } from "vitest";
import { solveInPlace } from "../../numeric/linear-solve.ts";
import type { QueryConfig } from "./config.ts";
import { emptyCells, type GivenCells } from "./context-layout.ts";
import type { NormalModel } from "./normal-model.ts";
import { type Summaries, Summariser } from "./summary.ts";

/** Columns 0, 1, 3 and 4 are numbers, of which 4 has point masses; column 2 has three categories; 5 is an angle. */
const NORMAL = {
  columns: [0, 1, 3, 4],
  means: [0.1, -0.2, 0, 0.3],
  covariance: [1, 0.9, 1.2, -0.4, -0.3, 0.8, 0.95, 0.97, -0.35, 1.1],
  noise: [0, 0.01, 0, 0],
} satisfies NormalModel;
const COLUMNS = 6;
const config = {
  columns: COLUMNS,
  classes: [0, 0, 3, 0, 2, 0],
  circular: [0, 0, 0, 0, 0, 1],
  normal: NORMAL,
} as unknown as QueryConfig;

interface Cell {
  readonly column: number;
  readonly value?: number;
  readonly error?: number;
  /** Counted through all columns. */
  readonly class?: number;
  readonly above?: number;
}

function cellsOf(given: readonly Cell[]): GivenCells {
  const cells = emptyCells(1, 8);
  cells.lower.fill(Number.NaN);
  cells.upper.fill(Number.NaN);
  cells.given[0] = given.length;
  for (const [i, { column, value = 0, error = 0, class: which, above }] of given.entries()) {
    cells.tokens[i] = column + 1;
    cells.values[i] = value;
    cells.errors[i] = error;
    cells.classes[i] = which === undefined ? 0 : which + 1;
    if (above !== undefined) [cells.lower[i], cells.upper[i]] = [above, Number.POSITIVE_INFINITY];
  }
  return cells;
}

function summaryOf(target: number, given: readonly Cell[], isRead?: (cell: number) => boolean): Summaries {
  const summariser = new Summariser(config);
  const into = summariser.empty(1);
  summariser.put(into, 0, target, cellsOf(given), {
    from: 0,
    count: given.length,
    ...(isRead && { isRead }),
  });
  return into;
}

const covariance = (i: number, j: number): number =>
  NORMAL.covariance[(Math.max(i, j) * (Math.max(i, j) + 1)) / 2 + Math.min(i, j)];

/** Mean and standard deviation of one column given values of others; extra variances of these. */
function expected(target: number, given: readonly { place: number; value: number; extra: number }[]) {
  const n = given.length;
  const matrix = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return covariance(given[i].place, given[j].place) + (i === j ? given[i].extra : 0);
  });
  const weights = Float64Array.from(given, ({ place }) => covariance(target, place));
  if (n > 0) solveInPlace(matrix, weights);
  const sum = (of: (i: number) => number) => weights.reduce((all, weight, i) => all + weight * of(i), 0);
  return {
    mean: NORMAL.means[target] + sum((i) => given[i].value - NORMAL.means[given[i].place]),
    sd: Math.sqrt(covariance(target, target) - sum((i) => covariance(target, given[i].place))),
  };
}

const bounded = (residual: number) => residual / Math.sqrt(1 + (residual / 6) ** 2);

describe("the summary of given numbers", () => {
  const GIVEN: Cell[] = [
    { column: 3, value: -0.5 },
    { column: 0, value: 1.3 },
    { column: 1, value: 0.4, error: 0.3 },
  ];
  /** The error of 0.3 is more than the usual 0.1. */
  const known = [
    { place: 2, value: -0.5, extra: 0 },
    { place: 0, value: 1.3, extra: 0 },
    { place: 1, value: 0.4, extra: 0.09 - 0.01 },
  ];
  const summary = summaryOf(4, GIVEN);

  test("has their values", () => {
    expect([...summary.summaryGiven]).toEqual([1, 1, 1, 0, 1, 0, 0]);
    [1.3, 0.4, 0, -0.5].forEach((value, i) => {
      expect(summary.summaryValues[1 + i]).toBeCloseTo(value, 6);
    });
  });

  test("has the mean of the target given them, and the logarithm of its standard deviation", () => {
    const { mean, sd } = expected(3, known);
    expect(summary.summaryValues[0]).toBeCloseTo(mean, 6);
    expect(summary.summaryResiduals[0]).toBeCloseTo(Math.log(sd), 6);
  });

  test("has of each how far it is from what the others let expect", () => {
    for (const { place, value, extra } of known) {
      const { mean, sd } = expected(
        place,
        known.filter((each) => each.place !== place),
      );
      const residual = bounded((value - mean) / Math.sqrt(sd ** 2 + extra));
      expect(summary.summaryResiduals[1 + NORMAL.columns[place]]).toBeCloseTo(residual, 5);
    }
  });

  test("is of the cells that the target reads", () => {
    expect(summaryOf(4, GIVEN, (cell) => cell !== 1)).toEqual(summaryOf(4, [GIVEN[0], GIVEN[2]]));
  });
});

test("an error that is smaller than usual, or not known, changes nothing", () => {
  const [small, none] = [0.05, 0].map((error) => summaryOf(0, [{ column: 1, value: 1, error }]));
  expect(small).toEqual(none);
});

test("of nothing given it is what the column is like", () => {
  const { summaryValues, summaryGiven, summaryResiduals } = summaryOf(1, []);
  expect(summaryValues[0]).toBeCloseTo(-0.2, 6);
  expect(summaryResiduals[0]).toBeCloseTo(Math.log(1.2) / 2, 6);
  expect(summaryGiven.reduce((sum, each) => sum + each)).toBe(1);
});

test("a class, a point mass, an angle and an interval are no numbers of the normal model", () => {
  const number = { column: 0, value: 1 };
  const plain = summaryOf(1, [number]);
  const others: Cell[] = [
    { column: 2, class: 1 },
    { column: 4, class: 4 },
    { column: 5, value: 0.5 },
    { column: 3, above: 0.2 },
  ];
  const { summaryClasses, ...numbers } = summaryOf(1, [...others, number]);
  const { summaryClasses: _, ...wanted } = plain;
  expect(numbers).toEqual(wanted);
  expect([...(summaryClasses ?? [])]).toEqual([0, 0, 1, 0, 0, 1]);
});

test("a class has no mean, and what is impossible by the normal model stays finite", () => {
  const { summaryValues, summaryGiven, summaryResiduals } = summaryOf(2, [
    { column: 0, value: 1e6 },
    { column: 1, value: -1e6 },
  ]);
  expect(summaryGiven[0]).toBe(0);
  expect(summaryValues[0]).toBe(0);
  expect([...summaryValues.slice(1, 3)]).toEqual([6, -6]);
  expect(Math.abs(summaryResiduals[1])).toBeLessThan(6);
});
