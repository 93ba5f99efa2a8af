/** @file Columns of text that are numbers or dates in a form of their own, read from files by DuckDB, against what JavaScript reads. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import { daysOfForm } from "../date-form.ts";
import { type ReadOptions, readTable } from "../files/read.ts";
import { numberOfForm } from "../number-form.ts";

const folder = temporaryFolder("forms");
let files = 0;

async function column(cells: readonly string[], options: ReadOptions = {}) {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, `x,y\n${cells.map((cell, i) => `"${cell}",${i}.5`).join("\n")}\n`);
  return (await readTable(path, { precision: "float64", ...options })).columns[0];
}

describe("numbers", () => {
  test.each([
    [["$1,200", "$9.92", "-$3", "NA"]],
    [["1.234,5 kg", "12,25 kg", "7 kg"]],
    [["12 %", "3.5%", "1e2 %"]],
    [["(1,200)", "35"]],
    [["1 234 567", "12 345"]],
    [["0.7937D+00", "-1.5d-3", "2"]],
    [["1.2M", "900k", "12", "-3 bn"]],
    [["12,34,567", "1,00,000", "-999"]],
  ])("%j are what JavaScript reads", async (cells) => {
    const { values, read, kind } = await column(cells);
    const form = read?.form;
    if (typeof form !== "object") throw new Error("no form");
    expect(kind).toBeUndefined();
    expect([...values]).toEqual(cells.map((cell) => numberOfForm(cell, form) ?? Number.NaN));
    expect(read?.remarks?.[0]).toContain("is read as");
  });

  test("stay texts where a user says so, and a wrong cell among them is refused with its row", async () => {
    expect((await column(["$1", "$2"], { kinds: { x: "category" } })).categories).toEqual(["$1", "$2"]);
    const cells = [...Array.from({ length: 19 }, (_, i) => `$${i + 1}`), "many"];
    await expect(column(cells)).rejects.toThrow(/row 20 .*"many" is not a number/);
  });
});

describe("dates", () => {
  test.each([
    [["31.12.2020", "1.2.2021"], "%d.%m.%Y"],
    [["12/31/2020", "1/2/2021"], "%m/%d/%Y"],
    [["5 Jan 2021", "17 Feb 2021"], "%d %b %Y"],
    [["1949-01", "1949-02"], "%Y-%m"],
    [["20230623", "20230701"], "%Y%m%d"],
    [["2000Q3", "2000q4", "2001Q1"], "%YQ%q"],
    [["Q2 2000", "Q1 2001"], "Q%q %Y"],
    [["2020-W53", "2021-W05"], "%G-W%V"],
    [["5. März 2021", "17. Dezember 2020", "1. Mai 2019"], "%d. %B %Y"],
    [["3 févr. 2021", "12 août 2020", "1 DÉC. 2019"], "%d %b %Y"],
    [["5 de enero de 2021", "1 de Marzo de 2020"], "%d de %B de %Y"],
    [["05-Okt-2021", "17-Mrz-2020"], "%d-%b-%Y"],
  ])("%j have the form %s", async (cells, form) => {
    const { kind, values, read } = await column(cells);
    expect([kind, read?.form]).toEqual(["date", form]);
    expect([...values]).toEqual(cells.map((cell) => daysOfForm(cell, form)));
  });

  test("whose order is open are told so, and turned by the user", async () => {
    const cells = ["1/2/2020", "3/4/2020"];
    expect((await column(cells)).read?.remarks?.[0]).toContain("`kinds` x=date:dmy");
    const turned = await column(cells, { kinds: { x: "date:dmy" } });
    expect(turned.values[0]).toBe(daysOfForm("2020-02-01", "%Y-%m-%d"));
  });

  test("are numbers where a user says so", async () => {
    expect((await column(["20230623", "20230701"], { kinds: { x: "number" } })).kind).toBeUndefined();
  });
});

test("a word among few numbers that are often there makes them categories, and is told", async () => {
  const cells = Array.from({ length: 60 }, (_, i) => ["4", "6", "8", "4", "6", "rotary"][i % 6]);
  const { kind, categories, read } = await column(cells);
  expect([kind, categories]).toEqual(["category", ["4", "6", "8", "rotary"]]);
  expect(read?.remarks?.[0]).toContain('"rotary"');
});

test("a number with words behind is a level where it is often there, and otherwise a wrong cell", async () => {
  const answers = Array.from({ length: 60 }, (_, i) => ["1 - never", "2", "3", "4", "5 - always"][i % 5]);
  const { kind, categories, read } = await column(answers);
  expect([kind, categories]).toEqual(["category", ["1 - never", "2", "3", "4", "5 - always"]]);
  expect(read?.remarks?.[0]).toContain('`missing` "1 - never"');
  const once = answers.map((cell, i) => (i === 7 ? "3 (or 4)" : cell));
  await expect(column(once)).rejects.toThrow(/is not a number/);
});

test("codes with zeros in front are told of", async () => {
  expect((await column(["01234", "90210"])).read?.remarks?.[0]).toContain("`kinds` x=category");
});

test.each([
  ["names", ["AL", "00", "NY", "AL"]],
  ["words", ["none", "some", "00", "many"]],
])("a code with a zero in front among %s is one of them, wherever it stands", async (_, cells) => {
  for (const turned of [cells, [...cells].reverse()]) {
    const { kind, categories } = await column(turned);
    expect([kind, new Set(categories)]).toEqual(["category", new Set(cells)]);
  }
});

test("a column or a kind that there isn't is named", async () => {
  await expect(column(["1"], { kinds: { z: "number" } })).rejects.toThrow(/no column "z"/);
  await expect(column(["1"], { kinds: { x: "categry" as "category" } })).rejects.toThrow(
    /did you mean category/,
  );
  await expect(column(["1"], { exclude: ["z"] })).rejects.toThrow(/no column "z"/);
});

test("each of many columns is looked at by itself, however many are asked about at once", async () => {
  const path = join(folder, "wide.csv");
  const cellOf = (row: number, column: number) => {
    if (column === 31) return `0${row % 7}${row}`;
    if (column === 47) return `202306${10 + (row % 20)}`;
    if (column === 58) return ["red", "blue"][row % 2];
    if (column === 112) return `${9_007_199_254_740_993n + BigInt(2 * row)}`;
    return `${row + column / 1000}`;
  };
  const numbers = Array.from({ length: 130 }, (_, column) => column);
  const lines = Array.from({ length: 40 }, (_, row) => numbers.map((column) => cellOf(row, column)).join());
  writeFileSync(path, `${numbers.map((column) => `x${column}`).join()}\n${lines.join("\n")}\n`);
  const { columns } = await readTable(path, { precision: "float64" });
  const of = (name: string) => columns.find((each) => each.name === name);
  expect(of("x31")?.read?.remarks?.[0]).toContain("as codes are");
  expect([of("x47")?.kind, of("x58")?.kind, of("x112")]).toEqual(["date", "category", undefined]);
  const plain = columns.filter(({ name }) => !["x31", "x47", "x58"].includes(name));
  expect(plain.length).toBe(126);
  for (const { name, kind, values } of plain)
    expect([name, kind, values[3]]).toEqual([name, undefined, 3 + Number(name.slice(1)) / 1000]);
});
