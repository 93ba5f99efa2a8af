/** @file Tables in JSON of other shapes than a list of objects, through the real reader. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import { shapedRows } from "./json-shapes.ts";
import { readTable } from "./read.ts";

const folder = temporaryFolder("json-shapes");
let files = 0;

async function read(text: string, ending = "json") {
  const path = join(folder, `${files++}.${ending}`);
  writeFileSync(path, text);
  const notices: string[] = [];
  const onReport = ({ notices: told }: { readonly notices: readonly string[] }) => notices.push(...told);
  const { columns } = await readTable(path, { precision: "float64", onReport });
  const cells = Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]));
  return { cells, notices };
}

const CELLS = { a: [1, 2, Number.NaN], b: [1.5, -2, 3] };
const ROWS = [
  { a: 1, b: 1.5 },
  { a: 2, b: -2 },
  { a: null, b: 3 },
];

describe("a table of JSON is read", () => {
  test.each([
    ["by columns", { a: [1, 2, null], b: [1.5, -2, 3] }, "each field is a column"],
    [
      "as pandas writes it",
      { a: { 0: 1, 1: 2, 2: null }, b: { 0: 1.5, 1: -2, 2: 3 } },
      "each field is a column, its cells by the rows' numbers",
    ],
    ["by rows with names", { x: ROWS[0], y: ROWS[1], z: ROWS[2] }, "each field is a row"],
    [
      "split into names and rows",
      {
        columns: ["a", "b"],
        index: [0, 1, 2],
        data: [
          [1, 1.5],
          [2, -2],
          [null, 3],
        ],
      },
      '"columns" holds the names, "data" the rows',
    ],
    [
      "as a list of lists",
      [
        ["a", "b"],
        [1, 1.5],
        [2, -2],
        [null, 3],
      ],
      "the first list holds the names, each other a row",
    ],
    [
      "in a field of an answer",
      { schema: { fields: [] }, count: 3, data: ROWS },
      'the rows are the objects in its field "data"',
    ],
  ])("%s, and told", async (_, json, shape) => {
    for (const text of [JSON.stringify(json), JSON.stringify(json, undefined, 2)]) {
      const { cells, notices } = await read(text);
      expect(cells).toEqual(CELLS);
      expect(notices.join()).toContain(shape);
    }
  });

  test("with ids of 64 bits, which keep their digits, and numbers in texts left alone", async () => {
    const ids = ["1636148068921376768", "1636148068921376769"];
    const text = `{"id":[${ids.join(",")}],"x":[1.5,-2e3],"note":["say \\"12345678901234567890\\"","b"]}`;
    const path = join(folder, "ids.json");
    writeFileSync(path, text);
    const { columns } = await readTable(path, { kinds: { id: "category", note: "category" } });
    expect(columns.map(({ name, categories }) => [name, categories])).toEqual([
      ["id", ids],
      ["x", undefined],
      ["note", ["b", 'say "12345678901234567890"']],
    ]);
    expect([...columns[1].values]).toEqual([1.5, -2000]);
  });

  test("as features of a map", async () => {
    const feature = (properties: object, longitude: number) => ({
      type: "Feature",
      properties,
      geometry: { type: "Point", coordinates: [longitude, 50] },
    });
    const { cells } = await read(
      JSON.stringify({ type: "FeatureCollection", features: ROWS.map((row, i) => feature(row, i)) }),
    );
    expect(cells).toEqual({ longitude: [0, 1, 2], latitude: [50, 50, 50], ...CELLS });
  });

  test("as it was, where it is a list of objects or an object a line, and nothing is told", async () => {
    const lines = ROWS.map((row) => JSON.stringify(row)).join("\n");
    for (const text of [JSON.stringify(ROWS), JSON.stringify(ROWS, undefined, 2), lines, `${lines}\n`])
      expect(await read(text)).toEqual({ cells: CELLS, notices: [] });
    expect(await read(lines, "jsonl")).toEqual({ cells: CELLS, notices: [] });
    expect((await read('{"a":1,"b":2}\n')).cells).toEqual({ a: [1], b: [2] });
  });
});

test.each([[5], [[]], [{}], [[["a"], [1, 2]]], [{ a: [1], b: [1, 2] }], [{ a: [{}], b: [{}] }], [{ a: 1 }]])(
  "%j has none of the shapes",
  (json) => expect(shapedRows(json)).toBeUndefined(),
);
