/** @file FITS tables of bytes written by hand: each rule of the standard by itself, and files that lie. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import type { ReadingReport } from "../../file-report.ts";
import type { Table } from "../../table.ts";
import { type ReadOptions, readTable } from "../read.ts";
import { complaintOf } from "../testing/complaint-fixture.ts";
import { f32, f64, header, i16, i32, i64, padded, primary, row, table, u8 } from "./testing/fits-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "fits-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(bytes: Buffer | readonly Buffer[], name = `file${files++}.fits`): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([bytes].flat()));
  return path;
}

const gone = Number.NaN;

function cells({ columns }: Table) {
  return Object.fromEntries(
    columns.map(({ name, values, categories }) => [
      name,
      [...values].map((value) => (categories && !Number.isNaN(value) ? categories[value] : value)),
    ]),
  );
}

async function read(path: string, options: ReadOptions = {}) {
  let report: ReadingReport | undefined;
  const found = await readTable(path, { ...options, onReport: (each) => (report = each) });
  return { table: found, cells: cells(found), report: report?.files[0], notices: report?.notices ?? [] };
}

const complaint = (path: string, options?: ReadOptions) => complaintOf(path, options, [`${folder}/`]);

describe("columns", () => {
  test("of whole numbers are unsigned by TZERO, and missing by TNULL, which is meant before it", async () => {
    const columns = [
      { form: "B", more: { TZERO: -128 } },
      { form: "I", more: { TZERO: 32768, TNULL: -32768 } },
      { form: "J", more: { TZERO: 2147483648, TNULL: 7 } },
      { form: "1J", more: { TNULL: -1 } },
    ];
    const rows = [
      row(u8(0), i16(-32768), i32(-(2 ** 31)), i32(-1)),
      row(u8(255), i16(32767), i32(2 ** 31 - 1), i32(5)),
      row(u8(128), i16(0), i32(7), i32(0)),
    ];
    const { cells: found } = await read(file([primary, table(columns, rows)]));
    expect(found).toEqual({
      ...{ c1: [-128, 127, 0], c2: [gone, 65535, 32768], c3: [0, 2 ** 32 - 1, gone], c4: [gone, 5, 0] },
    });
  });

  test("of 64 bits keep every digit, and are identifiers where they are longer than a number can hold", async () => {
    const columns = [
      { form: "K", name: "id" },
      { form: "K", name: "u", more: { TZERO: 9223372036854775808n } },
      { form: "D", name: "x" },
    ];
    const ids = [5937083312263887617n, 5937083312263887616n];
    const rows = ids.map((id, i) => row(i64(id), i64(i === 0 ? 2n ** 63n - 1n : -1n), f64(i)));
    const path = file([primary, table(columns, rows)]);
    const { cells: found, notices } = await read(path);
    expect(found).toEqual({ x: [0, 1] });
    expect(notices.join()).toMatch(/column "id" is left out, as its whole numbers are longer/);
    const { cells: named } = await read(path, { columns: ["id", "u"], categories: ["id", "u"] });
    expect(named).toEqual({
      id: ["5937083312263887617", "5937083312263887616"],
      u: ["18446744073709551615", "9223372036854775807"],
    });
  });

  test("are scaled by TSCAL and TZERO; of floating-point numbers NaN is a missing one", async () => {
    const columns = [
      { form: "I", more: { TSCAL: 0.5, TZERO: 10, TNULL: -1 } },
      { form: "E", more: { TUNIT: "mag" } },
      { form: "D", more: { TSCAL: 2 } },
    ];
    const rows = [row(i16(3), f32(0.1), f64(1.25)), row(i16(-1), f32(gone), f64(gone))];
    const { table: found } = await read(file([primary, table(columns, rows)]));
    expect(cells(found)).toEqual({ c1: [11.5, gone], c2: [Math.fround(0.1), gone], c3: [2.5, gone] });
    expect(found.columns.map(({ unit }) => unit)).toEqual([undefined, "mag", undefined]);
  });

  test("of truths are missing at the byte 0; a single bit is one", async () => {
    const columns = [{ form: "L" }, { form: "1X" }];
    const rows = [row("T", u8(0x80)), row(u8(0), u8(0x7f)), row("F", u8(0))];
    const { cells: found, table: read1 } = await read(file([primary, table(columns, rows)]));
    expect(found).toEqual({ c1: [1, gone, 0], c2: [1, 0, 0] });
    expect(read1.columns.map(({ kind }) => kind)).toEqual(["boolean", "boolean"]);
    const odd = file([primary, table([{ form: "L" }], [row("T"), row("1")])], "odd.fits");
    expect(await complaint(odd)).toBe(
      'Column "c1" of odd.fits holds the byte 49 in row 2, where T, F or 0 should be.',
    );
  });

  test("of texts end at the byte 0 or before blanks; digits in them stay text, dates are dates", async () => {
    const columns = [{ form: "6A" }, { form: "5A" }, { form: "10A" }];
    const rows = [
      row("ab\0xyz", "00123", "2020-01-02"),
      row("  cd  ", "00045", "2020-01-03"),
      row("\0     ", "     ", "          "),
    ];
    const { cells: found, table: read1 } = await read(file([primary, table(columns, rows)]));
    expect(found.c1).toEqual(["ab", "cd", gone]);
    expect(found.c2).toEqual(["00123", "00045", gone]);
    expect(read1.columns[2]).toMatchObject({ kind: "date" });
    expect(found.c3).toEqual([18263, 18264, gone]);
  });

  test("of arrays are a column for each element, errors by the values' names; texts of one width too", async () => {
    const columns = [
      { form: "2E", name: "mag" },
      { form: "2E", name: "mag_err" },
      { form: "4I", name: "m", more: { TDIM: "(2,2)" } },
      { form: "6A:SSTR3", name: "band" },
      { form: "4A", name: "w", more: { TDIM: "(2,2)" } },
    ];
    const numbers = row(...[1, 2].map(f32), ...[0.25, 0.5].map(f32), ...[1, 2, 3, 4].map(i16));
    const rows = [row(numbers, "abcde ", "uvxy"), row(numbers, "abdef ", "uwxy")];
    const { cells: found, table: read1 } = await read(file([primary, table(columns, rows)]));
    expect(found).toMatchObject({ mag0: [1, 1], mag1: [2, 2], m0_0: [1, 1], m0_1: [2, 2], m1_0: [3, 3] });
    expect(found).toMatchObject({ band0: ["abc", "abd"], band1: ["de", "ef"], w0: ["uv", "uw"] });
    expect([...(read1.columns.find(({ name }) => name === "mag1")?.errors ?? [])]).toEqual([0.5, 0.5]);
  });

  test("that are no single values are left out, and told", async () => {
    const columns = [
      { form: "11X", name: "flags" },
      { form: "C", name: "z" },
      { form: "1001E", name: "spectrum" },
      { form: "0D", name: "none" },
      { form: "E", name: "x" },
    ];
    const bytes = row(Buffer.alloc(2), Buffer.alloc(8), Buffer.alloc(4004), f32(1));
    const path = file([primary, table(columns, [bytes])], "told.fits");
    const { cells: found, notices } = await read(path);
    expect(found).toEqual({ x: [1] });
    expect(notices.map((each) => each.replace(`${folder}/`, ""))).toEqual([
      'told.fits: column "flags" is left out, as its cells are arrays of 11 bits.',
      'told.fits: column "z" is left out, as its cells are complex numbers.',
      'told.fits: column "spectrum" is left out, as its cells are arrays of 1,001 elements, more than 1,000.',
      'told.fits: column "none" is left out, as its cells are empty (of no width).',
    ]);
    expect(await complaint(path, { columns: ["z"] })).toMatch(
      /"z" of told\.fits holds complex numbers \(C\), which cannot be read; write two real/,
    );
  });

  test("of variable length are columns where their length is one, with gaps in the heap; others are told", async () => {
    const heap = Buffer.concat([Buffer.alloc(8), i16(5), i16(6), Buffer.alloc(4), i16(-1), i16(9), i16(1)]);
    const columns = [
      { form: "PI(2)", name: "same", more: { TNULL: -1, TZERO: 100 } },
      { form: "QI(2)", name: "other" },
    ];
    const rows = [
      row(i32(2), i32(0), i64(1n), i64(0n)),
      row(i32(0), i32(0), i64(2n), i64(0n)),
      row(i32(2), i32(8), i64(2n), i64(0n)),
    ];
    const more = { THEAP: 24 * 3 + 8 };
    const { cells: found, notices } = await read(file([primary, table(columns, rows, { heap, more })]));
    expect(found).toEqual({ same0: [105, gone, gone], same1: [106, gone, 109] });
    expect(notices.join()).toMatch(/"other" is left out, as its cells are arrays of different lengths/);
    const far = [row(i32(2), i32(4000)), rows[2].subarray(0, 8)];
    const path = file([primary, table(columns.slice(0, 1), far, { heap })], "far.fits");
    expect(await complaint(path)).toMatch(
      /^Column "same0" of far\.fits has its array in row 1 outside the heap/,
    );
  });

  test("have long names by CONTINUE, quotes within, and each a name of its own", async () => {
    const cards = [
      "TTYPE1  = 'a rather &'",
      "CONTINUE  'long na&'",
      "CONTINUE  'me'",
      "HIERARCH ESO x = 5",
      "COMMENT = not a value",
    ];
    const columns = [
      { form: "D", name: "" },
      { form: "D", name: "it's" },
      { form: "D", name: "it's" },
      { form: "D", name: "" },
    ];
    const bytes = table(columns, [row(...[1, 2, 3, 4].map(f64))], { cards });
    const asText = Buffer.from(
      bytes.toString("latin1").replace(/TTYPE1 {2}= .{70}/, " ".repeat(80)),
      "latin1",
    );
    const { cells: found, notices } = await read(file([primary, asText]));
    expect(found).toEqual({ "a rather long name": [1], "it's": [2], "it's_2": [3], "column 4": [4] });
    expect(notices.join()).toMatch(/column 3 is called "it's_2", as "it's" is there before it/);
  });
});

function asText(rows: readonly string[], more: Record<string, string | number>): Buffer {
  const stride = rows[0].length;
  const values = { XTENSION: "TABLE", BITPIX: 8, NAXIS: 2, NAXIS1: stride, NAXIS2: rows.length };
  return Buffer.concat([
    header({ ...values, PCOUNT: 0, GCOUNT: 1, ...more }),
    padded(Buffer.from(rows.join(""), "latin1"), " "),
  ]);
}

describe("a table of text", () => {
  const fields = {
    ...{ TFIELDS: 4, TFORM1: "I6", TBCOL1: 1, TTYPE1: "i", TNULL1: "***" },
    ...{ TFORM2: "D12.4", TBCOL2: 7, TTYPE2: "d", TUNIT2: "K" },
    ...{ TFORM3: "A4", TBCOL3: 20, TTYPE3: "a", TFORM4: "I19", TBCOL4: 24, TTYPE4: "id" },
  };

  test("has numbers with Fortran's exponents, blanks and TNULL as missing", async () => {
    const rows = [
      "    -5   1.5D+03   ab  1234567890123456789",
      "   ***             cd                   12",
      "    17   -2.5-001   ef                     ",
    ];
    const path = file([primary, asText(rows, fields)]);
    const { cells: found, table: read1 } = await read(path, {
      columns: ["i", "d", "a", "id"],
      categories: ["id"],
    });
    expect(found).toEqual({
      ...{ i: [-5, gone, 17], d: [1500, gone, -0.25], a: ["ab", "cd", "ef"] },
      id: ["1234567890123456789", "12", gone],
    });
    expect(read1.columns[1].unit).toBe("K");
  });

  test("has numbers scaled by TSCAL and TZERO", async () => {
    const scaled = { ...fields, TFIELDS: 1, TSCAL1: 0.5, TZERO1: 10 };
    const path = file([primary, asText(["    -5", "   ***", "    17"], scaled)]);
    expect((await read(path)).cells).toEqual({ i: [7.5, gone, 18.5] });
  });

  test("names a cell that is no number, and a column that lies outside", async () => {
    const path = file([primary, asText(["    5x   1.5D+03   ab                    1"], fields)], "text.fits");
    expect(await complaint(path)).toBe('Column "i" of text.fits holds "5x" in row 1, which is no number.');
    const out = asText(["    51"], { ...fields, TFIELDS: 1, TFORM1: "I7" });
    expect(await complaint(file([primary, out], "out.fits"))).toMatch(
      /^out\.fits: column 1 lies outside its rows of 6 characters/,
    );
  });
});

describe("a file", () => {
  const one = table([{ form: "D", name: "x" }], [row(f64(1)), row(f64(2))], { more: { EXTNAME: "STARS" } });
  const two = table([{ form: "D", name: "y" }], [row(f64(3))]);
  const image = header({ XTENSION: "IMAGE", BITPIX: 8, NAXIS: 1, NAXIS1: 5, PCOUNT: 0, GCOUNT: 1 });
  const pixels = padded(Buffer.alloc(5));

  test("of several tables names them with their rows; a name or a number says which", async () => {
    const path = file([primary, image, pixels, one, two], "two.fits");
    expect(await complaint(path)).toBe(
      'two.fits holds more than one table: 2 "STARS" (2 rows), 3 (1 row); name one with `group`.',
    );
    for (const group of ["STARS", "stars", "2"])
      expect((await read(path, { group })).cells).toEqual({ x: [1, 2] });
    expect((await read(path, { group: "3" })).cells).toEqual({ y: [3] });
    expect(await complaint(path, { group: "STARDS" })).toMatch(/no table "STARDS"; did you mean "STARS"/);
    expect(await complaint(path, { group: "1" })).toBe("Part 1 of two.fits is no table, but an image of 5.");
  });

  test("is known by its first bytes, is read gzipped, and from several files", async () => {
    const path = file([primary, one], "under.csv");
    expect((await read(path)).cells).toEqual({ x: [1, 2] });
    const gz = file(gzipSync(Buffer.concat([primary, one])), "one.fits.gz");
    expect((await read(gz)).cells).toEqual({ x: [1, 2] });
    file([primary, one], "many-a.fit");
    file([primary, one], "many-b.fit");
    expect((await read(join(folder, "many-*.fit"))).cells).toEqual({ x: [1, 2, 1, 2] });
  });

  test.each<[string, Buffer[], RegExp]>([
    ["images only", [primary, image, pixels], /holds no table: 0 \(without data\), 1 \(an image of 5\)/],
    [
      "a compressed table",
      [primary, table([{ form: "D" }], [f64(1)], { more: { ZTABLE: true } })],
      /\(ZTABLE\).*funpack/,
    ],
    [
      "a compressed image",
      [primary, table([{ form: "D" }], [f64(1)], { more: { ZIMAGE: true } })],
      /compressed image/,
    ],
    [
      "random groups",
      [
        header({
          SIMPLE: true,
          BITPIX: 8,
          NAXIS: 2,
          NAXIS1: 0,
          NAXIS2: 1,
          GROUPS: true,
          PCOUNT: 0,
          GCOUNT: 1,
        }),
        padded(Buffer.alloc(1)),
      ],
      /random groups/,
    ],
    ["something else", [Buffer.from("x,y\n1,2\n")], /is no FITS file: it does not begin with/],
    [
      "a table cut off",
      [primary, one.subarray(0, 2885)],
      /is cut off: its table takes 5,776 bytes, but the file has 5,765/,
    ],
    ["a header cut off", [primary, one.subarray(0, 1000)], /a header has no END/],
    ["a first header cut off", [primary.subarray(0, 90)], /a header has no END/],
    [
      "rows of another width",
      [primary, table([{ form: "2D" }], [f64(1)])],
      /take 16 bytes a row, but its header says 8 \(NAXIS1\)/,
    ],
    [
      "negative rows",
      [primary, table([{ form: "D" }], [f64(1)], { more: { NAXIS2: -3 } })],
      /NAXIS2 in its header is -3, which cannot be/,
    ],
    [
      "absurd rows",
      [primary, table([{ form: "D" }], [f64(1)], { more: { NAXIS2: 10n ** 14n } })],
      /is cut off: its table takes/,
    ],
    [
      "impossible rows",
      [primary, table([{ form: "D" }], [f64(1)], { more: { NAXIS2: 10n ** 30n } })],
      /NAXIS2 in its header is 1000.*which cannot be/,
    ],
    [
      "absurd columns",
      [primary, table([{ form: "D" }], [f64(1)], { more: { TFIELDS: 100_000_000 } })],
      /declares 100000000 columns, more than 999/,
    ],
    ["an absurd width", [primary, table([{ form: "999999999999D" }], [f64(1)])], /bytes a row/],
    ["no type", [primary, table([{ form: "Z" }], [f64(1)])], /the type "Z" \(TFORM1\)/],
    [
      "a lying PCOUNT",
      [primary, table([{ form: "D" }], [f64(1)], { more: { PCOUNT: -9 } })],
      /PCOUNT in its header is -9/,
    ],
    [
      "no number",
      [primary, table([{ form: "D" }], [f64(1)], { more: { NAXIS1: "eight" } })],
      /NAXIS1 in its header is no number/,
    ],
    [
      "an open quote",
      [primary, table([{ form: "D" }], [f64(1)], { cards: ["EXTNAME = 'abc"] })],
      /EXTNAME in its header is a text whose quotes/,
    ],
    [
      "no rows",
      [
        primary,
        table(
          [
            { form: "0D", name: "x" },
            { form: "0A", name: "y" },
          ],
          [],
        ),
      ],
      /No column of .* is asked for|no rows/,
    ],
  ])("is refused in one sentence: %s", async (_, bytes, said) => {
    expect(await complaint(file(bytes))).toMatch(said);
  });
});
