import fs, { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DOUBLE } from "@duckdb/node-api";
import fc from "fast-check";
import h5wasm, { type Metadata } from "h5wasm/node";
import { afterAll, describe, expect, test, vi } from "vitest";
import { isShared, NEEDS_SHARED, sharedPath } from "../../test/reference.ts";
import { InputError } from "../errors.ts";
import { writeHdf5 } from "./fixtures/write-hdf5.ts";
import { sliceLength } from "./hdf5-slice.ts";
import { type ReadOptions, readTable } from "./read.ts";
import type { Table } from "./table.ts";
import { openTableWriter, writeTable } from "./write.ts";

const folder = mkdtempSync(join(tmpdir(), "hdf5-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** A new file of its own with these datasets. */
async function file(...content: Parameters<typeof writeHdf5> extends [string, ...infer Rest] ? Rest : never) {
  const path = join(folder, `file${files++}.h5`);
  await writeHdf5(path, ...content);
  return path;
}
const made = (name: string) => fileURLToPath(new URL(`fixtures/${name}.h5`, import.meta.url));

const cells = (table: Table) =>
  Object.fromEntries(table.columns.map(({ name, values }) => [name, [...values]]));
/** Columns with the names of categories instead of their places. */
const words = ({ columns }: Table) =>
  Object.fromEntries(
    columns.map(({ name, values, categories }) => [
      name,
      [...values].map((value) => (categories && !Number.isNaN(value) ? categories[value] : value)),
    ]),
  );
const errors = ({ columns }: Table) =>
  Object.fromEntries(columns.flatMap(({ name, errors }) => (errors ? [[name, [...errors]]] : [])));
const kinds = ({ columns }: Table) =>
  Object.fromEntries(columns.map(({ name, kind }) => [name, kind ?? "number"]));

/** The message with which reading fails, the folders of tests cut off. */
async function complaint(source: string | string[], options?: ReadOptions): Promise<string> {
  const error = await readTable(source, options).then(
    () => new Error("it was read"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).not.toContain("\n");
  return message.replaceAll(`${folder}/`, "").replaceAll(made("x").replace("x.h5", ""), "");
}
const gone = Number.NaN;

const green = "data/stars_green2020";
/** The filters that h5wasm lacks are a package that users may have, and developers not. */
const hasFilters = (() => {
  try {
    return createRequire(import.meta.url).resolve("h5wasm-plugins") !== "";
  } catch {
    return false;
  }
})();

describe("a group of datasets", () => {
  test("is a table, whose columns are the datasets; single values are none", async () => {
    const path = await file({
      b: [1, 2, 3],
      a: Float64Array.of(0.5, gone, -1),
      version: { data: 3, shape: [] },
    });
    const table = await readTable(path);
    expect(cells(table)).toEqual({ a: [0.5, gone, -1], b: [1, 2, 3] });
    expect(table).toMatchObject({ rows: 3, source: path });
  });

  test("may be named where there are several; else they are told", async () => {
    const path = await file({ x: [1], "runs/one/y": [2], "runs/two/y": [3, 4], "runs/two/z": [5, 6] });
    expect(await complaint(path)).toBe(
      "file1.h5 holds more than one table: / (x), /runs/one (y), /runs/two (y, z); name one with --group",
    );
    for (const group of ["runs/two", "/runs/two", "runs/two/"])
      expect(cells(await readTable(path, { group }))).toEqual({ y: [3, 4], z: [5, 6] });
    expect(cells(await readTable(path, { group: "/" }))).toEqual({ x: [1] });
    expect(await complaint(path, { group: "runs" })).toMatch(
      /more than one table: \/runs\/one \(y\), \/runs\/two/,
    );
    expect(cells(await readTable(path, { group: "runs/two/z" }))).toEqual({ z: [5, 6] });
    expect(await complaint(path, { group: "runs/tow" })).toMatch(
      /has no table "\/runs\/tow"; did you mean "\/runs\/two"/,
    );
    expect(await complaint(path, { group: "x/y" })).toMatch(/has no table "\/x\/y"/);
  });

  test("is found where it is the only one, however deep", async () => {
    expect(cells(await readTable(await file({ "a/b/c/x": [1, 2] })))).toEqual({ x: [1, 2] });
    expect(cells(await readTable(await file({ "a/b/c/x": [1, 2] }), { group: "a" }))).toEqual({ x: [1, 2] });
  });

  test("of more dimensions has a column for each cell of a row, and errors that go with them", async () => {
    const table = await readTable(made("h5py_shapes"), { group: "wide" });
    expect(cells(table)).toEqual({
      ...{ cov0_0: [0, 4], cov0_1: [1, 5], cov1_0: [2, 6], cov1_1: [3, 7] },
      ...{ mag0: [0, 3], mag1: [1, 4], mag2: [2, 5], v0: [1, 2] },
    });
    const f = Math.fround;
    expect(errors(table)).toEqual({
      ...{ mag0: [0, f(0.3)], mag1: [f(0.1), f(0.4)], mag2: [f(0.2), 0.5], v0: [f(0.1), f(0.2)] },
    });
    const link = await readTable(made("h5py_shapes"), { group: "alias" });
    expect(cells(link)).toEqual(cells(table));
  });

  test("counts once where a link leads to it, and not where it is an index of PyTables", async () => {
    expect(await complaint(made("h5py_shapes"))).toMatch(/more than one table: \/lengths .*\/wide \([^/]*$/);
    const path = await file({ x: [1, 2], "_i_stars/x/bounds": [1, 2, 3] });
    expect(cells(await readTable(path))).toEqual({ x: [1, 2] });
  });

  test("of unequal lengths is refused, unless columns of one length are chosen", async () => {
    const path = await file({ x: [1, 2, 3], y: [4, 5, 6], grid: [1, 2] });
    expect(await complaint(path)).toMatch(
      /^the datasets in \/ of file\d+\.h5 are not of one length: \/grid has 2 rows, \/x 3; name columns of/,
    );
    expect(cells(await readTable(path, { columns: ["y", "x"] }))).toEqual({ x: [1, 2, 3], y: [4, 5, 6] });
  });

  test("of very long rows has no columns but one that is refused", async () => {
    const path = await file({
      x: [1, 2],
      picture: { data: new Float32Array(2 * 200 * 100), shape: [2, 200, 100] },
    });
    expect(await complaint(path)).toMatch(/"picture" of .* holds 20,000 cells a row \(float32\)/);
    expect(cells(await readTable(path, { columns: ["x"] }))).toEqual({ x: [1, 2] });
  });
});

describe("types", () => {
  test("of numbers, texts, booleans and enumerations are what they are in other formats", async () => {
    const table = await readTable(made("h5py_types"));
    expect(words(table)).toEqual({
      ...{ big_f8: [1.5, gone, -3], big_i2: [1, -2, 3], f4: [Math.fround(0.1), gone, 3] },
      ...{ bool: [1, 0, 1], enum: ["giant", "dwarf", "7"] },
      ...{ fixed: ["naïve", "b", gone], text: ["naïve", "b", gone] },
      ...{ id: [2 ** 53, 5, -(2 ** 62)], u1: [0, 200, 255], u4: [0, 1, 2 ** 32], u8: [0, 1, 2 ** 64] },
    });
    expect(kinds(table)).toMatchObject({ bool: "boolean", enum: "category", text: "category", u1: "number" });
  });

  test("of identifiers keep all their digits as categories", async () => {
    const { columns } = await readTable(made("h5py_types"), { columns: ["id"], categories: ["id"] });
    expect(columns[0]!.categories).toEqual(["-4611686018427387905", "5", "9007199254740993"]);
  });

  test("that are no single values are refused by name, unless left out", async () => {
    const refusals = {
      complex:
        /"complex" of h5py_shapes\.h5 holds complex numbers \(complex\), which cannot be read; write two/,
      f2: /"f2" .* holds floating-point numbers of 2 bytes \(float16\), which cannot be read; write them as float32/,
      f16: /"f16" .* floating-point numbers of 16 bytes/,
      lists: /"lists" .* holds lists of any length/,
      nested: /"at" .* holds records/,
      opaque: /"opaque" .* holds bytes of unknown meaning/,
      reference: /"reference" .* holds references/,
    };
    for (const [name, refusal] of Object.entries(refusals)) {
      const group = name === "nested" ? "odd/nested" : "odd";
      const columns = name === "nested" ? {} : { columns: ["good", name] };
      expect(await complaint(made("h5py_shapes"), { group, ...columns })).toMatch(refusal);
    }
    const good = await readTable(made("h5py_shapes"), { group: "odd", columns: ["good"] });
    expect(cells(good)).toEqual({ good: [1, 2] });
  });
});

describe("records", () => {
  test("are columns by their members, in either order of bytes and in both", async () => {
    const mixed = await readTable(made("h5py_shapes"), { group: "records/mixed" });
    expect(words(mixed)).toEqual({
      ...{ x: [1.5, -2.5], y: [0.25, 0.5], n: [-1, 2], xyz0: [7, 9], xyz1: [8, 10] },
      ...{ name: ["süß", gone], kind: ["abc", "d"] },
    });
    const big = await readTable(made("h5py_shapes"), { group: "records/big" });
    expect(cells(big)).toEqual({ x: [1.5, 2.5], n: [-1, 2] });
  });

  test("of PyTables hold booleans and enumerations", async () => {
    const table = await readTable(made("pytables"), { group: "stars" });
    expect(words(table)).toEqual({ known: [1, 0], teff: [4700, 5800], kind: ["giant", "dwarf"] });
    expect(kinds(table)).toEqual({ known: "boolean", teff: "number", kind: "category" });
  });

  test("of astropy have missing cells where the mask is true", async () => {
    expect(words(await readTable(made("astropy")))).toEqual({
      x: [1, 2, 3],
      m: [1, gone, 3],
      s: ["a", "b", "c"],
    });
  });

  test.skipIf(!isShared(green))(`of real stars are those of their CSV twin ${NEEDS_SHARED}`, async () => {
    const [hdf5, csv] = [`${green}/green2020_test_data_small.h5`, `${green}/green2020_stars.csv`].map(
      sharedPath,
    );
    expect(await complaint(hdf5!)).toMatch(
      /more than one table: \/ \(r_fit, r_var\), \/data \(atm_param0, .*\)/,
    );
    const found = await readTable(hdf5!, { group: "data" });
    const twin = await readTable(csv!);
    expect(found.rows).toBe(twin.rows);
    const bands = [
      "g_gaia",
      "bp",
      "rp",
      "ps1_g",
      "ps1_r",
      "ps1_i",
      "ps1_z",
      "ps1_y",
      "j",
      "h",
      "ks",
      "w1",
      "w2",
    ];
    const names: Record<string, string> = {
      ...{ atm_param0: "teff", atm_param1: "logg", atm_param2: "feh", r: "reddening", parallax: "parallax" },
      ...{ atm_source: "survey", r_source: "reddening_source" },
      ...Object.fromEntries(bands.map((band, i) => [`mag${i}`, `${band}_mag`])),
    };
    for (const [name, twinName] of Object.entries(names)) {
      const column = found.columns.find((each) => each.name === name)!;
      const other = twin.columns.find((each) => each.name === twinName)!;
      expect(column.categories).toEqual(other.categories);
      expect(column.values).toEqual(other.values);
      if (!name.startsWith("atm_param")) expect(column.errors).toEqual(other.errors);
    }
  });
});

describe("a data frame of pandas", () => {
  const known = {
    ...{ b: [1, 2, 3], a: [1.5, gone, 3], t: [1, 0, 1], g: [0.5, 0.25, 0.125], é: [1, 2, 3] },
  };
  test("in the format table: all columns, in its order, with categories and dates", async () => {
    for (const group of [undefined, "survey", "survey/stars", "survey/stars/table"]) {
      const table = await readTable(made("pandas_table"), group === undefined ? {} : { group });
      expect(table.columns.map(({ name }) => name)).toEqual([..."baftsdcgé", "中\\", "7"]);
      expect(words(table)).toEqual({
        ...{ ...known, f: [1, 2, 3], s: ["dwarf", "giant", gone], c: ["y", "x", gone] },
        ...{ d: [18262, 18263, gone], "中\\": [1, 2, 4], 7: [0, 0, 1] },
      });
      expect(kinds(table)).toMatchObject({ t: "boolean", s: "category", d: "date", c: "category" });
    }
  });

  test("in the format fixed: all columns, in its order", async () => {
    const table = await readTable(made("pandas_fixed"));
    expect(table.columns.map(({ name }) => name)).toEqual([..."batgé", "moment"]);
    expect(cells(table)).toEqual({ ...known, moment: [18262.5, 18263, gone] });
    expect(kinds(table)).toMatchObject({ t: "boolean", moment: "date" });
  });

  test("with objects of Python is refused, and so are other things of pandas", async () => {
    const frame = {
      "f/block0_values": { data: [1], shape: [1, 1] },
      "f/block0_items": ["x"],
      "f/block1_values": [1],
      "f/block1_items": ["s"],
      "f/axis0": ["x", "s"],
    };
    const attributes = {
      f: { pandas_type: "frame", nblocks: "2" },
      "f/block1_values": { CLASS: "VLARRAY" },
    };
    const path = await file(frame, attributes);
    expect(await complaint(path)).toMatch(/"s" of .* holds Python objects \(pickle\), .* format="table"/);
    expect(cells(await readTable(path, { columns: ["x"] }))).toEqual({ x: [1] });
    const series = await file({ "s/values": [1] }, { s: { pandas_type: "series" } });
    expect(await complaint(series, { group: "s" })).toMatch(
      /of pandas of the kind "series", not a data frame/,
    );
    expect(await complaint(series)).toMatch(/holds no table .*: what it holds is "s" \(a group\)$/);
  });

  test("never runs a pickle", async () => {
    const named = async (pickle: string) =>
      await complaint(
        await file(
          { "f/table": { data: new Map([["values_block_0", [1]]]), dtype: [["values_block_0", "<d"]] } },
          { f: { pandas_type: "frame_table" }, "f/table": { values_block_0_kind: pickle } },
        ),
      );
    expect(await named("cos\nsystem\n(S'true'\ntR.")).toMatch(/names of columns are objects of Python/);
    expect(await named("(lp0\n((lp1\nVa\np2\natp3\na.")).toMatch(/is neither text nor number/);
    expect(await named("(lp0\nVa")).toMatch(/names of columns are damaged/);
  });
});

describe("the options", () => {
  test("mean what they mean for other formats", async () => {
    const path = await file({
      ...{
        x: [1, -9999, 3],
        sx: [0.1, 0.2, -9999],
        code: [1, 2, 1],
        e_code: [1, 1, 1],
        text: ["a", "NA", "b"],
      },
    });
    const table = await readTable(path, {
      ...{ missing: [-9999], columns: ["code", "x"], errorColumns: { x: "sx" } },
      ...{ categories: ["code"], precision: "float64" },
    });
    expect(words(table)).toEqual({ code: ["1", "2", "1"], x: [1, gone, 3] });
    expect(errors(table)).toEqual({ x: [0.1, 0.2, gone] });
    expect(table.columns[1]!.values).toBeInstanceOf(Float64Array);
    expect(await complaint(path, { columns: ["X"] })).toMatch(/has no column "X"; did you mean "x"/);
  });

  test("take several files and globs as one table, each by its ending or the format named", async () => {
    await writeHdf5(join(folder, "part2.hdf5"), { a: [3], kind: ["y"] });
    await writeHdf5(join(folder, "part1.hdf5"), { a: [1, 2], kind: ["x", "z"] });
    const table = await readTable(join(folder, "part*.hdf5"));
    expect(words(table)).toEqual({ a: [1, 2, 3], kind: ["x", "z", "y"] });
    writeFileSync(join(folder, "more.csv"), "kind,a\nw,4\n");
    const both = await readTable([join(folder, "more.csv"), join(folder, "part2.hdf5")]);
    expect(words(both)).toEqual({ kind: ["w", "y"], a: [4, 3] });
    writeFileSync(join(folder, "bytes"), readFileSync(join(folder, "part2.hdf5")));
    expect(words(await readTable(join(folder, "bytes"), { format: "hdf5" }))).toEqual({
      a: [3],
      kind: ["y"],
    });
    expect(await complaint(join(folder, "more.csv"), { group: "a" })).toBe(
      'more.csv is no HDF5 file and has no group "a"; leave --group out',
    );
  });

  test("name a wrong cell with its row", async () => {
    const path = await file({ x: [1, 2], x_err: [0.1, -1], y: [1, Infinity] });
    expect(await complaint(path)).toMatch(
      /^file\d+\.h5, row 2, column "x_err": .* cannot be negative \(-1.*\)/,
    );
    expect(await complaint(path, { columns: ["y"] })).toMatch(/row 2, column "y": inf is infinite/);
    expect(await complaint(path, { columns: ["y"], missing: [1] })).toMatch(/row 2, column "y"/);
  });
});

describe("a long table", () => {
  const rows = 150_000;
  const numbers = Float64Array.from({ length: rows }, (_, row) => row / 8);
  const texts = Array.from({ length: rows }, (_, row) => `kind ${row % 7}`);

  test("is read in slices that lose, repeat and shift nothing, whatever its chunks", async () => {
    for (const chunks of [undefined, 1000, 50_001, rows]) {
      const chunked = chunks === undefined ? {} : { chunks: [chunks], compression: 4 };
      const path = await file({
        x: { data: numbers, ...chunked },
        wide: { data: Float64Array.from({ length: 2 * rows }, (_, i) => i), shape: [rows, 2] },
        kind: texts,
      });
      const { columns } = await readTable(path, { precision: "float64" });
      const [kind, wide0, wide1, x] = columns.map(({ values }) => values);
      expect(x).toEqual(numbers);
      expect([wide0!.at(0), wide0!.at(-1), wide1!.at(-1)]).toEqual([0, 2 * rows - 2, 2 * rows - 1]);
      expect(wide1!.every((value, row) => value === 2 * row + 1)).toBe(true);
      expect(kind!.every((value, row) => value === row % 7)).toBe(true);
    }
  });
});

test("a slice has as many rows as memory allows, and whole chunks", () => {
  const slice = (columns: number, rowBytes: number, chunkRows: number) => {
    const dataset = { path: "/x", shape: [1e6], type: {} as Metadata, rowBytes, chunkRows };
    const cell = { kind: "number", name: "float64", duckdb: DOUBLE, size: 8, read: () => 0 } as const;
    return sliceLength(
      Array.from({ length: columns }, (_, i) => ({ name: `x${i}`, dataset, cell, offset: 0 })),
    );
  };
  expect(slice(1, 8, 1)).toBe(65_536);
  expect(slice(1, 8, 1000)).toBe(65_000);
  expect(slice(1, 8, 100_000)).toBe(100_000); // unpacked once
  expect(slice(1, 8, 10_000_000)).toBe(4 * 65_536);
  expect(slice(400, 8, 1)).toBe(10_000);
  expect(slice(1, 2 ** 20, 1)).toBe(64); // a megabyte a row
  expect(slice(1, 2 ** 30, 1)).toBe(1);
});

test("the memory of texts is given back", async () => {
  const path = await file({ text: Array.from({ length: 100 }, (_, i) => `${i}`.padStart(100_000)) });
  const { HEAPU8: before } = await h5wasm.ready;
  for (let i = 0; i < 20; i++) await readTable(path); // 200 MB
  const { HEAPU8: after } = await h5wasm.ready;
  expect(after.length - before.length).toBeLessThan(50e6);
});

test("one column of very long rows is read a few rows at a time", async () => {
  const [rows, width] = [2000, 5000]; // 80 MB, more than is read at once
  const wide = Float64Array.from({ length: rows * width }, (_, i) => i);
  const path = await file({
    wide: { data: wide, shape: [rows, width], chunks: [100, width], compression: 1 },
  });
  const { columns } = await readTable(path, { columns: ["wide4999"], precision: "float64" });
  expect(columns[0]!.values.every((value, row) => value === row * width + 4999)).toBe(true);
});

test("any table reads the same from HDF5 as from Parquet", { timeout: 120_000 }, async () => {
  const number = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constant(gone), fc.integer());
  const column = (rows: number) => fc.array(number, { minLength: rows, maxLength: rows });
  const tables = fc
    .integer({ min: 1, max: 20 })
    .chain((rows) =>
      fc.record({ x: column(rows), y: column(rows), chunk: fc.integer({ min: 1, max: rows }) }),
    );
  await fc.assert(
    fc.asyncProperty(tables, async ({ x, y, chunk }) => {
      const [xs, ys] = [
        Float64Array.from(x),
        Float32Array.from(y.map((each) => (Math.abs(each) < 1e38 ? each : 0))),
      ];
      const hdf5 = await file({ x: { data: xs, chunks: [chunk], compression: 1 }, y: ys });
      const parquet = join(folder, "twin.parquet");
      await writeTable(
        {
          columns: [
            { name: "x", values: xs },
            { name: "y", values: ys },
          ],
        },
        parquet,
      );
      expect((await readTable(hdf5)).columns).toEqual((await readTable(parquet)).columns);
    }),
    { numRuns: 25 },
  );
});

describe("a broken file", () => {
  const whole = async () => {
    const data = Float64Array.from({ length: 20_000 }, () => Math.random());
    return readFileSync(await file({ x: { data, chunks: [1000], compression: 9 } }));
  };
  const broken = (bytes: Uint8Array, name: string) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };

  test("is called cut off, damaged or no HDF5, and HDF5's own complaints are not shown", async () => {
    const shown = vi.spyOn(fs, "writeSync");
    const bytes = await whole();
    expect(await complaint(broken(bytes.subarray(0, bytes.length - 1), "cut.h5"))).toBe(
      "cannot read cut.h5 as HDF5: it is cut off; fetch or copy it again",
    );
    expect(await complaint(broken(Buffer.from("a,b\n1,2\n"), "text.h5"))).toMatch(
      /^text\.h5 is no HDF5 file/,
    );
    expect(await complaint(broken(Buffer.alloc(0), "empty.h5"))).toMatch(/^empty\.h5 is empty/);
    const scratched = Buffer.from(bytes);
    const middle = Math.floor(bytes.length / 2);
    scratched.fill(0x55, middle, middle + 2000);
    expect(await complaint(broken(scratched, "scratched.h5"))).toBe(
      'cannot read "/x" of scratched.h5: the file is damaged there; fetch or copy it again',
    );
    const headless = Buffer.from(bytes);
    headless.fill(0x55, 8, 90);
    expect(await complaint(broken(headless, "headless.h5"))).toMatch(
      /^cannot read headless\.h5 as HDF5: it is/,
    );
    expect(shown.mock.calls.filter(([place]) => place === 2)).toEqual([]);
    shown.mockRestore();
  });

  test("may follow bytes of its user's", async () => {
    const path = broken(Buffer.concat([Buffer.alloc(512), await whole()]), "after.h5");
    expect((await readTable(path)).rows).toBe(20_000);
  });

  test("without table or rows is called that", async () => {
    expect(await complaint(await file({ "a/version": { data: 1, shape: [] } }))).toMatch(
      /^file\d+\.h5 holds no table \(datasets of rows, in a group or as records\): what it holds is "a" \(a group\)$/,
    );
    expect(await complaint(await file({}))).toMatch(/holds no table .*: it is empty$/);
    const shapes = made("h5py_shapes");
    expect(await complaint(shapes, { group: "nothing" })).toMatch(
      /what it holds is "version" \(a single value\)$/,
    );
    expect(await complaint(shapes, { group: "nothing/version" })).toMatch(/is no table, but a single value$/);
    expect(await complaint(shapes, { group: "broken" })).toMatch(
      /is no table, but a link that leads nowhere$/,
    );
    expect(await complaint(await file({ x: new Float64Array(0) }))).toMatch(/has column names but no rows$/);
  });

  test("may be compressed in a way that is not built in", async () => {
    const read = readTable(made("pytables"), { group: "packed" });
    if (hasFilters) expect((await read).columns[0]!.values[999]).toBe(999);
    else await expect(read).rejects.toThrow(/compressed with blosc; install the package h5wasm-plugins/);
  });

  test("is not made here", async () => {
    await expect(openTableWriter(join(folder, "out.h5"), ["a"])).rejects.toThrow(
      /^cannot write .*out\.h5: HDF5 is only read; name a file that ends in \.parquet or \.csv$/,
    );
    await expect(readTable("x.h5.gz")).rejects.toThrow(InputError);
  });
});

describe("filters", () => {
  test.for(["gzip", "offset", "plain"])("of HDF5's own are undone: %s", async (name) => {
    const { columns } = await readTable(made("h5py_shapes"), { group: "packed", columns: [name] });
    const scale = name === "gzip" ? 4 : 1;
    expect([...columns[0]!.values]).toEqual(Array.from({ length: 100 }, (_, row) => row / scale));
  });

  test.skipIf(!hasFilters)("of h5py's own, lzf (needs the package h5wasm-plugins)", async () => {
    const { columns } = await readTable(made("h5py_shapes"), { group: "packed", columns: ["lzf"] });
    expect(columns[0]!.values[99]).toBe(99 / 8);
  });
});
