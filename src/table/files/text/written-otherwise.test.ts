/** @file Texts as people and programs write them, through the real reader: what is read, and what is told of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import type { ReadingReport } from "../../file-report.ts";
import { type ReadOptions, readTable } from "../read.ts";
import { complaintOf } from "../testing/complaint-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "written-otherwise-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(content: string | Uint8Array, ending = "csv"): string {
  const path = join(folder, `file${files++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

/** The columns' cells, categories by their names, missing ones null; and what was told. */
async function read(content: string | Uint8Array, options: ReadOptions = {}, ending = "csv") {
  let told: ReadingReport | undefined;
  const onReport = (report: ReadingReport) => {
    told = report;
  };
  const { columns } = await readTable(file(content, ending), { precision: "float64", ...options, onReport });
  const cells = columns.map(({ name, values, categories }) => {
    const plain = [...values].map((value) => (Number.isNaN(value) ? null : (categories?.[value] ?? value)));
    return [name, plain] as const;
  });
  const units = Object.fromEntries(columns.flatMap(({ name, unit }) => (unit ? [[name, unit]] : [])));
  if (told === undefined) throw new Error("nothing was told");
  return { cells: Object.fromEntries(cells), units, notices: told.notices, report: told.files[0] };
}

const mistake = (content: string | Uint8Array, options: ReadOptions = {}, ending = "csv") =>
  complaintOf(file(content, ending), options, [`${folder}/`]);

const PLAIN = "x,town\n1.5,Köln\n2.5,Zürich\n3.5,Köln\n";
const CELLS = { x: [1.5, 2.5, 3.5], town: ["Köln", "Zürich", "Köln"] };
const latin1 = (text: string) => Buffer.from(text, "latin1");
const utf16 = (text: string, bigEndian = false) => {
  const bytes = Buffer.from(text, "utf16le");
  return bigEndian ? bytes.swap16() : bytes;
};

describe("encodings:", () => {
  test.each([
    ["Latin-1", latin1(PLAIN), "windows-1252"],
    ["Latin-1 with CR LF", latin1(PLAIN.replaceAll("\n", "\r\n")), "windows-1252"],
    ["UTF-16 LE without a mark", utf16(PLAIN), "utf-16le"],
    ["UTF-16 LE with a mark", utf16(`\uFEFF${PLAIN}`), "utf-16le"],
    ["UTF-16 BE without a mark", utf16(PLAIN, true), "utf-16be"],
    ["UTF-16 BE with a mark", utf16(`\uFEFF${PLAIN}`, true), "utf-16be"],
    ["UTF-8 with a mark", `\uFEFF${PLAIN}`, "utf-8"],
    ["UTF-8", PLAIN, "utf-8"],
  ])("%s", async (_, content, encoding) => {
    const { cells, report } = await read(content);
    expect(cells).toEqual(CELLS);
    expect(report.encoding?.name).toBe(encoding);
  });

  test("the first foreign byte may come late", async () => {
    const many = "1.5,Bonn\n".repeat(600_000);
    const { cells, notices } = await read(latin1(`x,town\n${many}2.5,Köln\n`));
    expect(cells.town.at(-1)).toBe("Köln");
    expect(notices.join()).toMatch(/is no UTF-8 and is read as windows-1252/);
  });

  test("the user's goes first; an unknown one is refused", async () => {
    const bytes = Buffer.from([...Buffer.from("x,town\n1,"), 0xca, 0xee, 0x0a]);
    expect((await read(bytes, { encoding: "windows-1251" })).cells.town).toEqual(["Ко"]);
    expect(await mistake(PLAIN, { encoding: "klingon" })).toMatch(/there is no encoding "klingon"/);
  });

  test("a broken character in UTF-8 does not make it Latin-1", async () => {
    const bytes = Buffer.concat([Buffer.from(PLAIN.repeat(3).replaceAll("x,town\n", "")), latin1("4,ö\n")]);
    const { cells, notices } = await read(Buffer.concat([Buffer.from("x,town\n"), bytes]));
    expect(cells.town).toContain("Zürich");
    expect(notices.join()).toMatch(/are read as \uFFFD/);
  });
});

