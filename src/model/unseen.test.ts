import { describe, expect, test } from "vitest";
import type { ModelColumn } from "../columns/encoding.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { oneBlock } from "../table/blocks.ts";
import type { Column, Table } from "../table/table.ts";
import { UnseenCells } from "./unseen.ts";
import { UnseenWatch } from "./unseen-watch.ts";

const plain = { center: 0, scale: 1, transform: { by: "none" }, pointMasses: [], categories: [] } as const;
const columns: ModelColumn[] = [
  {
    name: "MedInc",
    output: true,
    encoding: { ...plain, kind: "number" },
    written: { least: 0.5, greatest: 15 },
  },
  {
    name: "age",
    output: true,
    encoding: { ...plain, kind: "integer", bounds: [0, null] },
    written: { least: 17, greatest: 90 },
  },
  {
    name: "phase",
    output: true,
    encoding: { ...plain, kind: "circular", period: 1 },
    written: { least: 0, greatest: 1 },
  },
  {
    name: "day",
    output: true,
    encoding: { ...plain, kind: "date" },
    written: { least: 19_000, greatest: 19_100 },
  },
  { name: "older", output: true, encoding: { ...plain, kind: "number" } },
];
const config = { columns } as unknown as ModelConfig;
const table = (...cells: readonly Column[]): Table => ({
  source: "t",
  rows: cells[0].values.length,
  columns: cells,
});
const numbers = (name: string, values: readonly number[], more: Partial<Column> = {}): Column => ({
  name,
  values: Float64Array.from(values),
  ...more,
});
function found(rows: Table, names?: readonly string[]) {
  const cells = new UnseenCells(config, names);
  cells.add(rows);
  return cells.report();
}

describe("of one question", () => {
  test("a value outside the range of the training is told in a sentence", () => {
    expect(found(table(numbers("MedInc", [40])))).toEqual([
      {
        column: "MedInc",
        beyond: "range",
        low: 0.5,
        high: 15,
        count: 1,
        rows: [1],
        value: 40,
        warning: "MedInc=40 lies outside what training has seen (0.5 to 15): the answer is a guess.",
      },
    ]);
  });

  test("one beyond a bound is told as that alone", () => {
    const [only, ...more] = found(table(numbers("age", [-3])));
    expect(more).toEqual([]);
    expect(only.warning).toBe("age=-3 lies beyond its bounds (0 ..): the answer is a guess.");
    expect(only).toMatchObject({ beyond: "bounds", low: 0, high: null });
  });

  test("dates are dates", () => {
    expect(found(table(numbers("day", [19_500], { kind: "date" })))[0].warning).toBe(
      "day=2023-05-23 lies outside what training has seen (2022-01-08 to 2022-04-18): the answer is a guess.",
    );
  });

  test.each([
    ["inside", "MedInc", 7],
    ["a hair outside", "MedInc", 15.1],
    ["missing", "MedInc", Number.NaN],
    ["on a circle", "phase", 7],
    ["of a model that does not know its range", "older", 1e9],
    ["of a column that the model does not know", "other", 1e9],
  ])("nothing is told of a value %s", (_, name, value) => {
    expect(found(table(numbers(name, [value])))).toEqual([]);
  });

  test("a measured value counts as far as its error leaves no doubt", () => {
    const measured = (error: number) => table(numbers("age", [-3], { errors: Float64Array.of(error) }));
    expect(found(measured(30))).toEqual([]);
    expect(found(measured(2))[0].beyond).toBe("range");
  });
});

describe("of many rows", () => {
  const rows = table(
    numbers("MedInc", [1, 40, 2, 50, 60, 70, 80, 90]),
    numbers("age", [20, 20, -1, 20, 20, 20, 20, 20]),
  );

  test("there is one sentence for a column, with the first rows", () => {
    expect(found(rows).map(({ warning }) => warning)).toEqual([
      "MedInc lies outside what training has seen (0.5 to 15) in 6 rows (2, 4, 5, 6, 7, ...): their answers are guesses.",
      "age lies beyond its bounds (0 ..) in 1 row (3): its answer is a guess.",
    ]);
    expect(found(rows, ["age"]).map(({ column }) => column)).toEqual(["age"]);
  });

  test("blocks are looked at on their way, and told of at their end, once", async () => {
    const told: string[] = [];
    const watch = new UnseenWatch(config, "error", (warning) => told.push(warning));
    const blocks = {
      ...oneBlock(rows),
      async *[Symbol.asyncIterator]() {
        yield rows;
        yield rows;
      },
    };
    for (let time = 0; time < 2; time++) {
      const seen: Table[] = [];
      for await (const block of watch.warnedBlocks(blocks, ["MedInc", "age"])) {
        seen.push(block);
        expect(told).toHaveLength(2 * time);
      }
      expect(seen).toEqual([rows, rows]);
    }
    expect(told).toHaveLength(2);
    expect(told[1]).toBe("age lies beyond its bounds (0 ..) in 2 rows (3, 11): their answers are guesses.");
  });
});
