/** @file 10,000 stars with spectroscopic labels, photometry and parallax, all with errors (Green et al. 2021). */
import { readFileSync } from "node:fs";
import { readTable } from "../../../src/table/files/read.ts";
import type { Column, Table } from "../../../src/table/table.ts";
import { type HeldOut, holdOut } from "./held-out.ts";
import { sharedData } from "./shared-data.ts";

const SEED = 2021;
const HELD_OUT = 1000;

/** [K], [dex], [dex] */
export const LABELS = ["teff", "logg", "feh"] as const;

/** Gaia, PS1, 2MASS and unWISE [mag]. */
const MAGNITUDES = [
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

/** What a star's labels are asked from: magnitudes and parallax [mas]. */
export const OBSERVED: readonly string[] = [...MAGNITUDES.map((band) => `${band}_mag`), "parallax"];

/**
 * 9,000 stars to train on and 1,000 held out, always the same: labels, magnitudes, parallax and reddening, each
 * with its errors. Reddening is missing where the catalogue has none but a default (`reddening_source`).
 * Undefined (and told) if the file isn't there.
 *
 * @see https://github.com/gregreen/green2020-stellar-model
 */
export async function stars(): Promise<HeldOut | undefined> {
  const path = sharedData("stars_green2020", "green2020_stars.csv");
  if (path === undefined) return undefined;
  const table = await readTable(path, {
    columns: [...LABELS, ...OBSERVED, "reddening"],
    errorNames: ["*_err"],
  });
  return holdOut(withoutDefaults(table, textColumn(path, "reddening_source")), HELD_OUT, SEED);
}

function withoutDefaults(table: Table, sources: readonly string[]): Table {
  if (sources.length !== table.rows)
    throw new Error(`${sources.length} reddening sources, ${table.rows} rows`);
  const blanked = (cells: Column["values"]) =>
    Float64Array.from(cells, (value, row) => (sources[row] === "default" ? Number.NaN : value));
  const columns = table.columns.map((column): Column => {
    const { name, values, errors } = column;
    if (name !== "reddening") return column;
    return { ...column, values: blanked(values), ...(errors && { errors: blanked(errors) }) };
  });
  return { ...table, columns };
}

/** The cells of a text column of a CSV file without quotes. */
function textColumn(path: string, name: string): string[] {
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
  const index = head.split(",").indexOf(name);
  return lines.map((line) => line.split(",")[index]);
}
