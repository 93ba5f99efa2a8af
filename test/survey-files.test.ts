/** @file The files of the sky's catalogues as services, archives and Astropy write them: what is read of them is what Astropy reads. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Column, openTableWriter, type ReadOptions, readTable, tableBlocks } from "../src/index.ts";
import { isShared, NEEDS_SHARED, sharedJson, sharedPath } from "./reference.ts";

const SURVEYS = "data/surveys";
const folder = mkdtempSync(join(tmpdir(), "survey-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = (file: string) => sharedPath(`${SURVEYS}/${file}`);

const AS_IT_STANDS: ReadOptions = {
  precision: "float64",
  errorColumns: "none",
  limits: "none",
  identifiers: "leave out",
  missing: ["inf", "-inf"],
};

/** A cell as the expectations write it; those that are infinite are read as missing. */
function cellOf({ values, categories, kind }: Column, row: number): number | string | boolean | null {
  const value = values[row];
  if (Number.isNaN(value)) return null;
  if (kind === "boolean") return value === 1;
  return categories ? categories[value] : value;
}

type Told = number | string | boolean | null | undefined;

/** What Astropy gives, without what a table here has no word for: empty texts, NaN, infinite numbers. */
function expected(cell: Told): Told {
  if (typeof cell !== "string") return cell;
  return /^\s*$|^NaN$|^-?Infinity$/.test(cell) ? null : cell.trim();
}

/** Cells passed on, letter by letter. */
async function kept(file: string, names: readonly string[], group?: string): Promise<string[][]> {
  // Some column has to be read beside.
  const columns = (known: readonly string[]) => known.filter((name) => !names.includes(name)).slice(0, 1);
  const table = await tableBlocks(file, { ...AS_IT_STANDS, ...(group && { group }), columns, keep: names });
  const out = join(folder, "kept.csv");
  try {
    const passed = names.map((name) => ({ name, kept: name }));
    await (await openTableWriter(out, passed, { kept: table.kept })).close();
  } finally {
    await table.close();
  }
  return readFileSync(out, "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map((cell) => cell.replace(/^""$/, "")));
}

interface TableOfVotable {
  readonly rows: number;
  readonly fields: readonly {
    readonly name: string;
    readonly ID: string;
    readonly datatype: string;
    readonly arraysize: string | null;
  }[];
  readonly rows_shown: readonly number[];
  readonly cells: Readonly<Record<string, readonly unknown[]>>;
}

const VOTABLES = `${SURVEYS}/golden/readers/real-votables.expected.json`;
const votables = isShared(VOTABLES)
  ? sharedJson<{ files: Record<string, { tables?: readonly TableOfVotable[]; error?: string }> }>(VOTABLES)
      .files
  : {};
/** Astropy wraps numbers that are too large for their type round, and cuts texts off at their declared length. */
const OTHERWISE = [
  "unsignedByte",
  "short",
  "int",
  "string_test_2",
  "fixed_unicode_test",
  "string_array_test",
];

describe.skipIf(!isShared(VOTABLES))(`the real VOTables ${NEEDS_SHARED}`, () => {
  const there = Object.entries(votables).filter(([file]) => isShared(`${SURVEYS}/${file}`));
  test.each(there)("%s", async (file, { tables = [], error }) => {
    const filled = tables.filter(({ rows }) => rows > 0);
    if (error !== undefined || filled.length === 0) {
      await expect(readTable(path(file), AS_IT_STANDS)).rejects.toThrow(/^.*\S.*$/);
      return;
    }
    for (const table of filled) {
      const group = tables.length > 1 ? { group: `${tables.indexOf(table) + 1}` } : {};
      const read = await readTable(path(file), { ...AS_IT_STANDS, ...group });
      expect(read.rows).toBe(table.rows);
      const byName = new Map(read.columns.map((column) => [column.name, column]));
      let compared = 0;
      for (const { name, ID } of table.fields) {
        if (file.includes("regression") && OTHERWISE.includes(ID)) continue;
        const column = byName.get(name);
        if (column === undefined || column.kind === "date") continue;
        const own = table.rows_shown.map((row) => cellOf(column, row));
        const told = table.cells[ID].map((cell) => expected(cell as Told));
        // Of an empty cell of whole numbers Astropy makes 0.
        expect(own, name).toEqual(told.map((cell, i) => (cell === 0 && own[i] === null ? null : cell)));
        compared++;
      }
      expect(compared).toBeGreaterThan(table.fields.length / 3);
      const ids = table.fields.filter(
        ({ datatype, arraysize, name }) => datatype === "long" && !arraysize && !byName.has(name),
      );
      if (ids.length === 0) continue;
      const passed = await kept(
        path(file),
        ids.map(({ name }) => name),
        group.group,
      );
      for (const [i, { ID }] of ids.entries())
        expect(table.rows_shown.map((row) => passed[row][i])).toEqual(
          table.cells[ID].map((cell) => String(cell ?? "")),
        );
    }
  });
});

const TYPES = `${SURVEYS}/golden/readers/types.expected.json`;
test.skipIf(!isShared(TYPES)).each(["ecsv", "tabledata.vot", "binary.vot", "binary2.vot"])(
  `one table of all types as %s ${NEEDS_SHARED}`,
  async (ending) => {
    const { written, astropy_reads_back: back } = sharedJson<{
      written: Record<string, readonly (Told | readonly number[])[]>;
      astropy_reads_back: Record<string, Record<string, readonly Told[]>>;
    }>(TYPES);
    const file = path(`golden/readers/types.${ending}`);
    const { columns } = await readTable(file, AS_IT_STANDS);
    const byName = new Map(columns.map((column) => [column.name, column]));
    const cells = (name: string) => Array.from({ length: 6 }, (_, row) => cellOf(byName.get(name)!, row));
    for (const name of ["short", "int", "ubyte", "float", "double", "name", "fixed"])
      expect(
        cells(name).map((cell) =>
          typeof cell === "string"
            ? cell.trim()
            : name === "float" && cell !== null
              ? Math.fround(Number(cell))
              : cell,
        ),
        name,
      ).toEqual(written[name].map((cell) => expected(cell as Told)));
    // BINARY has no way to say that a bit is missing.
    const bits = ending === "binary.vot" ? back.binary.bool : written.bool;
    expect(cells("bool")).toEqual(bits);
    for (const i of [0, 1, 2])
      expect(cells(`vec3${i}`)).toEqual(written.vec3.map((cell) => (cell as number[])[i]));
    const passed = await kept(file, ["source_id", "long_null"]);
    for (const [i, name] of ["source_id", "long_null"].entries())
      expect(passed.map((row) => row[i])).toEqual(written[name].map((cell) => String(cell ?? "")));
  },
);

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);

