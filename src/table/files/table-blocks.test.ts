import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { InputError } from "../../base/errors.ts";
import { generator } from "../../numeric/generator.ts";
import type { Column, Table } from "../table.ts";
import { withDuckDB } from "./duckdb.ts";
import { writeHdf5 } from "./hdf5/testing/write-hdf5.ts";
import { readTable } from "./read.ts";
import { type BlockOptions, tableBlocks } from "./table-blocks.ts";

const folder = mkdtempSync(join(tmpdir(), "blocks-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Numbers with errors and missing cells, a date too fine for float32, categories (one only in the last row), truth. */
const rows = 5000;
const random = generator(3, "blocks");
const lines = Array.from({ length: rows }, (_, row) => {
  const x = random.uniform() < 0.1 ? "" : row % 50 === 0 ? "-9999" : `${random.normal()}`;
  const kind = row === rows - 1 ? "late" : ["red", "blue ", ""][row % 3];
  return `${x},${random.uniform()},${2459000 + row / 7},${kind},${row % 2 === 0},2024-01-${10 + (row % 20)},${row % 4}`;
});
const header = "x,x_err,jd,kind,flag,day,code";
writeFileSync(at("all.csv"), `${header}\n${lines.join("\n")}\n`);
writeFileSync(at("part1.csv"), `${header}\n${lines.slice(0, 1500).join("\n")}\n`);
writeFileSync(at("part2.csv"), `${header}\n${lines.slice(1500).join("\n")}\n`);
writeFileSync(at("all.csv.gz"), gzipSync(`${header}\n${lines.join("\n")}\n`));
await withDuckDB(async (duckdb) => {
  await duckdb.run(`COPY (FROM '${at("all.csv")}') TO '${at("all.parquet")}'`);
  await duckdb.run(`COPY (FROM '${at("all.csv")}') TO '${at("all.jsonl")}' (FORMAT json)`);
});
const ramp = Float64Array.from({ length: rows }, (_, row) => row / 3);
await writeHdf5(at("two.h5"), { "stars/a": ramp, "stars/b": ramp.map((x) => -x), "other/c": ramp });

const options: BlockOptions = {
  missing: [-9999],
  categories: (known) => known.filter((name) => name === "code"),
};
const cases: [string, string | string[], BlockOptions][] = [
  ["CSV", at("all.csv"), options],
  ["gzipped CSV", at("all.csv.gz"), options],
  ["several files", [at("part1.csv"), at("part2.csv")], options],
  ["Parquet", at("all.parquet"), options],
  ["JSON lines", at("all.jsonl"), options],
  [
    "chosen columns",
    at("all.parquet"),
    { columns: ["day", "x"], errorColumns: { x: "x_err" }, precision: "float64" },
  ],
  ["a group of HDF5", at("two.h5"), { group: "stars" }],
];

async function allBlocks(source: string | string[], given: BlockOptions): Promise<Table[]> {
  const table = await tableBlocks(source, given);
  try {
    const blocks: Table[] = [];
    for await (const block of table) blocks.push(block);
    return blocks;
  } finally {
    await table.close();
  }
}

/** The cells of all blocks' columns, one after the other. */
function joined(blocks: readonly Table[], of: (column: Column) => Column["values"] | undefined) {
  return blocks[0].columns.map((_, i) => blocks.flatMap(({ columns }) => [...(of(columns[i]) ?? [])]));
}

describe.each(cases)("blocks of %s", (_, source, given) => {
  let table: Table;
  beforeAll(async () => {
    table = await readTable(source, given);
  });

  // Smaller than a chunk of DuckDB, in step with it, larger, and all rows.
  test.each([700, 2048, 4999, 10_000])(
    "of %i rows hold what the table in memory holds",
    async (blockRows) => {
      const blocks = await allBlocks(source, { ...given, blockRows });
      const lengths = blocks.map((block) => block.rows);
      expect(lengths.slice(0, -1).every((length) => length === blockRows)).toBe(true);
      expect(lengths.reduce((a, b) => a + b)).toBe(rows);
      expect(joined(blocks, ({ values }) => values)).toEqual(table.columns.map(({ values }) => [...values]));
      expect(joined(blocks, ({ errors }) => errors)).toEqual(
        table.columns.map(({ errors }) => [...(errors ?? [])]),
      );
      for (const block of blocks) {
        expect(block.source).toBe(table.source);
        const heads = (columns: readonly Column[]) =>
          columns.map(({ values, errors, ...head }) => ({
            ...head,
            array: values.constructor,
            has: errors !== undefined,
          }));
        expect(heads(block.columns)).toEqual(heads(table.columns));
      }
    },
  );
});

describe("an opened table", () => {
  test("tells its rows and columns, and can be read again, also after a part of it", async () => {
    const table = await tableBlocks(at("all.csv"), { ...options, blockRows: 1000 });
    expect(table.rows).toBe(rows);
    expect(table.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ["x", undefined],
      ["jd", undefined],
      ["kind", "category"],
      ["flag", "boolean"],
      ["day", "date"],
      ["code", "category"],
    ]);
    const firsts: unknown[] = [];
    for (let time = 0; time < 3; time++) {
      for await (const block of table) {
        firsts.push(block.columns[1].values[1]);
        break;
      }
    }
    expect(firsts).toEqual(Array(3).fill(2459000 + 1 / 7));
    await table.close();
    await table.close();
    await expect(table[Symbol.asyncIterator]().next()).rejects.toThrow(/closed/);
  });

  test("tells what is wrong before the first block", async () => {
    writeFileSync(
      at("wrong.csv"),
      `x\n${Array.from({ length: 9000 }, (_, row) => `${row}\n`).join("")}oops\n`,
    );
    const opening = tableBlocks(at("wrong.csv"));
    await expect(opening).rejects.toThrow(InputError);
    await expect(opening).rejects.toThrow(/row 9001 \(line 9002\), column "x": "oops" is not a number/);
    await expect(tableBlocks(at("all.csv"), { blockRows: 0 })).rejects.toThrow(/at least 1/);
    writeFileSync(at("none.csv"), "x\n");
    await expect(tableBlocks(at("none.csv"))).rejects.toThrow(/no rows/);
  });

  test.each([
    ["fewer rows", "x\n1\n2\n", /changed while it was read: it no longer has 3 rows/],
    ["more rows", "x\n1\n2\n3\n4\n", /changed while it was read/],
    ["a word", "x\n1\ntwo\n3\n", /^Cannot read .*changing\.csv as CSV: .*Line: 3/],
  ])("tells that its file got %s meanwhile", async (_, text, complaint) => {
    writeFileSync(at("changing.csv"), "x\n1\n2\n3\n");
    const table = await tableBlocks(at("changing.csv"));
    writeFileSync(at("changing.csv"), text);
    const reading = (async () => {
      for await (const block of table) expect(block.rows).toBe(3);
    })();
    await expect(reading).rejects.toThrow(complaint);
    await table.close();
  });

  test("leaves no temporary copy behind, of standard input neither", async () => {
    const own = mkdtempSync(join(folder, "own-"));
    vi.stubEnv("TMPDIR", own);
    const input = () => Readable.from(["a,b\n1,2\n3,4\n"]);
    const table = await tableBlocks("-", { standardInput: input() });
    expect(readdirSync(own)).toHaveLength(1);
    await table.close();
    await expect(tableBlocks("-", { standardInput: input(), columns: ["c"] })).rejects.toThrow(/"c"/);
    expect(readdirSync(own)).toEqual([]);
    vi.unstubAllEnvs();
  });
});
