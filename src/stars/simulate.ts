/** @file The simulated survey: a table of stars as a survey would publish it, the same for the same seed. */
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";
import { COLUMNS, observe, UNITS } from "./observe.ts";
import { simulateStars } from "./stars.ts";

export interface SurveyOptions {
  /** How many stars; 20,000 if not given. */
  readonly rows?: number;
  /** A whole number; 1 if not given. The same seed and number of rows give the same table, bit for bit. */
  readonly seed?: number;
}

/**
 * A table of simulated stars, a stand-in for spectroscopic surveys crossed with Gaia and 2MASS.
 *
 * Ten columns of `rows` single-precision numbers. Every column has errors (one standard deviation, the noise in
 * the values is drawn with exactly that); missing cells are NaN in both and more common among faint stars.
 *
 * | column | unit | meaning |
 * |---|---|---|
 * | teff | K | effective temperature |
 * | logg | dex (cm/s^2) | surface gravity |
 * | m_h | dex | metallicity [M/H] |
 * | logebv | ln mag | natural logarithm of the reddening E(B-V) |
 * | bprp | mag | Gaia colour BP - RP, reddened |
 * | jh, jk | mag | 2MASS colours J - H and J - Ks, reddened |
 * | g_mag | mag | Gaia G magnitude, dimmed by dust |
 * | parallax | mas | may be negative where the error is larger |
 * | g_fakemag | mas 10^(mag/5) | parallax * 10^(g_mag / 5): absolute G magnitude is 5 log10(g_fakemag) - 10, dust included |
 *
 * Where the numbers come from: births in masses.ts and galaxy.ts, lives in main-sequence.ts and giants.ts, light in
 * colours.ts and dust.ts, measurements in observe.ts; each names its sources.
 *
 * @throws InputError if `rows` isn't a whole number of at least 1 or `seed` isn't a whole number.
 */
export function simulateSurvey({ rows = 20_000, seed = 1 }: SurveyOptions = {}): Table {
  if (!Number.isSafeInteger(rows) || rows < 1)
    throw new InputError(`The simulated survey can't have ${rows} rows: give a whole number of at least 1.`);
  if (!Number.isSafeInteger(seed))
    throw new InputError(`The simulated survey can't start from seed ${seed}: give a whole number.`);
  const columns = COLUMNS.map((name) => ({
    name,
    unit: UNITS[name],
    values: new Float32Array(rows),
    errors: new Float32Array(rows),
  }));
  const random = generator(seed, "simulated survey", "measurements");
  for (const [row, star] of simulateStars(rows, seed).entries()) {
    const { values, errors } = observe(star, random);
    for (const column of columns) {
      column.values[row] = values[column.name];
      column.errors[row] = errors[column.name];
    }
  }
  return { source: "simulated survey", rows, columns };
}
