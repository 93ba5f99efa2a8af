import { describe, expect, it } from "vitest";
import { generator } from "../numeric/generator.ts";
import { normalCdf } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import type { Column, Table } from "../table/table.ts";
import { countFilled, impute } from "./impute.ts";
import { answeringModel, normalModel } from "./testing/answering-model.ts";

const NaNs = (rows: number) => new Float64Array(rows).fill(Number.NaN);
const model = normalModel(
  ["a", "b", "c"],
  [1, -2, 0],
  [
    [1, 0.8, 0],
    [0.8, 4, 0],
    [0, 0, 1],
  ],
);

function columnOf(table: Table, name: string): Column {
  const found = table.columns.find((column) => column.name === name);
  if (!found) throw new Error(`no column ${name}`);
  return found;
}

const gaps: Table = {
  source: "gaps",
  rows: 3,
  columns: [
    { name: "a", values: Float64Array.of(3, Number.NaN, Number.NaN) },
    { name: "note", values: Float64Array.of(7, Number.NaN, 9) },
    {
      name: "b",
      values: Float64Array.of(Number.NaN, 2, Number.NaN),
      errors: Float64Array.of(0.1, 0.2, Number.NaN),
    },
  ],
};

describe("impute by medians", () => {
  it("puts the conditional median and interval where cells are missing, and nowhere else", async () => {
    const filled = await impute(model, gaps, { interval: 0.6827 });
    expect(filled.columns.map(({ name }) => name)).toEqual([
      ...["a", "a_low", "a_high", "note", "b", "b_low", "b_high"],
    ]);
    const values = (name: string) => [...columnOf(filled, name).values];
    expect(values("a")).toEqual([3, expect.closeTo(1 + 0.2 * 4, 4), expect.closeTo(1, 4)]);
    expect(values("b")).toEqual([expect.closeTo(-2 + 0.8 * 2, 4), 2, expect.closeTo(-2, 4)]);
    const spread = Math.sqrt(1 - 0.16);
    expect(values("a_low")).toEqual([Number.NaN, expect.closeTo(1.8 - spread, 3), expect.closeTo(0, 3)]);
    expect(values("b_high")).toEqual([
      expect.closeTo(-0.4 + 2 * spread, 3),
      Number.NaN,
      expect.closeTo(0, 3),
    ]);
    expect(columnOf(filled, "note")).toBe(gaps.columns[1]);
    expect(columnOf(filled, "b").errors).toEqual(Float64Array.of(Number.NaN, 0.2, Number.NaN));
    expect(gaps.columns[0].values[1]).toBeNaN();
  });

  it("fills only the columns named, and makes those that aren't there", async () => {
    const filled = await impute(model, gaps, { columns: ["b", "c"], interval: 0 });
    expect(filled.columns.map(({ name }) => name)).toEqual(["a", "note", "b", "c"]);
    expect([...columnOf(filled, "c").values]).toEqual([0, 0, 0].map((each) => expect.closeTo(each, 4)));
    expect(columnOf(filled, "a")).toBe(gaps.columns[0]);
  });

  it("puts the most probable category under its name", async () => {
    const categories = ["high", "low", "middle"];
    const encoding = {
      kind: { kind: "category" as const, categories },
      x: {},
      is: { kind: "boolean" as const },
    };
    const kinds = answeringModel(
      { ...encoding, is: { kind: "boolean", categories: ["false", "true"] } },
      (of, { x }) => {
        if (of === "is") return { classes: [0.4, 0.6] };
        return of === "kind" ? { classes: x === 1 ? [0.2, 0.3, 0.5] : [0.1, 0.8, 0.1] } : {};
      },
    );
    const table: Table = {
      source: "kinds",
      rows: 3,
      columns: [
        {
          name: "kind",
          kind: "category",
          categories: ["middle", "low"],
          values: Float64Array.of(0, Number.NaN, Number.NaN),
        },
        { name: "x", values: Float64Array.of(5, 1, 2) },
        { name: "is", kind: "boolean", values: Float64Array.of(0, 1, Number.NaN) },
      ],
    };
    const filled = await impute(kinds, table);
    const kind = columnOf(filled, "kind");
    expect(Array.from(kind.values, (index) => kind.categories![index])).toEqual(["middle", "middle", "low"]);
    expect(columnOf(filled, "is")).toEqual({ name: "is", kind: "boolean", values: Float64Array.of(0, 1, 1) });
    expect(filled.columns).toHaveLength(3);
  });

  it("fills dates without times with such, and an empty column of dates with moments", async () => {
    const dates = answeringModel({ day: { kind: "date" }, moment: { kind: "date" } }, () => ({
      mean: 20_000.7,
    }));
    const day: Column = { name: "day", kind: "date", values: Float64Array.of(19_000, Number.NaN) };
    const table: Table = { source: "days", rows: 2, columns: [day, { name: "moment", values: NaNs(2) }] };
    const filled = await impute(dates, table, { interval: 0 });
    expect(filled.columns[0]).toEqual({ ...day, values: Float64Array.of(19_000, 20_001) });
    expect(filled.columns[1].kind).toBe("date");
    expect(filled.columns[1].values[0]).toBeCloseTo(20_000.7, 2);
  });

  it("fills by means, where wanted: of a number that is 0 three times in ten and else about 10", async () => {
    const zeros = answeringModel({ n: { pointMasses: [0] } }, () => ({
      mean: 10,
      sd: 0.5,
      classes: [0.7, 0.3],
    }));
    const table: Table = { source: "n", rows: 1, columns: [{ name: "n", values: NaNs(1) }] };
    const cell = async (method?: "mean" | "median") =>
      (await impute(zeros, table, { interval: 0, ...(method && { method }) })).columns[0].values[0];
    expect(await cell("mean")).toBeCloseTo(7, 2);
    // The median of all is the quantile at (0.5 - 0.3) / 0.7 of the normal.
    expect(await cell()).toBeCloseTo(10 + 0.5 * normalQuantile(0.2 / 0.7), 2);
    expect(await cell("median")).toBe(await cell());
  });

  it("refuses to put an interval over a column", async () => {
    const taken = { ...gaps, columns: [...gaps.columns, { name: "b_low", values: NaNs(3) }] };
    await expect(impute(model, taken)).rejects.toThrow(/column "b_low" already/);
    expect((await impute(model, taken, { interval: 0 })).columns).toHaveLength(4);
    await expect(impute(model, gaps, { interval: 90 })).rejects.toThrow(/between 0 and 1/);
    await expect(impute(model, gaps, { columns: ["note"] })).rejects.toThrow(/no column "note"/);
  });
});

