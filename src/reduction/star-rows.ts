/** @file What is known of each row of allStar before its spectrum: both catalogues beside each other, and what follows from them. */
import type { AllStar, GaiaStars } from "./catalogues.ts";
import { NOT_TOLD, passesCuts } from "./cuts.ts";
import type { Rules } from "./faults.ts";
import { BAD_LABELS, hasAny } from "./flags.ts";
import { errorOfBpRp, fakeMagnitude, fakeMagnitudeError, fluxOfG, singleFluxOfG } from "./magnitudes.ts";
import {
  FIVE_PARAMETERS,
  faintStarsTerm,
  SIX_PARAMETERS,
  sinEclipticLatitude,
  zeroPoint,
} from "./parallax-zero-point.ts";
import type { Parallax } from "./reddening.ts";
import type { ScalarName } from "./training-set.ts";

/** Numbers of a row that come from the catalogues alone. */
type CatalogueNumbers = Readonly<Record<Exclude<ScalarName, "logc19" | "logc19_err">, number>>;

/** 2MASS' magnitudes are 99.999 where missing. */
const MISSING_MAGNITUDE = 90;
/** APOGEE's labels were -9999 where missing, before DR17. */
const MISSING_LABEL = -9000;
/** Parallaxes of a greater error, mas, or RUWE are not used. Gaia keeps errors in single precision. */
const MOST_PARALLAX_ERROR = Math.fround(0.1);
const MOST_RUWE = 1.4;

export class StarRows {
  readonly #allStar: AllStar;
  readonly #gaia: GaiaStars;
  readonly #rules: Rules;
  /** The star of each row; -1 for none. */
  readonly stars: Int32Array;

  constructor(allStar: AllStar, { gaia, stars }: { gaia: GaiaStars; stars: Int32Array }, rules: Rules) {
    this.#allStar = allStar;
    this.#gaia = gaia;
    this.stars = stars;
    this.#rules = rules;
  }

  /** Flux in G; NaN where the magnitude is missing. */
  flux(row: number): number {
    return this.#rules.singleFlux ? singleFluxOfG(this.#g(row)) : fluxOfG(this.#g(row));
  }

  /** Whether the row passes the cuts of good spectra, but for those of its coefficients. */
  passesCuts(row: number): boolean {
    return passesCuts({
      g: this.#g(row),
      bpRp: this.#bpRp(row),
      ruwe: this.#ruwe(row),
      excessFactor: this.#told(row, "phot_bp_rp_excess_factor"),
      starFlag: this.#allStar.starFlags[row],
    });
  }

  /** Whether APOGEE has nothing against the row. */
  hasGoodLabels(row: number): boolean {
    return this.#allStar.starFlags[row] === 0n && this.#allStar.aspcapFlags[row] === 0n;
  }

  /** What the row's distance is drawn from. */
  parallax(row: number): Parallax {
    const { value, raw, error } = this.#parallax(row);
    const judged = this.#rules.rawParallaxBehindAll ? raw : value;
    const isBehindAll = error < MOST_PARALLAX_ERROR && judged <= 0 && this.#ruwe(row) < MOST_RUWE;
    return { value, error, isBehindAll };
  }

  numbers(row: number): CatalogueNumbers {
    const { numbers: all } = this.#allStar;
    const { errorsOfMissing } = this.#rules;
    const errorBeside = (value: number, error: number) =>
      errorsOfMissing || !Number.isNaN(value) ? error : Number.NaN;
    const bprp = this.#bpRp(row);
    const [bpRatio, rpRatio] = [
      this.#ofGaia(row, "phot_bp_mean_flux_over_error"),
      this.#ofGaia(row, "phot_rp_mean_flux_over_error"),
    ];
    const colour = (other: "H" | "K") => {
      const [j, redder] = [all.J[row], all[other][row]];
      const value = isMagnitude(j) && isMagnitude(redder) ? Math.fround(j - redder) : Number.NaN;
      const error = Math.fround(Math.hypot(all.J_ERR[row], all[`${other}_ERR`][row]));
      return { value, error: errorBeside(value, error) };
    };
    const [jh, jk] = [colour("H"), colour("K")];
    const { value: parallax, error: parallaxError } = this.#parallax(row);
    const g = this.#g(row);
    return {
      bprp,
      bprp_err: errorBeside(bprp, errorOfBpRp(bpRatio, rpRatio)),
      jh: jh.value,
      jk: jk.value,
      jh_err: jh.error,
      jk_err: jk.error,
      g_fakemag: fakeMagnitude(parallax, g),
      g_fakemag_err: fakeMagnitudeError(parallax, parallaxError, g),
      parallax,
      parallax_err: errorBeside(parallax, parallaxError),
      phot_g_mean_mag: g,
      ...this.#labels(row),
    };
  }

