/** @file Catalogues of HATS written, read again here and by the real hats and lsdb. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { printedJson, pythonWith } from "../../../../test/python.ts";
import { isShared, NEEDS_SHARED, sharedPath } from "../../../../test/reference.ts";
import { healpixPixel } from "../../../numeric/healpix.ts";
import { tableFromRows } from "../../from-values.ts";
import { rowsOf, withDuckDB } from "../duckdb.ts";
import { readTable } from "../read.ts";
import { tableBlocks } from "../table-blocks.ts";
import { openTableWriter, type PassingOn, writeTable } from "../write.ts";
import { hatsCatalogue } from "./catalogue.ts";

const folder = mkdtempSync(join(tmpdir(), "hats-write-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Places that lie denser toward one corner of the sky; the poles and 0 hours among them. */
const STARS = Array.from({ length: 500 }, (_, i) => ({
  ra: i < 4 ? [0, 360, 12, 359.999][i] : (i * i * 0.37) % (i % 3 === 0 ? 360 : 20),
  dec: i < 4 ? [0, 0, 90, -90][i] : ((i * 7.13) % 30) * (i % 2 === 0 ? 1 : -1),
  mag: i === 7 ? Number.NaN : 10 + i / 100,
}));

async function written(name: string, passing: PassingOn = {}): Promise<string> {
  const path = join(folder, name);
  const writer = await openTableWriter(path, ["ra", "dec", "mag"], passing);
  for (let from = 0; from < STARS.length; from += 170) {
    const rows = STARS.slice(from, from + 170);
    const cells = (of: "ra" | "dec" | "mag") => Float64Array.from(rows, (row) => row[of]);
    await writer.append({ ra: cells("ra"), dec: cells("dec"), mag: cells("mag") });
  }
  await writer.close();
  return path;
}

const cellsOf = (paths: readonly string[], columns: string) =>
  withDuckDB((connection) =>
    rowsOf(
      connection,
      `SELECT ${columns} FROM read_parquet([${paths.map((path) => `'${path}'`).join(", ")}], hive_partitioning = false)`,
    ),
  );

test("a table is parted and sorted by the pixels of its rows, and read again as it was", async () => {
  const path = await written("stars.hats", { partitionRows: 60 });
  const { partitions, files, properties } = await hatsCatalogue(path, path);
  expect(partitions.length).toBeGreaterThan(8);
  expect(properties.get("hats_nrows")).toBe("500");
  const places: bigint[] = [];
  for (const [i, { order, pixel }] of partitions.entries()) {
    const rows = await cellsOf([files[i]], "_healpix_29::VARCHAR, ra, dec");
    expect(rows.length).toBeLessThanOrEqual(60);
    for (const [place, ra, dec] of rows) {
      expect(BigInt(String(place))).toBe(healpixPixel(29, Number(ra), Number(dec)));
      expect(BigInt(String(place)) >> BigInt(2 * (29 - order))).toBe(BigInt(pixel));
      places.push(BigInt(String(place)));
    }
  }
  expect(places).toEqual([...places].sort((a, b) => (a < b ? -1 : 1)));
  const { columns } = await readTable(path, { precision: "float64" });
  const textsOf = (rows: readonly unknown[][]) => rows.map((row) => row.join(" ")).sort();
  expect(textsOf([...columns[0].values].map((_, row) => columns.map(({ values }) => values[row])))).toEqual(
    textsOf(STARS.map(({ ra, dec, mag }) => [ra, dec, mag])),
  );
});

test("a catalogue of the same name is replaced whole; anything else is left alone, and nothing is left over", async () => {
  const path = await written("again.hats", { partitionRows: 60 });
  await written("again.hats/"); // in one partition for each face
  expect(readdirSync(join(path, "dataset")).sort()).toEqual(["Norder=0", "_common_metadata"]);
  expect((await readTable(path)).rows).toBe(500);
  const other = join(folder, "other.hats");
  mkdirSync(other);
  writeFileSync(join(other, "thesis.txt"), "all of it");
  await expect(written("other.hats")).rejects.toThrow(
    /other\.hats: there is something else of this name, no HATS catalogue/,
  );
  expect(readFileSync(join(other, "thesis.txt"), "utf8")).toBe("all of it");
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
});

test("a row without a place, or a table without such columns, writes nothing", async () => {
  const path = join(folder, "none.hats");
  const table = tableFromRows([
    { ra: 1, dec: 2 },
    { ra: Number.NaN, dec: 2 },
    { ra: 3, dec: 91 },
  ]);
  await expect(writeTable(table, path)).rejects.toThrow(
    /2 of its rows have no place on the sky in ra and dec, degrees \(row 2 is the first\); leave them out with --where/,
  );
  await expect(writeTable(tableFromRows([{ x: 1 }]), path)).rejects.toThrow(
    /a HATS catalogue needs each row's place on the sky/,
  );
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
});

