/** @file A table out of bytes is the table that Node reads of the same file: kinds, cells, errors, limits, units, remarks, notices. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { withDuckDB } from "../files/duckdb.ts";
import { readTable } from "../files/read.ts";
import type { Column } from "../table.ts";
import { type BytesReading, readBytes } from "./read-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "bytes-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function path(ending: string): string {
  return join(folder, `file${files++}.${ending}`);
}

async function both(file: string, reading: BytesReading = {}) {
  const notices: string[] = [];
  const told: string[] = [];
  const bytes = new Uint8Array(readFileSync(file));
  const read = await readBytes(bytes, file, { ...reading, onNotice: (notice) => told.push(notice) });
  const known = await readTable(file, {
    ...reading,
    identifiers: "leave out",
    onReport: (report) => notices.push(...report.notices),
  });
  return { read, known, told, notices };
}

async function expectSame(file: string, reading: BytesReading = {}): Promise<void> {
  const { read, known, told, notices } = await both(file, reading);
  expect(read.rows).toBe(known.rows);
  expect(read.columns.map(({ name }) => name)).toEqual(known.columns.map(({ name }) => name));
  // Which text is the example depends on how DuckDB sorts.
  const withoutExample = (remark: string) =>
    remark.replace(/"[^"]*" is read as [^ ]+|such as "[^"]*"/, "EXAMPLE");
  const plain = (column: Column): Column => {
    const { remarks } = column.read ?? {};
    return remarks ? { ...column, read: { ...column.read, remarks: remarks.map(withoutExample) } } : column;
  };
  expect(read.columns.map(plain)).toEqual(known.columns.map(plain));
  expect(told).toEqual(notices);
}

const ROWS = 40;
/** A column of each of these, by row. */
const table = (separator: string, columns: Readonly<Record<string, (row: number) => string>>) =>
  `${Object.keys(columns).join(separator)}\n${Array.from({ length: ROWS }, (_, row) =>
    Object.values(columns)
      .map((cell) => cell(row))
      .join(separator),
  ).join("\n")}\n`;

type Case = readonly [what: string, text: string, reading?: BytesReading];
const named = ([what, text, reading = {}]: Case) => ({ what, text, reading });
const TEXTS: readonly Case[] = [
  [
    "numbers, whole and with missing cells in several spellings",
    table(",", {
      x: (row) => (row % 7 === 0 ? "NA" : String(row / 8)),
      n: (row) => (row === 3 ? "" : String(row * row)),
      precise: (row) => String(2_450_000.5 + row / 1000),
    }),
  ],
  [
    "words, truths, yes and no, and dates",
    table(",", {
      color: (row) => ["red", "blue", "None", ""][row % 4],
      state: (row) => ["NA", "DE", "FR", "IT"][row % 4],
      truth: (row) => String(row % 2 === 0),
      answer: (row) => (row % 3 ? "yes" : "no"),
      mixed: (row) => ["yes", "No", "T"][row % 3],
      day: (row) => `2020-01-${String(1 + (row % 28)).padStart(2, "0")}`,
      moment: (row) => `2020-03-01T12:${String(row).padStart(2, "0")}:30+02:00`,
    }),
  ],
  [
    "numbers and dates in forms of their own",
    table(",", {
      price: (row) => `"$${1 + row},${String(100 + row).padStart(3, "0")}"`,
      share: (row) => `${row + 0.5} %`,
      day: (row) => `${String(1 + (row % 28)).padStart(2, "0")}.02.2021`,
      number: (row) => String(20_230_101 + (row % 28)),
    }),
  ],
  [
    "semicolons and decimal commas",
    table(";", { x: (row) => `${row},25`, y: (row) => `1.0${10 + row},5`, word: (row) => `w${row % 3}` }),
  ],
  [
    "errors by their names, limits beside them, quotes, blanks and codes with a 0",
    table(",", {
      teff: (row) => ` ${4000 + row} `,
      teff_err: (row) => (row === 5 ? "" : String(10 + row)),
      mag: (row) => (row % 5 === 0 ? "" : String(15 + row / 10)),
      mag_lower: (row) => (row % 5 === 0 ? "17.5" : ""),
      code: (row) => String(100 + row).padStart(5, "0"),
      note: (row) => `"a, ""quoted"" ${row % 2}"`,
    }),
  ],
  [
    "identifiers: too many words, too long numbers",
    `id,long,x\n${Array.from({ length: 1200 }, (_, row) => `s${row},${10n ** 17n + BigInt(row)},${row}`).join("\n")}\n`,
  ],
  ["levels among which a word stands", table(",", { levels: (row) => ["1", "2", "3+", "rotary"][row % 4] })],
  [
    "a title, units, remarks and a footnote",
    `# made by hand\nheight,mass\n[m],[kg]\n${"1.5,2\n3.5,4\n".repeat(20)}Source: a book\n`,
  ],
  ["no header", `${"1.5,2\n3,4.25\n".repeat(20)}`, { header: "none" }],
  [
    "what a user says",
    table(",", {
      zip: (row) => String(10_000 + (row % 5)),
      x: (row) => (row % 4 ? String(row) : "-9999"),
      y: (row) => String(row),
    }),
    { kinds: { zip: "category" }, missing: [-9999], exclude: ["y"] },
  ],
  ["tabs", table("\t", { a: (row) => String(row), b: (row) => `w${row % 2}` })],
];

