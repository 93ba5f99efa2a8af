import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../../base/errors.ts";
import { readTable } from "../read.ts";
import { writeHdf5 } from "./testing/write-hdf5.ts";

const folder = mkdtempSync(join(tmpdir(), "survey-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Content = Parameters<typeof writeHdf5>[1];
const gone = Number.NaN;
const [rows, width] = [5, 110];

/** Cells of N x 110: row and coefficient in one number. */
const coefficients = (scale: number) => ({
  data: Float64Array.from(
    { length: rows * width },
    (_, i) => scale * (Math.floor(i / width) + (i % width) / 1000),
  ),
  shape: [rows, width],
});

/**
 * A file of the layout of the original's training_set.h5 (Zenodo 12738256), whose real ones are too large to be
 * fetched here. teff of row 1 and logg of row 3 are missing.
 */
function layout(): Content {
  const relevancy = new Uint8Array(rows * width).fill(1);
  const mark = (row: number, coefficient: number, relevant: boolean) => {
    relevancy[row * width + coefficient] = Number(relevant);
  };
  mark(0, 7, false);
  mark(2, 51, false); // tells of bp52 to bp54 as well
  mark(4, 53, false); // tells nothing: bp51 does
  mark(4, 106, false); // rp51
  mark(0, 60, false); // rp5
  const scalar = (first: number) => Float64Array.from({ length: rows }, (_, row) => first + row);
  const names = ["bprp", "jh", "jk", "logc19", "m_h", "g_fakemag", "parallax", "phot_g_mean_mag"];
  const scalars = Object.fromEntries(
    names.flatMap((name, i) => [
      [`raw/${name}`, scalar(10 * i)],
      [`raw/${name}_err`, scalar(100 + 10 * i)],
    ]),
  );
  return {
    "2mass_designation": Array.from({ length: rows }, (_, row) => `0000000+000000${row}`),
    gaia_source_id: BigInt64Array.from({ length: rows }, (_, row) => 5853498713190525696n + BigInt(row)),
    "raw/xp_coeffs": coefficients(1000),
    "raw/xp_coeffs_err": coefficients(100),
    "raw/xp_coeffs_gnorm": coefficients(1),
    "raw/xp_coeffs_gnorm_err": coefficients(0.1),
    "raw/xp_relevancy": { data: relevancy, shape: [rows, width] },
    ...scalars,
    "raw/teff": Float64Array.of(4700, gone, 4702, 4703, 4704),
    "raw/teff_err": scalar(50),
    "raw/logg": Float64Array.of(2, 3, 4, gone, 4.5),
    "raw/logg_err": scalar(0),
  };
}

let files = 0;
async function file(content: Content): Promise<string> {
  const path = join(folder, `set${files++}.h5`);
  await writeHdf5(path, content);
  return path;
}

describe("the published system's training set", () => {
  const read = async (
    content = layout(),
    options: Parameters<typeof readTable>[1] = { precision: "float64" },
  ) => await readTable(await file(content), options);
  const column = ({ columns }: Awaited<ReturnType<typeof read>>, name: string) =>
    columns.find((each) => each.name === name)!;

  test("has the vocabulary of the published model, in its order", async () => {
    const spectrum = (name: string) => Array.from({ length: 55 }, (_, i) => `${name}${i}`);
    const { columns } = await read();
    expect(columns.map(({ name }) => name)).toEqual([
      ...[...spectrum("bp"), ...spectrum("rp")],
      ...["bprp", "jh", "jk", "teff", "logg", "m_h", "logebv", "g_fakemag"],
    ]);
    expect(columns.every(({ errors }) => errors !== undefined)).toBe(true);
  });

  test("keeps the rows with finite teff and logg, also where these are not asked for", async () => {
    const table = await read();
    expect([...column(table, "teff").values]).toEqual([4700, 4702, 4704]);
    expect([...column(table, "logg").values]).toEqual([2, 4, 4.5]);
    const jk = await read(layout(), { columns: ["jk"] });
    expect([...jk.columns[0].values]).toEqual([20, 22, 24]);
    expect([...jk.columns[0].errors!]).toEqual([120, 122, 124]);
  });

  test("takes the coefficients divided by the flux in G, and logc19 as logebv", async () => {
    const table = await read();
    expect([...column(table, "bp8").values]).toEqual([0.008, 2.008, 4.008]);
    expect([...column(table, "rp0").values]).toEqual([0.055, 2.055, 4.055]);
    expect([...column(table, "rp0").errors!]).toEqual([0.055, 2.055, 4.055].map((each) => 0.1 * each));
    expect([...column(table, "logebv").values]).toEqual([30, 32, 34]);
    expect([...column(table, "logebv").errors!]).toEqual([130, 132, 134]);
  });

  test("has irrelevant coefficients as missing, the last three of a spectrum by the one before them", async () => {
    const table = await read();
    const missing = (name: string) => [...column(table, name).values].map(Number.isNaN);
    expect(missing("bp7")).toEqual([true, false, false]);
    expect(missing("rp5")).toEqual([true, false, false]);
    for (const name of ["bp51", "bp52", "bp53", "bp54"]) expect(missing(name)).toEqual([false, true, false]);
    for (const name of ["rp51", "rp52", "rp53", "rp54"]) expect(missing(name)).toEqual([false, false, true]);
    expect([...column(table, "bp53").errors!].map(Number.isNaN)).toEqual([false, true, false]);
    const all = table.columns.flatMap(({ values }) => [...values].filter(Number.isNaN));
    expect(all).toHaveLength(2 + 4 + 4);
  });

  test("is the same by the name of its group, and does without errors", async () => {
    const path = await file(layout());
    expect((await readTable(path, { group: "raw" })).columns).toEqual((await readTable(path)).columns);
    const bare = Object.fromEntries(Object.entries(layout()).filter(([name]) => !name.endsWith("_err")));
    expect((await read(bare)).columns.every(({ errors }) => errors === undefined)).toBe(true);
  });

  test("names a wrong cell by its row in the file", async () => {
    const content = { ...layout(), "raw/jk": Float64Array.of(1, 2, 3, 4, Infinity) };
    await expect(read(content)).rejects.toThrow(/row 5, column "jk": inf is infinite/);
  });

  test("that is not complete is refused with the dataset that lacks", async () => {
    const { "raw/logc19": _, ...without } = layout();
    const refused = read(without);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(
      /set\d+\.h5 is laid out as the published system's training set, but lacks the dataset "\/raw\/logc19"/,
    );
    const narrow = { ...layout(), "raw/xp_relevancy": new Uint8Array(rows) };
    const short = { ...layout(), "raw/xp_relevancy": { data: new Uint8Array(2 * width), shape: [2, width] } };
    await expect(read(short)).rejects.toThrow(/xp_coeffs_gnorm has 5 rows, \/raw\/xp_relevancy 2;/);
    await expect(read(narrow)).rejects.toThrow(
      /has 1 instead of 110 numbers a row in the dataset "\/raw\/xp_rel/,
    );
  });
});
