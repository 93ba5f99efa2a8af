/** @file Tables written as HDF5 are the same when they are read back: here, and by h5py where there is one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../test/cli.ts";
import { printedJson, pythonWith } from "../../../../test/python.ts";
import { readTable } from "../read.ts";
import { tableBlocks } from "../table-blocks.ts";
import { expectAllComeBack, words } from "../testing/any-table.ts";
import { openTableWriter, writeTable } from "../write.ts";

const folder = temporaryFolder("hdf5-write");
const path = (name: string) => join(folder, name);
const gone = Number.NaN;

// The file has its columns in the order of their names.
test(
  "any table is the same when it is read back",
  () => expectAllComeBack(path, ["any.hdf5"], (columns) => ({ columns: columns.map(({ name }) => name) })),
  120_000,
);

test("columns that are passed on keep ids of 64 bits, texts and gaps", async () => {
  const csv = path("ids.csv");
  const cells = ["5937083312263887617,1,abc,1", "7,,,2", "-9223372036854775808,2147483648,ü,3"];
  writeFileSync(csv, `id,n,t,x\n${cells.join("\n")}\n`);
  const pass = async (from: string, to: string) => {
    const rows = await tableBlocks(from, { columns: ["x"], keep: ["id", "n", "t", "x"] });
    const keep = rows.kept?.columns.map(({ name }) => ({ name, kept: name })) ?? [];
    const writer = await openTableWriter(to, keep, { kept: rows.kept });
    await writer.close();
    await rows.close();
  };
  await pass(csv, path("ids.h5"));
  await pass(path("ids.h5"), path("again.csv"));
  const { columns } = await readTable(path("again.csv"), {
    columns: ["id", "n", "t"],
    kinds: { id: "category" },
  });
  expect(columns.map(words)).toEqual([
    ["id", ["5937083312263887617", "7", "-9223372036854775808"]],
    ["n", [1, gone, 2_147_483_648]],
    ["t", ["abc", gone, "ü"]],
  ]);
});

test("columns that belong together are a dataset of two dimensions, beside groups and constants", async () => {
  const writer = await openTableWriter(path("layout.hdf5"), ["a1", "id", "a2"], {
    hdf5: {
      groups: ["one/ids", "two/ids"],
      arrays: [{ path: "one/a", columns: ["a2", "a1"] }],
      constants: [
        { path: "meta/name", value: "quänt" },
        { path: "meta/numbers", value: Float64Array.of(1, 2, 3) },
      ],
    },
  });
  const rows = 10_000;
  const from = (made: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => made(row));
  await writer.append({ a1: from((row) => row), id: from((row) => -row), a2: from((row) => row / 2) });
  await writer.close();
  const { columns } = await readTable(path("layout.hdf5"), { group: "one" });
  expect(columns.map(({ name, values }) => [name, values.length, values[9999]])).toEqual([
    ["a0", rows, 4999.5],
    ["a1", rows, 9999],
  ]);
  const two = await readTable(path("layout.hdf5"), { group: "two/ids" });
  expect(two.columns.map(({ values }) => values[9999])).toEqual([-9999]);
});

test("a name that leads into a group is refused", async () => {
  await expect(
    writeTable({ columns: [{ name: "km/s", values: Float64Array.of(1) }] }, path("no.h5")),
  ).rejects.toThrow('the name "km/s" leads into a group of HDF5');
});

const python = pythonWith("h5py", "src/table/files/hdf5/write.test.ts: reading with h5py");

test.skipIf(!python)("h5py reads the same cells and types", async () => {
  const categories = ["a", "üb"];
  const columns = [
    { name: "f", values: Float32Array.of(1.5, gone) },
    { name: "d", values: Float64Array.of(1 / 3, gone) },
    { name: "t", kind: "category", categories, values: Float64Array.of(1, gone) },
    { name: "b", kind: "boolean", values: Float64Array.of(1, 0) },
    { name: "day", kind: "date", values: Float64Array.of(18_262, gone) },
  ] as const;
  await writeTable({ columns }, path("h5py.h5"));
  const found = printedJson(
    python ?? "",
    `
import sys, json, h5py
with h5py.File(sys.argv[1]) as h:
    plain = lambda v: v.decode() if isinstance(v, bytes) else None if v != v else v
    print(json.dumps({n: [str(d.dtype), [plain(v) for v in d[()].tolist()]] for n, d in h.items()}))
`,
    path("h5py.h5"),
  );
  expect(found).toEqual({
    ...{ f: ["float32", [1.5, null]], d: ["float64", [1 / 3, null]], t: ["|S3", ["üb", ""]] },
    ...{ b: ["int8", [1, 0]], day: ["|S10", ["2020-01-01", ""]] },
  });
});