const XP = `${SURVEYS}/golden/readers/xp-real.expected.json`;
test.skipIf(!isShared(XP)).each([".csv", ".ecsv", ".xml", "_plain.xml"])(
  `the same XP spectra, bit for bit, from XP_CONTINUOUS_RAW%s, also with a band missing ${NEEDS_SHARED}`,
  async (ending) => {
    const { sources } = sharedJson<{
      sources: Record<string, Record<string, number | null | readonly number[]>>;
    }>(XP);
    for (const [name, count, cells] of [
      ["XP_CONTINUOUS_RAW", 2, 5], // its stars are in the other one, too
      ["XP_CONTINUOUS_RAW_with_missing_BP", 3, 55],
    ] as const) {
      const file = path(`gaia_xp_gaiaxpy/${name}${ending}`);
      const columns = ["bp", "rp"].flatMap((band) => [
        `${band}_n_relevant_bases`,
        ...numbered(`${band}_coefficients`, cells),
        ...numbered(`${band}_coefficient_errors`, cells),
      ]);
      const { columns: read, rows } = await readTable(file, { ...AS_IT_STANDS, columns });
      const byName = new Map(read.map((column) => [column.name, column]));
      const ids = (await kept(file, ["source_id"])).map(([id]) => id);
      expect([rows, ids.length]).toEqual([count, count]);
      for (const [row, id] of ids.entries()) {
        const source = sources[id];
        for (const band of ["bp", "rp"]) {
          expect(cellOf(byName.get(`${band}_n_relevant_bases`)!, row)).toBe(
            source[`${band}_n_relevant_bases`],
          );
          for (const field of [`${band}_coefficients`, `${band}_coefficient_errors`]) {
            const own = numbered(field, cells).map((name) => byName.get(name)!.values[row]);
            const told = source[field] as readonly number[];
            const isSingle = field.endsWith("errors");
            const same = told.length === 0 ? new Array(cells).fill(Number.NaN) : told.slice(0, cells);
            expect(isSingle ? own.map(Math.fround) : own).toEqual(same);
          }
        }
      }
    }
  },
);

const GAIA = "gaia_archive/1714556098855O-result";
test.skipIf(!isShared(`${SURVEYS}/${GAIA}.vot`))(
  `a star of the Gaia archive is the same as VOTable, ECSV and CSV ${NEEDS_SHARED}`,
  async () => {
    const [votable, ecsv, csv] = await Promise.all(
      ["vot", "ecsv", "csv"].map((ending) => readTable(path(`${GAIA}.${ending}`), AS_IT_STANDS)),
    );
    const cells = ({ columns }: typeof votable) => columns.map((column) => [column.name, cellOf(column, 0)]);
    const single = (all: (readonly unknown[])[]) =>
      all.map(([name, cell]) => [name, typeof cell === "number" ? Math.fround(cell) : cell]);
    expect(single(cells(ecsv))).toEqual(single(cells(votable)));
    const units = ({ columns }: typeof votable) => columns.map(({ name, unit }) => [name, unit]);
    expect(units(ecsv)).toEqual(units(votable));
    // In the CSV nothing says what an empty column is.
    const present = (all: (readonly unknown[])[]) => all.filter(([, cell]) => cell !== null);
    expect(present(single(cells(csv)))).toEqual(present(single(cells(votable))));
  },
);

const BULK = "golden/mini-survey/GaiaSource_000000-247018.csv.gz";
test.skipIf(!isShared(`${SURVEYS}/${BULK}`))(
  `Gaia's bulk files are one table of several ${NEEDS_SHARED}`,
  async () => {
    const files = [path(BULK), path("golden/mini-survey/GaiaSource_247019-786431.csv.gz")];
    const { rows, columns } = await readTable(files, {
      ...AS_IT_STANDS,
      columns: ["parallax", "phot_g_mean_mag", "has_xp_continuous"],
    });
    expect(rows).toBeGreaterThan(600);
    expect(columns.map(({ kind = "number", unit }) => [kind, unit])).toEqual([
      ["number", "mas"],
      ["number", "mag"],
      ["boolean", undefined],
    ]);
  },
);
