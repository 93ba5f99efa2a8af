import { expect, test } from "vitest";
import { encodingOf } from "../distribution/distribution-fixture.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { Table } from "../table/table.ts";
import { tableColumn } from "../table/table.ts";
import { cellsAt, matchingRows } from "./matching-rows.ts";

const column = (name: string, encoding: Parameters<typeof encodingOf>[0]) => {
  const full = encodingOf(encoding);
  return { name, center: 0, scale: full.scale, output: true, encoding: full };
};
const config = {
  columns: [
    column("x", { scale: 2 }),
    column("kind", { kind: "category", categories: ["apple", "blue", "red"] }),
    column("sold", { kind: "date", scale: 10 }),
  ],
} as unknown as ModelConfig;
const table: Table = {
  source: "rows.csv",
  rows: 5,
  columns: [
    { name: "x", values: Float64Array.of(1, 1.2, 1.3, 5, Number.NaN) },
    // The table's own list: without apples, with greens.
    {
      name: "kind",
      kind: "category",
      categories: ["blue", "green", "red"],
      values: Float64Array.of(0, 1, 2, 0, 0),
    },
    { name: "sold", kind: "date", values: Float64Array.of(20_000, 20_005, 20_020, 20_000, 20_000) },
  ],
};

test("rows match within a tenth of the column's scale, ends included, or within what is told", () => {
  expect(matchingRows(config, table, { x: 1 }).rows).toEqual([0, 1]);
  expect(matchingRows(config, table, { x: 1 }, { x: 4 }).rows).toEqual([0, 1, 2, 3]);
  expect(matchingRows(config, table, { x: 1, kind: "blue" }).rows).toEqual([0]);
  expect(matchingRows(config, table, { x: 1 }).label).toBe("2 rows with x 1 ± 0.2");
  expect(matchingRows(config, table, { sold: "2024-10-04" }, { sold: 5 }).label).toBe(
    "4 rows with sold 2024-10-04 ± 5 days",
  );
});

test("rows without the asked value do not count", () => {
  expect(matchingRows(config, table, {}, {}, ["x"]).label).toBe("4 rows");
  expect(matchingRows(config, table, {}).label).toBe("all 5 rows");
  const empty = { ...table, columns: [{ name: "x", values: new Float64Array(5).fill(Number.NaN) }] };
  expect(() => matchingRows(config, empty, {}, {}, ["x"])).toThrow("No row of rows.csv has a value of x");
  expect(() => matchingRows(config, table, { x: 99 }, {}, ["x"])).toThrow("widen the windows");
});

test("categories are those of the model, whatever the table's own list is", () => {
  const indices = cellsAt(config, tableColumn(table, "kind"), [0, 1, 2]);
  expect([...indices]).toEqual([1, Number.NaN, 2]); // blue, a name that the model does not know, red
});