describe("impute by draws", () => {
  const rows = 3000;
  const random = generator(1, "rows");
  const known = Float64Array.from({ length: rows }, (_, row) =>
    row % 3 === 0 ? 1 + random.normal() : Number.NaN,
  );
  const table: Table = {
    source: "gaps",
    rows,
    columns: [
      { name: "a", values: known },
      { name: "b", values: NaNs(rows), errors: new Float64Array(rows).fill(0.3) },
    ],
  };

  it("gives back the joint distribution, from rows that lack one or both", async () => {
    const filled = await impute(model, table, { method: "draw", seed: 4 });
    expect(filled.columns.map(({ name }) => name)).toEqual(["a", "b"]);
    const [a, b] = filled.columns.map(({ values }) => values as Float64Array);
    const mean = (values: Float64Array) => values.reduce((sum, each) => sum + each, 0) / rows;
    const covariance = mean(a.map((value, row) => (value - 1) * (b[row] + 2)));
    expect(Math.abs(covariance - 0.8)).toBeLessThan(4 * Math.sqrt((1 * 4 + 0.8 ** 2) / rows));
    expect(Math.abs(mean(b.map((value) => (value + 2) ** 2)) - 4)).toBeLessThan(4 * Math.sqrt(32 / rows));
    expect(known.every((value, row) => Number.isNaN(value) || a[row] === value)).toBe(true);
  });

  it("draws whole numbers and point masses", async () => {
    const counts = answeringModel({ n: { kind: "integer", pointMasses: [9] } }, () => ({
      mean: 2,
      sd: 0.5,
      classes: [0.5, 0.5],
    }));
    const filled = await impute(
      counts,
      { source: "n", rows, columns: [{ name: "n", values: NaNs(rows) }] },
      { method: "draw" },
    );
    const share = (value: number) => filled.columns[0].values.filter((each) => each === value).length / rows;
    const error = 4 * Math.sqrt(0.25 / rows);
    expect(Math.abs(share(9) - 0.5)).toBeLessThan(error);
    expect(Math.abs(share(2) - 0.5 * (1 - 2 * normalCdf(-1)))).toBeLessThan(error);
    expect(filled.columns[0].values.every(Number.isInteger)).toBe(true);
  });

  it("draws the same in a row whatever the others lack, and something else for another seed", async () => {
    const draw = async (of: Table, seed: number) =>
      (await impute(model, of, { method: "draw", seed })).columns[1].values;
    const first = await draw(table, 4);
    const fuller = {
      ...table,
      columns: [table.columns[0], { name: "b", values: NaNs(rows).fill(0, 10, 20) }],
    };
    const again = await draw(fuller, 4);
    expect(again.slice(20)).toEqual(first.slice(20));
    expect(await draw(table, 5)).not.toEqual(first);
  });
});

it("counts the cells that are known afterwards and were missing before", async () => {
  expect(countFilled(gaps, gaps)).toBe(0);
  const only = { ...gaps, columns: gaps.columns.filter(({ name }) => name === "a") };
  expect(countFilled(only, await impute(model, only))).toBe(2);
});