describe("line ends:", () => {
  test.each([
    ["CR LF, the last LF", "x,y\r\n1,2\r\n3,4\n"],
    ["LF, then CR LF", "x,y\n1,2\r\n3,4\r\n"],
    ["CR", "x,y\r1,2\r3,4\r"],
    ["all three", "x,y\r\n1,2\r3,4\n"],
    ["none at the end", "x,y\r\n1,2\n3,4"],
  ])("%s", async (_, content) => {
    expect((await read(content)).cells).toEqual({ x: [1, 3], y: [2, 4] });
  });
});

describe("separators:", () => {
  const expected = { x: [1.5, 2.5, 3.5], kind: ["a", "b", "a"] };
  test.each([
    ["semicolons", "x;kind\n1.5;a\n2.5;b\n3.5;a\n", ";"],
    ["tabs", "x\tkind\n1.5\ta\n2.5\tb\n3.5\ta\n", "\t"],
    ["bars", "x|kind\n1.5|a\n2.5|b\n3.5|a\n", "|"],
    ["a blank", "x kind\n1.5 a\n2.5 b\n3.5 a\n", "blanks"],
    ["runs of blanks and tabs", "  x   kind\n 1.5 \ta\n 2.5   b \n 3.5   a\n", "blanks"],
    ["at line ends, too", "x,kind,\n1.5,a,\n2.5,b,\n3.5,a,\n", ","],
    ["at the ends of rows", "x,kind\n1.5,a,\n2.5,b,\n3.5,a,\n", ","],
    ["commas and a blank before quotes", 'x, kind\n1.5, "a"\n2.5, "b"\n3.5, "a"\n', ","],
    [
      "blanks, with names of rows as R writes them",
      '"x" "kind"\n"1" 1.5 "a"\n"2" 2.5 "b"\n"3" 3.5 "a"\n',
      "blanks",
    ],
  ])("%s", async (_, content, separator) => {
    const { cells, report } = await read(content, {}, "txt");
    expect(cells).toEqual(expected);
    expect(report.separator?.mark).toBe(separator);
  });

  test("columns of fixed width, with blanks in cells and without some", async () => {
    const rows = ["name        x    y", "Ada B.     1.5   2", "Cy De      2.5    ", "E          3.5   4"];
    const { cells } = await read(`${rows.join("\n")}\n`, {}, "txt");
    expect(cells).toEqual({ name: ["Ada B.", "Cy De", "E"], x: [1.5, 2.5, 3.5], y: [2, null, 4] });
  });

  test("a blank at one place of all cells of fixed width parts none, where only one side of it has a name", async () => {
    const school = ["12 years", "< 9 years", "16+ years"];
    const rows = [["id", "school", "y"], ...school.map((each, i) => [`${i + 1}`, each, `${i + 1}.5`])];
    const lines = rows.map((cells) => cells.map((cell) => cell.padStart(12)).join(""));
    const { cells } = await read(`${lines.join("\n")}\n`, {}, "txt");
    expect(cells).toEqual({ id: [1, 2, 3], school, y: [1.5, 2.5, 3.5] });
  });

  test("blanks in the only column are none", async () => {
    expect((await read("full name\nAda B\nCy D\n")).cells).toEqual({ "full name": ["Ada B", "Cy D"] });
    expect((await read("a b\n1 2\n3 4\n", { separator: "," })).cells).toEqual({ "a b": ["1 2", "3 4"] });
  });
});

