/** @file Rows of wanted stars out of bulk files: however the file is cut to pieces, quoted and ended. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { numberOfCell, numbersOfCell, readWantedRows } from "./wanted-rows.ts";

const folder = mkdtempSync(join(tmpdir(), "wanted-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
async function read(text: string | Buffer, columns: readonly string[], isWanted = (_id: string) => true) {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, text);
  const rows: string[][] = [];
  const report = await readWantedRows(path, {
    ...{ id: "id", columns },
    star: (id) => (isWanted(id) ? Number(id) : undefined),
    take: (star, cells) => {
      rows.push([String(star), ...cells]);
      return cells.includes("odd") ? "is odd" : undefined;
    },
  });
  return { rows, report, path };
}

test("cells are found by the columns' names, in any order and capitals, and the others passed over", async () => {
  const { rows } = await read('# a remark\nID,a,b,c\n1,x,"[1,2]",y\n2,,"(3, 4)",null\n', ["c", "B"]);
  expect(rows).toEqual([
    ["1", "y", "[1,2]"],
    ["2", "null", "(3, 4)"],
  ]);
});

test("lines may end with a carriage return too, and the last one not at all", async () => {
  const { rows, report } = await read("id,a\r\n1,x\r\n\r\n2,y", ["a"]);
  expect(rows).toEqual([
    ["1", "x"],
    ["2", "y"],
  ]);
  expect(report).toMatchObject({ rows: 2, found: 2, faulty: 0, bytes: 16 });
});

test.each([
  ["first", (id: number, filling: string) => `${id},${filling},${2 * id}`, "id,filling,a"],
  ["last", (id: number, filling: string) => `${2 * id},${filling},${id}`, "a,filling,id"],
])("of a file in many pieces no row is lost, with the ids %s", async (_, line, header) => {
  const lengths = [1, 700, 29_000, 3];
  const lines = Array.from({ length: 1200 }, (_, i) => line(i, `"[${"1,".repeat(lengths[i % 4])}1]"`));
  const text = `${[header, ...lines].join("\n")}\n`;
  expect(text.length).toBeGreaterThan(15 << 20);
  for (const content of [text, gzipSync(text)]) {
    const { rows, report } = await read(content, ["a"], (id) => Number(id) % 7 === 2);
    expect(rows).toEqual(
      Array.from({ length: 1200 }, (_, i) => i)
        .filter((i) => i % 7 === 2)
        .map((i) => [String(i), String(2 * i)]),
    );
    expect(report).toMatchObject({ rows: 1200, found: rows.length, faulty: 0 });
  }
});

test("rows with other numbers of cells, and those that are refused, are counted; the first is told", async () => {
  const { report } = await read('id,a,b\n1,x,y\n2,x\n3,x,y,z\n4,"x,y\n5,odd,y\n', ["a"]);
  expect(report).toMatchObject({ rows: 5, found: 1, faulty: 4, fault: "line 3 does not have 3 cells" });
});

test("no table, and a lacking column, are mistakes", async () => {
  await expect(read("# nothing\n", ["a"])).rejects.toThrow(/has no line with the columns' names/);
  await expect(read("id,ab\n1,2\n", ["abc"])).rejects.toThrow(/has no column "abc".*ab/);
});

test("numbers of cells: an empty one is none, not 0", () => {
  expect(["", " ", "null", "nan", "1e3"].map(numberOfCell)).toEqual([NaN, NaN, NaN, NaN, 1000]);
  expect(numbersOfCell("[1.5,NaN,null,-2]")).toEqual([1.5, NaN, NaN, -2]);
  expect(numbersOfCell("(1, 2)")).toEqual([1, 2]);
  expect(["", "null", "NaN"].map(numbersOfCell)).toEqual([[], [], []]);
});
