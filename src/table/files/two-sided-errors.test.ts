/** @file Errors to either side, in two columns: which they are, how they are written, and the one that is made of them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import { isShared, NEEDS_SHARED, sharedPath } from "../../../test/reference.ts";
import { type ReadOptions, readTable } from "./read.ts";
import { tableBlocks } from "./table-blocks.ts";

const folder = temporaryFolder("two-sided-errors");
let files = 0;

type Cell = string | number;

/** A file of these columns. */
function csv(columns: Readonly<Record<string, readonly Cell[]>>): string {
  const path = join(folder, `${files++}.csv`);
  const names = Object.keys(columns);
  const rows = columns[names[0]].map((_, row) => names.map((name) => columns[name][row]).join(","));
  writeFileSync(path, `${[names.join(","), ...rows].join("\n")}\n`);
  return path;
}

/** What is read of each column: whether it has errors and limits, and what was told of it. */
async function readOf(columns: Readonly<Record<string, readonly Cell[]>>, options: ReadOptions = {}) {
  const table = await readTable(csv(columns), { precision: "float64", ...options });
  return Object.fromEntries(
    table.columns.map(({ name, errors, lower, upper, read }) => [
      name,
      {
        ...(errors && {
          errors: [...errors].map((each) => (Number.isNaN(each) ? null : Number(each.toFixed(9)))),
        }),
        ...(lower && { lower: [...lower] }),
        ...(upper && { upper: [...upper] }),
        ...(read?.remarks && { remarks: read.remarks }),
      },
    ]),
  );
}

const rootMeanSquare = (a: number, b: number) => Number(Math.sqrt((a * a + b * b) / 2).toFixed(9));

test("of NASA's tables, where those towards lower values are below 0", async () => {
  const { x, ...others } = await readOf({
    ...{ x: [5.1, 6.2, 7.3, 8.4], x_err1: [0.3, 0, "", 0.1], x_err2: [-0.4, "", "", -0.1] },
  });
  expect(x.errors).toEqual([rootMeanSquare(0.3, 0.4), 0, null, 0.1]);
  expect(x.remarks?.[0]).toContain('"x_err1" and "x_err2"');
  expect(others).toEqual({});
});

test.each([
  ["x_upper_err", "x_lower_err"],
  ["E_x", "e_x"],
  ["x_errp", "x_errm"],
  ["x_upper", "x_lower"],
])("in %s and %s, both written above 0, or one below", async (upper, lower) => {
  for (const sign of [1, -1]) {
    const { x, ...others } = await readOf({
      x: [50, 60, 70],
      [upper]: [3, 2, 1],
      [lower]: [4 * sign, 2 * sign, 0],
    });
    expect(x.errors).toEqual([rootMeanSquare(3, 4), 2, rootMeanSquare(1, 0)]);
    expect(others).toEqual({});
  }
});

test("NAME_upper and NAME_lower stay limits where values lie between them, or have none", async () => {
  expect(await readOf({ x: [50, "", 70], x_upper: [52, 3, 73], x_lower: [49, 1, 68] })).toMatchObject({
    x: { lower: [Number.NaN, 1, Number.NaN], upper: [Number.NaN, 3, Number.NaN] },
  });
  expect(await readOf({ x: [50, "", 70], x_upper: ["", 3, ""], x_lower: ["", 1, ""] })).toMatchObject({
    x: { lower: [Number.NaN, 1, Number.NaN] },
  });
});

test("are columns as others where both count upwards by numbers alone, or a user says so", async () => {
  const counted = { x: [50, 60], x_err1: [3, 2], x_err2: [4, 2] };
  expect(Object.keys(await readOf(counted))).toEqual(["x", "x_err1", "x_err2"]);
  const named = { x: [50, 60], x_upper: [3, 2], x_lower: [4, 2] };
  expect(Object.keys(await readOf(named, { errorColumns: "none" }))).toEqual(["x", "x_upper", "x_lower"]);
  const nasas = { x: [50, 60], x_err1: [3, 2], x_err2: [-4, -2] };
  expect(Object.keys(await readOf(nasas, { errorColumns: "none" }))).toEqual(["x", "x_err1", "x_err2"]);
  expect(Object.keys(await readOf(nasas, { columns: ["x", "x_err1"] }))).toEqual(["x", "x_err1"]);
});