  /** The star's designation in 2MASS, which is in APOGEE's name for it. */
  designation(row: number): string {
    const name = this.#allStar.names[row];
    const before = name.length - DESIGNATION_LENGTH;
    return before >= 0 && before <= 2 ? name.slice(before) : "0";
  }

  /** Whatever rows of one star have in common, as text. */
  group(row: number): string {
    if (this.#rules.splitByRow) return String(row);
    const id = this.#allStar.ids[row];
    return id === 0n ? this.#allStar.names[row] || `row ${row}` : String(id);
  }

  #labels(row: number) {
    const { numbers: all, starFlags, aspcapFlags } = this.#allStar;
    const isBad = starFlags[row] !== 0n || hasAny(aspcapFlags[row], BAD_LABELS);
    const label = (column: "TEFF" | "LOGG" | "M_H") => {
      const [value, error] = [all[column][row], all[`${column}_ERR`][row]];
      const isCode = !this.#rules.codesAreValues && value < MISSING_LABEL;
      return isBad || isCode ? [Number.NaN, Number.NaN] : [value, error];
    };
    const [[teff, teff_err], [logg, logg_err], [m_h, m_h_err]] = [label("TEFF"), label("LOGG"), label("M_H")];
    return { teff, teff_err, logg, logg_err, m_h, m_h_err };
  }

  #parallax(row: number): { readonly value: number; readonly raw: number; readonly error: number } {
    const raw = this.#value(row, "GAIAEDR3_PARALLAX", "parallax");
    const error = this.#value(row, "GAIAEDR3_PARALLAX_ERROR", "parallax_error");
    const isUsed = !(error > MOST_PARALLAX_ERROR) && !(this.#ruwe(row) > MOST_RUWE);
    return { value: isUsed ? raw - this.#zeroPoint(row) : Number.NaN, raw, error };
  }

  #zeroPoint(row: number): number {
    const solved = this.#ofGaia(row, "astrometric_params_solved");
    if (solved !== FIVE_PARAMETERS && solved !== SIX_PARAMETERS) return 0;
    const g = this.#ofGaia(row, "phot_g_mean_mag");
    const found = zeroPoint({
      ...{ solved, g },
      nuEff: this.#ofGaia(row, "nu_eff_used_in_astrometry"),
      pseudocolour: this.#ofGaia(row, "pseudocolour"),
      sinBeta: sinEclipticLatitude(this.#ofGaia(row, "ra"), this.#ofGaia(row, "dec")),
    });
    return found + faintStarsTerm(g);
  }

  #g(row: number): number {
    return this.#value(row, "GAIAEDR3_PHOT_G_MEAN_MAG", "phot_g_mean_mag");
  }

  #bpRp(row: number): number {
    return Math.fround(
      this.#value(row, "GAIAEDR3_PHOT_BP_MEAN_MAG", "phot_bp_mean_mag") -
        this.#value(row, "GAIAEDR3_PHOT_RP_MEAN_MAG", "phot_rp_mean_mag"),
    );
  }

  #ruwe(row: number): number {
    return this.#told(row, "ruwe");
  }

  #told(row: number, column: "ruwe" | "phot_bp_rp_excess_factor"): number {
    const star = this.stars[row];
    return star === -1 || this.#gaia.found[star] === 0 ? NOT_TOLD : this.#gaia[column][star];
  }

  #ofGaia(row: number, column: Exclude<keyof GaiaStars, "found">): number {
    const star = this.stars[row];
    return star === -1 ? Number.NaN : this.#gaia[column][star];
  }

  /** Gaia's own value, or, as published and where Gaia's row is lacking, allStar's copy. */
  #value(row: number, copied: keyof AllStar["numbers"], own: Exclude<keyof GaiaStars, "found">): number {
    const star = this.stars[row];
    const isOwn = !this.#rules.valuesOfAllStar && star !== -1 && this.#gaia.found[star] === 1;
    return isOwn ? this.#gaia[own][star] : this.#allStar.numbers[copied][row];
  }
}

const DESIGNATION_LENGTH = 16;

function isMagnitude(value: number): boolean {
  return Math.abs(value) < MISSING_MAGNITUDE;
}
