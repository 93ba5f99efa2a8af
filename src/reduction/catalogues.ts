/** @file The two catalogues of the reduction: rows of APOGEE's allStar, and of each of their stars its row of Gaia DR3. */
import type { LongWork } from "../base/async.ts";
import { InputError } from "../base/errors.ts";
import { type PlainCells, readPlainCells } from "../table/files/plain-cells.ts";
import { formatOf } from "../table/files/source.ts";
import type { BulkRows } from "./bulk-files.ts";
import type { Stars } from "./stars.ts";
import { numberOfCell } from "./wanted-rows.ts";

const ALL_STAR_NUMBERS = [
  ...["GLON", "GLAT", "J", "H", "K", "J_ERR", "H_ERR", "K_ERR"],
  ...["GAIAEDR3_PARALLAX", "GAIAEDR3_PARALLAX_ERROR"],
  ...["GAIAEDR3_PHOT_G_MEAN_MAG", "GAIAEDR3_PHOT_BP_MEAN_MAG", "GAIAEDR3_PHOT_RP_MEAN_MAG"],
  ...["TEFF", "LOGG", "M_H", "TEFF_ERR", "LOGG_ERR", "M_H_ERR"],
] as const;

/** Rows of allStar: an array for each column, by its name there. */
export interface AllStar {
  readonly rows: number;
  readonly numbers: Readonly<Record<(typeof ALL_STAR_NUMBERS)[number], Float64Array>>;
  /** APOGEE_ID: the name of the star. */
  readonly names: readonly string[];
  /** GAIAEDR3_SOURCE_ID; 0 for a star that Gaia was not matched to. */
  readonly ids: BigInt64Array;
  readonly starFlags: BigInt64Array;
  readonly aspcapFlags: BigInt64Array;
  /** Another column of numbers, if one was asked for and is there. */
  readonly extra: Float64Array | undefined;
}

/** allStar's table is the first of several in its file. */
const ALL_STAR_PART = "1";

/** @param extra another column of numbers, which may be lacking. */
export async function readAllStar(
  source: string,
  { extra, ...work }: LongWork & { readonly extra?: string | undefined },
): Promise<AllStar> {
  const number = { kind: "number" } as const;
  const whole = { kind: "whole" } as const;
  const cells = await readPlainCells(
    source,
    {
      ...Object.fromEntries(ALL_STAR_NUMBERS.map((name) => [name, number])),
      ...{ APOGEE_ID: { kind: "text" }, GAIAEDR3_SOURCE_ID: whole, STARFLAG: whole, ASPCAPFLAG: whole },
      ...(extra !== undefined && { [extra]: { ...number, optional: true } }),
    },
    { ...work, ...(formatOf(source).format === "fits" && { group: ALL_STAR_PART }) },
  );
  return {
    rows: cells.rows,
    numbers: cells.numbers as AllStar["numbers"],
    names: cells.texts.APOGEE_ID,
    ids: cells.wholes.GAIAEDR3_SOURCE_ID,
    starFlags: cells.wholes.STARFLAG,
    aspcapFlags: cells.wholes.ASPCAPFLAG,
    extra: extra === undefined ? undefined : cells.numbers[extra],
  };
}

/** Columns of gaia_source. */
const GAIA_NUMBERS = [
  ...["ra", "dec", "parallax", "parallax_error", "ruwe", "astrometric_params_solved"],
  ...["nu_eff_used_in_astrometry", "pseudocolour"],
  ...["phot_g_mean_mag", "phot_bp_mean_mag", "phot_rp_mean_mag", "phot_bp_rp_excess_factor"],
  ...["phot_bp_mean_flux_over_error", "phot_rp_mean_flux_over_error"],
] as const;

type GaiaColumn = (typeof GAIA_NUMBERS)[number];

/** Those that Gaia keeps in double precision; of the others the archive's text is a rounded writing. */
const DOUBLES: ReadonlySet<string> = new Set<GaiaColumn>(["ra", "dec", "parallax"]);

/** Gaia's numbers of each star; NaN where it has no row. */
export type GaiaStars = Readonly<Record<GaiaColumn, Float64Array>> & {
  /** 1 for a star that has a row. */
  readonly found: Uint8Array;
};

/** Numbers of a record of {@link GAIA_ROWS}. */
export const GAIA_WIDTH = GAIA_NUMBERS.length;

/** The rows of Gaia's bulk files `GaiaSource_*.csv.gz`, or of a CSV of the archive with these columns. */
export const GAIA_ROWS: BulkRows = {
  id: "source_id",
  columns: GAIA_NUMBERS,
  record: (cells) => Float64Array.from(cells, (cell, i) => inPrecision(GAIA_NUMBERS[i], numberOfCell(cell))),
};

function inPrecision(column: GaiaColumn, value: number): number {
  return DOUBLES.has(column) ? value : Math.fround(value);
}

/** No star yet. */
export function noGaiaStars(stars: number): GaiaStars {
  const blank = GAIA_NUMBERS.map((name) => [name, new Float64Array(stars).fill(Number.NaN)] as const);
  return {
    ...(Object.fromEntries(blank) as Record<GaiaColumn, Float64Array>),
    found: new Uint8Array(stars),
  };
}

/** Puts a record at a star's place. */
export function putGaiaStar(gaia: GaiaStars, star: number, record: Float64Array): void {
  for (const [i, name] of GAIA_NUMBERS.entries()) gaia[name][star] = record[i];
  gaia.found[star] = 1;
}

/**
 * Gaia's rows out of a table of any format, such as the archive's answer to a query, in any order.
 * @returns also how many rows were of none of the stars.
 */
export async function readGaiaTable(
  source: string | readonly string[],
  stars: Stars,
  work: LongWork,
): Promise<{ gaia: GaiaStars; others: number }> {
  const cells: PlainCells = await readPlainCells(
    source,
    {
      source_id: { kind: "whole" },
      ...Object.fromEntries(GAIA_NUMBERS.map((name) => [name, { kind: "number" as const }])),
    },
    work,
  );
  const gaia = noGaiaStars(stars.count);
  const ofRow = stars.ofRows(cells.wholes.source_id);
  let others = 0;
  for (const [row, star] of ofRow.entries()) {
    if (star === -1) others++;
    else if (gaia.found[star] === 0)
      putGaiaStar(
        gaia,
        star,
        Float64Array.from(GAIA_NUMBERS, (name) => inPrecision(name, cells.numbers[name][row])),
      );
  }
  if (others === cells.rows)
    throw new InputError(
      `None of the stars of allStar is in ${[source].flat().join(", ")}; name the table of Gaia that belongs to it.`,
    );
  return { gaia, others };
}
