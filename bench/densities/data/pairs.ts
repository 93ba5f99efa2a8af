/** @file Pairs of tables, to train on the first and then on few rows of the second. */
import { readSurvey } from "../../../src/datasets/survey.ts";
import { generator } from "../../../src/numeric/generator.ts";
import { readTable } from "../../../src/table/files/read.ts";
import { type Column, chosenRows, type Table, tableColumn } from "../../../src/table/table.ts";
import { california } from "./california.ts";
import { holdOut } from "./held-out.ts";
import { sharedData } from "./shared-data.ts";

interface Pair {
  readonly base: Table;
  /** Epochs of training on the first. */
  readonly epochs: number;
  readonly table: Table;
  readonly heldOut: Table;
  readonly of: readonly string[];
  readonly given: readonly string[];
}

export const PAIRS = { stars, california: northAndSouth };

/**
 * The survey of the package, 20,000 simulated stars, and real ones (Green et al. 2021) under its names: `feh` is `m_h`,
 * `g_gaia_mag` is `g_mag`, the colours are differences of magnitudes (`bprp` = `bp_mag` - `rp_mag`, `jh`, `jk`), with the
 * errors of both, and `logebv` is the logarithm of `reddening`. New are two magnitudes of the unWISE survey and the name of
 * the spectroscopic survey.
 */
async function stars(): Promise<Pair | undefined> {
  const path = sharedData("stars_green2020", "green2020_stars.csv");
  if (path === undefined) return undefined;
  const read = await readTable(path, { errorNames: ["*_err"] });
  const [of, colours] = [
    ["teff", "logg", "m_h"],
    ["bprp", "jh", "jk"],
  ];
  const column = (name: string, as = name): Column => ({ ...tableColumn(read, name), name: as });
  const columns = [
    column("teff"),
    column("logg"),
    column("feh", "m_h"),
    logarithm(column("reddening", "logebv")),
    difference("bprp", column("bp_mag"), column("rp_mag")),
    difference("jh", column("j_mag"), column("h_mag")),
    difference("jk", column("j_mag"), column("ks_mag")),
    column("g_gaia_mag", "g_mag"),
    column("parallax"),
    column("w1_mag"),
    column("w2_mag"),
    column("survey"),
  ];
  const { train: table, heldOut } = holdOut({ ...read, columns }, 1000, 2021);
  const given = [...colours, "g_mag", "parallax", "w1_mag", "w2_mag"];
  return { base: await readSurvey(), epochs: 40, table, heldOut, of, given };
}

function difference(name: string, a: Column, b: Column): Column {
  return {
    name,
    values: Float64Array.from(a.values, (value, row) => value - b.values[row]),
    errors: Float64Array.from(a.errors ?? [], (error, row) =>
      Math.hypot(error, b.errors?.[row] ?? Number.NaN),
    ),
  };
}

/** Missing where there is no logarithm. */
function logarithm({ name, values, errors }: Column): Column {
  return {
    name,
    values: Float64Array.from(values, (value) => (value > 0 ? Math.log(value) : Number.NaN)),
    errors: Float64Array.from(values, (value, row) =>
      value > 0 ? (errors?.[row] ?? Number.NaN) / value : Number.NaN,
    ),
  };
}

const SEED = 36;
/** Between Fresno and Bakersfield. */
const MIDDLE = 36;

/** House values of California: the districts north of a latitude, and those south of it. */
async function northAndSouth(): Promise<Pair | undefined> {
  const parts = await california();
  if (parts === undefined) return undefined;
  const where = (table: Table, isNorth: boolean) => {
    const { values } = tableColumn(table, "Latitude");
    return chosenRows(
      table,
      Array.from(values.keys()).filter((row) => values[row] > MIDDLE === isNorth),
    );
  };
  const [of, given] = [
    ["HouseValue"],
    parts.train.columns.map(({ name }) => name).filter((name) => name !== "HouseValue"),
  ];
  // The file goes from place to place: few rows shall be a sample of the whole south.
  const rows = where(parts.train, false);
  const order = Uint32Array.from({ length: rows.rows }, (_, row) => row);
  generator(SEED, "rows of the south").shuffle(order);
  const south = chosenRows(rows, order);
  return {
    base: where(parts.train, true),
    epochs: 30,
    table: south,
    heldOut: where(parts.heldOut, false),
    of,
    given,
  };
}
