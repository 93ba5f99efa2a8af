import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { rowsOf, withDuckDB } from "./duckdb.ts";
import { type ReadOptions, readTable } from "./read.ts";
import { type BlockOptions, tableBlocks } from "./table-blocks.ts";
import { openTableWriter, writeTable } from "./write.ts";
import type { WrittenColumn } from "./written-cells.ts";

const folder = mkdtempSync(join(tmpdir(), "passed-cells-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const TEXT = [
  "source_id,zip,obs,flag,score,price,note,day",
  '5820931075628056192,01234,2024-01-01T12:00:30+02:00,FALSE,38,1.10,"says ""hi"", twice",2024-01-01',
  "5820931075640401870,00501,2024-01-02T12:00:30+02:00,TRUE,,2.50, padded ,2024-01-02",
  "5820931075652747548,90210,,,NA,,NA,",
  "",
].join("\n");
writeFileSync(at("in.csv"), TEXT);

/** Passes columns of a file on into another, with values beside. */
async function pass(
  source: string,
  out: string,
  columns: readonly WrittenColumn[],
  values: Readonly<Record<string, readonly number[]>>,
  { times = 1, ...options }: BlockOptions & { readonly times?: number } = {},
): Promise<void> {
  const blocks = await tableBlocks(source, { keep: "all", categories: ["note"], ...options });
  try {
    const writer = await openTableWriter(out, columns, { kept: blocks.kept, times });
    const arrays = Object.entries(values).map(([name, cells]) => [name, Float64Array.from(cells)]);
    await writer.append(Object.fromEntries(arrays));
    await writer.close();
  } finally {
    await blocks.close();
  }
}

const NONE = Number.NaN;
const NAMES = TEXT.split("\n")[0].split(",");
const kept = NAMES.map((name) => ({ name, kept: name }));
const filling: WrittenColumn[] = [
  { name: "source_id", kept: "source_id" },
  { name: "zip", kept: "zip" },
  { name: "obs", kept: "obs", kind: "date", fills: true },
  { name: "flag", kept: "flag", kind: "boolean", fills: true },
  { name: "score", kept: "score", fills: true },
  { name: "price", kept: "price", fills: true },
  { name: "note", kept: "note" },
  { name: "day", kept: "day", kind: "date", fills: true },
];
const VALUES = {
  obs: [NONE, NONE, 19725.5 + 30 / 86400],
  flag: [NONE, NONE, 1],
  score: [NONE, 51.6, 43.2],
  price: [NONE, NONE, 3.25],
  day: [NONE, NONE, 19725],
};

describe("kept columns", () => {
  test("stand in CSV letter by letter, beside what is written", async () => {
    await pass(at("in.csv"), at("same.csv"), [{ name: "y" }, ...kept], { y: [1, 2, 3] });
    const [header, ...lines] = readFileSync(at("same.csv"), "utf8").trim().split("\n");
    expect(header).toBe(`y,${NAMES.join(",")}`);
    expect(lines.map((line) => line.replace(/^[^,]*,/, ""))).toEqual(TEXT.trim().split("\n").slice(1));
  });

  test("have only missing cells filled, in the column's own writing", async () => {
    await pass(at("in.csv"), at("filled.csv"), filling, VALUES);
    const [header, first, second, third] = readFileSync(at("filled.csv"), "utf8").trim().split("\n");
    expect(header).toBe(NAMES.join(","));
    expect(first).toBe(TEXT.split("\n")[1]);
    expect(second).toBe(
      "5820931075640401870,00501,2024-01-02T12:00:30+02:00,TRUE,52,2.50, padded ,2024-01-02",
    );
    expect(third).toBe("5820931075652747548,90210,2024-01-03T14:00:30+02:00,TRUE,43,3.25,NA,2024-01-03");
  });

  test("are numbers, truths and dates in Parquet where no letter is lost by it", async () => {
    await pass(at("in.csv"), at("filled.parquet"), filling, VALUES);
    const [types, third] = await withDuckDB(async (connection) => {
      const described = await rowsOf(connection, `DESCRIBE FROM '${at("filled.parquet")}'`);
      const cells = await rowsOf(connection, `FROM '${at("filled.parquet")}' LIMIT 1 OFFSET 2`);
      return [Object.fromEntries(described.map(([name, type]) => [name, type])), cells[0]];
    });
    expect(types).toEqual({
      ...{ source_id: "BIGINT", zip: "VARCHAR", obs: "VARCHAR", flag: "BOOLEAN", score: "BIGINT" },
      ...{ price: "DOUBLE", note: "VARCHAR", day: "DATE" },
    });
    expect(third).toEqual([
      "5820931075652747548",
      "90210",
      "2024-01-03T14:00:30+02:00",
      true,
      "43",
      3.25,
      "NA",
      "2024-01-03",
    ]);
  });

  test("of Parquet keep their types, filled or not", async () => {
    await withDuckDB((connection) =>
      connection.run(`COPY (SELECT 9007199254740993::BIGINT AS id, 1.10::DECIMAL(6,2) AS price,
        TIMESTAMPTZ '2024-01-01 12:00:30+02' AS obs, ['a', 'b'] AS list, 7::SMALLINT AS score
        UNION ALL SELECT 9007199254740995, NULL, NULL, NULL, NULL) TO '${at("in.parquet")}' (FORMAT parquet)`),
    );
    const columns: WrittenColumn[] = [
      { name: "id", kept: "id" },
      { name: "price", kept: "price", fills: true },
      { name: "obs", kept: "obs", kind: "date", fills: true },
      { name: "list", kept: "list" },
      { name: "score", kept: "score", fills: true },
    ];
    const values = { price: [NONE, 2.345], obs: [NONE, 19725.5], score: [NONE, 3.6] };
    await pass(at("in.parquet"), at("out.parquet"), columns, values, { columns: ["score"], categories: [] });
    const described = await withDuckDB(async (connection) => [
      (await rowsOf(connection, `DESCRIBE FROM '${at("out.parquet")}'`)).map(([, type]) => type),
      await rowsOf(
        connection,
        `SELECT id, price, obs::VARCHAR, list::VARCHAR, score FROM '${at("out.parquet")}'`,
      ),
    ]);
    expect(described[0]).toEqual([
      "BIGINT",
      "DECIMAL(6,2)",
      "TIMESTAMP WITH TIME ZONE",
      "VARCHAR[]",
      "SMALLINT",
    ]);
    expect((described[1] as string[][]).map(([id, price]) => [id, price])).toEqual([
      ["9007199254740993", "1.10"],
      ["9007199254740995", "2.35"],
    ]);
    expect((described[1] as unknown[][])[1][4]).toBe(4);
  });

  test("stay beside their rows in a long table, several lines for each", async () => {
    const rows = 150_000;
    writeFileSync(
      at("long.csv"),
      `id,x\n${Array.from({ length: rows }, (_, i) => `a${i},${i}`).join("\n")}\n`,
    );
    const line = Array.from({ length: 2 * rows }, (_, i) => Math.floor(i / 2));
    await pass(
      at("long.csv"),
      at("long-out.csv"),
      [
        { name: "y", isWhole: true },
        { name: "id", kept: "id" },
      ],
      { y: line },
      { times: 2, columns: ["x"], categories: [] },
    );
    const lines = readFileSync(at("long-out.csv"), "utf8").trim().split("\n").slice(1);
    expect(lines).toHaveLength(2 * rows);
    expect(lines.findIndex((each, i) => each !== `${line[i]},a${line[i]}`)).toBe(-1);
  });
});

test("a column without a name stays one in a table that is passed on whole", async () => {
  writeFileSync(at("index.csv"), ",x\n0,1.5\n1,\n2,2.5\n");
  const columns: WrittenColumn[] = [
    { name: "column 1", kept: "column 1" },
    { name: "x", kept: "x", fills: true },
  ];
  await pass(at("index.csv"), at("index-out.csv"), columns, { x: [NONE, 2.25, NONE] }, { categories: [] });
  expect(readFileSync(at("index-out.csv"), "utf8")).toBe(",x\n0,1.5\n1,2.25\n2,2.5\n");
});

describe("rows are chosen", () => {
  const chosen = async (options: ReadOptions) => {
    const blocks = await tableBlocks(at("in.csv"), { columns: ["score"], ...options });
    try {
      return [...(blocks.kept?.rowIndices ?? [])];
    } finally {
      await blocks.close();
    }
  };

  test("by number, by a cell, by a condition on what texts mean", async () => {
    expect(await chosen({ row: [3, 1] })).toEqual([0, 2]);
    expect(await chosen({ id: { source_id: "5820931075640401870" } })).toEqual([1]);
    expect(await chosen({ id: { zip: "00501" } })).toEqual([1]);
    expect(await chosen({ id: { score: 38 } })).toEqual([0]);
    expect(await chosen({ where: "score < 50" })).toEqual([0]);
    expect(await chosen({ where: "price > 1.5 OR price IS NULL" })).toEqual([1, 2]);
    expect(await chosen({ where: "flag" })).toEqual([1]);
    expect(await chosen({ where: "zip = '01234' -- a remark" })).toEqual([0]);
    expect(await chosen({ where: "obs >= '2024-01-02'" })).toEqual([1]);
    expect(await chosen({ where: "source_id = 5820931075640401870", row: [1, 2] })).toEqual([1]);
  });

  test.each(["fits", "hdf5", "vot", "parquet"])("of %s, when other columns are not read", async (ending) => {
    const path = at(`chosen.${ending}`);
    const columns = ["unread", "x", "y"].map((name, i) => ({ name, values: Float64Array.of(i, i + 0.5, 7) }));
    await writeTable({ columns }, path);
    const table = await readTable(path, { columns: ["y"], row: [2], where: "x > 1" });
    expect(table.columns.map(({ name, values }) => [name, ...values])).toEqual([["y", 2.5]]);
  });

  test("or it is said why not", async () => {
    await expect(chosen({ row: [4] })).rejects.toThrow("There is no row 4 in");
    await expect(chosen({ id: { zip: "7" } })).rejects.toThrow("No row of");
    // Float64 can't tell it from the second row's.
    await expect(chosen({ id: { source_id: "5820931075640401871" } })).rejects.toThrow("No row of");
    await expect(chosen({ id: { zp: "7" } })).rejects.toThrow('did you mean "zip"');
    await expect(chosen({ where: "scor < 50" })).rejects.toThrow(
      /condition "scor < 50" can't be read: .*scor/,
    );
    await expect(chosen({ where: "score <" })).rejects.toThrow("can't be read");
    await expect(chosen({ where: "true); SELECT (1" })).rejects.toThrow(/condition/);
  });
});
