/** @file The spectrum of each row, and whether it is good: the cuts of the catalogues and of the coefficients together. */
import { type CoefficientLimits, coefficientLimits, isWithin } from "./cuts.ts";
import type { Rules } from "./faults.ts";
import { COEFFICIENTS, relevancyOf, spectrumOf } from "./spectra.ts";
import type { StarRecords } from "./star-records.ts";
import type { StarRows } from "./star-rows.ts";
import type { SpectraBlock } from "./training-set.ts";

export interface JudgedSpectra {
  /** 1 for rows with a spectrum. */
  readonly isThere: Uint8Array;
  /** 1 for rows whose spectrum is whole: no coefficient is missing. */
  readonly isWhole: Uint8Array;
  /** 1 for rows whose spectrum is good. */
  readonly isGood: Uint8Array;
  readonly limits: CoefficientLimits;
  /** The coefficients of some rows. */
  readonly block: (rows: Int32Array) => Promise<SpectraBlock>;
}

/**
 * @param places the record of each star; -1 for none.
 * @param known limits from an earlier reduction; by default they are found of these stars.
 */
export async function judgeSpectra(
  rows: StarRows,
  { records, places }: { readonly records: StarRecords; readonly places: Int32Array },
  rules: Rules,
  known: CoefficientLimits | undefined,
): Promise<JudgedSpectra> {
  const count = rows.stars.length;
  const placeOf = placesOfRows(rows, places, rules);
  const rowsAt = new RowsAtPlaces(placeOf);
  const fluxes = new Float64Array(rowsAt.places).fill(Number.NaN);
  for (let row = 0; row < count; row++)
    if (placeOf[row] !== -1 && (rules.limitsOfAllRows || rows.passesCuts(row)))
      fluxes[placeOf[row]] = rows.flux(row);
  const isMissing = (value: number) => Number.isNaN(value) || (rules.zeroIsMissing && value === 0);
  const limits = known ?? (await coefficientLimits(records, fluxes, isMissing));

  const [isThere, isWhole, isGood] = [new Uint8Array(count), new Uint8Array(count), new Uint8Array(count)];
  await records.each((place, numbers) => {
    const { values } = spectrumOf(numbers);
    const whole = !values.some(isMissing);
    for (const row of rowsAt.at(place)) {
      isThere[row] = 1;
      if (!whole) continue;
      isWhole[row] = 1;
      if (rows.passesCuts(row) && isWithin(limits, values, rows.flux(row))) isGood[row] = 1;
    }
  });
  const block = async (chosen: Int32Array) => {
    const made = blankBlock(chosen.length, rules);
    for (const [i, row] of chosen.entries()) {
      if (placeOf[row] === -1) continue;
      const spectrum = spectrumOf(await records.read(placeOf[row]));
      const values = spectrum.values.map((value) => (isMissing(value) ? Number.NaN : value));
      const at = i * COEFFICIENTS;
      made.xp_coeffs.set(values, at);
      made.xp_coeffs_err.set(spectrum.errors, at);
      made.xp_relevancy.set(relevancyOf(spectrum), at);
      if (isGood[row] === 0) continue;
      const flux = rows.flux(row);
      made.xp_coeffs_gnorm.set(
        values.map((value) => value / flux),
        at,
      );
      made.xp_coeffs_gnorm_err.set(
        spectrum.errors.map((error) => error / flux),
        at,
      );
    }
    return made;
  };
  return { isThere, isWhole, isGood, limits, block };
}

function placesOfRows({ stars }: StarRows, places: Int32Array, { firstRowOnly }: Rules): Int32Array {
  const isTaken = new Uint8Array(places.length);
  return stars.map((star) => {
    if (star === -1 || (firstRowOnly && isTaken[star] === 1)) return -1;
    isTaken[star] = 1;
    return places[star];
  });
}

/** The rows of each place, as chains: no object for each of a million. */
class RowsAtPlaces {
  readonly places: number;
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(placeOf: Int32Array) {
    this.places = placeOf.reduce((most, place) => Math.max(most, place + 1), 0);
    this.#first = new Int32Array(this.places).fill(-1);
    this.#next = new Int32Array(placeOf.length).fill(-1);
    for (const [row, place] of placeOf.entries()) {
      if (place === -1) continue;
      this.#next[row] = this.#first[place];
      this.#first[place] = row;
    }
  }

  *at(place: number): Generator<number> {
    for (let row = this.#first[place] ?? -1; row !== -1; row = this.#next[row]) yield row;
  }
}

function blankBlock(rows: number, { zeroIsMissing }: Rules): SpectraBlock {
  const blank = () => new Float64Array(rows * COEFFICIENTS).fill(Number.NaN);
  return {
    xp_coeffs: blank(),
    xp_coeffs_err: zeroIsMissing ? new Float64Array(rows * COEFFICIENTS) : blank(),
    xp_coeffs_gnorm: blank(),
    xp_coeffs_gnorm_err: blank(),
    xp_relevancy: new Uint8Array(rows * COEFFICIENTS),
  };
}