test("are named by the user, too", async () => {
  const { x } = await readOf({ x: [50, 60], hi: [3, 2], lo: [4, 2] }, { errorColumns: { x: ["hi", "lo"] } });
  expect(x.errors).toEqual([rootMeanSquare(3, 4), 2]);
  await expect(readOf({ x: [1], hi: [1] }, { errorColumns: { x: ["hi", "hi"] } })).rejects.toThrow(
    '"hi" twice',
  );
});

test("are unknown where a code says so, on either side", async () => {
  const { x } = await readOf({
    ...{ x: [50, 60, 70, 80], x_err1: [3, -999, -999, 1], x_err2: [-4, -999, -999, -1] },
  });
  expect(x.errors).toEqual([rootMeanSquare(3, 4), null, null, 1]);
  expect(x.remarks?.join(" ")).toContain("-999 in 2 cells");
  const above = await readOf({ x: [5, 6, 7], x_upper_err: [3, -1, 1], x_lower_err: [4, -1, 1] });
  expect(above.x.errors).toEqual([rootMeanSquare(3, 4), null, 1]);
});

test("of the other sign are told with their row", async () => {
  const rows = { x: [50, 60], x_upper_err: [3, 2], x_lower_err: [4, -2.5] };
  await expect(readOf(rows)).rejects.toThrow(
    'row 2 (line 3), column "x_lower_err": a measurement error cannot be negative',
  );
  const long = 100_001;
  const late = Array.from({ length: long }, (_, row) => (row === long - 1 ? 2 : -2));
  const many = { x: late.map((_, row) => row / 2), x_err1: late.map(() => 2), x_err2: late };
  await expect(readOf(many)).rejects.toThrow(`row ${long} (line ${long + 1}), column "x_err2": 2 is above 0`);
});

test("with decimal commas, and block by block", async () => {
  const path = join(folder, "commas.csv");
  writeFileSync(path, "x;x_err1;x_err2\n5,1;0,3;-0,4\n6,2;0,5;-0,5\n");
  const { columns } = await readTable(path, { precision: "float64" });
  expect([...(columns[0].errors ?? [])].map((each) => Number(each.toFixed(9)))).toEqual([
    rootMeanSquare(0.3, 0.4),
    0.5,
  ]);
  const blocks = await tableBlocks(path, { precision: "float64", blockRows: 1 });
  try {
    const read: number[] = [];
    for await (const block of blocks) read.push(...(block.columns[0].errors ?? []));
    expect(read).toEqual([...(columns[0].errors ?? [])]);
  } finally {
    await blocks.close();
  }
});

describe.skipIf(!isShared("data/stars_more"))(`real tables ${NEEDS_SHARED}`, () => {
  test("Kepler's objects of interest have errors to either side in eleven columns", async () => {
    const { columns } = await readTable(sharedPath("data/stars_more/kepler_koi/cumulative.csv.gz"), {
      ...{ identifiers: "leave out", precision: "float64" },
    });
    expect(columns.filter(({ errors }) => errors).map(({ name }) => name)).toEqual(
      [
        "period",
        "time0bk",
        "impact",
        "duration",
        "depth",
        "prad",
        "teq",
        "insol",
        "steff",
        "slogg",
        "srad",
      ].map((name) => `koi_${name}`),
    );
    const radius = columns.find(({ name }) => name === "koi_prad");
    expect(radius?.errors?.[0]).toBeCloseTo(Math.sqrt((0.26 ** 2 + 0.15 ** 2) / 2), 12);
  });

  test("APOKASC's PERR and MERR are", async () => {
    const { columns } = await readTable(sharedPath("data/stars_more/apokasc_v7/apokasc_v7.csv.gz"), {
      columns: ["KASC_RG_MASS_SCALE_1"],
    });
    expect(columns[0].errors).toBeDefined();
  });
});
