import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isShared, NEEDS_SHARED, sharedPath } from "../../../../test/reference.ts";
import { readTable } from "../read.ts";
import { cells, complaint, errors, file, folder, gone, kinds, made, words } from "./testing/hdf5-fixture.ts";
import { writeHdf5 } from "./testing/write-hdf5.ts";

const green = "data/stars_green2020";

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
      "file1.h5 holds more than one table: / (x), /runs/one (y), /runs/two (y, z); name one with `group`.",
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
      /^The datasets in \/ of file\d+\.h5 are not of one length: \/grid has 2 rows, \/x 3; name columns of/,
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
      ...{ id: [2 ** 53, 5, -(2 ** 62)], u1: [0, 200, 255], u4: [0, 1, 2 ** 32 - 1], u8: [0, 1, 2 ** 64] },
    });
    expect(kinds(table)).toMatchObject({ bool: "boolean", enum: "category", text: "category", u1: "number" });
  });

  test("of identifiers keep all their digits as categories", async () => {
    const { columns } = await readTable(made("h5py_types"), { columns: ["id"], categories: ["id"] });
    expect(columns[0].categories).toEqual(["-4611686018427387905", "5", "9007199254740993"]);
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
    expect(await complaint(hdf5)).toMatch(
      /more than one table: \/ \(r_fit, r_var\), \/data \(atm_param0, .*\)/,
    );
    const found = await readTable(hdf5, { group: "data" });
    const twin = await readTable(csv);
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

  test.each(["fixed", "table"])(
    "with columns of two levels, in the format %s: their names are joined",
    async (format) => {
      const table = await readTable(made(`pandas_levels_${format}`));
      expect(cells(table)).toEqual({ a_x: [1.5, 2.5, gone], a_y: [1, 2, 4], b: [7, 8, 9] });
    },
  );

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
    expect(await complaint(series)).toMatch(/holds no table .*: what it holds is "s" \(a group\)\.$/);
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
    expect(table.columns[1].values).toBeInstanceOf(Float64Array);
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
      'more.csv is of a format that holds one table, and has no group "a"; leave `group` out.',
    );
  });

  test("name a wrong cell with its row", async () => {
    const path = await file({ x: [1, 2], x_err: [0.1, -0.5], y: [1, Infinity] });
    expect(await complaint(path)).toMatch(
      /^file\d+\.h5, row 2, column "x_err": .* cannot be negative \(-0.5.*\)/,
    );
    expect(await complaint(path, { columns: ["y"] })).toMatch(/row 2, column "y": inf is infinite/);
    expect(await complaint(path, { columns: ["y"], missing: [1] })).toMatch(/row 2, column "y"/);
  });
});