describe("a delimited text", () => {
  test.each(TEXTS.map(named))("of $what", async ({ text, reading }) => {
    const file = path("csv");
    writeFileSync(file, text);
    await expectSame(file, reading);
  });

  test("in Latin-1, and gzipped", async () => {
    const file = path("csv");
    writeFileSync(file, Buffer.from("name,x\nMüller,1\nGröße,2\nMüller,3\n", "latin1"));
    await expectSame(file);
    const packed = path("csv.gz");
    writeFileSync(packed, gzipSync(new Uint8Array(readFileSync(file))));
    const { read, known } = await both(packed);
    expect(read.columns).toEqual(known.columns);
  });

  const refused: readonly Case[] = [
    ["a word among numbers", "x,y\n1,2\n2,b\n3,4\n4,5\n5,6\n6,7\n", {}],
    ["a row too short", "x,y\n1,2\n3\n4,5\n6,7\n", {}],
    ["an unknown column", "x,y\n1,2\n3,4\n", { columns: ["z"] }],
    ["a negative error", "x,x_err\n1,0.5\n2,-0.5\n3,-0.25\n4,0.1\n", {}],
  ];
  test.each(refused.map(named))("with $what is refused in the same words", async ({ text, reading }) => {
    const file = path("csv");
    writeFileSync(file, text);
    const why = (work: Promise<unknown>) =>
      work.then(
        () => "nothing",
        (error: Error) => error.message,
      );
    const told = await why(readBytes(new Uint8Array(readFileSync(file)), file, reading));
    expect(told).toBe(await why(readTable(file, { ...reading, identifiers: "leave out" })));
  });
});

describe.each(["snappy", "zstd", "gzip", "uncompressed"])("a Parquet file, %s", (compression) => {
  test("of numbers, words, truths, dates and missing cells", async () => {
    const file = path("parquet");
    await withDuckDB(async (connection) => {
      await connection.run(`COPY (SELECT i::INTEGER AS n, (i / 3)::FLOAT AS narrow, i / 7.0::DOUBLE AS wide, CASE WHEN i % 5 > 0 THEN i::BIGINT END AS gaps,
        i % 2 = 0 AS truth, ['red', 'blue', 'green'][1 + i % 3] AS color, DATE '2020-01-01' + i::INTEGER AS day,
        TIMESTAMP '2020-01-01 10:00:00' + INTERVAL (i) MINUTE AS moment, (i * 1.25)::DECIMAL(9, 2) AS money, i::VARCHAR AS digits FROM range(200) r(i)) TO '${file}'
        (FORMAT parquet, COMPRESSION '${compression}')`);
    });
    await expectSame(file);
  });
});
