/** @file What is counted of a table, beside frequencies written out; and when a target is told it. */
import { describe, expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import type { EncodedCells } from "../encoded-table.ts";
import type { QueryConfig } from "./config.ts";
import { emptyCells, type GivenCells } from "./context-layout.ts";
import { CountedShares, fitCounted, isCountedWhole, PLACES, placesOfNumbers } from "./counted.ts";
import { Summariser } from "./summary.ts";

const ROWS = 8000;
const random = generator(1, "counted");
const numbers = (of: (row: number) => number) => Float32Array.from({ length: ROWS }, (_, row) => of(row));
/** 0: a number; 1: 1 or -1, more often 1 the greater the number; 2: a number with a point mass at 0; 3: three classes; 4: an angle. */
const x = numbers(() => random.normal());
const side = numbers((row) => (random.uniform() < 1 / (1 + Math.exp(-2 * x[row])) ? 1 : -1));
const massed = Int32Array.from(x, () => Number(random.uniform() < 0.3));
const z = numbers((row) => (massed[row] ? 0 : random.normal()));
const kind = Int32Array.from(side, (each) => (each > 0 ? Math.floor(2 * random.uniform()) : 2));
const columns: EncodedCells[] = [
  { index: 0, values: x },
  { index: 1, values: side },
  { index: 2, values: z, classes: massed, isMixed: true, pointMasses: [0] },
  { index: 3, values: numbers(() => 0), classes: kind },
  { index: 4, values: x },
];
const sizes = { columns: 5, classes: [0, 0, 2, 3, 0], circular: [0, 0, 0, 0, 1] };
const counted = fitCounted({ rows: ROWS, columns }, sizes);
if (!counted) throw new Error("nothing was counted");
const config = {
  ...sizes,
  counted,
  normal: { columns: [0, 1], means: [0, 0], covariance: [1, 0, 1], noise: [0.04, 0] },
} as unknown as QueryConfig & { counted: typeof counted };
const shares = new CountedShares(config);

interface Given {
  readonly column: number;
  readonly value?: number;
  /** Counted through all columns. */
  readonly class?: number;
  readonly error?: number;
  readonly above?: number;
}

function cellsOf({ column, value = 0, class: which, error = 0, above }: Given): GivenCells {
  const cells = emptyCells(1, 1);
  cells.tokens[0] = column + 1;
  cells.values[0] = value;
  cells.errors[0] = error;
  cells.classes[0] = which === undefined ? 0 : which + 1;
  cells.lower[0] = above ?? Number.NaN;
  cells.upper[0] = Number.NaN;
  return cells;
}

function told(target: number, given?: Given) {
  const into = shares.empty(1);
  shares.put(into, 0, target, given ? cellsOf(given) : emptyCells(1, 1), given ? 0 : undefined);
  const { countedPlaces: places, countedClasses: classes = new Float32Array(0) } = into;
  return { places, classes, isCounted: into.isCounted[0], pair: into.countedPair[0] };
}

const sum = (cells: Float32Array) => cells.reduce((all, each) => all + each, 0);
const above0 = (places: Float32Array) => sum(places.filter((_, k) => placesOfNumbers[k] > 0));
const shareOf = (rows: (row: number) => boolean, of: (row: number) => boolean) => {
  const found = [...x.keys()].filter(rows);
  return found.filter(of).length / found.length;
};

describe("what is counted of a column by itself", () => {
  test("are the frequencies of its classes", () => {
    const { classes, isCounted, pair } = told(3);
    expect(isCounted).toBe(1);
    expect(pair).toBe(4 * 6);
    for (const k of [0, 1, 2])
      expect(
        Math.abs(
          classes[2 + k] -
            shareOf(
              () => true,
              (row) => kind[row] === k,
            ),
        ),
      ).toBeLessThan(0.01);
    expect(sum(classes)).toBeCloseTo(1, 5);
    expect(sum(classes.subarray(0, 2))).toBe(0);
  });

  test("is a point mass, and besides what the numbers are", () => {
    const { classes, places } = told(2);
    expect(
      Math.abs(
        classes[1] -
          shareOf(
            () => true,
            (row) => massed[row] === 1,
          ),
      ),
    ).toBeLessThan(0.01);
    expect(sum(places)).toBeCloseTo(1, 5);
    const mean = places.reduce((all, share, k) => all + share * placesOfNumbers[k], 0);
    const square = places.reduce((all, share, k) => all + share * placesOfNumbers[k] ** 2, 0);
    expect(Math.abs(mean)).toBeLessThan(0.04);
    expect(Math.abs(square - 1)).toBeLessThan(0.1);
  });
});

describe("what is counted beside a single given value", () => {
  test.each([-1.5, 0, 0.7])("a number of %f", (value) => {
    const { places } = told(1, { column: 0, value });
    const near = shareOf(
      (row) => Math.abs(x[row] - value) < 0.15,
      (row) => side[row] > 0,
    );
    expect(Math.abs(above0(places) - near)).toBeLessThan(0.05);
  });

  test("a class, counted through all columns", () => {
    const { places, pair } = told(1, { column: 3, class: 4 });
    expect(pair).toBe(2 * 6 + 4);
    // Sixteen rows as the column is by itself are added.
    const rows = kind.filter((each) => each === 2).length;
    expect(above0(places)).toBeCloseTo(
      (16 *
        shareOf(
          () => true,
          (row) => side[row] > 0,
        )) /
        (rows + 16),
      2,
    );
    expect(above0(told(1, { column: 3, class: 2 }).places)).toBeGreaterThan(0.98);
  });

  test("a point mass", () => {
    const { classes } = told(3, { column: 2, class: 1 });
    const expected = shareOf(
      (row) => massed[row] === 1,
      (row) => kind[row] === 2,
    );
    expect(Math.abs(classes[4] - expected)).toBeLessThan(0.01);
  });

  test("beyond the outermost knot it is as at the knot", () => {
    expect(told(1, { column: 0, value: 50 }).places).toEqual(told(1, { column: 0, value: 5 }).places);
  });

  test.each<[string, number, Given]>([
    ["of a limit", 1, { column: 0, above: 1 }],
    ["of a value whose error is more than three times the usual one", 1, { column: 0, value: 1, error: 0.7 }],
    ["beside an angle", 1, { column: 4, value: 1 }],
    ["of an angle", 4, { column: 0, value: 1 }],
  ])("nothing is told %s", (_, target, given) => {
    const { isCounted, places, classes } = told(target, given);
    expect([isCounted, sum(places), sum(classes)]).toEqual([0, 0, 0]);
  });

  test("a value with a usual error counts", () => {
    expect(told(1, { column: 0, value: 1, error: 0.5 }).isCounted).toBe(1);
  });
});

test("to what is counted beside a rare class, sixteen rows as the column is by itself are added", () => {
  const rare = Int32Array.from(side, (each, row) => Number(each > 0 && row % 200 === 0));
  const rows = rare.reduce((sum, each) => sum + each, 0);
  const table = [
    { index: 0, values: side },
    { index: 1, values: numbers(() => 0), classes: rare },
  ];
  const own = { columns: 2, classes: [0, 2] };
  const counted = fitCounted({ rows: ROWS, columns: table }, own);
  if (!counted) throw new Error("nothing was counted");
  const looked = new CountedShares({ ...own, counted } as unknown as QueryConfig & {
    counted: typeof counted;
  });
  const into = looked.empty(1);
  looked.put(into, 0, 0, cellsOf({ column: 1, class: 1 }), 0);
  const expected =
    (rows +
      16 *
        shareOf(
          () => true,
          (row) => side[row] > 0,
        )) /
    (rows + 16);
  expect(rows).toBeLessThan(40);
  expect(Math.abs(above0(into.countedPlaces) - expected)).toBeLessThan(0.02);
});

test("a few hundred rows do not look like peaks: what is independent is nearly so at each place", () => {
  const alone = told(2).places;
  const given = told(2, { column: 0, value: 0.2 }).places;
  const middle = [...placesOfNumbers.keys()].filter((k) => Math.abs(placesOfNumbers[k]) < 1.5);
  const squares = middle.map((k) => (given[k] / alone[k] - 1) ** 2);
  expect(Math.sqrt(squares.reduce((all, each) => all + each, 0) / middle.length)).toBeLessThan(0.1);
});

test("where a target reads two cells nothing is told, and where it reads one of them, what that lets expect", () => {
  const summariser = new Summariser(config);
  const cells = emptyCells(1, 2);
  cells.lower.fill(Number.NaN);
  cells.upper.fill(Number.NaN);
  [cells.tokens[0], cells.values[0]] = [1, 0.7];
  [cells.tokens[1], cells.classes[1]] = [4, 3];
  const of = (isRead: (cell: number) => boolean) => {
    const into = summariser.empty(1);
    summariser.put(into, 0, 1, cells, { from: 0, count: 2, isRead });
    return { isCounted: into.isCounted?.[0], places: into.countedPlaces };
  };
  expect(of(() => true).isCounted).toBe(0);
  expect(of((cell) => cell === 0)).toEqual({
    isCounted: 1,
    places: told(1, { column: 0, value: 0.7 }).places,
  });
  expect(of((cell) => cell === 1).places).toEqual(told(1, { column: 3, class: 2 }).places);
  expect(of(() => false).places).toEqual(told(1).places);
});

test("of few rows, and of a single column, nothing is counted", () => {
  const few = columns.map((column) => ({ ...column, values: column.values.subarray(0, 2000) }));
  expect(fitCounted({ rows: 2000, columns: few }, sizes)).toBeUndefined();
  expect(fitCounted({ rows: ROWS, columns: columns.slice(0, 1) }, sizes)).toBeUndefined();
});

test("what is cut off, or of other columns, is not whole", () => {
  expect(isCountedWhole(counted, sizes.classes)).toBe(true);
  expect(isCountedWhole({ ...counted, shares: counted.shares.slice(0, -4) }, sizes.classes)).toBe(false);
  expect(isCountedWhole({ ...counted, knots: counted.knots.slice(1) }, sizes.classes)).toBe(false);
  expect(isCountedWhole(counted, [0, 0, 2, 4, 0])).toBe(false);
  expect(isCountedWhole({ ...counted, columns: [0, 1, 2, 7] }, sizes.classes)).toBe(false);
});

test("the places reach over a standardised column", () => {
  expect(placesOfNumbers).toHaveLength(PLACES);
  expect(placesOfNumbers[0]).toBeCloseTo(-placesOfNumbers[PLACES - 1], 10);
  expect(placesOfNumbers[PLACES - 1]).toBeGreaterThan(2);
});
