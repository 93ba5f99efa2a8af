/** @file Three catalogues of stars with the same columns: the simulated survey, real stars, the original's files. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type Column,
  chosenRows,
  InputError,
  readSurvey,
  readTable,
  type Table,
  tableColumn,
  withUnits,
} from "../../src/index.ts";
import { UNITS } from "./simulator/observe.ts";
import { simulateSurvey } from "./simulator/survey.ts";

export interface Catalogue {
  readonly name: string;
  readonly train: Table;
  /** Stars that no model is trained on. */
  readonly heldOut: Table;
}

const HELD_OUT = 1000;

/**
 * @param data undefined for the simulated survey; the folder (or CSV file) of Green et al. (2021); or a .h5 file of the
 * original's layout.
 */
export async function catalogueOf(data: string | undefined): Promise<Catalogue> {
  if (data === undefined) {
    return {
      name: "simulated survey",
      train: await readSurvey(),
      heldOut: simulateSurvey({ rows: 2000, seed: 2 }),
    };
  }
  if (!existsSync(data)) throw new InputError(`There is no ${data}: name a catalogue, or leave --data out.`);
  if (/\.(h5|hdf5)$/i.test(data)) return split("the original's stars", await readTable(data));
  const file = statSync(data).isDirectory() ? join(data, "green2020_stars.csv") : data;
  return split("stars of Green et al. (2021)", await greenStars(file));
}

/** Every so-many-th star is held out. */
function split(name: string, table: Table): Catalogue {
  const each = Math.max(2, Math.round(table.rows / HELD_OUT));
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  return {
    name,
    train: chosenRows(
      table,
      rows.filter((row) => row % each !== 0),
    ),
    heldOut: chosenRows(
      table,
      rows.filter((row) => row % each === 0),
    ),
  };
}

/** Real stars in the survey's columns: colours, absolute magnitudes and logarithms with their errors propagated. */
async function greenStars(file: string): Promise<Table> {
  const bands = ["g_gaia_mag", "bp_mag", "rp_mag", "j_mag", "h_mag", "ks_mag"];
  const measured = ["teff", "logg", "feh", "reddening", "parallax", ...bands];
  const table = await readTable(file, { columns: [...measured, "reddening_source"], errorNames: ["*_err"] });
  const of = (name: string) => tableColumn(table, name);
  const renamed = (name: string, from: string): Column => ({ ...of(from), name });
  const colour = (name: string, blue: string, red: string): Column =>
    computed(
      name,
      [of(blue), of(red)],
      ([b, r]) => b - r,
      ([eb, er]) => Math.hypot(eb, er),
    );
  const columns = [
    renamed("teff", "teff"),
    renamed("logg", "logg"),
    renamed("m_h", "feh"),
    logReddening(of("reddening"), of("reddening_source")),
    colour("bprp", "bp_mag", "rp_mag"),
    colour("jh", "j_mag", "h_mag"),
    colour("jk", "j_mag", "ks_mag"),
    renamed("g_mag", "g_gaia_mag"),
    renamed("parallax", "parallax"),
    computed(
      "g_fakemag",
      [of("parallax"), of("g_gaia_mag")],
      ([parallax, g]) => parallax * 10 ** (g / 5),
      ([eParallax, eG], [parallax, g]) =>
        10 ** (g / 5) * Math.hypot(eParallax, parallax * 0.2 * Math.LN10 * eG),
    ),
  ];
  return withUnits({ ...table, columns }, UNITS);
}

type Formula = (values: readonly number[], also: readonly number[]) => number;

/** A column made of others, row by row; missing where one of them is. */
function computed(name: string, from: readonly Column[], value: Formula, error: Formula): Column {
  const rows = from[0].values.length;
  const values = new Float64Array(rows);
  const errors = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const cells = from.map((column) => column.values[row]);
    values[row] = value(cells, cells);
    errors[row] = error(
      from.map((column) => column.errors![row]),
      cells,
    );
  }
  return { name, values, errors };
}

/** Missing where the catalogue has only a default, and where nothing is left to take the logarithm of. */
function logReddening(reddening: Column, source: Column): Column {
  const isDefault = (row: number) => source.categories![source.values[row]] === "default";
  const log = computed(
    "logebv",
    [reddening],
    ([e]) => (e > 0 ? Math.log(e) : Number.NaN),
    ([error], [e]) => error / e,
  );
  const blank = (cells: Column["values"]) =>
    cells.map((cell, row) => (isDefault(row) || Number.isNaN(log.values[row]) ? Number.NaN : cell));
  return { ...log, values: blank(log.values), errors: blank(log.errors!) };
}
