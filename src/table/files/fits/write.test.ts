/** @file Tables written as FITS are the same when they are read back: here, and by Astropy where there is one. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { printedJson, pythonWith } from "../../../../test/python.ts";
import type { Column } from "../../table.ts";
import { readTable } from "../read.ts";
import { tableBlocks } from "../table-blocks.ts";
import { expectAllComeBack, words } from "../testing/any-table.ts";
import { openTableWriter, writeTable } from "../write.ts";

const folder = mkdtempSync(join(tmpdir(), "fits-write-"));
afterAll(() => rmSync(folder, { recursive: true }));

const gone = Number.NaN;
const path = (name: string) => join(folder, name);

test(
  "any table is the same when it is read back",
  () => expectAllComeBack(path, ["any.fits", "any.fits.gz"]),
  60_000,
);

const stars: Column[] = [
  { name: "teff", values: Float32Array.of(4700.5, gone, 5800), unit: "K" },
  { name: "parallax", values: Float64Array.of(1 / 3, -0, gone), unit: "µm" },
  { name: "variable", kind: "boolean", values: Float32Array.of(1, gone, 0) },
  { name: "type", kind: "category", categories: ["dwarf", "giant"], values: Float32Array.of(1, 0, gone) },
  { name: "night", kind: "date", values: Float64Array.of(18_262, gone, 18_263) },
  { name: "at", kind: "date", values: Float64Array.of(18_262.5, gone, 18_263.25) },
  { name: `a name, it's of ${"m".repeat(50)}`, values: Float64Array.of(1, 2, 3), unit: "°" },
];

test("units and names come back, errors stand beside their column", async () => {
  const withErrors = [{ ...stars[0], errors: Float32Array.of(50, gone, 60) }, ...stars.slice(1)];
  await writeTable({ columns: withErrors }, path("stars.fits"));
  const back = await readTable(path("stars.fits"));
  expect(back.columns.map(({ unit }) => unit)).toEqual(["K", "um", ...Array(4), "deg"]);
  expect(back.columns[6].name).toBe(stars[6].name);
  expect([...(back.columns[0].errors ?? [])]).toEqual([50, gone, 60]);
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  expect(statSync(path("stars.fits")).size % 2880).toBe(0);
});

test("columns that are passed on keep ids of 64 bits, gaps, texts and units", async () => {
  const csv = path("ids.csv");
  writeFileSync(
    csv,
    "id,n,t,small\n5937083312263887617,1,abc,\n,,,7\n-9223372036854775808,2147483648,d,-2147483648\n9223372036854775807,3,ü,2\n",
  );
  const pass = async (from: string, to: string) => {
    const rows = await tableBlocks(from, { columns: ["n"], keep: "all" });
    const keep = rows.kept?.columns.map(({ name }) => ({ name, kept: name })) ?? [];
    const writer = await openTableWriter(to, keep, { kept: rows.kept });
    await writer.close();
    await rows.close();
  };
  await pass(csv, path("ids.fits"));
  const header = readFileSync(path("ids.fits")).toString("latin1");
  expect(header).toMatch(/TFORM1 {2}= '20A/); // both ends of 64 bits are taken, and none is left for a gap
  expect(header).toMatch(
    /TFORM2 {2}= 'K .*TNULL2 {2}= -9223372036854775808.*TFORM4 {2}= 'J .*TNULL4 {2}= {11}2147483647 /,
  );
  await pass(path("ids.fits"), path("again.csv"));
  expect(readFileSync(path("again.csv"), "utf8")).toBe(readFileSync(csv, "utf8"));
});

test.each([
  [
    "a name that is no ASCII",
    [{ name: "größe", values: Float64Array.of(1) }],
    /the name "größe" has characters/,
  ],
  [
    "a long name",
    [{ name: "m".repeat(69), values: Float64Array.of(1) }],
    /is longer than the 68 characters that FITS has room for/,
  ],
  [
    "a text with the character 0",
    [{ name: "t", kind: "category" as const, categories: ["a\0b"], values: Float64Array.of(0) }],
    /a text of column "t" holds the character 0/,
  ],
  [
    "more columns than FITS has",
    Array.from({ length: 1000 }, (_, i) => ({ name: `c${i}`, values: Float64Array.of(1) })),
    /would have 1000 columns, and FITS has room for 999/,
  ],
])("is refused: %s", async (_, columns, said) => {
  await expect(writeTable({ columns }, path("refused.fits"))).rejects.toThrow(said);
  expect(readdirSync(folder).filter((name) => name.includes("refused"))).toEqual([]);
});

const python = pythonWith("astropy.table", "src/table/files/fits/write.test.ts: reading with Astropy");

describe.skipIf(!python)("Astropy", () => {
  const run = (program: string) => printedJson(python ?? "", program, folder);

  test("finds nothing to complain of, and the same cells and units", async () => {
    const id = { name: "n", isWhole: true };
    await writeTable({ columns: stars }, path("astropy.fits.gz"));
    const writer = await openTableWriter(path("whole.fits"), [id, { name: "big", isWhole: true }]);
    await writer.append({ n: Float64Array.of(1, gone, -7), big: Float64Array.of(2 ** 40, gone, 3) });
    await writer.close();
    const found = run(`
import sys, json, warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", message="Column 'variable' contains NULL") # they become False, it says
from astropy.io import fits
from astropy.table import Table
folder = sys.argv[1]
def cells(name):
    with fits.open(f"{folder}/{name}") as parts:
        parts.verify("exception")
    table = Table.read(f"{folder}/{name}")
    return {c: [None if v is None or v != v else v for v in table[c].tolist()] for c in table.colnames}, [str(table[c].unit) for c in table.colnames]
print(json.dumps([cells("astropy.fits.gz"), cells("whole.fits")]))
`);
    expect(found).toEqual([
      [
        {
          ...{ teff: [4700.5, null, 5800], parallax: [1 / 3, -0, null], variable: [true, false, false] },
          ...{ type: ["giant", "dwarf", ""], night: ["2020-01-01", "", "2020-01-02"] },
          at: ["2020-01-01T12:00:00", "", "2020-01-02T06:00:00"],
          [stars[6].name]: [1, 2, 3],
        },
        ["K", "um", "None", "None", "None", "None", "deg"],
      ],
      [{ n: [1, null, -7], big: [2 ** 40, null, 3] }, ["None", "None"]],
    ]);
  });

  test("writes what is read here", async () => {
    run(`
import sys, json
import numpy as np
from astropy.table import Table, MaskedColumn
t = Table()
t["id"] = MaskedColumn(np.array([2**62 + 1, 5, 2**61], dtype="int64"), mask=[False, True, False])
t["u"] = np.array([0, 2**63, 2**64 - 1], dtype="uint64")
t["u2"] = np.array([0, 40000, 65535], dtype="uint16")
t["ok"] = np.array([True, False, True])
t["name"] = ["a", "", "ccc"]
t["mag"] = np.arange(6, dtype="float32").reshape(3, 2)
t["x"] = np.array([1.5, np.nan, 3.0])
t["x"].unit = "mag"
t.write(f"{sys.argv[1]}/theirs.fits", overwrite=True)
print(json.dumps(1))
`);
    const names = ["id", "u"];
    const table = await readTable(path("theirs.fits"), { categories: names });
    expect(Object.fromEntries(table.columns.map(words))).toEqual({
      id: [`${2n ** 62n + 1n}`, gone, `${2n ** 61n}`],
      ...{ u: ["0", `${2n ** 63n}`, `${2n ** 64n - 1n}`], u2: [0, 40000, 65535] },
      ...{ ok: [1, 0, 1], name: ["a", gone, "ccc"], mag0: [0, 2, 4], mag1: [1, 3, 5], x: [1.5, gone, 3] },
    });
    expect(table.columns.find(({ name }) => name === "x")?.unit).toBe("mag");
  });
});
