/** @file What inspection says of small tables: what is left out and why, suspects, copies; schemas there and back. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/cli.ts";
import { inspectionText } from "../columns/inspection/words.ts";
import { tableFromColumns } from "../table/from-values.ts";
import { inspect } from "./inspect.ts";

const folder = temporaryFolder("inspect");
const ROWS = 60;
const rows = <Cell>(cell: (row: number) => Cell) => Array.from({ length: ROWS }, (_, row) => cell(row));
const x = rows((row) => Math.sin(row * 7));

async function columnOf(name: string, cells: ReturnType<typeof rows<number | string | null>>) {
  const { inspection, notices } = await inspect(tableFromColumns({ x, [name]: cells }));
  return { ...inspection.columns[1], told: notices.join("\n") };
}

describe("left out are", () => {
  test.each([
    ["PassengerId", rows((row) => row + 1), /row index/],
    ["source_id", rows((row) => 7919 * (row + 3) * 1e5), /called an id/],
    ["name", rows((row) => `star ${row}`), /60 different texts in 60 cells/],
    ["ra", rows((row) => `12:${row % 60}:0${row % 7}.5`), /angles or times.* decimal numbers/],
    ["survey", rows(() => "DR3"), /same value \(DR3\) in every row/],
    ["flag", rows((row) => (row % 3 ? "yes" : null)), /one value \(yes\), and none in 20 of 60 rows/],
  ])("%s", async (name, cells, why) => {
    const found = await columnOf(name, cells);
    expect(found.kind).toBe("left out");
    expect(found.why).toMatch(why);
    expect(found.told).toContain(`Left out: ${name}`);
  });

  test("an empty column and one of a single value, whose columns of limits are empty too", async () => {
    const path = join(folder, "limits.csv");
    const cells = x.map((each) => `${each},,,,7,,\n`).join("");
    writeFileSync(path, `x,teff,teff_lower,teff_upper,logg,logg_lower,logg_upper\n${cells}`);
    const { inspection } = await inspect({ files: path });
    const leftOut = inspection.columns.filter(({ kind }) => kind === "left out");
    expect(leftOut.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      "teff: no value in any row",
      "logg: the same value (7) in every row",
    ]);
  });

  test("not years, counts and texts that say something", async () => {
    expect(
      (
        await columnOf(
          "year",
          rows((row) => 1950 + row),
        )
      ).kind,
    ).toBe("integer");
    expect(
      (
        await columnOf(
          "colour",
          rows((row) => ["red", "blue", "green"][row % 3]),
        )
      ).kind,
    ).toBe("category");
  });
});

describe("asked about are", () => {
  test.each([
    ["-9999 among parallaxes", rows((row) => (row % 6 ? row / 10 + 0.05 : -9999)), "`missing` -9999"],
    ["99.999 among magnitudes", rows((row) => (row % 6 ? 12 + row / 10 : 99.999)), "`missing` 99.999"],
    ["-127 among signals", rows((row) => (row % 6 ? -40 - row / 2 : -127)), "`missing` -127"],
    ["-1 among counts", rows((row) => (row % 6 ? row : -1)), "`missing` -1"],
    ["0 among weights", rows((row) => (row % 12 ? 40 + row / 4 : 0)), "`missing` 0"],
  ])("%s", async (_, cells, said) => expect((await columnOf("y", cells)).told).toContain(said));

  test("not -1 beside 0 and 1, zeros among counts, and 999 at the end of its like", async () => {
    for (const cells of [rows((row) => (row % 3) - 1), rows((row) => row % 9), rows((row) => 999 - 3 * row)])
      expect((await columnOf("y", cells)).told).not.toContain("`missing`");
  });

  test("columns that count the rows under a name of their own", async () => {
    const found = await columnOf(
      "trip",
      rows((row) => row + 1),
    );
    expect(found.kind).toBe("integer");
    expect(found.told).toContain("trip: counts the rows from 1. If it says no more than that");
    const { inspection, notices } = await inspect(
      tableFromColumns({ letter: ["a", "b", "c", "d"], x: x.slice(0, 4) }),
    );
    expect([inspection.columns[0].kind, notices.join()]).toEqual([
      "category",
      expect.not.stringContaining("counts the rows"),
    ]);
    const other = rows((row) => (row === 30 ? 99 : row + 1));
    expect((await columnOf("trip", other)).told).not.toContain("counts the rows");
  });

  test("columns that say the same", async () => {
    expect((await columnOf("twin", x)).told).toContain('the same as "x" in every row');
  });
});

describe("a schema", () => {
  const table = { files: join(folder, "table.csv") };
  writeFileSync(
    table.files,
    `id,zip,price,day\n${rows((row) => `${row},${["01234", "90210"][row % 2]},"$${row}.25",${(row % 12) + 1}/${(row % 11) + 1}/2021`).join("\n")}\n`,
  );

  test("says again what was said", async () => {
    const kinds = { zip: "category", day: "date:dmy" } as const;
    const first = await inspect(table, { kinds, exclude: ["id"] });
    const path = join(folder, "schema.json");
    writeFileSync(path, first.schema);
    const again = await inspect(table, { schema: path });
    const told = (each: typeof first) =>
      each.inspection.columns.map(({ name, kind, form }) => ({ name, kind, form }));
    expect(told(again)).toEqual(told(first));
    expect(again.columns.map(({ name }) => name)).toEqual(["zip", "price", "day"]);
  });

  test("lets a column's form and unit go where a kind is said beside it", async () => {
    const path = join(folder, "units.json");
    writeFileSync(path, (await inspect({ ...table, units: { zip: "m" } }, { exclude: ["id"] })).schema);
    const pounds = join(folder, "pounds.csv");
    writeFileSync(pounds, readFileSync(table.files, "utf8").replaceAll("$", "£"));
    const seen = async (file: string, kinds: Readonly<Record<string, "category" | "number">>) => {
      const { inspection } = await inspect({ files: file }, { schema: path, kinds });
      const of = (name: string) => inspection.columns.find((column) => column.name === name);
      return [of("price")?.unit, of("price")?.form, of("zip")?.unit];
    };
    const dollars = { decimal: ".", before: "$" };
    expect(await seen(table.files, {})).toEqual(["$", dollars, "m"]);
    expect(await seen(pounds, { price: "number", zip: "number" })).toEqual([
      "£",
      { decimal: ".", before: "£" },
      "m",
    ]);
    expect(await seen(table.files, { price: "category", zip: "category" })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([
    [{ columns: { zip: { kind: "categry" } } }, /"zip" is said to be "categry".*did you mean category/],
    [{ columns: { zap: { kind: "number" } } }, /no column "zap"/],
    [{ columns: {}, formatVersion: 9 }, /version 9/],
    [{ columns: {}, format: "other" }, /is no schema/],
    [{ columns: {}, reading: { missin: [1] } }, /no option of reading "missin"/],
  ])("that is wrong is refused: %j", async (fields, said) => {
    const path = join(folder, "wrong.json");
    writeFileSync(path, JSON.stringify({ format: "anygiven-schema", formatVersion: 1, ...fields }));
    await expect(inspect(table, { schema: path })).rejects.toThrow(said);
  });
});

test("a wide table is told in few sentences, and every column keeps its own notes", async () => {
  const columns = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [
      `x${i}`,
      Array.from({ length: 200 }, (_, row) =>
        i % 2 ? (row * ((i % 4) + 1)) % 5 : ((row * 37 + i) % 199) / 8,
      ),
    ]),
  );
  const { inspection, notices } = await inspect(tableFromColumns(columns));
  expect(inspection.columns.filter(({ notes }) => notes.length > 0)).toHaveLength(30);
  expect(notices.length).toBeLessThan(6);
  expect(notices.join("\n")).toContain(" more");
});

test("cells with limits are not missing", async () => {
  const path = join(folder, "limited.csv");
  writeFileSync(
    path,
    `lead,x\n${rows((row) => `${row % 6 ? row + 0.25 : row % 4 ? "<0.5" : ""},${x[row]}`).join("\n")}\n`,
  );
  const { inspection } = await inspect({ files: path });
  expect(inspection.columns[0]).toMatchObject({ name: "lead", present: 50, missing: 5, limited: 5 });
  expect(inspectionText(inspection)).toMatch(/lead +number .* 8.33 % +limits in 8.33 %/);
});
