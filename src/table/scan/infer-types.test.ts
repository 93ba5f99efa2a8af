import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { type ReadOptions, readTable } from "../files/read.ts";
import { openTableWriter, writeTable } from "../files/write.ts";
import type { Column } from "../table.ts";
import { plainName } from "./kind-of-texts.ts";

const folder = mkdtempSync(join(tmpdir(), "kinds-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
const gone = Number.NaN;
const endings = ["csv", "tsv", "parquet", "jsonl", "json"];

let files = 0;
function file(content: string, ending = "csv"): string {
  const path = join(folder, `file${files++}.${ending}`);
  writeFileSync(path, content);
  return path;
}
/** The rows of a SELECT as a file of any format. */
async function written(select: string, ending: string): Promise<string> {
  const path = join(folder, `file${files++}.${ending}`);
  const format = {
    csv: "csv",
    tsv: "csv, DELIMITER '\t'",
    parquet: "parquet",
    jsonl: "json",
    json: "json, ARRAY",
  };
  const how = format[ending as keyof typeof format];
  await withDuckDB((duckdb) => duckdb.run(`COPY (${select}) TO '${path}' (FORMAT ${how})`));
  return path;
}
const columnsOf = async (source: string | string[], options?: ReadOptions) =>
  (await readTable(source, options)).columns;
/** One column of CSV without its name. */
async function csv(cells: readonly string[], options?: ReadOptions): Promise<Omit<Column, "name">> {
  const [{ name: _, ...rest }] = (await columnsOf(file(`x\n${cells.join("\n")}\n`), options)) as [Column];
  return rest;
}
/** The names of the rows of a category column. */
const names = ({ values, categories }: Omit<Column, "name">) =>
  [...values].map((index) => (Number.isNaN(index) ? null : categories![index]));
async function complaint(source: string | string[], options?: ReadOptions): Promise<string> {
  const error = await readTable(source, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message.replaceAll(`${folder}/`, "");
}

describe("the kinds of columns", () => {
  const rows = `SELECT * FROM (VALUES
    (1.5, 'red', true, DATE '1970-01-02', TIMESTAMP '1969-12-31 12:00:00'),
    (NULL, NULL, NULL, NULL, NULL),
    (2.5, 'green', false, DATE '2020-02-29', TIMESTAMP '2020-02-29 06:00:00.000001'),
    (3.5, 'red', false, DATE '1969-12-31', TIMESTAMP '1970-01-01 00:00:00')) AS t(n, c, b, d, t)`;

  test.each(endings)("are told by the cells of .%s", async (ending) => {
    expect(await columnsOf(await written(rows, ending))).toEqual([
      { name: "n", values: Float32Array.of(1.5, gone, 2.5, 3.5) },
      { name: "c", kind: "category", categories: ["green", "red"], values: Float32Array.of(1, gone, 0, 1) },
      { name: "b", kind: "boolean", values: Float32Array.of(1, gone, 0, 0) },
      { name: "d", kind: "date", values: Float64Array.of(1, gone, 18321, -1) },
      { name: "t", kind: "date", values: Float64Array.of(-0.5, gone, 18321 + 21_600_000_001 / 864e8, 0) },
    ]);
  });

  test("are the same where the first word comes after many numbers, or after many rows", async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `${i}`);
    const late = [...many.map(() => ""), "red", "TRUE", "red"];
    const both = await columnsOf(
      file(`n,c,b\n${late.map((cell, i) => `${i},${cell},${cell && "true"}`).join("\n")}\n`),
    );
    expect(both.map(({ kind, values }) => [kind, values.length, values.at(-2)])).toEqual([
      [undefined, 20_003, 20_001],
      ["category", 20_003, 0],
      ["boolean", 20_003, 1],
    ]);
    expect(both[1].categories).toEqual(["TRUE", "red"]);
    const json = many.map((cell) => `{"b":${Number(cell) > 19_000}}`).join("\n");
    expect((await columnsOf(file(json, "jsonl")))[0]).toMatchObject({ kind: "boolean" });
  });

  test("of no cell at all, and of numbers beside true and false, are numbers", async () => {
    expect(await csv(["NA", "none", "null"])).toEqual({ values: Float32Array.of(gone, gone, gone) });
    expect(await csv(["1", "true", " FALSE ", "0"])).toEqual({ values: Float32Array.of(1, 1, 0, 0) });
  });

  test("of true among other numbers than 0 and 1 are wrong, and so are thousands with underscores", async () => {
    await expect(csv(["1", "true", " FALSE ", "2"])).rejects.toThrow(/row 2 .*"true" is not a number/);
    await expect(csv(["3.5", "7", "False", "2"])).rejects.toThrow(/"False" is not a number/);
    await expect(csv(["1_000", "2", "3", "4"])).rejects.toThrow(/"1_000" is not a number/);
    await expect(csv(["1", "2", "3", "1_0.5"])).rejects.toThrow(/"1_0.5" is not a number/);
  });

  test.each(["csv", "parquet"])("of .%s leave the rows of a long table in order", async (ending) => {
    const kinds =
      "['a', 'b'][1 + i % 2] AS c, i % 3 = 0 AS b, (DATE '1970-01-01' + i)::VARCHAR AS d, '2' || i AS n";
    const path = await written(
      `SELECT ${kinds} FROM (SELECT range::INTEGER AS i FROM range(300000))`,
      ending,
    );
    const columns = await columnsOf(path, { precision: "float64", columns: ["d", "c", "b", "n"] });
    const expected = [(i: number) => i, (i: number) => i % 2, (i: number) => Number(i % 3 === 0)];
    for (const [of, cell] of [...expected, (i: number) => Number(`2${i}`)].entries()) {
      expect(columns[of].values.findIndex((value, i) => value !== cell(i))).toBe(-1);
    }
  });

  test("of every type of date in Parquet are dates", async () => {
    const at = "'2020-02-29 06:00:00'";
    const types = ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"];
    const cells = [...types.map((type) => `${at}::${type}`), "'2020-02-29 08:00:00+02'::TIMESTAMPTZ"];
    const selected = cells.map((cell, i) => `${cell} AS t${i}`).join(", ");
    for (const column of await columnsOf(await written(`SELECT ${selected}`, "parquet"))) {
      expect(column).toEqual({ name: column.name, kind: "date", values: Float64Array.of(18321.25) });
    }
  });
});

describe("categories", () => {
  test("are ascending by code point, trimmed, and missing where words say so", async () => {
    const words = ["b", "\u{1F600}", "B", " b\t", "\uFF21", "#N/A", '"a, ""b"""', "NONE", '""', "NaN"];
    const found = await csv(words);
    // By UTF-16 units the emoji would come before the wide A.
    expect(found.categories).toEqual(["B", 'a, "b"', "b", "\uFF21", "\u{1F600}"]);
    expect(names(found)).toEqual(["b", "\u{1F600}", "B", "b", "\uFF21", null, 'a, "b"', null, null, null]);
    expect(found.values).toBeInstanceOf(Float32Array);
  });

  test("are merged over files, whatever each holds", async () => {
    const table = [file("x,y\nb,1\nc,2\n"), file("y,x\n3,a\n4,c\n"), file('{"x":"d","y":null}', "jsonl")];
    const [x, y] = await columnsOf(table);
    expect(x.categories).toEqual(["a", "b", "c", "d"]);
    expect(names(x)).toEqual(["b", "c", "a", "c", "d"]);
    expect([...y.values]).toEqual([1, 2, 3, 4, gone]);
    // One file of numbers and one of words make one column of words, if the words are more.
    const mixed = await columnsOf([file("x\n1\n2.0\n"), file("x\na\nb\nc\n")]);
    expect(names(mixed[0])).toEqual(["1", "2", "a", "b", "c"]);
    const typed = [
      await written("SELECT 7 AS x", "parquet"),
      await written("SELECT 'a' AS x FROM range(2)", "parquet"),
    ];
    expect(names((await columnsOf(typed))[0])).toEqual(["7", "a", "a"]);
  });

  test("are numbers where they are declared, by their plain text", async () => {
    const categories = ["x"];
    const cells = ["1", "2.50", "1.0", "+1", "-0", "1e1", "01", "", "9007199254740993", "-9"];
    const found = await csv(cells, { categories, missing: [-9] });
    expect(names(found)).toEqual(["1", "2.5", "1", "1", "0", "10", "01", null, "9007199254740993", null]);
    for (const type of ["FLOAT", "DOUBLE", "TINYINT", "DECIMAL(5, 2)", "VARCHAR", "BIGINT"]) {
      const path = await written(`SELECT unnest([2, 10, NULL, 2])::${type} AS x`, "parquet");
      const [x] = await columnsOf(path, { categories });
      expect(x).toEqual({
        ...{ name: "x", kind: "category", categories: ["10", "2"] },
        values: Float32Array.of(1, 0, gone, 1),
      });
    }
    const [flags] = await columnsOf(await written("SELECT true AS x", "parquet"), { categories });
    expect(names(flags)).toEqual(["true"]);
    expect(await csv(["NA", ""], { categories })).toMatchObject({ kind: "category", categories: [] });
  });

  test("declared are neither errors nor have any; unknown ones are refused", async () => {
    const path = file("type,e_type,y\n1,2,3\n");
    const found = await columnsOf(path, { categories: ["e_type"] });
    expect(found.map(({ name, kind, errors }) => [name, kind, errors])).toEqual([
      ["type", undefined, undefined],
      ["e_type", "category", undefined],
      ["y", undefined, undefined],
    ]);
    const base = await columnsOf(path, { categories: ["type"] });
    expect(base.map(({ name, kind }) => [name, kind])).toEqual([
      ["type", "category"],
      ["e_type", undefined],
      ["y", undefined],
    ]);
    expect(await complaint(path, { categories: ["typ"] })).toMatch(
      /has no column "typ"; did you mean "type"/,
    );
    // By the rule of names words have no errors; where the user says so, it is a mistake.
    const ruled = await columnsOf(file("type,e_type\na,1\nb,-2\n"));
    expect(ruled.map(({ name }) => name)).toEqual(["type", "e_type"]);
    const errorColumns = { type: "e_type" };
    expect(await complaint(file("type,e_type\na,1\nb,2\n"), { errorColumns })).toMatch(
      /^Column "type" of .* holds categories, which have no measurement errors, but "e_type" is taken for them; name/,
    );
    const chosen = await columnsOf(path, { categories: (known) => known.filter((name) => name === "y") });
    expect(chosen.map(({ name, kind }) => [name, kind])).toEqual([
      ["type", undefined],
      ["y", "category"],
    ]);
    // Read only if chosen; declaring another is no mistake.
    expect(await columnsOf(path, { categories: ["type"], columns: ["y"] })).toHaveLength(1);
  });

  test("are at most 1,000, unless declared", async () => {
    const path = (count: number) =>
      file(`x,y\n${Array.from({ length: count }, (_, i) => `id${i},${i}`).join("\n")}\n`);
    expect((await columnsOf(path(1000)))[0].categories).toHaveLength(1000);
    const [some, many] = [path(1001), path(9000)];
    const said =
      /^Column "x" of .* holds more than 1,000 different texts.*, as an identifier does; leave it out/;
    expect(await complaint(some)).toMatch(said);
    expect(await complaint(some)).toMatch(/ \(such as "id0"\)/);
    expect(await complaint(many)).toMatch(said);
    expect(await columnsOf(many, { columns: ["y"] })).toHaveLength(1);
    const [x, y] = await columnsOf(many, { categories: ["x", "y"] });
    expect(x.categories).toHaveLength(9000);
    expect(names(y)).toEqual(Array.from({ length: 9000 }, (_, i) => `${i}`));
    expect(await complaint(path(10_001), { categories: ["x"] })).toMatch(
      /more than 10,000 different categories/,
    );
  });

  test("are not the few words among many numbers: those are refused by row and column", async () => {
    expect(await complaint(file("a,x\n1,5\n2,oops\n3,\n"))).toMatch(
      /^file\d+\.csv, row 2 \(line 3\), column "x": "oops" is not a number; correct/,
    );
    expect(names(await csv(["5", "oops", "NA", "ah"]))).toEqual(["5", "oops", null, "ah"]);
    // -9 is missing, so words are in the majority.
    expect(names(await csv(["-9", "-9", "a", "1"], { missing: [-9], categories: ["x"] }))).toEqual([
      ...[null, null, "a", "1"],
    ]);
    expect(names(await csv(["-9", "-9", "a"], { missing: [-9] }))).toEqual([null, null, "a"]);
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},${i % 2 ? "odd" : "even"}`);
    rows[25_000] = "25x,even";
    expect(await complaint(file(`n,c\n${rows.join("\n")}\n`))).toMatch(
      /row 25001 \(line 25002\), column "n": "25x"/,
    );
    const parquet = await written("SELECT unnest(['1', '2', 'x']) AS x", "parquet");
    expect(await complaint(parquet)).toMatch(/row 3, column "x": "x" is not a number/);
  });

  test("keep a plain name as it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (text) => {
        expect(plainName(plainName(text))).toBe(plainName(text));
      }),
    );
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(double, (x) => {
        expect(Number(plainName(`${x}`))).toBe(x + 0);
      }),
    );
  });
});

describe("dates", () => {
  test("in text mostly begin with the year, with a time or without; an offset counts", async () => {
    const cells = [
      "2020-02-29",
      "2020/02/29",
      "2020-02-29T06:00:00Z",
      "2020-02-29 06:00",
      "2020-02-29T08:00:00+02:00",
    ];
    const found = await csv([...cells, "NA", " 2020-02-29 "]);
    expect(found.kind).toBe("date");
    expect([...found.values]).toEqual([18321, 18321, 18321.25, 18321.25, 18321.25, gone, 18321]);
    for (const cell of ["29.02.2021", "1-2-3", "12:30:00", "2020-02-30", "2020"]) {
      expect((await csv([cell])).kind).not.toBe("date");
    }
  });

  test("do not depend on this machine's time zone", async () => {
    const zone = process.env.TZ;
    process.env.TZ = "Asia/Tokyo";
    try {
      expect([...(await csv(["2020-02-29 06:00"])).values]).toEqual([18321.25]);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test("are float64 whatever is asked for, and heed no missing numbers but as text", async () => {
    const found = await csv(["1970-01-10", "9", "1970-01-03", "1970-01-02"], {
      precision: "float32",
      missing: [9, 1],
    });
    expect(found).toEqual({ kind: "date", values: Float64Array.of(9, gone, 2, 1) });
    const infinite = await written(
      "SELECT DATE '-infinity' AS x UNION ALL SELECT DATE '1970-01-02'",
      "parquet",
    );
    expect(await complaint(infinite)).toMatch(/row 1, column "x": -infinity is infinite/);
    expect([...(await columnsOf(infinite, { missing: [Infinity] }))[0].values]).toEqual([gone, 1]);
  });
});

describe("what is written and read again is the same", () => {
  const name = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 8 })
    .chain((text) => fc.constantFrom(text, `${text},"x"`, `a\n${text}`, `'${text};`, `${text}\t|`))
    .map((text) => `n${text}.`);
  const index = fc.nat({ max: 2 });
  const day = fc.integer({ min: -200_000, max: 400_000 });
  const microsecond = fc.integer({ min: -4e15, max: 4e15 });

  test.each(["csv", "parquet", "jsonl"])("as .%s: categories, booleans and dates", async (ending) => {
    const path = join(folder, `any.${ending}`);
    const sorted = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    const row = fc.tuple(index, fc.boolean(), day, microsecond, fc.boolean());
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { minLength: 3, maxLength: 3 }),
        fc.array(row, { minLength: 1, maxLength: 6 }),
        async (some, rows) => {
          // The first rows hold every category, a moment of the day and no gap: so all kinds can be told again.
          const all: typeof rows = [
            [0, true, 0, 1, false],
            [1, true, 0, 1, false],
            [2, true, 0, 1, false],
            ...rows,
          ];
          const cells = (of: (row: (typeof rows)[number]) => number) =>
            all.map((row) => (row[4] ? gone : of(row)));
          const categories = [...some].sort(sorted);
          const columns: Column[] = [
            { name: "c", kind: "category", categories, values: Float32Array.from(cells((row) => row[0])) },
            { name: "b", kind: "boolean", values: Float32Array.from(cells((row) => Number(row[1]))) },
            { name: "d", kind: "date", values: Float64Array.from(cells((row) => row[2])) },
            { name: "t", kind: "date", values: Float64Array.from(cells((row) => row[3] / 864e8)) },
          ];
          await writeTable({ columns }, path);
          expect(await columnsOf(path)).toEqual(columns);
        },
      ),
      { numRuns: 8 },
    );
  });

  test("with names that a JSON file can hold, a character 0 too", async () => {
    const columns: Column[] = [
      { name: "x", kind: "category", categories: ["a\0b", "a\0c"], values: Float32Array.of(1, 0) },
    ];
    await writeTable({ columns }, join(folder, "zero.jsonl"));
    expect(await columnsOf(join(folder, "zero.jsonl"))).toEqual(columns);
  });

  test("as plain text", async () => {
    const path = join(folder, "plain.csv");
    const columns: Column[] = [
      { name: "c", kind: "category", categories: ["a", "b, c"], values: Float32Array.of(1, gone) },
      { name: "b", kind: "boolean", values: Float32Array.of(1, 0) },
      { name: "d", kind: "date", values: Float64Array.of(gone, 18321), errors: Float64Array.of(gone, 0.5) },
      { name: "t", kind: "date", values: Float64Array.of(0, 18321.25) },
    ];
    await writeTable({ columns }, path);
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(path, "utf8")).toBe(
      'c,b,d,d_error,t\n"b, c",true,,,1970-01-01 00:00:00\n,false,2020-02-29,0.5,2020-02-29 06:00:00\n',
    );
  });

  test("piece by piece", async () => {
    const path = join(folder, "pieces.parquet");
    const writer = await openTableWriter(path, [
      "n",
      { name: "c", kind: "category", categories: ["a", "b"] },
    ]);
    await writer.append({ n: Float32Array.of(1), c: Float32Array.of(1) });
    await writer.append({ n: Float32Array.of(2), c: Float32Array.of(0) });
    await writer.close();
    const [n, c] = await columnsOf(path);
    expect([...n.values]).toEqual([1, 2]);
    expect(names(c)).toEqual(["b", "a"]);
  });
});
