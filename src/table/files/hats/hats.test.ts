/** @file Catalogues of HATS read as tables: whole ones, old ones, broken ones. */
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isShared, NEEDS_SHARED, sharedPath } from "../../../../test/reference.ts";
import { literal, withDuckDB } from "../duckdb.ts";
import { type ReadOptions, readTable } from "../read.ts";
import { complaintOf } from "../testing/complaint-fixture.ts";
import { toldReading } from "../testing/told-reading.ts";

const folder = mkdtempSync(join(tmpdir(), "hats-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Partitions with rows of an id and a place; each as SQL of VALUES. */
const PARTITIONS: Readonly<Record<string, string>> = {
  "Norder=0/Dir=0/Npix=4": "(1, 10.5, 2.5, 1), (2, 20.5, -2.5, 2)",
  "Norder=1/Dir=0/Npix=47": "(9007199254740993, 350.5, -69.5, 3)",
  "Norder=7/Dir=10000/Npix=10001": "(4, 80.5, 30.5, 4)",
};

async function catalogue(
  name: string,
  {
    suffix = ".parquet",
    properties = "",
    info = true,
    rows = PARTITIONS,
    columns = "id, ra, dec, _healpix_29",
  } = {},
): Promise<string> {
  const path = join(folder, name);
  // A number has otherwise the type that is just large enough for it.
  const isPlain = rows === PARTITIONS;
  const cells = isPlain ? "id::BIGINT AS id, ra::DOUBLE AS ra, dec::DOUBLE AS dec, _healpix_29" : "*";
  await withDuckDB(async (connection) => {
    for (const [partition, values] of Object.entries(rows)) {
      const file = join(path, "dataset", partition + (suffix === "/" ? "/part0.parquet" : suffix));
      mkdirSync(dirname(file), { recursive: true });
      await connection.run(
        `COPY (SELECT ${cells} FROM (VALUES ${values}) AS t(${columns})) TO ${literal(file)} (FORMAT parquet)`,
      );
    }
    // What repeats or sums up, and must not be read.
    const first = Object.values(rows)[0];
    for (const other of ["per_partition_statistics.parquet", "data_thumbnail.parquet", "dataset/_metadata"])
      await connection.run(
        `COPY (SELECT * FROM (VALUES ${first}) AS t(${columns})) TO ${literal(join(path, other))} (FORMAT parquet)`,
      );
  });
  const said = [
    "#HATS catalog",
    "obs_collection=made",
    "dataproduct_type=object",
    `hats_npix_suffix=${suffix}`,
    properties,
  ];
  writeFileSync(join(path, "hats.properties"), said.join("\n"));
  const lines = Object.keys(rows).map((each) => /=(\d+).*=(\d+)$/.exec(each)?.slice(1).join(","));
  if (info) writeFileSync(join(path, "partition_info.csv"), ["Norder,Npix", ...lines, ""].join("\n"));
  return path;
}

const idsOf = async (source: string, options: ReadOptions = {}) => {
  const { columns } = await readTable(source, { kinds: { id: "category" }, ...options });
  const ids = columns.find(({ name }) => name === "id");
  return [...(ids?.values ?? [])].map((index) => ids?.categories?.[index]);
};

/** Order 7 pixel 10001 lies before order 0 pixel 4, as 10001 / 4^7 is below 1. */
const IN_ORDER = ["4", "1", "2", "9007199254740993"];

test("a folder is read as the rows of its partitions, in the order of the sky, and nothing else", async () => {
  const path = await catalogue("plain");
  expect(await idsOf(path)).toEqual(IN_ORDER);
  const { columns } = await readTable(path);
  expect(columns.map(({ name }) => name)).toEqual(["id", "ra", "dec"]);
});

test("the column of places on the sky is left out, told once, and read where it is named", async () => {
  const path = await catalogue("told");
  const { notices } = await toldReading(path);
  expect(notices).toEqual([
    `${path}: column "_healpix_29" is left out, as it numbers the places on the sky by which the catalogue is sorted; name it with \`columns\` to have it.`,
  ]);
  const { columns } = await readTable(path, { columns: ["_healpix_29"] });
  expect([...columns[0].values]).toEqual([4, 1, 2, 3]);
});

test("partitions are files of another ending or folders of files, and found where no list names them", async () => {
  expect(await idsOf(await catalogue("endings", { suffix: ".parq" }))).toEqual(IN_ORDER);
  const folders = await catalogue("folders", { suffix: "/" });
  const part = join(folders, "dataset/Norder=0/Dir=0/Npix=4");
  cpSync(join(part, "part0.parquet"), join(part, "part1.parquet"));
  writeFileSync(join(part, "_SUCCESS"), "");
  expect(await idsOf(folders)).toEqual(["4", "1", "2", "1", "2", "9007199254740993"]);
  expect(await idsOf(await catalogue("unlisted", { info: false }))).toEqual(IN_ORDER);
});

test("the older name of the properties does, and columns that say the partition are left out", async () => {
  const rows = { "Norder=0/Dir=0/Npix=4": "(1, 10.5, 4)" };
  const path = await catalogue("older", { rows, columns: "id, ra, Npix" });
  renameSync(join(path, "hats.properties"), join(path, "properties"));
  const { notices } = await toldReading(path);
  expect(notices).toEqual([
    expect.stringMatching(/column "Npix" is left out, as it numbers the catalogue's partitions/),
  ]);
});

test("of a collection the primary catalogue is read, and no margin", async () => {
  const inner = await catalogue("inner");
  const outer = join(folder, "collection");
  mkdirSync(outer);
  renameSync(inner, join(outer, "inner"));
  const margin = await catalogue("margin", {
    properties: "dataproduct_type=margin\nhats_primary_table_url=inner",
  });
  renameSync(margin, join(outer, "margin"));
  writeFileSync(join(outer, "collection.properties"), "hats_primary_table_url=inner\nall_margins=margin\n");
  expect(await idsOf(outer)).toEqual(IN_ORDER);
  expect(await complaintOf(join(outer, "margin"), {}, [])).toMatch(
    /margin is a HATS margin: it repeats rows of a catalogue near the edges of its partitions; name the catalogue instead \(inner\), or the collection\.$/,
  );
  renameSync(join(outer, "inner"), join(outer, "moved"));
  expect(await complaintOf(outer, {}, [])).toMatch(/its catalogue inner is not there/);
});

test("partitions of different types are read as the widest, told; rows that are missing are told", async () => {
  const rows = {
    "Norder=0/Dir=0/Npix=4": "(1, NULL::INTEGER)",
    "Norder=0/Dir=0/Npix=5": "(2, 1.25::DOUBLE)",
  };
  const path = await catalogue("types", { rows, columns: "id, x", properties: "hats_nrows=5" });
  const { cells, notices } = await toldReading(path);
  expect(cells.x).toEqual([null, 1.25]);
  expect(notices).toEqual([
    `${path}: its properties speak of 5 rows, its 2 partitions have 2.`,
    `${path}: its partitions have not all the same types of x: they are read as the widest one.`,
  ]);
});

test("lists of several columns, whose cells are all called element, are not taken for one of several types", async () => {
  const rows = {
    "Norder=0/Dir=0/Npix=4": "(1, [1.5, 2.5], ['r', 'g'])",
    "Norder=0/Dir=0/Npix=5": "(2, [3.5, 4.5], ['i', 'z'])",
  };
  const { notices } = await toldReading(await catalogue("nested", { rows, columns: "id, mjd, band" }));
  expect(notices.filter((each) => each.includes("same types"))).toEqual([]);
});

describe("a folder is refused", () => {
  test("that lacks a partition of its list", async () => {
    const path = await catalogue("lacking");
    rmSync(join(path, "dataset/Norder=1/Dir=0/Npix=47.parquet"));
    expect(await complaintOf(path, {}, [])).toMatch(
      /^.*lacking is a HATS catalogue whose partition dataset\/Norder=1\/Dir=0\/Npix=47\.parquet is not there: fetch the whole folder/,
    );
  });
  test("whose list is damaged, that has no partition, or that is of another kind", async () => {
    const path = await catalogue("damaged");
    writeFileSync(join(path, "partition_info.csv"), "Norder,Npix\n0,four\n");
    expect(await complaintOf(path, {}, [])).toMatch(
      /line 2 of partition_info.csv \("0,four"\) has no Norder and Npix/,
    );
    writeFileSync(join(path, "partition_info.csv"), "Norder,Npix\n");
    expect(await complaintOf(path, {}, [])).toMatch(/is a HATS catalogue without a partition/);
    rmSync(join(path, "hats.properties"));
    expect(await complaintOf(path, {}, [])).toMatch(
      /damaged has partitions as a HATS catalogue, but no hats.properties/,
    );
    expect(await complaintOf(join(path, "dataset"), {}, [])).toMatch(/dataset is a folder: name its files/);
  });
  test("a file where --format says hats", async () => {
    const path = join(folder, "table.csv");
    writeFileSync(path, "a,b\n1,2\n");
    expect(await complaintOf(path, { format: "hats" }, [])).toMatch(/is no HATS catalogue: name the folder/);
  });
});

test("a single partition gets no columns of its folders' names", async () => {
  const path = await catalogue("single");
  const { columns } = await readTable(join(path, "dataset/Norder=0/Dir=0/Npix=4.parquet"));
  expect(columns.map(({ name }) => name)).toEqual(["id", "ra", "dec", "_healpix_29"]);
});

const SURVEYS = "data/surveys";

describe.skipIf(!isShared(`${SURVEYS}/hats_small_sky`))(
  `catalogues that hats and lsdb wrote ${NEEDS_SHARED}`,
  () => {
    test.each([
      ["small_sky_o1_collection", 131, "id"],
      ["small_sky_npix_as_dir", 131, "id"],
      ["small_sky_npix_alt_suffix", 131, "id"],
      ["small_sky_healpix13", 131, "id"],
      ["small_sky_source", 17_161, "source_id"],
    ])("%s has the rows that its properties name", async (name, rows, id) => {
      const { rows: read, columns } = await readTable(sharedPath(`${SURVEYS}/hats_small_sky/${name}`));
      expect(read).toBe(rows);
      expect(columns[0].name).toBe(id);
      expect(new Set(columns[0].values).size).toBe(rows); // each once
      expect(columns.filter(({ name }) => /^(Norder|Dir|Npix|_?healpix.*)$/.test(name))).toEqual([]);
    });

    test("the miniature survey's is the table that lsdb was given", async () => {
      const options: ReadOptions = { kinds: { source_id: "category" }, columns: ["source_id", "ra", "dec"] };
      const read = await readTable(sharedPath(`${SURVEYS}/golden/hats-mini/gaia_mini`), options);
      const given = await readTable(sharedPath(`${SURVEYS}/golden/mini-survey/GaiaSource_*.csv.gz`), options);
      const rowsOf = ({ columns: [ids, ra, dec] }: typeof read) =>
        [...ids.values]
          .map((id, row) => `${ids.categories?.[id]} ${ra.values[row]} ${dec.values[row]}`)
          .sort();
      expect(rowsOf(read)).toEqual(rowsOf(given));
      expect(read.rows).toBe(640);
    });
  },
);
