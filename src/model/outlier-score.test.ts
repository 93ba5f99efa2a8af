import { describe, expect, it, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { normalCdf, normalLogPdf } from "../numeric/normal-cdf.ts";
import type { Table } from "../table/table.ts";
import { mostSurprising, score } from "./outlier-score.ts";
import { answeringModel, normalModel } from "./testing/answering-model.ts";

const RHO = 0.8;
const SPREAD = Math.sqrt(1 - RHO ** 2);
const model = normalModel(
  ["a", "b"],
  [0, 0],
  [
    [1, RHO],
    [RHO, 1],
  ],
);

function pairs(rows: number): Table {
  const random = generator(3, "pairs");
  const a = Float64Array.from({ length: rows }, () => random.normal());
  const b = a.map((value) => RHO * value + SPREAD * random.normal());
  return {
    source: "pairs",
    rows,
    columns: [
      { name: "a", values: a },
      { name: "b", values: b },
    ],
  };
}

const valuesOf = async (asked: Promise<Table>, name: string) =>
  (await asked).columns.find((column) => column.name === name)!.values;

describe("score", () => {
  it("has a tail that is uniform over good rows", async () => {
    const rows = 1500;
    const tails = (await valuesOf(score(model, pairs(rows)), "b_tail")).slice().sort();
    // Kolmogorov's distance: above 1.95 / sqrt(n) in one of 1000 such samples.
    const distance = Math.max(...Array.from(tails, (tail, i) => Math.abs(tail - (i + 0.5) / rows)));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(rows));
  });

  it("is that of each cell given the rest of its row; NaN where there is no cell", async () => {
    const table: Table = {
      source: "rows",
      rows: 2,
      columns: [
        { name: "a", values: Float64Array.of(1, Number.NaN) },
        { name: "b", values: Float64Array.of(2, -1) },
      ],
    };
    const scored = await score(model, table);
    expect(scored.columns.map(({ name, values }) => [name, ...values])).toEqual([
      [
        "a_log_density",
        expect.closeTo(normalLogPdf((1 - 2 * RHO) / SPREAD) - Math.log(SPREAD), 3),
        Number.NaN,
      ],
      ["a_tail", expect.closeTo(2 * normalCdf((1 - 2 * RHO) / SPREAD), 4), Number.NaN],
      [
        "b_log_density",
        expect.closeTo(normalLogPdf((2 - RHO) / SPREAD) - Math.log(SPREAD), 3),
        expect.closeTo(normalLogPdf(-1), 3),
      ],
      ["b_tail", expect.closeTo(2 * normalCdf((RHO - 2) / SPREAD), 4), expect.closeTo(2 * normalCdf(-1), 4)],
    ]);
  });

  it.each([0.01, 0.3, 1, 20])("blurs the density by the cell's error of %s", async (error) => {
    const values = Float64Array.of(-5.97, -3.04, -1.03, 0.42, 3.02, 4.87, 9);
    const column = { name: "b", values, errors: values.map(() => error) };
    const table: Table = { source: "rows", rows: values.length, columns: [column] };
    const [logs, tails] = (await score(model, table)).columns.map((each) => each.values);
    const sd = Math.hypot(1, error);
    values.forEach((value, row) => {
      const level = Math.abs(value) / sd;
      const off = Math.abs(logs[row] - normalLogPdf(level) + Math.log(sd));
      if (level < 6) {
        const allowed = level < 4.5 ? 0.01 : 0.1; // the density falls by 40 % over a cell out there
        expect(off).toBeLessThan(allowed);
        expect(Math.abs(tails[row] / (2 * normalCdf(-level)) - 1)).toBeLessThan(allowed);
      } else {
        // Beyond the cells there is no blur: a value out there still gets a density, and of the right size.
        expect(off).toBeLessThan(0.1 * Math.abs(logs[row]));
        expect(tails[row]).toBeLessThan(1e-8);
      }
    });
  });

  it("takes half of a point mass; of categories all that are no more probable", async () => {
    const mixed = answeringModel(
      {
        kind: { kind: "category", categories: ["high", "low", "middle"] },
        amount: { pointMasses: [0] },
        count: { kind: "integer" },
      },
      (of) => {
        if (of === "kind") return { classes: [0.2, 0.5, 0.3] };
        return of === "amount" ? { mean: 1, classes: [0.75, 0.25] } : { mean: 3, sd: 0.5 };
      },
    );
    const table: Table = {
      source: "rows",
      rows: 2,
      columns: [
        { name: "kind", kind: "category", categories: ["low", "middle"], values: Float64Array.of(1, 0) },
        { name: "amount", values: Float64Array.of(0, 2), errors: Float64Array.of(0.5, Number.NaN) },
        { name: "count", values: Float64Array.of(3, 2) },
      ],
    };
    const scored = await score(mixed, table);
    const values = (name: string) => [...scored.columns.find((column) => column.name === name)!.values];
    expect(values("kind_tail")).toEqual([expect.closeTo(0.5), expect.closeTo(1)]);
    expect(values("kind_log_density")).toEqual([
      expect.closeTo(Math.log(0.3)),
      expect.closeTo(Math.log(0.5)),
    ]);
    expect(values("amount_tail")).toEqual([
      expect.closeTo(2 * (0.75 * normalCdf(-1) + 0.125), 4),
      expect.closeTo(2 * 0.75 * normalCdf(-1), 4),
    ]);
    expect(values("amount_log_density")[0]).toBeCloseTo(Math.log(0.25));
    const below = normalCdf(-3);
    const mass = normalCdf(-1) - below;
    expect(values("count_tail")).toEqual([expect.closeTo(1, 4), expect.closeTo(2 * (below + mass / 2), 4)]);
    expect(values("count_log_density")[1]).toBeCloseTo(Math.log(mass), 3);
  });

  it("ends when told to, and refuses columns there are not", async () => {
    const told: number[] = [];
    await score(model, pairs(5), { onProgress: (done) => told.push(done) });
    expect(told).toEqual([2, 5]);
    await expect(score(model, pairs(5), { of: ["c"] })).rejects.toThrow(/no column "c"/);
    await expect(score(model, { ...pairs(5), columns: [] })).rejects.toThrow(/none of the columns/);
  });
});

test("the most surprising cells come first, of equal tails the one of smaller density; missing cells not at all", () => {
  const table: Table = {
    source: "rows",
    rows: 3,
    columns: [
      { name: "a", values: Float64Array.of(1.5, Number.NaN, 3) },
      { name: "kind", kind: "category", categories: ["blue", "red"], values: Float64Array.of(0, 1, 1) },
      { name: "unscored", values: Float64Array.of(1, 2, 3) },
    ],
  };
  const scores: Table = {
    source: "scores",
    rows: 3,
    columns: [
      { name: "a_log_density", values: Float64Array.of(-3, Number.NaN, -1) },
      { name: "a_tail", values: Float64Array.of(0.1, Number.NaN, 0.5) },
      { name: "kind_log_density", values: Float64Array.of(-1, -9, -4) },
      { name: "kind_tail", values: Float64Array.of(0.9, 0.01, 0.1) },
    ],
  };
  expect(mostSurprising(table, scores, 3)).toEqual([
    { row: 2, column: "kind", value: "red", tail: 0.01, logDensity: -9 },
    { row: 3, column: "kind", value: "red", tail: 0.1, logDensity: -4 },
    { row: 1, column: "a", value: "1.5", tail: 0.1, logDensity: -3 },
  ]);
});
