import { describe, expect, it } from "vitest";
import type { MissingCells } from "../columns/missing-cells.ts";
import { type Column, type Table, tableColumn } from "../table/table.ts";
import { ClosestRecordSearch } from "./closest-records.ts";
import type { DensityModel } from "./density-model.ts";
import { type SynthesisOptions, synthesize, synthesizeBlocks } from "./synthesize.ts";
import { answeringModel } from "./testing/answering-model.ts";

/** x is standard normal or, in a shop, around 1; y = x / 2 + noise; visits are whole numbers around 5 + x. */
function shops(isMixture: boolean): DensityModel {
  const model = answeringModel(
    {
      place: { kind: "category", categories: ["market", "shop"] },
      x: {},
      y: { scale: 2 },
      visits: { kind: "integer", center: 5, scale: 3 },
    },
    (of, given) => answerAbout(of, given as Given),
    isMixture,
  );
  const written: Readonly<Record<string, object>> = {
    x: { least: -2, greatest: 3, step: 0.01 },
    visits: { least: 0, greatest: 12, step: 1 },
  };
  const columns = model.config.columns.map((column) => ({
    ...column,
    ...(written[column.name] && { written: written[column.name] }),
  })) as unknown as DensityModel["config"]["columns"];
  return { ...model, config: { ...model.config, columns, missing: MISSING } };
}

/** y is missing more often above 1 of x; visits where y is, and by chance. */
const MISSING: readonly MissingCells[] = [
  { column: "y", tree: { by: { column: "x", below: 1 }, yes: 0.1, no: 0.6 } },
  { column: "visits", tree: { by: { column: "y", missing: true }, yes: 1, no: 0.05 } },
];

interface Given {
  readonly place?: string;
  readonly x?: number;
  readonly y?: number;
}

/** The exact conditionals of: shop with 0.3; x ~ N(shop, 1); y ~ N(x / 2, 1/4); visits ~ N(5 + x, 1). */
function answerAbout(of: string, { place, x, y }: Given) {
  const shift = place === "shop" ? 1 : 0;
  if (of === "place") return { classes: [0.7, 0.3] };
  if (of === "x") {
    if (y === undefined) return { mean: shift, sd: 1 };
    return { mean: (shift + 2 * y) / 2, sd: Math.sqrt(1 / 2) };
  }
  if (of === "y") return x === undefined ? { mean: shift / 2, sd: Math.sqrt(0.5) } : { mean: x / 2, sd: 0.5 };
  return { mean: 5 + (x ?? shift), sd: x === undefined ? Math.SQRT2 : 1 };
}

const ROWS = 6000;
const ORDER = ["place", "x", "y", "visits"];
const ask = (options: Partial<SynthesisOptions> = {}, isMixture = true) =>
  synthesize(shops(isMixture), { rows: ROWS, order: ORDER, ...options });
const cells = (table: Table, name: string) => Array.from(tableColumn(table, name).values);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sd = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
/** Four standard errors. */
const near = (found: number, wanted: number, sdOfOne: number, rows: number) =>
  expect(Math.abs(found - wanted)).toBeLessThan((4 * sdOfOne) / Math.sqrt(rows));

