/** @file Units and ucds in the metadata of Parquet files: written and read back, here and by Astropy where there is one. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import { printedJson, pythonWith } from "../../../test/python.ts";
import type { Column } from "../table.ts";
import { withDuckDB } from "./duckdb.ts";
import { readTable } from "./read.ts";
import { toldReading } from "./testing/told-reading.ts";
import { writeTable } from "./write.ts";

const folder = temporaryFolder("parquet-metadata");
const path = (name: string) => join(folder, name);

const columns: Column[] = [
  { name: "V", unit: "mag", ucd: "phot.mag;em.opt.V", values: Float64Array.of(12.5, 13) },
  { name: "dV", unit: "mag", ucd: "stat.error;phot.mag;em.opt.V", values: Float64Array.of(0.1, 0.2) },
  { name: 'it\'s <b> "c"', unit: "km s-1", values: Float32Array.of(1, 2) },
  { name: "name", kind: "category", categories: ["a", "bcd"], values: Float64Array.of(0, 1) },
  { name: "night", kind: "date", values: Float64Array.of(18_262, 18_263) },
];

test("are the same when they are read back, and pair errors with their column", async () => {
  await writeTable({ columns }, path("v.parquet"));
  const { columns: read } = await readTable(path("v.parquet"), { precision: "float64" });
  expect(read.map(({ name, unit, ucd, errors }) => [name, unit, ucd, errors && [...errors]])).toEqual([
    ["V", "mag", "phot.mag;em.opt.V", [0.1, 0.2]],
    ['it\'s <b> "c"', "km.s**-1", undefined, undefined],
    ["name", undefined, undefined, undefined],
    ["night", undefined, undefined, undefined],
  ]);
});

test("a table without any is written without", async () => {
  await writeTable({ columns: [{ name: "x", values: Float64Array.of(1) }] }, path("x.parquet"));
  const keys = await withDuckDB(async (connection) => {
    const read = await connection.runAndReadAll(`SELECT * FROM parquet_kv_metadata('${path("x.parquet")}')`);
    return read.getRows();
  });
  expect(keys).toEqual([]);
});

test("what cannot be read of it is told", async () => {
  await withDuckDB(async (connection) => {
    const how = "FORMAT parquet, KV_METADATA {'IVOA.VOTable-Parquet.content': '<VOTABLE><TABLE>'}";
    await connection.run(`COPY (SELECT 1.5 AS x) TO '${path("broken.parquet")}' (${how})`);
  });
  const { cells, notices } = await toldReading(path("broken.parquet"));
  expect(cells).toEqual({ x: [1.5] });
  expect(notices.join(" ")).toMatch(/its units cannot be read from its VOTable metadata/);
});

const python = pythonWith("astropy.table, pyarrow", "src/table/files/parquet-metadata.test.ts: with Astropy");

describe.skipIf(!python)("Astropy", () => {
  test("reads what is written", async () => {
    // It looks for units by what XML can have as an ID, not by names.
    const named = columns.map((column) => (column.unit === "km s-1" ? { ...column, name: "rv" } : column));
    await writeTable({ columns: named }, path("ours.parquet"));
    const found = printedJson(
      python ?? "",
      `
import sys, json, warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", message="No table::len") # of its own metadata
from astropy.table import Table
t = Table.read(sys.argv[1], format="parquet.votable")
print(json.dumps({c: [str(t[c].unit), t[c].tolist()] for c in t.colnames}, default=str))
`,
      path("ours.parquet"),
    );
    expect(found).toEqual({
      ...{ V: ["mag", [12.5, 13]], dV: ["mag", [0.1, 0.2]], name: ["None", ["a", "bcd"]] },
      night: ["None", ["2020-01-01", "2020-01-02"]],
      rv: ["km / s", [1, 2]],
    });
  });

  test("writes what is read here", async () => {
    printedJson(
      python ?? "",
      `
import sys, json
import numpy as np
from astropy.table import Table
t = Table(dict(source_id=np.array([2**62 + 1, 5]), V=np.array([12.5, 13.0])))
about = lambda unit, ucd: dict(unit=unit, ucd=ucd, utype="", description="")
t.write(sys.argv[1], format="parquet.votable", metadata=dict(source_id=about("", "meta.id"), V=about("mag", "phot.mag")))
print(1)
`,
      path("theirs.parquet"),
    );
    const { columns: read } = await readTable(path("theirs.parquet"), {
      columns: ["V", "source_id"],
      categories: ["source_id"],
    });
    expect(read).toMatchObject([
      { unit: "mag", ucd: "phot.mag" },
      { ucd: "meta.id", categories: ["4611686018427387905", "5"] },
    ]);
  });
});
