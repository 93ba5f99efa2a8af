/** @file Real FITS files, and one of every type, cell for cell as Astropy reads them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isShared, NEEDS_SHARED, sharedJson, sharedPath } from "../../../../test/reference.ts";
import { withDuckDB } from "../duckdb.ts";
import type { FileColumn } from "../file-relation.ts";
import { openFits } from "./relation.ts";

const surveys = "data/surveys";
const folder = mkdtempSync(join(tmpdir(), "fits-golden-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** All cells that can be read, as DuckDB has them. */
async function cellsOf(path: string, group: string) {
  const file = { path: sharedPath(path), label: path, format: "fits" } as const;
  return await withDuckDB(async (connection) => {
    const { columns, report, copied, rows } = await openFits(connection, file, { group, folder });
    const readable = columns.filter(({ kind }) => kind !== "other");
    const cells = new Map<FileColumn, readonly unknown[]>();
    if (readable.length > 0) {
      const copy = await copied?.(new Set(readable.map(({ name }) => name)));
      const sql = `SELECT ${readable.map((each) => each.sql).join(", ")} FROM ${copy?.from}`;
      const read = (await connection.runAndReadAll(sql)).getColumns();
      for (const [i, column] of readable.entries()) cells.set(column, read[i] ?? []);
    }
    return { columns, report, rows, cells };
  });
}

type Expected = number | string | boolean | null | { shape: number[]; first: Expected[] } | Expected[];

/** Whether a cell is the expected one: ids are written as text, a missing text is "". */
function isSame(cell: unknown, expected: Expected, isScaled: boolean): boolean {
  const isGone = cell === null || Number.isNaN(cell);
  if (expected === null || expected === "NaN") return isGone;
  if (typeof expected === "string") {
    if (typeof cell === "number") return cell === Number(expected);
    return typeof cell === "bigint" ? cell === BigInt(expected) : (cell ?? "") === expected.trimEnd();
  }
  if (typeof expected === "number") {
    const number = Number(cell);
    return isScaled ? Math.abs(number - expected) <= 1e-7 * Math.abs(expected) : number === expected;
  }
  return cell === expected || (isGone && expected === false); // Astropy takes a missing truth for false
}

/** Takes the columns of the file one after the other, as many for each expected one as it has elements. */
async function differences(
  { columns, cells, report }: Awaited<ReturnType<typeof cellsOf>>,
  expected: readonly { name: string; at: readonly number[]; values: readonly Expected[]; scaled: boolean }[],
): Promise<string[]> {
  const wrong: string[] = [];
  let next = 0;
  for (const { name, at, values, scaled } of expected) {
    const first = columns[next];
    if (first.kind === "other") {
      next++;
      if (first.name !== name || !report.leftOut.some((each) => each.name === name))
        wrong.push(`${name} is not told`);
      continue;
    }
    const [sample] = values;
    const many = values.find((each) => typeof each === "object" && each !== null) ?? sample;
    const shape = Array.isArray(many) ? [many.length] : typeof many === "object" && many ? many.shape : [];
    const count = shape.reduce((product, each) => product * each, 1);
    for (const [i, value] of values.entries()) {
      const elements = Array.isArray(value)
        ? value
        : typeof value === "object" && value
          ? value.first
          : [value];
      for (const [k, element] of elements.entries()) {
        const column = columns[next + k];
        const cell = cells.get(column)?.[at[i]];
        if (!column.name.startsWith(name.replace(/_err$/i, "")) || !isSame(cell, element, scaled))
          wrong.push(`${column.name} (${name}) row ${at[i]}: ${String(cell)} is not ${String(element)}`);
      }
    }
    next += count;
  }
  if (next !== columns.length) wrong.push(`${columns.length - next} columns more`);
  return wrong;
}

interface Hdu {
  readonly hdu: number;
  readonly kind: string;
  readonly rows?: number;
  readonly columns?: readonly { TTYPE?: string; TSCAL?: number; TZERO?: number }[];
  readonly rows_shown?: readonly number[];
  readonly cells?: Readonly<Record<string, readonly Expected[]>>;
}

const golden = `${surveys}/golden/fits/real-files.expected.json`;
const files = isShared(golden) ? sharedJson<{ files: Record<string, Hdu[]> }>(golden).files : {};
const tables = Object.entries(files).flatMap(([file, hdus]) =>
  hdus.flatMap((hdu) =>
    hdu.cells && isShared(`${surveys}/${file}`) ? [{ file, ...hdu, cells: hdu.cells }] : [],
  ),
);

describe(`real files ${NEEDS_SHARED}`, () => {
  test.skipIf(isShared(golden))("are not here", () => {});
  test.each(tables)("$file, part $hdu, has the cells that Astropy finds", async (table) => {
    const { file, hdu, rows, columns = [], rows_shown: at = [], cells } = table;
    const read = await cellsOf(`${surveys}/${file}`, `${hdu}`);
    expect(read.rows).toBe(rows);
    const expected = Object.entries(cells).map(([name, values], i) => ({
      ...{ name, at, values, scaled: columns[i]?.TSCAL !== undefined || columns[i]?.TZERO !== undefined },
    }));
    expect(await differences(read, expected)).toEqual([]);
  });
});

interface AllTypes {
  readonly columns: Readonly<
    Record<string, { unit: string | null; TSCAL: number | null; values: Expected[] }>
  >;
}

const all = `${surveys}/golden/fits/alltypes`;
describe.skipIf(!isShared(`${all}.fits`))(`a table of every type ${NEEDS_SHARED}`, () => {
  test.each(["alltypes.fits", "alltypes-nulllogical.fits"])("%s", async (name) => {
    const read = await cellsOf(`${surveys}/golden/fits/${name}`, "alltypes");
    const { columns } = sharedJson<AllTypes>(`${all}.expected.json`);
    const isNull = name.includes("nulllogical");
    const expected = Object.entries(columns).map(([column, { values, TSCAL }]) => ({
      ...{ name: column, at: [0, 1, 2, 3, 4], scaled: TSCAL !== null },
      values: isNull && column === "L_BOOL" ? values.map((each, row) => (row === 3 ? null : each)) : values,
    }));
    expect(await differences(read, expected)).toEqual([]);
    expect(read.report.units).toEqual({ E_F32: "mag", D_F64: "deg" });
    const left = read.report.leftOut.map((each) => each.name);
    expect(left).toEqual(["X_BITS", "C_CPLX", "M_CPLX", "PE_VLA", "QK_VLA"]);
  });

  test("and one as text", async () => {
    const { cells } = await cellsOf(`${all}.fits`, "3");
    expect([...cells.values()]).toEqual([
      [1, -22, 333],
      [1.5, -2e-10, 3e20],
      ["one", "two", "three"],
      [1 / 3, -1e-300, 2.5].map((each) => Number(each.toPrecision(15))),
    ]);
  });
});