describe.each([true, false])("a made table, of mixtures: %s", (isMixture) => {
  it("has the moments of the truth, and its dependence", async () => {
    const table = await ask({ complete: true }, isMixture);
    const [place, x, y, visits] = ORDER.map((name) => cells(table, name));
    near(mean(place), 0.3, Math.sqrt(0.21), ROWS);
    const market = x.map((_, row) => row).filter((row) => place[row] === 0);
    const all = (of: readonly number[]) => market.map((row) => of[row]);
    // x is cut at -2 and 3, y follows x, and visits too.
    const inside = x.map((_, row) => row).filter((row) => Math.abs(x[row]) < 1.9);
    const residual = inside.map((row) => y[row] - x[row] / 2);
    near(mean(residual), 0, 0.5, inside.length);
    expect(Math.abs(sd(residual) - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(2 * inside.length));
    near(mean(inside.map((row) => visits[row] - 5 - x[row])), 0, 1.05, inside.length);
    near(mean(all(x)), 0.05, 1, market.length); // the mean of N(0, 1) between -2 and 3 is 0.0503
  });

  it("has its values as the training's table writes them, and between its ends", async () => {
    const table = await ask({}, isMixture);
    expect(table.columns.map(({ name }) => name)).toEqual(ORDER);
    expect(table.columns[0]).toMatchObject({ kind: "category", categories: ["market", "shop"] });
    const x = cells(table, "x");
    expect(x.every((value) => value >= -2 && value <= 3 && `${value}`.replace(/^.*\./, "").length <= 2)).toBe(
      true,
    );
    const visits = cells(table, "visits").filter((value) => !Number.isNaN(value));
    expect(visits.every((value) => Number.isInteger(value) && value >= 0 && value <= 12)).toBe(true);
  });

  it("lacks cells as the training's table did", async () => {
    const table = await ask({ order: 4 }, isMixture);
    const [x, y, visits] = ["x", "y", "visits"].map((name) => cells(table, name));
    const shareOf = (of: readonly number[], rows: (row: number) => boolean) => {
      const chosen = of.filter((_, row) => rows(row));
      return { share: mean(chosen.map((value) => Number(Number.isNaN(value)))), rows: chosen.length };
    };
    const low = shareOf(y, (row) => x[row] < 1);
    const high = shareOf(y, (row) => x[row] >= 1);
    near(low.share, 0.1, 0.3, low.rows);
    near(high.share, 0.6, 0.49, high.rows);
    expect(shareOf(visits, (row) => Number.isNaN(y[row])).share).toBe(1);
    const rest = shareOf(visits, (row) => !Number.isNaN(y[row]));
    near(rest.share, 0.05, 0.22, rest.rows);
    expect(shareOf(x, () => true).share).toBe(0);
  });

  it("holds to what is given, which is never missing", async () => {
    const table = await ask({ rows: 1500, given: { place: "shop", visits: 6 } }, isMixture);
    expect(new Set(cells(table, "place"))).toEqual(new Set([1]));
    expect(new Set(cells(table, "visits"))).toEqual(new Set([6]));
    // Where visits are, y is: what is missing together can't be missing alone.
    expect(cells(table, "y").some(Number.isNaN)).toBe(false);
  });
});

describe("rows", () => {
  it("are the same for a seed, whether all at once or in blocks, and begin with the same where more are made", async () => {
    const few = await ask({ rows: 40, order: 3 });
    const more = await ask({ rows: 40_000, order: 3 });
    const other = await ask({ rows: 40, order: 3, seed: 2 });
    const blocks: Table[] = [];
    const options = { rows: 40_000, order: 3 };
    for await (const block of synthesizeBlocks(shops(true), options)) blocks.push(block);
    expect(blocks.length).toBeGreaterThan(1);
    for (const name of ORDER) {
      expect(cells(more, name).slice(0, 40)).toEqual(cells(few, name));
      expect(blocks.flatMap((block) => cells(block, name))).toEqual(cells(more, name));
      expect(cells(other, name)).not.toEqual(cells(few, name));
    }
  });

  it("can be made in the table's order, or one named in part", async () => {
    const named = await ask({ rows: 20, order: ["place"] });
    const table = await ask({ rows: 20, order: "table" });
    expect(cells(named, "y")).toEqual(cells(table, "y"));
  });

  it("tell how far they are, and end when told to", async () => {
    const told: number[] = [];
    await ask({ rows: 100, onProgress: (done) => told.push(done) });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(100);
    await expect(ask({ signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  });

  it("can't be none, nor of columns that there are not", async () => {
    await expect(ask({ rows: 0 })).rejects.toThrow(/number of rows is 0/);
    await expect(ask({ order: 0 })).rejects.toThrow(/orders is 0/);
    await expect(ask({ order: ["plaice"] })).rejects.toThrow(/"plaice"; did you mean "place"/);
    await expect(ask({ order: ["x", "x"] })).rejects.toThrow(/names "x" twice/);
    await expect(ask({ given: { place: "mall" } })).rejects.toThrow(/"mall" is none of the categories/);
  });
});

describe("closest records", () => {
  const model = shops(true);
  const search = (made: Table, table: Table) => {
    const names = made.columns.map(({ name }) => name);
    const found = new ClosestRecordSearch(model.config, table, names, made.rows);
    found.add(made);
    return found.report();
  };
  const part = (table: Table, from: number, to: number): Table => ({
    ...table,
    rows: to - from,
    columns: table.columns.map((column): Column => ({ ...column, values: column.values.slice(from, to) })),
  });

  it("counts rows that equal one of the table in every cell, and the table's own twins", async () => {
    const all = await ask({ rows: 600, complete: true });
    const [table, made] = [part(all, 0, 300), part(all, 290, 600)];
    const { rows, coincidences, tableRows, twins } = search(made, table);
    expect({ rows, coincidences, tableRows, twins }).toEqual({
      rows: 310,
      coincidences: 10,
      tableRows: 300,
      twins: 0,
    });
    const doubled = {
      ...table,
      columns: table.columns.map((column): Column => {
        const values = column.values.slice();
        values[7] = values[3];
        return { ...column, values };
      }),
    };
    expect(search(made, doubled).twins).toBe(2);
  });

  it("finds rows of the same truth as near as the table's own, and copies nearer", async () => {
    const all = await ask({ rows: 3000 });
    const [table, made] = [part(all, 0, 1500), part(all, 1500, 3000)];
    const fair = search(made, table);
    expect(fair.copied).toBe(false);
    expect(fair.made.median / fair.reference.median).toBeGreaterThan(0.9);
    expect(fair.made.median / fair.reference.median).toBeLessThan(1.1);
    const copied = search(part(all, 0, 1500), table);
    expect(copied).toMatchObject({ copied: true, coincidences: 1500, made: { median: 0, nearest: 0 } });
  });

  it("matches names of another list, and counts a missing cell as far", () => {
    const rowOf = (categories: string[], index: number, x: number): Table => ({
      source: "one",
      rows: 1,
      columns: [
        { name: "place", kind: "category", categories, values: Float64Array.of(index) },
        { name: "x", values: Float64Array.of(x) },
      ],
    });
    const table = rowOf(["market", "shop"], 1, 0.5);
    expect(search(rowOf(["shop"], 0, 0.5), table)).toMatchObject({ coincidences: 1 });
    expect(search(rowOf(["shop"], 0, 0.7), table).made.median).toBeCloseTo(0.1, 6);
    expect(search(rowOf(["shop"], 0, Number.NaN), table).made.median).toBe(0.5);
    expect(() => search(rowOf(["shop"], 0, 1), { ...table, columns: table.columns.slice(0, 1) })).toThrow(
      /no column "x"/,
    );
  });
});
