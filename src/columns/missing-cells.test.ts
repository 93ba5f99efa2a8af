import { expect, test } from "vitest";
import { JsonSection } from "../base/json-section.ts";
import { generator } from "../numeric/generator.ts";
import type { Column } from "../table/table.ts";
import { fitMissingCells } from "./fit-missing-cells.ts";
import { chanceOfMissing, type RowSoFar, readMissingCells } from "./missing-cells.ts";

const ROWS = 8000;

/**
 * `income` is missing more often above 2 of x, `job` for half of the retired, `years` exactly where `job` is, and `luck` for
 * nothing.
 */
function survey(): Column[] {
  const random = generator(3, "survey");
  const draw = (of: (row: number) => number) => Float64Array.from({ length: ROWS }, (_, row) => of(row));
  const x = draw(() => 4 * random.uniform());
  const status = draw(() => random.integer(3));
  const job = draw((row) => (status[row] === 2 && random.uniform() < 0.5 ? Number.NaN : random.integer(2)));
  return [
    { name: "x", values: x },
    { name: "status", kind: "category", categories: ["child", "grown", "retired"], values: status },
    { name: "income", values: draw((row) => (random.uniform() < (x[row] > 2 ? 0.4 : 0.1) ? Number.NaN : 1)) },
    { name: "job", kind: "category", categories: ["a", "b"], values: job },
    { name: "years", values: draw((row) => (Number.isNaN(job[row]) ? Number.NaN : random.normal())) },
    { name: "luck", values: draw(() => (random.uniform() < 0.2 ? Number.NaN : random.normal())) },
  ];
}

function rowOf(values: Readonly<Record<string, number | string>>, missing: readonly string[] = []): RowSoFar {
  return { value: (column) => values[column], isMissing: (column) => missing.includes(column) };
}

const found = fitMissingCells({ columns: survey(), rows: ROWS });
const chance = (column: string, row: RowSoFar) =>
  chanceOfMissing(found.find((each) => each.column === column)!.tree, row);

test("a tree for each column with missing cells, and none for others", () => {
  expect(found.map(({ column }) => column)).toEqual(["income", "job", "years", "luck"]);
});

test("chances are those of rows alike, within sampling noise", () => {
  const near = (share: number, wanted: number, rows: number) =>
    expect(Math.abs(share - wanted)).toBeLessThan(4 * Math.sqrt((wanted * (1 - wanted)) / rows));
  near(chance("income", rowOf({ x: 3, status: "grown" })), 0.4, ROWS / 2);
  near(chance("income", rowOf({ x: 1, status: "grown" })), 0.1, ROWS / 2);
  near(chance("job", rowOf({ x: 1, status: "retired" })), 0.5, ROWS / 3);
  expect(chance("job", rowOf({ x: 1, status: "child" }))).toBe(0);
});

test("what is always missing together is so here", () => {
  expect(chance("years", rowOf({ x: 1, status: "retired" }, ["job"]))).toBe(1);
  expect(chance("years", rowOf({ x: 1, status: "retired" }))).toBe(0);
});

test("chance alone splits nothing", () => {
  const { tree } = found.find(({ column }) => column === "luck")!;
  expect(tree).toBeCloseTo(0.2, 1);
});

test("a complete table has none missing", () => {
  expect(fitMissingCells({ columns: survey().slice(0, 2), rows: ROWS })).toEqual([]);
});

test("config.json holds them whole, and tells what of it is damaged", () => {
  const read = (value: unknown) => readMissingCells(new JsonSection("config.json", value, "train again"));
  for (const each of found) expect(read(JSON.parse(JSON.stringify(each)))).toEqual(each);
  expect(() => read({ column: "x", tree: 2 })).toThrow(
    "config.json: tree is 2, not between 0 and 1; train again.",
  );
  expect(() => read({ column: "x", tree: { by: { column: "y" }, yes: 0, no: 1 } })).toThrow(
    "tree.by.missing",
  );
});
