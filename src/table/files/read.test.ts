import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test, vi } from "vitest";
import { InputError } from "../../base/errors.ts";
import { generator } from "../../numeric/generator.ts";
import type { Table } from "../table.ts";
import { withDuckDB } from "./duckdb.ts";
import { type ReadOptions, readTable } from "./read.ts";
import { unreadable } from "./source.ts";
import { complaintOf } from "./testing/complaint-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "read-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** A new file of its own with this ending. */
function file(content: string | Uint8Array, ending = "csv"): string {
  const path = join(folder, `file${files++}.${ending}`);
  writeFileSync(path, content);
  return path;
}
async function parquet(select: string): Promise<string> {
  const path = join(folder, `file${files++}.parquet`);
  await withDuckDB((duckdb) => duckdb.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`));
  return path;
}
const cells = (table: Table) =>
  Object.fromEntries(table.columns.map(({ name, values }) => [name, [...values]]));
const read = async (content: string, options?: ReadOptions, ending?: string) =>
  cells(await readTable(file(content, ending), options));
/** The message with which reading fails, the temporary folder cut off. */
const complaint = (source: string | string[], options?: ReadOptions) =>
  complaintOf(source, options, [`${folder}/`]);
const gone = Number.NaN;

describe("the formats", () => {
  test("hold the same table as CSV, TSV, JSON lines, a JSON array and Parquet", async () => {
    const expected = { b: [1, gone, 3], a: [-0.5, 2e3, gone] };
    expect(await read("b,a\n1,-0.5\n,2e3\n3,\n")).toEqual(expected);
    expect(await read("b\ta\n1\t-0.5\n\t2e3\n3\t\n", {}, "tsv")).toEqual(expected);
    expect(await read('{"b":1,"a":-0.5}\n{"a":2e3}\n{"b":3,"a":null}\n', {}, "jsonl")).toEqual(expected);
    expect(await read('[{"b":1,"a":-0.5},{"a":2e3},{"b":3}]', {}, "json")).toEqual(expected);
    const path = await parquet("SELECT * FROM (VALUES (1, -0.5), (NULL, 2e3), (3, NULL)) AS t(b, a)");
    expect(cells(await readTable(path))).toEqual(expected);
  });

  test("are told by the option where the ending does not tell them", async () => {
    expect(cells(await readTable(file("a\n1\n", "table"), { format: "csv" }))).toEqual({ a: [1] });
    expect(await complaint(file("a\n1\n", "table"))).toMatch(
      /^Cannot tell the format of file\d+\.table by its ending/,
    );
  });

  test("of CSV: other delimiters, CRLF, lone CR, a byte order mark, blank lines, quotes, no last line end", async () => {
    const expected = { a: [1, 4], b: [2, 5] };
    for (const text of [
      "a;b\n1;2\n4;5\n",
      "a|b\n1|2\n4|5\n",
      "a,b\r\n1,2\r\n4,5\r\n",
      "a,b\r1,2\r4,5",
      "\uFEFFa,b\n1,2\n4,5",
      "a,b\n\n1,2\n\n\n4,5\n\n",
      '"a","b"\n"1","2"\n"4",5\n',
      "a, b\n 1, 2\n\t4, 5 \n",
    ]) {
      expect(await read(text)).toEqual(expected);
    }
  });

  test("of CSV: a semicolon in the name of the only column is no delimiter", async () => {
    expect(await read("a;b\n1\n2\n")).toEqual({ "a;b": [1, 2] });
    expect(await read("a;b;c,d\n1,2\n")).toEqual({ "a;b;c": [1], d: [2] });
    expect(await complaint(file("a;b;c\n1;2\n"))).toMatch(
      /line 2 \(row 1\) has 2 cells, but the header has 3/,
    );
  });

  test("of CSV with one column: an empty line is a missing cell", async () => {
    expect(await read("a\n1\n\n3\n")).toEqual({ a: [1, gone, 3] });
  });

  test("gzipped are unpacked, known by their bytes, in several members too", async () => {
    const bytes = Buffer.concat([gzipSync("a,b\n1,2\n"), gzipSync("3,4\n")]);
    for (const ending of ["csv.gz", "csv"]) {
      expect(cells(await readTable(file(bytes, ending)))).toEqual({ a: [1, 3], b: [2, 4] });
    }
    expect(cells(await readTable(file(gzipSync('{"a":1}\n'), "jsonl.gz")))).toEqual({ a: [1] });
  });

  test("take whole and decimal numbers of every Parquet type, booleans, and numbers in text", async () => {
    const path = await parquet(
      "SELECT true AS t, 7::UTINYINT AS u, -8::BIGINT AS i, 170141183460469231731687303715884105727::HUGEINT AS h, 1.25::DECIMAL(9,2) AS d, 0.1::FLOAT AS f, '12' AS s, 'NA'::VARCHAR AS n",
    );
    const found = cells(await readTable(path));
    expect(found).toEqual({
      ...{ t: [1], u: [7], i: [-8], h: [Math.fround(2 ** 127)], d: [1.25], f: [Math.fround(0.1)] },
      ...{ s: [12], n: [gone] },
    });
  });
});

describe("the source", () => {
  test("may be a glob, whose files are read by name, or several files; columns go by name", async () => {
    mkdirSync(join(folder, "runs"));
    writeFileSync(join(folder, "runs/2.csv"), "b,a\n2,20\n");
    writeFileSync(join(folder, "runs/1.csv"), "a,b\n10,1\n");
    const table = await readTable(join(folder, "runs/*.csv"));
    expect(cells(table)).toEqual({ a: [10, 20], b: [1, 2] });
    expect(table).toMatchObject({ rows: 2, source: join(folder, "runs/*.csv") });
    const both = await readTable([join(folder, "runs/2.csv"), join(folder, "runs/1.csv")]);
    expect(cells(both)).toEqual({ b: [2, 1], a: [20, 10] });
  });

  test("may have a name full of glob characters and quotes", async () => {
    const path = join(folder, "odd [1] *?'x.csv");
    writeFileSync(path, "a\n1\n");
    writeFileSync(join(folder, "odd 1 zz'x.csv"), "a\n2\n");
    expect(cells(await readTable(path))).toEqual({ a: [1] });
  });

  test("may be standard input, gzipped or not, whose temporary copy is removed", async () => {
    // A folder of its own: tests beside this one make temporary folders, too.
    const own = mkdtempSync(join(tmpdir(), "anygiven-read-"));
    vi.stubEnv("TMPDIR", own);
    expect(tmpdir()).toBe(own);
    for (const bytes of [Buffer.from("a,b\n1,2\n"), gzipSync("a,b\n1,2\n")]) {
      const table = await readTable("-", {
        standardInput: Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]),
      });
      expect(table.source).toBe("standard input");
      expect(cells(table)).toEqual({ a: [1], b: [2] });
    }
    expect(readdirSync(own)).toEqual([]);
    vi.unstubAllEnvs();
    rmSync(own, { recursive: true });
    expect(await complaint("-", { standardInput: Readable.from([]) })).toMatch(
      /^standard input is empty: name a file/,
    );
  });
});

describe("missing cells", () => {
  test("are spelled in many ways, and never change what stands beside them", async () => {
    const spelled = [
      "",
      "NaN",
      "nan",
      "NA",
      "N/A",
      "n/a",
      "null",
      "NULL",
      "None",
      "none",
      " na ",
      "nAn",
      "Null",
    ];
    for (const some of [spelled.slice(0, 10), spelled]) {
      const found = await read(`x,y\n${some.map((text, i) => `${text},${i}`).join("\n")}\n`);
      expect(found).toEqual({ x: some.map(() => gone), y: some.map((_, i) => i) });
    }
    const lines = spelled.map((text) => JSON.stringify({ x: text, y: 1 })).join("\n");
    expect((await read(`${lines}\n{"x":NaN,"y":2}\n`, {}, "jsonl")).x).toEqual([
      ...spelled.map(() => gone),
      gone,
    ]);
  });

  test("are the numbers listed, in errors too, also where float32 has rounded them", async () => {
    const missing = [-9999, -99.99];
    expect(await read("x\n-9999\n1\n-99.99\n-9999.0\n", { missing })).toEqual({ x: [gone, 1, gone, gone] });
    const path = await parquet("SELECT (-99.99)::FLOAT AS x UNION ALL SELECT 3::FLOAT");
    expect(cells(await readTable(path, { missing }))).toEqual({ x: [gone, 3] });
    const table = await readTable(file("x,x_err\n1,-9999\n"), { missing });
    expect(table.columns[0].errors).toEqual(Float32Array.of(gone));
  });

  test("may be the infinite ones if so listed; otherwise those are refused", async () => {
    const path = file("x\n1\ninf\n-inf\n");
    expect(cells(await readTable(path, { missing: [Infinity, -Infinity] }))).toEqual({ x: [1, gone, gone] });
    expect(await complaint(path)).toMatch(/row 2 \(line 3\), column "x": inf is infinite or too large/);
    expect(await complaint(file("x\n1e999\n"))).toMatch(/1e999 is infinite or too large/);
    expect(await complaint(await parquet("SELECT 'inf'::FLOAT AS x"))).toMatch(
      /row 1, column "x": inf is inf/,
    );
  });

  test("true and false are 1 and 0, in JSON as in CSV", async () => {
    expect(await read("x\ntrue\nFalse\nNA\n1\n")).toEqual({ x: [1, 0, gone, 1] });
    expect(await read('{"x":true}\n{"x":false}\n{"x":1}\n', {}, "jsonl")).toEqual({ x: [1, 0, 1] });
  });
});

describe("columns", () => {
  test("are those asked for, in the order asked; the others may hold anything", async () => {
    const path = file("id,a,b\nstar one,1,2\nstar two,3,4\n");
    expect(Object.entries(cells(await readTable(path, { columns: ["b", "a"] })))).toEqual([
      ["b", [2, 4]],
      ["a", [1, 3]],
    ]);
  });

  test("may differ in capitals only in CSV and Parquet; JSON cannot tell them apart", async () => {
    expect(await read("B,b\n1,2\n")).toEqual({ B: [1], b: [2] });
    expect(await complaint(file('{"B":1,"b":2}\n', "jsonl"))).toMatch(
      /"B" and "b" of .* differ only in capitals/,
    );
  });

  test("unknown, twice or repeated are refused; one without a name is called by its place", async () => {
    const path = file("teff,logg\n1,2\n");
    expect(await complaint(path, { columns: ["Teff"] })).toMatch(
      /^file\d+\.csv has no column "Teff"; did you mean "teff"\? The columns are: teff, logg\.$/,
    );
    expect(await complaint(path, { columns: ["teff", "teff"] })).toBe('Column "teff" is asked for twice.');
    expect(await read("a,b,a\n1,2,3\n")).toEqual({ a: [1], b: [2], a_2: [3] });
    expect(await read(",a\n0,1\n")).toEqual({ a: [1] });
    const nameless = await readTable(file("a,,b\n0,1,2\n"));
    expect(nameless.columns.map(({ name }) => name)).toEqual(["a", "column 2", "b"]);
    expect(await complaint(path, { columns: [] })).toMatch(/^No column of file\d+\.csv is asked for\.$/);
  });

  test("named as errors belong to their column", async () => {
    const path = file("x,x_err,y,e_y,z_error,e_mail\n1,.1,2,.2,.3,4\n");
    const { columns } = await readTable(path);
    expect(columns.map(({ name }) => name)).toEqual(["x", "y", "z_error", "e_mail"]);
    expect(columns.map(({ errors }) => errors?.[0])).toEqual([
      Math.fround(0.1),
      Math.fround(0.2),
      undefined,
      undefined,
    ]);
    const plain = await readTable(path, { errorNames: false });
    expect(plain.columns).toHaveLength(6);
    const asked = await readTable(path, { columns: ["x", "x_err"] });
    expect(asked.columns.map(({ name, errors }) => [name, errors])).toEqual([
      ["x", undefined],
      ["x_err", undefined],
    ]);
    const given = await readTable(path, { columns: ["x", "y"], errorColumns: { x: "z_error" } });
    expect(given.columns[0].errors).toEqual(Float32Array.of(0.3));
  });

  test("named as errors are refused where two could be meant, where unknown, and where negative", async () => {
    expect(await complaint(file("x,x_err,x_error\n1,2,3\n"))).toMatch(
      /"x_error" and "x_err", which could both be/,
    );
    expect(await complaint(file("x,s\n1,2\n"), { errorColumns: { x: "sx" } })).toMatch(
      /no column "sx"; did you mean/,
    );
    expect(await complaint(file("x,e_x\n1,2\n1,-3\n"))).toMatch(
      /row 2 \(line 3\), column "e_x": .* negative \(-3\)/,
    );
  });
});

describe("precision", () => {
  const kind = async (content: string, options?: ReadOptions) =>
    (await readTable(file(content), options)).columns.map(({ values }) => values.constructor.name);

  test("is float32 unless a column would lose a noticeable part of its spread", async () => {
    const days = Array.from({ length: 50 }, (_, i) => `${2459000 + i / 7},${i / 7},0.1,1e300,1e-60`).join(
      "\n",
    );
    const path = file(`jd,x,constant,huge,tiny\n${days}\n`);
    const table = await readTable(path);
    const names = table.columns.map(({ values }) => values.constructor.name.slice(0, 7));
    expect(names).toEqual(["Float64", "Float32", "Float32", "Float64", "Float64"]);
    expect(table.columns[0].values[1]).toBe(2459000 + 1 / 7);
  });

  test("keeps whole numbers as they are, which ids have too many digits for", async () => {
    const ids = Array.from({ length: 50 }, (_, i) => 8_062_500_001 + i * i * 40_000 + i);
    const { columns } = await readTable(file(`id,few\n${ids.map((id, i) => `${id},${i}`).join("\n")}\n`));
    expect(columns.map(({ values }) => values.constructor.name)).toEqual(["Float64Array", "Float32Array"]);
    expect(Array.from(columns[0].values)).toEqual(ids);
  });

  test("is what is asked for", async () => {
    expect(await kind("a\n0.5\n", { precision: "float64" })).toEqual(["Float64Array"]);
    expect(await kind("a\n2459000.1\n2459000.2\n", { precision: "float32" })).toEqual(["Float32Array"]);
    expect(await complaint(file("a\n1\n1e300\n"), { precision: "float32" })).toMatch(
      /row 2 \(line 3\), column "a": 1e300 is too large for float32/,
    );
  });
});

describe("a wrong cell", () => {
  test("is named with file, row, line, column and text", async () => {
    expect(await complaint(file("a,b\n1,2\n3,4x\n"))).toMatch(
      /^file\d+\.csv, row 2 \(line 3\), column "b": "4x" is not a number; correct or empty the cell/,
    );
    expect(await complaint(file('{"a":1}\n{"a":"x"}\n', "jsonl"))).toMatch(
      /row 2, column "a": "x" is not a number/,
    );
    expect(await complaint(file('{"a":1}\n{"a":[1]}\n', "jsonl"))).toMatch(
      /row 2, column "a": "\[1\]" is not a/,
    );
    const second = [file("a\n1\n2\n"), file("a\n3\nx\n")];
    expect(await complaint(second)).toMatch(new RegExp(`^${second[1].slice(folder.length + 1)}, row 2 `));
  });

  test("is found though the user lists numbers of the same size as missing", async () => {
    const missing = [-1.618033988749895e308];
    expect(await complaint(file("a\n1\nx\n"), { missing })).toMatch(/row 2 \(line 3\), column "a": "x"/);
    expect(await complaint(file("a\nx\n-1.618033988749895e308\n1\n"))).toMatch(
      /row 1 \(line 2\), column "a": "x"/,
    );
    expect(await complaint(file("a\n-1.618033988749895e308\n"))).toMatch(/row 1 .* is infinite or too large/);
  });

  test("has its true line where cells hold line breaks and lines are blank", async () => {
    expect(await complaint(file('a,note\n1,"two\nlines"\n\n\n2,\nx,\n'), { columns: ["a"] })).toMatch(
      /row 3 \(line 7\), column "a": "x"/,
    );
  });

  test("has its true line where lines end in CRLF or a lone CR", async () => {
    expect(await complaint(file("a,b\r\n1,2\r\n\r\nx,4\r\n"))).toMatch(/row 2 \(line 4\), column "a"/);
    expect(await complaint(file("a,b\r1,2\rx,4\r"))).toMatch(/row 2 \(line 3\), column "a"/);
  });

  test("is found far down a long file, the first of several", async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `${i},${i / 3},${-i}`);
    rows[190_001] = "1,oops,3";
    rows[195_000] = "also,2,3";
    expect(await complaint(file(`a,b,c\n${rows.join("\n")}\n`))).toMatch(
      /row 190002 \(line 190003\), column "b": "oops"/,
    );
    expect((await readTable(file(`a,b,c\n${rows.join("\n")}\n`), { columns: ["c"] })).rows).toBe(200_000);
  });

  test("is named in a column of dates, too", async () => {
    expect(await complaint(file("a,t\n1,2020-01-30\n2,2020-01-31\n3,2020-02-30\n"))).toMatch(
      /row 3 \(line 4\), column "t": "2020-02-30" is not a date such as 2020-01-31; correct/,
    );
    expect(await complaint(file("a,t\n1,2020-01-30\n2,2020-01-31\n3,12\n"))).toMatch(
      /row 3 .*"12" is not a date/,
    );
  });

  test("is not what errors that are text are called", async () => {
    expect(await complaint(file("mail,e_mail\n1,\n2,a@b\n"))).toMatch(
      /^Column "e_mail" of .* is taken for the errors of "mail", but holds text \(row 2: "a@b"\); leave it out/,
    );
  });

  test("is not what a column that cannot be read at all is called", async () => {
    expect(await complaint(await parquet("SELECT TIME '12:30:00' AS t"))).toMatch(
      /"t" of .* holds times of day or durations \(TIME\), which cannot be read/,
    );
    expect(await complaint(await parquet("SELECT INTERVAL 1 DAY AS t"))).toMatch(/durations \(INTERVAL\)/);
    expect(await complaint(await parquet("SELECT ['a', 'b'] AS l"), { columns: ["l"] })).toMatch(
      /"l" of .* holds lists of texts \(VARCHAR\[\]\), which cannot be read; write its elements/,
    );
    expect(await complaint(await parquet("SELECT MAP {'x': 1} AS s, 1 AS b"))).toMatch(
      /"s" of .* holds no single values/,
    );
    expect(await complaint(file('{"a":[1]}\n{"a":{"b":"c"}}\n', "jsonl"))).toMatch(
      /^Column "a" of .* holds lists or objects, not single values; leave it out/,
    );
  });
});

describe("a broken file", () => {
  test("of CSV is named with the line of a row too short, too long or with an open quote", async () => {
    expect(await complaint(file("a,b,c\n1,2,3\n4,5\n"))).toMatch(
      /^file\d+\.csv, line 3 \(row 2\) has 2 cells, but the header has 3; correct the line, or say `ragged` fill/,
    );
    expect(await complaint(file('a,b\n"1\n",2\n\n3,4,5\n'))).toMatch(/line 5 \(row 2\) has 3 cells/);
    expect(await complaint(file("a,b,c\n1,2,3\n4,5\n"), { columns: ["a"] })).toMatch(
      /line 3 \(row 2\) has 2 cells/,
    );
    expect(await complaint(file('a,b\n1,2\n"3,4\n5,6\n'))).toMatch(/line 3: a quote \("\) is opened/);
    const rows = Array.from({ length: 100_000 }, (_, i) => `${i},${i / 3}`);
    rows[90_000] = "1";
    expect(await complaint(file(`a,b\n${rows.join("\n")}\n`))).toMatch(
      /line 90002 \(row 90001\) has 1 cell,/,
    );
  });

  test("that is empty, without rows, without header, missing or a folder is called that", async () => {
    expect(await complaint(file(""))).toMatch(/^file\d+\.csv is empty: name a file/);
    expect(await complaint(file("\n\n"))).toMatch(/^file\d+\.csv is empty: it has no header line\.$/);
    expect(await complaint(file("a,b\n"))).toMatch(/^file\d+\.csv has column names but no rows\.$/);
    expect(await complaint(await parquet("SELECT 1 AS a LIMIT 0"))).toMatch(
      /has column names but no rows\.$/,
    );
    expect(await complaint(file("8.3,41,6.98\n8.2,21,6.2\n"))).toMatch(
      /no header line: its first line is numbers \(8\.3/,
    );
    expect(await read("2019,2020\n1,2\n")).toEqual({ 2019: [1], 2020: [2] });
    expect(await complaint(join(folder, "none.csv"))).toBe("There is no file none.csv.");
    expect(await complaint(join(folder, "none*.csv"))).toBe("No file matches none*.csv.");
    expect(await complaint(folder)).toMatch(/is a folder: name its files, for example with .*\*\.csv\.$/);
    expect(await complaint([])).toBe("No file was named to read rows from.");
  });

  test("that is cut off or of another format is called that", async () => {
    const whole = await parquet("SELECT random() AS a FROM range(5000)");
    const { readFileSync } = await import("node:fs");
    const cut = file(readFileSync(whole).subarray(0, 3000), "parquet");
    expect(await complaint(cut)).toMatch(
      /^Cannot read file\d+\.parquet as Parquet: .*; the file may be cut off/,
    );
    expect(await complaint(file("a,b\n1,2\n3,4\n5,6\n", "parquet"))).toMatch(
      /as Parquet: .* another format\.$/,
    );
    const random = generator(1, "a cut file");
    const packed = gzipSync(Array.from({ length: 5000 }, () => `${random.uniform()}\n`).join(""));
    expect(await complaint(file(packed.subarray(0, packed.length / 2), "csv.gz"))).toMatch(
      /ends in the middle of its/,
    );
    packed.fill(0x55, 1000, 1200);
    expect(await complaint(file(packed, "csv.gz"))).toMatch(
      /: its gzip data cannot be unpacked; it is damaged, fetch it again\.$/,
    );
    expect(await complaint(file('{"a":1}\n{"a":\n', "jsonl"))).toMatch(
      /as JSON lines: Malformed JSON .* in line/,
    );
    expect(await complaint(file("1\n2\n", "jsonl"))).toMatch(/holds 1 where an object should be/);
  });

  test("among several with other columns is named with the column", async () => {
    const [ab, a, abc] = [file("a,b\n1,2\n"), file("a\n1\n"), file("a,b,c\n1,2,3\n")];
    expect(await complaint([ab, a])).toMatch(
      /has no column "b", but .* has: files read together need the same/,
    );
    expect(await complaint([ab, abc])).toMatch(/has no column "c", but/);
    expect(cells(await readTable([ab, a, abc], { columns: ["a"] }))).toEqual({ a: [1, 1, 1] });
  });

  test("that may not be read is called that, whatever the cause (tests may run as root)", () => {
    const denied = Object.assign(new Error("EACCES"), { code: "EACCES" });
    expect(unreadable("a.csv", denied)).toEqual(
      new InputError("Cannot read a.csv: permission denied; change its permissions."),
    );
    const bug = new TypeError("a bug");
    expect(unreadable("a.csv", bug)).toBe(bug);
  });
});
