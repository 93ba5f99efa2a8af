import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import { rowsOf, withDuckDB } from "./duckdb.ts";
import { readTable } from "./read.ts";
import { openTableWriter, writeTable } from "./write.ts";

const folder = mkdtempSync(join(tmpdir(), "write-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
const endings = ["csv", "tsv", "csv.gz", "parquet", "jsonl", "jsonl.gz", "json"];
const column = (name: string, ...values: number[]) => ({ name, values: Float32Array.from(values) });

describe("what is written and read again is the same", () => {
  const name = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .chain((text) =>
      fc.constantFrom(text, `${text},"x"`, `a\n${text}`, `'${text};`, `${text}\t|`, `\\${text}`),
    )
    .map((text) => `n${text.replaceAll("\0", "")}.`);
  const cell = fc.oneof(
    { weight: 4, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
    fc.constantFrom(Number.NaN, -0, 1.401298464324817e-45, 3.4028234663852886e38),
  );
  const double = fc.oneof(
    { weight: 4, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    fc.constantFrom(Number.NaN, -0, 5e-324, Number.MAX_VALUE),
  );
  const table = fc
    .tuple(
      fc.uniqueArray(name, { minLength: 1, maxLength: 4, selector: (text) => text.toLowerCase() }),
      fc.integer({ min: 1, max: 8 }),
    )
    .chain(([names, rows]) =>
      fc.tuple(
        ...names.map((each) =>
          fc.record({
            name: fc.constant(each),
            values: fc.array(cell, { minLength: rows, maxLength: rows }).map((all) => Float32Array.from(all)),
          }),
        ),
      ),
    );

  test.each(["csv", "parquet", "jsonl"])("as .%s, for any finite float32 and any names", async (ending) => {
    const path = join(folder, `any.${ending}`);
    await fc.assert(
      fc.asyncProperty(table, async (columns) => {
        await writeTable({ columns }, path);
        const found = await readTable(path, { precision: "float32", errorNames: false });
        // As arrays of numbers: toStrictEqual tells -0 from 0, and takes NaN for NaN.
        expect(found.columns.map((each) => [each.name, [...each.values]])).toStrictEqual(
          columns.map((each) => [each.name, [...each.values]]),
        );
      }),
      { numRuns: 15 },
    );
  });

  test.each(["csv", "parquet", "jsonl"])("as .%s, for any finite float64", async (ending) => {
    const path = join(folder, `double.${ending}`);
    await fc.assert(
      fc.asyncProperty(fc.array(double, { minLength: 1, maxLength: 20 }), async (cells) => {
        await writeTable({ columns: [{ name: "x", values: Float64Array.from(cells) }] }, path);
        const found = await readTable(path, { precision: "float64" });
        expect([...found.columns[0].values]).toStrictEqual(cells);
      }),
      { numRuns: 15 },
    );
  });

  test.each(endings)("as .%s, errors as NAME_error beside their column", async (ending) => {
    const path = join(folder, `errors.${ending}`);
    const errors = Float32Array.of(0.5, Number.NaN);
    const columns = [{ ...column("x", 1, 2), errors }, column("y", Number.NaN, 4)];
    await writeTable({ columns }, path);
    expect((await readTable(path)).columns).toEqual(columns);
  });

  test.each(["csv", "parquet"])("as .%s, over more rows than a chunk holds, in order", async (ending) => {
    const path = join(folder, `long.${ending}`);
    const values = Float32Array.from({ length: 130_001 }, (_, i) => i);
    await writeTable({ columns: [{ name: "i", values }] }, path);
    expect((await readTable(path)).columns[0].values).toEqual(values);
  });
});

describe("a written file", () => {
  test("is plain: short numbers, nothing where a cell is missing, capitals kept apart in CSV", async () => {
    const path = join(folder, "plain.csv");
    await writeTable({ columns: [column("B", 0.1, Number.NaN), column("b", 2, 3.5)] }, path);
    expect(readFileSync(path, "utf8")).toBe("B,b\n0.1,2.0\n,3.5\n");
    await writeTable({ columns: [column("B", 0.1)] }, join(folder, "plain.csv.gz"));
    expect(gunzipSync(readFileSync(join(folder, "plain.csv.gz"))).toString()).toBe("B\n0.1\n");
    const one = { columns: [column("B", 1, Number.NaN)] };
    await writeTable(one, join(folder, "plain.json"));
    expect(JSON.parse(readFileSync(join(folder, "plain.json"), "utf8"))).toEqual([{ B: 1 }, { B: null }]);
    await writeTable(one, join(folder, "plain.parquet"));
    const nulls = `SELECT count(*) - count(B) FROM '${join(folder, "plain.parquet")}'`;
    expect(await withDuckDB((duckdb) => rowsOf(duckdb, nulls))).toEqual([["1"]]);
  });

  test.each(["n;x", "n\tx", "n|x"])(
    "of one column %j without a present cell keeps it, and its rows",
    async (name) => {
      const path = join(folder, "only.csv");
      await writeTable({ columns: [column(name, Number.NaN, Number.NaN)] }, path);
      expect(readFileSync(path, "utf8")).toBe(`${name}\n""\n""\n`);
      const [found] = (await readTable(path)).columns;
      expect([found.name, ...found.values]).toEqual([name, Number.NaN, Number.NaN]);
    },
  );

  test("takes the old one's place, mode and symbolic link", async () => {
    const path = join(folder, "old.csv");
    const link = join(folder, "link.csv");
    writeFileSync(path, "old", { mode: 0o600 });
    symlinkSync(path, link);
    await writeTable({ columns: [column("x", 1)] }, link);
    expect(readFileSync(path, "utf8")).toBe("x\n1.0\n");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe("a writer", () => {
  test("appends pieces in order, and shows the file only when closed", async () => {
    const own = mkdtempSync(join(folder, "pieces-"));
    const path = join(own, "t.parquet");
    const writer = await openTableWriter(path, ["a", "b"]);
    for (let i = 0; i < 5; i++) {
      const shared = new Float32Array(new SharedArrayBuffer(4 * 3000)).fill(i);
      await writer.append({ b: Float64Array.from(shared, (x) => x / 3), a: shared });
    }
    expect(readdirSync(own)).toEqual([]);
    await writer.close();
    expect(readdirSync(own)).toEqual(["t.parquet"]);
    const found = await readTable(path, { precision: "float64" });
    expect(found.columns.map(({ name }) => name)).toEqual(["a", "b"]);
    expect([0, 2999, 3000, 14999].map((row) => found.columns[1].values[row])).toEqual([0, 0, 1 / 3, 4 / 3]);
    await expect(writer.append({})).rejects.toThrow(/is closed/);
  });

  test("that gives up leaves the old file and nothing else", async () => {
    const own = mkdtempSync(join(folder, "abort-"));
    writeFileSync(join(own, "t.csv"), "old");
    const writer = await openTableWriter(join(own, "t.csv"), ["a"]);
    await writer.append({ a: Float32Array.of(1) });
    await writer.abort();
    expect(readdirSync(own)).toEqual(["t.csv"]);
    expect(readFileSync(join(own, "t.csv"), "utf8")).toBe("old");
  });

  test("without rows writes the header of CSV", async () => {
    const writer = await openTableWriter(join(folder, "none.csv"), ["a", "b"]);
    await writer.close();
    expect(readFileSync(join(folder, "none.csv"), "utf8")).toBe("a,b\n");
  });

  test("refuses pieces that are not whole", async () => {
    const piece = async (columns: Record<string, Float32Array>) =>
      await (await openTableWriter(join(folder, "p.csv"), ["a", "b"])).append(columns);
    const one = Float32Array.of(1);
    await expect(piece({ a: one })).rejects.toThrow('column "b" is not among the appended ones');
    await expect(piece({ a: one, b: one, c: one })).rejects.toThrow('column "c" is not one of the writer\'s');
    await expect(piece({ a: one, b: new Float32Array(2) })).rejects.toThrow('column "b" has 2 rows, "a" 1');
  });
});

test("thousands of columns are written", async () => {
  const names = Array.from({ length: 4000 }, (_, i) => `c${i}`);
  const path = join(folder, "wide.parquet");
  const writer = await openTableWriter(path, names);
  await writer.append(Object.fromEntries(names.map((name, i) => [name, Float64Array.of(i, i + 0.5)])));
  await writer.close();
  const [[last, count]] = await withDuckDB((connection) =>
    rowsOf(connection, `SELECT max(c3999), count(*) FROM read_parquet('${path}')`),
  );
  expect([last, Number(count)]).toEqual([3999.5, 2]);
});

describe("what cannot be written", () => {
  const refusal = async (path: string, ...names: string[]) => {
    const error = await openTableWriter(path, names).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message.replaceAll(folder, "F");
  };
  test("is told: names, endings, folders", async () => {
    expect(await refusal(join(folder, "t.csv"), "a", "a")).toMatch(/it would have two columns "a"/);
    expect(await refusal(join(folder, "t.csv"), "a", " ")).toMatch(/column 2 has no name/);
    expect(await refusal(join(folder, "t.csv"))).toMatch(/has no columns/);
    expect(await refusal(join(folder, "t.parquet"), "B", "b")).toMatch(/"B" and "b" differ only in capitals/);
    expect(await refusal(join(folder, "t.xyz"), "a")).toMatch(/Cannot tell the format/);
    expect(await refusal(join(folder, "no/t.csv"), "a")).toBe(
      "Cannot write F/no/t.csv: there is no folder F/no.",
    );
    mkdirSync(join(folder, "dir.csv"));
    expect(await refusal(join(folder, "dir.csv"), "a")).toBe("Cannot write F/dir.csv: it is a folder.");
    const clash = [{ ...column("x", 1), errors: Float32Array.of(1) }, column("x_error", 2)];
    await expect(writeTable({ columns: clash }, join(folder, "t.csv"))).rejects.toThrow(
      /two columns "x_error"/,
    );
  });

  test("is told before any work: more columns than DuckDB takes", async () => {
    const names = Array.from({ length: 4001 }, (_, i) => `c${i}`);
    expect(await refusal(join(folder, "t.parquet"), ...names)).toBe(
      "F/t.parquet would have 4,001 columns, more than the 4,000 that a table is written with: ask for some of the columns or quantiles after the others, each into a file of its own.",
    );
  });

  test.for(["csv", "parquet", "jsonl"])(
    "to a full disk leaves the old .%s and nothing else",
    async (ending, { skip }) => {
      const disk = mkdtempSync(join(folder, "disk-"));
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], { stdio: "ignore" });
      } catch {
        skip("this account cannot mount a small disk to fill");
      }
      try {
        const path = join(disk, `t.${ending}`);
        writeFileSync(path, "old");
        const values = Float32Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
        const error = await writeTable({ columns: [{ name: "x", values }] }, path).catch(
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(InputError);
        expect((error as InputError).message).toMatch(
          /^Cannot write .*: the disk is full; free some space or choose another folder\.$/,
        );
        expect(readdirSync(disk)).toEqual([`t.${ending}`]);
        expect(readFileSync(path, "utf8")).toBe("old");
      } finally {
        execFileSync("umount", [disk]);
      }
    },
  );
});
