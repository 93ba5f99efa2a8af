/** @file The benchmark's fixed choices: held-out rows, questions, splits. Real tables are tested where they lie. */
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { california } from "../../bench/densities/data/california.ts";
import { holdOut } from "../../bench/densities/data/held-out.ts";
import { DATA_FOLDER } from "../../bench/densities/data/shared-data.ts";
import { stars } from "../../bench/densities/data/stars.ts";
import { uciSplit } from "../../bench/densities/data/uci.ts";
import { givenValues, onlyGiven, randomQuestions } from "../../bench/densities/questions.ts";
import { californiaQuestions } from "../../bench/densities/questions-california.ts";
import { circle } from "../../bench/densities/truth/circle.ts";
import type { Table } from "../../src/table/table.ts";

function numbered(rows: number, columns: number): Table {
  const values = (column: number) => Float64Array.from({ length: rows }, (_, row) => 100 * row + column);
  return {
    source: "test",
    rows,
    columns: Array.from({ length: columns }, (_, column) => ({ name: `c${column}`, values: values(column) })),
  };
}

test("held-out rows are as many as asked, never trained on, and whole", () => {
  const { train, heldOut } = holdOut(numbered(50, 3), 5, 1);
  expect([train.rows, heldOut.rows]).toEqual([45, 5]);
  const rows = [train, heldOut].flatMap(({ columns }) => Array.from(columns[0].values));
  expect(rows.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, row) => 100 * row));
  expect(heldOut.columns[2].values).toEqual(heldOut.columns[0].values.map((value) => value + 2));
});

describe("random questions", () => {
  const table = numbered(900, 4);
  const contexts = randomQuestions(table, 1);

  test("ask every column, from none given to all others, and never give what is asked", () => {
    const counts = new Map<string, number>();
    for (let question = 0; question < 900; question++) {
      const given = givenValues(table, contexts, question);
      const target = contexts.targets[question];
      expect(given[target]).toBeUndefined();
      const key = `${target} ${Object.keys(given).length}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(16);
    for (const count of counts.values()) expect(Math.abs(count - 900 / 16)).toBeLessThan(35);
  });

  test("the rows asked show the given values and nothing else", () => {
    const shown = onlyGiven(table, contexts, Uint32Array.of(7, 3));
    [7, 3].forEach((question, row) => {
      const cells = shown.columns.map(({ values }) => values[row]);
      const given = givenValues(table, contexts, question);
      expect(cells).toEqual(cells.map((_, index) => given[index] ?? Number.NaN));
    });
  });
});

test("the questions about California Housing stay what they are", () => {
  const { rows, targets, given } = californiaQuestions(numbered(2064, 9));
  expect(rows.length).toBe(6192);
  // Anyone who moves these compares models on other questions than those before.
  expect(Array.from(targets.slice(0, 8))).toEqual([0, 6, 1, 5, 3, 2, 5, 7]);
  expect(given.slice(0, 18).join("")).toBe("001000100111111000");
  expect(given.reduce((sum, one) => sum + one, 0)).toBe(24_774);
});

test("known tables are the same for the same seed, others for another", () => {
  expect(circle.sample(20, 1)).toEqual(circle.sample(20, 1));
  expect(circle.sample(20, 1)).not.toEqual(circle.sample(20, 2));
});

describe.skipIf(!existsSync(DATA_FOLDER))("real tables", () => {
  test("California Housing: 18,576 and 2,064 rows of nine columns", async () => {
    const { train, heldOut } = (await california())!;
    expect([train.rows, heldOut.rows, train.columns.length]).toEqual([18_576, 2064, 9]);
  });

  test.each([
    ["concrete", 927, 103, 9, "strength"],
    ["energy", 691, 77, 9, "heating_load"],
    ["power", 8611, 957, 5, "PE"],
    ["yacht", 277, 31, 7, "residuary_resistance"],
  ] as const)("UCI %s: %d and %d rows of %d columns", (name, trained, tested, columns, target) => {
    const split = uciSplit(name, 3)!;
    expect([split.train.rows, split.test.rows]).toEqual([trained, tested]);
    expect(split.train.columns.length).toBe(columns);
    expect(split.target).toBe(target);
    for (const { values } of split.test.columns) expect(values.every(Number.isFinite)).toBe(true);
  });

  test("stars: errors with every column, and reddening missing where it is a default", async () => {
    const { train, heldOut } = (await stars())!;
    expect([train.rows, heldOut.rows]).toEqual([9000, 1000]);
    for (const { errors } of train.columns) expect(errors).toBeDefined();
    const missing = [train, heldOut]
      .flatMap(({ columns }) => Array.from(columns.find(({ name }) => name === "reddening")!.values))
      .filter(Number.isNaN);
    expect(missing.length).toBe(949);
  });
});