describe("quotes:", () => {
  test.each([
    ["doubled", 'x,t\n1,"b ""x"""\n2,a\n', 'b "x"'],
    ["with backslashes", 'x,t\n1,"b \\"x\\""\n2,"a"\n', 'b "x"'],
    ["with backslashes, and separators within", 'x,t\n1,"b, \\"x\\", c"\n2,"a"\n', 'b, "x", c'],
    ["a backslash that is none", 'x,t\n1,"C:\\"\n2,"D:\\"\n', "C:\\"],
    ["in the midst", 'x,t\n1,5" pipe\n2,6" pipe\n', '5" pipe'],
    ["line ends within", 'x,t\n1,"two\nlines"\n2,a\n', "two\nlines"],
  ])("%s", async (_, content, text) => {
    expect((await read(content)).cells.t[0]).toBe(text);
  });

  test("one that is never closed is told with its line", async () => {
    expect(await mistake('x,t\n1,"a\n2,b\n')).toMatch(/line 2: a quote \("\) is opened and never closed/);
  });
});

test("a line of units stands over a column of numbers and limits, too", async () => {
  const { units, cells } = await read("site;size;lead\n-;mm;µg/l\na;1;0,5\nb;2;< 0,2\na;3;0,7\n");
  expect(units).toEqual({ size: "mm", lead: "µg/l" });
  expect(cells.lead).toEqual([0.5, null, 0.7]);
});

describe("what is no row:", () => {
  const expected = { x: [1, 2, 3], y: [4, 5, 6] };
  const rows = "1,4\n2,5\n3,6\n";
  test.each([
    ["remarks with commas", `# one, two\n# x: a, b, c\n#\nx,y\n${rows}`, /3 lines that are remarks/],
    ["remarks with percent signs", `% one\nx,y\n${rows}`, /1 line that is a remark/],
    ["a remark among rows", "x,y\n1,4\n# a, b, c\n2,5\n3,6\n", /1 line that is a remark/],
    ["the header in a remark", "# a remark\n# x y\n1 4\n2 5\n3 6\n", /taken from the last remark/],
    ["the header in a remark before that of units", "# x  y\n# K  -\n1 4\n2 5\n3 6\n", /units .*: x in K\./],
    ["a title", `Sales of the year\n\nx,y\n${rows}`, /1 line before the header/],
    ["a title of a spreadsheet", `Sales,\n,\nx,y\n${rows}`, /2 lines before the header/],
    ["units", `x,y\n[K],[m/s]\n${rows}`, /units are taken .*x in K, y in m\/s/],
    ["types", `x,y\nint,float\n${rows}`, /1 line under the header/],
    ["footnotes", `x,y\n${rows}\nSource: the office, 2020\n* of them\n`, /2 lines at the end/],
    ["the header again", `x,y\n1,4\nx,y\n2,5\n3,6\n`, /1 line that repeats the header/],
  ])("%s", async (_, content, told) => {
    const { cells, notices } = await read(content);
    expect(cells).toEqual(expected);
    expect(notices.join("\n")).toMatch(told);
  });

  test("sums at the end, unless they are said to be rows", async () => {
    const text = "town,x\nA,1\nB,2\nTotal,3\n";
    expect((await read(text)).cells).toEqual({ town: ["A", "B"], x: [1, 2] });
    expect((await read(text, { skipEnd: 0 })).cells.town).toEqual(["A", "B", "Total"]);
    expect((await read(text, { skipEnd: 2 })).cells.town).toEqual(["A"]);
  });

  test("what the user says", async () => {
    expect((await read(`a\nb,c,d\nx,y\n${rows}`, { skipLines: 2 })).cells).toEqual(expected);
    expect((await read(`! a,b\nx,y\n! c\n${rows}`, { comment: "!" })).cells).toEqual(expected);
    expect((await read("c,n\n#f00,1\n#0f0,2\n")).cells.c).toEqual(["#f00", "#0f0"]);
  });
});

describe("headers:", () => {
  test.each([
    ["numbers and a word", "6.8,3.0,red\n4.8,3.3,green\n6.7,3.1,green\n"],
    ["whole numbers and a word", "7,3,red\n4,3,green\n6,1,red\n"],
    ["a date and a number", "2020-01-01,4.5\n2020-01-02,5.5\n2020-01-03,3.5\n"],
    ["words", "red,yes\nblue,no\nred,yes\nblue,yes\nred,no\n"],
    ["numbers only", "1.5,2.5\n3.5,4.5\n"],
  ])("of %s are data, and this is told with the way out", async (_, content) => {
    expect(await mistake(content)).toMatch(/has no header line: its first line is .*`header` none/);
    const { cells } = await read(content, { header: "none" });
    expect(Object.keys(cells)[0]).toBe("column1");
    expect(cells.column1).toHaveLength(content.trim().split("\n").length);
  });

  test("years are names; the user may name columns, or say that there are names", async () => {
    const years = "land,2019,2020\nA,1.5,2.5\nB,3.5,4.5\n";
    expect((await read(years)).cells).toEqual({ land: ["A", "B"], 2019: [1.5, 3.5], 2020: [2.5, 4.5] });
    expect((await read("1.5,a\n2.5,b\n", { header: ["x", "kind"] })).cells).toEqual({
      x: [1.5, 2.5],
      kind: ["a", "b"],
    });
    expect(Object.keys((await read("1.5,a\n2.5,b\n", { header: "names" })).cells)).toEqual(["1.5", "a"]);
    expect(await mistake("1.5,a\n", { header: ["x"] })).toMatch(
      /`header` has 1 names, but the rows .* 2 cells/,
    );
  });

  test("names twice, of two levels, and none", async () => {
    expect((await read("x,x,y\n1,2,3\n4,5,6\n")).cells).toEqual({ x: [1, 4], x_2: [2, 5], y: [3, 6] });
    const levels = await read("a,a,b\nx,y,x\n1,2,3\n4,5,6\n7,8,9\n");
    expect(levels.cells).toEqual({ a_x: [1, 4, 7], a_y: [2, 5, 8], b_x: [3, 6, 9] });
    const index = await read(",x\n0,5\n1,6\n2,7\n");
    expect(index.cells).toEqual({ x: [5, 6, 7] });
    expect(index.notices.join()).toMatch(/"column 1" is left out, as it has no name and is the row index/);
    expect(Object.keys((await read(",x\n0,5\n1,6\n", { columns: ["column 1", "x"] })).cells)).toHaveLength(2);
    expect(Object.keys((await read(",x\n7,5\n7,6\n3,7\n")).cells)).toEqual(["column 1", "x"]);
  });

  test.each(["\n", "\n\n\n", "  \n", "\r\n\r\n", "\t \n"])(
    "blank lines before the header (%j) are no header",
    async (blank) => {
      const ends = blank.includes("\r") ? "\r\n" : "\n";
      const text = `${blank}${["a,b", "1,x", "3,y", "5,x", ""].join(ends)}`;
      expect((await read(text)).cells).toEqual({ a: [1, 3, 5], b: ["x", "y", "x"] });
    },
  );

  test("growing whole numbers are names where they count columns, over rows that do not grow, too", async () => {
    const rows = "4,1,7\n9,2,3\n5,5,5\n";
    for (const names of ["0,1,2", "1,2,3", "2019,2020,2021", "400,410,420"])
      expect(Object.keys((await read(`${names}\n${rows}`)).cells), names).toEqual(names.split(","));
    const growing = Array.from({ length: 20 }, (_, i) => `${i},${i + 1},${i + 2}\n`).join("");
    for (const text of [growing, `3,17,95\n${rows}`, "5\n7\n9\n", "3,8\n9,2\n1,1\n", "1,2\n3,4\n5,6\n7,8\n"])
      expect(await mistake(text), text.slice(0, 10)).toMatch(/has no header line: its first line is numbers/);
    expect((await read("3,8\n9,2\n", { header: "names" })).cells).toEqual({ 3: [9], 8: [2] });
  });

  test("ragged rows are an error, or filled, or left out", async () => {
    const text = "x,y,z\n1,2,3\n4,5\n6,7,8,9\n";
    expect(await mistake(text)).toMatch(
      /line 3 \(row 2\) has 2 cells, but the header has 3; .*`ragged` fill/,
    );
    expect((await read(text, { ragged: "fill" })).cells.z).toEqual([3, null, 8]);
    expect((await read(text, { ragged: "skip" })).cells.x).toEqual([1]);
  });
});

describe("decimal commas:", () => {
  test.each([
    ["beside semicolons", "x;y\n1,5;a\n2,25;b\n"],
    ["beside tabs", "x\ty\n1,5\ta\n2,25\tb\n"],
    ["beside blanks", "x y\n1,5 a\n2,25 b\n"],
    ["in quotes", 'x,y\n"1,5",a\n"2,25",b\n'],
    ["in Latin-1, with a title and units", "Bericht;\nx;y\ncm;-\n1,5;a\n2,25;b\n"],
  ])("%s", async (_, content) => {
    const { cells, report } = await read(content, {}, "txt");
    expect(cells).toEqual({ x: [1.5, 2.25], y: ["a", "b"] });
    expect(report.decimal).toEqual({ mark: ",", ground: "found", columns: ["x"] });
  });

  test("with points between thousands; not where points are decimals; as the user says", async () => {
    expect((await read("x;y\n1.234,5;1\n2.000,25;2\n")).cells.x).toEqual([1234.5, 2000.25]);
    expect((await read('x;y\n"1,234";0.5\n"2,000";1.5\n')).cells.x).toEqual([1234, 2000]);
    expect((await read("x;y\n1,234;1\n2,000;2\n", { decimal: "," })).cells.x).toEqual([1.234, 2]);
  });
});

describe("files of another kind under a table's name", () => {
  const sheet = (rows: string) =>
    strToU8(
      `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData></worksheet>`,
    );
  const text = (at: string, word: string) => `<c r="${at}" t="inlineStr"><is><t>${word}</t></is></c>`;
  const number = (at: string, value: number) => `<c r="${at}"><v>${value}</v></c>`;
  const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const packed = "http://schemas.openxmlformats.org/package/2006/relationships";
  const book = zipSync({
    "[Content_Types].xml": strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    ),
    "_rels/.rels": strToU8(
      `<Relationships xmlns="${packed}"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    "xl/workbook.xml": strToU8(
      `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${relations}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": strToU8(
      `<Relationships xmlns="${packed}"><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    "xl/worksheets/sheet1.xml": sheet(
      `<row r="1">${text("A1", "x")}${text("B1", "town")}</row><row r="2">${number("A2", 1.5)}${text("B2", "Köln")}</row><row r="3">${number("A3", 2.5)}${text("B3", "Zürich")}</row><row r="4">${number("A4", 3.5)}${text("B4", "Köln")}</row>`,
    ),
  });

  test.each([
    ["Excel's", book, "csv"],
    ["Excel's by its own name", book, "xlsx"],
    ["zip", zipSync({ "data/table.csv": strToU8(PLAIN) }), "csv"],
    ["zip by its own name", zipSync({ "table.csv": strToU8(PLAIN) }), "zip"],
    ["gzip", gzipSync(strToU8(PLAIN)), "csv"],
    ["JSON", JSON.stringify(CELLS.x.map((x, i) => ({ x, town: CELLS.town[i] }))), "csv"],
  ])("is read: %s", async (_, content, ending) => {
    expect((await read(content, {}, ending)).cells).toEqual(CELLS);
  });

  test.each([
    ["HTML", "<!DOCTYPE html>\n<html></html>", /is a web page \(HTML\), not a table/],
    [
      "a zip of two",
      zipSync({ "a.csv": strToU8("x\n1"), "b.csv": strToU8("x\n1") }),
      /zip archive of 2 files \(a\.csv, b\.csv\)/,
    ],
    ["old Excel", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), /Excel file of before 2007/],
    ["bytes", Buffer.alloc(400, 1), /holds bytes that are no text/],
    ["a zero byte", `x,y\n${"1,2\n".repeat(50)}3,4\0\n`, /holds a zero byte \(the first is byte 208\)/],
  ])("is refused with the way out: %s", async (_, content, said) => {
    expect(await mistake(content)).toMatch(said);
  });
});
