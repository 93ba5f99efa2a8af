/**
 * @file Gaia's mean spectra, BP and RP: of each 55 coefficients of basis functions with their errors, and how many of the
 * functions are relevant.
 * @see Carrasco, J. M. et al. (2021), A&A 652, A86: the basis functions and their truncation.
 */
import { coefficients } from "../table/files/hdf5/training-set.ts";
import type { BulkRows } from "./bulk-files.ts";
import { numberOfCell, numbersOfCell } from "./wanted-rows.ts";

const ONE = coefficients;
/** Coefficients of both: BP's, then RP's. */
export const COEFFICIENTS = 2 * ONE;

/** A record: the coefficients, their errors, the numbers of relevant functions of BP and RP. */
export const SPECTRUM_WIDTH = 2 * COEFFICIENTS + 2;

/** A star's spectrum, out of its record; NaN where it has none. */
export interface Spectrum {
  readonly values: Float64Array;
  readonly errors: Float64Array;
  readonly relevant: readonly [bp: number, rp: number];
}

export function spectrumOf(record: Float64Array): Spectrum {
  return {
    values: record.subarray(0, COEFFICIENTS),
    errors: record.subarray(COEFFICIENTS, 2 * COEFFICIENTS),
    relevant: [record[2 * COEFFICIENTS], record[2 * COEFFICIENTS + 1]],
  };
}

/** Whether each coefficient is among its spectrum's first relevant ones. A star without BP has no relevant ones at all. */
export function relevancyOf({ relevant: [bp, rp] }: Spectrum): Uint8Array {
  const made = new Uint8Array(COEFFICIENTS);
  if (!(bp > 0)) return made;
  made.fill(1, 0, bp);
  if (rp > 0) made.fill(1, ONE, ONE + rp);
  return made;
}

/** The rows of `xp_continuous_mean_spectrum`. A spectrum that a star has not is NaN; its correlations are not read. */
export const SPECTRUM_ROWS: BulkRows = {
  id: "source_id",
  columns: [
    ...["bp_coefficients", "rp_coefficients", "bp_coefficient_errors", "rp_coefficient_errors"],
    ...["bp_n_relevant_bases", "rp_n_relevant_bases"],
  ],
  record: (cells) => {
    const record = new Float64Array(SPECTRUM_WIDTH).fill(Number.NaN);
    for (const [i, cell] of cells.slice(0, 4).entries()) {
      const numbers = numbersOfCell(cell);
      if (numbers.length !== 0 && numbers.length !== ONE)
        return `has ${numbers.length} numbers in ${SPECTRUM_ROWS.columns[i]}, not ${ONE}`;
      // Gaia keeps errors in single precision, of which the text is a rounded writing.
      record.set(i < 2 ? numbers : numbers.map(Math.fround), i * ONE);
    }
    record[2 * COEFFICIENTS] = numberOfCell(cells[4]);
    record[2 * COEFFICIENTS + 1] = numberOfCell(cells[5]);
    return record;
  },
};