test("units and ucds stand in every partition", async () => {
  const path = join(folder, "units.hats");
  const cells = (of: "ra" | "dec" | "mag") => Float64Array.from(STARS, (row) => row[of]);
  const columns = [
    { name: "ra", values: cells("ra"), unit: "deg", ucd: "pos.eq.ra;meta.main" },
    { name: "dec", values: cells("dec"), unit: "deg" },
    { name: "mag", values: cells("mag"), unit: "mag" },
  ];
  await writeTable({ columns }, path);
  const read = await readTable(path);
  expect(read.columns.map(({ name, unit, ucd }) => [name, unit, ucd])).toEqual([
    ["ra", "deg", "pos.eq.ra;meta.main"],
    ["dec", "deg", undefined],
    ["mag", "mag", undefined],
  ]);
});

test("of a catalogue that is read the partitions and pixels are kept", async () => {
  const first = await written("first.hats", { partitionRows: 60 });
  const second = join(folder, "second.hats");
  const blocks = await tableBlocks(first, { columns: ["mag"], keep: ["_healpix_29", "ra", "dec"] });
  const passed = ["_healpix_29", "ra", "dec"].map((name) => ({ name, kept: name }));
  const writer = await openTableWriter(second, [...passed, { name: "bright" }], { kept: blocks.kept });
  for await (const { columns } of blocks)
    await writer.append({ bright: columns[0].values.map((mag) => -mag) });
  await writer.close();
  await blocks.close();
  const [before, after] = await Promise.all([first, second].map((path) => hatsCatalogue(path, path)));
  expect(after.partitions).toEqual(before.partitions);
  expect(await cellsOf(after.files, "_healpix_29::VARCHAR, ra, dec, -bright")).toEqual(
    await cellsOf(before.files, "_healpix_29::VARCHAR, ra, dec, mag::FLOAT"),
  );
});

const MINI = "data/surveys/golden/hats-mini/gaia_mini";

test.skipIf(!isShared(MINI))(`pixels are those of lsdb, bit for bit ${NEEDS_SHARED}`, async () => {
  const gaia = sharedPath("data/surveys/golden/mini-survey/GaiaSource_*.csv.gz");
  const blocks = await tableBlocks(gaia, { columns: ["parallax"], keep: ["source_id", "ra", "dec"] });
  const path = join(folder, "gaia.hats");
  const passed = ["source_id", "ra", "dec"].map((name) => ({ name, kept: name }));
  const writer = await openTableWriter(path, passed, { kept: blocks.kept, partitionRows: 111 });
  await writer.close();
  await blocks.close();
  const of = async (at: string) => {
    const { files } = await hatsCatalogue(at, at);
    const cells = await cellsOf(files, "source_id::VARCHAR, _healpix_29::VARCHAR, ra, dec");
    return cells.sort((a, b) => String(a[0]).localeCompare(String(b[0])));
  };
  expect(await of(path)).toEqual(await of(sharedPath(`${MINI}/gaia_mini`)));
});

const python = pythonWith(
  "hats, lsdb",
  "src/table/files/hats/write.test.ts with lsdb",
  "ANYGIVEN_HATS_PYTHON",
);

const READ = `
import json, sys, warnings
import hats, lsdb
from hats.io.validation import is_valid_catalog
with warnings.catch_warnings():
    warnings.simplefilter("error")
    catalogue = hats.read_hats(sys.argv[1])
rows = lsdb.open_catalog(sys.argv[1]).compute()
near = lsdb.open_catalog(sys.argv[1]).cone_search(ra=10, dec=5, radius_arcsec=36000).compute()
print(json.dumps({
  "valid": is_valid_catalog(sys.argv[1]),
  "total": catalogue.catalog_info.total_rows, "rows": len(rows), "near": len(near),
  "partitions": len(catalogue.get_healpix_pixels()),
  "cells": [[float(x) if x == x else None for x in row] for row in rows[["ra", "dec", "mag"]].to_numpy(dtype=float, na_value=float("nan"))],
}))`;

describe.skipIf(!python)("read with lsdb and hats", () => {
  test("a catalogue is valid and has the rows that were written", async () => {
    const path = await written("lsdb.hats", { partitionRows: 60 });
    const found = printedJson<{
      valid: boolean;
      total: number;
      rows: number;
      near: number;
      partitions: number;
      cells: (number | null)[][];
    }>(python!, READ, path);
    const { partitions } = await hatsCatalogue(path, path);
    expect(found).toMatchObject({ valid: true, total: 500, rows: 500, partitions: partitions.length });
    const texts = (rows: readonly unknown[][]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(texts(found.cells)).toEqual(
      texts(STARS.map(({ ra, dec, mag }) => [ra, dec, Number.isNaN(mag) ? null : mag])),
    );
    const radians = Math.PI / 180;
    const isNear = ({ ra, dec }: { ra: number; dec: number }) =>
      Math.sin(dec * radians) * Math.sin(5 * radians) +
        Math.cos(dec * radians) * Math.cos(5 * radians) * Math.cos((ra - 10) * radians) >
      Math.cos(10 * radians);
    expect(found.near).toBe(STARS.filter(isNear).length);
  }, 120_000);
});
