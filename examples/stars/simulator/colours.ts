/** @file The colours and bolometric correction of an unreddened star, from published tables and fits. */
import { clamp, interpolate, smoothStep } from "./curves.ts";

/** What a star of known temperature, gravity and metallicity looks like without dust (Vega magnitudes). */
export interface Colours {
  /** Gaia BP - RP. */
  readonly bprp: number;
  /** 2MASS J - H. */
  readonly jh: number;
  /** 2MASS J - Ks. */
  readonly jk: number;
  /** Gaia G - J. */
  readonly gj: number;
  /** Bolometric magnitude minus Gaia G. */
  readonly bolometricCorrection: number;
}

/**
 * Mean colours of solar-neighbourhood dwarfs: Teff, BP-RP, J-H, J-Ks, hottest last.
 * Source: E. Mamajek's table, version 2024.05.15, first published as table 5 of Pecaut & Mamajek 2013,
 * ApJS 208, 9; every second or third row, and J-Ks = (J-H) + (H-Ks).
 */
const DWARFS: readonly (readonly [number, number, number, number])[] = [
  [2680, 4.65, 0.613, 1.003],
  [2810, 4.16, 0.605, 0.957],
  [2930, 3.71, 0.588, 0.917],
  [3060, 3.35, 0.58, 0.892],
  [3210, 2.94, 0.557, 0.837],
  [3430, 2.5, 0.579, 0.831],
  [3560, 2.23, 0.6, 0.834],
  [3660, 2.09, 0.614, 0.836],
  [3850, 1.84, 0.627, 0.817],
  [4090, 1.7, 0.619, 0.783],
  [4300, 1.53, 0.601, 0.749],
  [4440, 1.43, 0.568, 0.7],
  [4600, 1.34, 0.539, 0.662],
  [4870, 1.19, 0.49, 0.6],
  [5290, 0.983, 0.387, 0.478],
  [5480, 0.9, 0.342, 0.424],
  [5660, 0.85, 0.31, 0.386],
  [5770, 0.823, 0.293, 0.366],
  [5930, 0.784, 0.262, 0.329],
  [6180, 0.694, 0.225, 0.286],
  [6350, 0.64, 0.199, 0.256],
  [6550, 0.587, 0.173, 0.227],
  [6820, 0.49, 0.14, 0.19],
  [7220, 0.377, 0.096, 0.141],
  [7590, 0.32, 0.07, 0.112],
  [8100, 0.194, 0.031, 0.069],
  [8600, 0.11, 0.003, 0.038],
  [9300, 0.005, -0.025, 0.005],
  [9700, -0.037, -0.032, -0.004],
  [10700, -0.12, -0.05, -0.034],
];

/**
 * J-Ks and J-H of giants F0 to M6, 2MASS: Bessell & Brett 1988, PASP 100, 1134 (F stars: of dwarfs), turned into
 * 2MASS colours with J-Ks = 0.983 (J-K) - 0.018 and J-H = 0.990 (J-H) - 0.049 (Carpenter 2001, AJ 121, 2851).
 */
const GIANT_JK = [
  0.139, 0.247, 0.424, 0.523, 0.552, 0.601, 0.65, 0.709, 0.788, 0.847, 0.916, 0.975, 1.044, 1.132, 1.221,
];
const GIANT_JH = [
  0.08, 0.179, 0.317, 0.416, 0.446, 0.486, 0.525, 0.575, 0.624, 0.674, 0.733, 0.773, 0.812, 0.872, 0.901,
];

/**
 * theta = 5040 K / Teff = b0 + b1 C + b2 C^2 + b3 [M/H] + b4 [M/H]^2 + b5 [M/H] C for a colour C.
 * BP-RP: Mucciarelli, Bellazzini & Massari 2021, A&A 653, A90, table 1.
 * J-Ks: Gonzalez Hernandez & Bonifacio 2009, A&A 497, 497, table 5.
 */
type ThetaFit = readonly [number, number, number, number, number, number];
const DWARF_BPRP: ThetaFit = [0.4929, 0.5092, -0.0353, 0.0192, -0.002, -0.0395];
const GIANT_BPRP: ThetaFit = [0.5323, 0.4775, -0.0344, -0.011, -0.002, -0.0009];
const GIANT_JK_FIT: ThetaFit = [0.6517, 0.6312, 0.0168, 0.0256, 0.0013, -0.0381];

/** Unreddened colours; `teff` in K, `logg` in dex (cgs), `metallicity` [M/H] in dex. */
export function colours(teff: number, logg: number, metallicity: number): Colours {
  const bolometricCorrection = gaiaCorrection(teff);
  const giant = 1 - smoothStep(logg, 3.2, 4);
  const dwarf = giant < 1 ? dwarfColours(teff, metallicity) : ([0, 0, 0] as const);
  const jk = giant > 0 ? colourFromTheta(GIANT_JK_FIT, 5040 / teff, metallicity) : 0;
  const redness = giant > 0 ? colourFromTheta(GIANT_BPRP, 5040 / teff, metallicity) : 0;
  const bprp = dwarf[0] + giant * (redness - dwarf[0]);
  return {
    bprp,
    jh: dwarf[1] + giant * (interpolate(GIANT_JK, GIANT_JH, jk) - dwarf[1]),
    jk: dwarf[2] + giant * (jk - dwarf[2]),
    // A fit to M_G - M_J of Mamajek's table, A0 to M5, good to 0.1 mag.
    gj: 0.06 + 1.2 * bprp - 0.06 * bprp ** 2,
    bolometricCorrection,
  };
}

/**
 * The mean dwarf colours, with the change of BP-RP with [M/H] that Mucciarelli et al. find at that temperature
 * (their fit ends at BP-RP 1.5; redder stars keep its value there).
 */
function dwarfColours(teff: number, metallicity: number): readonly [number, number, number] {
  const at = (column: 1 | 2 | 3) => interpolate(DWARF_TEFF, DWARF_COLUMNS[column], teff);
  const theta = 5040 / clamp(teff, 4300, 7000);
  const shift = colourFromTheta(DWARF_BPRP, theta, metallicity) - colourFromTheta(DWARF_BPRP, theta, 0);
  return [at(1) + shift, at(2), at(3)];
}

const DWARF_TEFF = DWARFS.map((row) => row[0]);
const DWARF_COLUMNS = {
  1: DWARFS.map((row) => row[1]),
  2: DWARFS.map((row) => row[2]),
  3: DWARFS.map((row) => row[3]),
};

/** The colour at which the fit gives that theta: the root of a quadratic that is continuous as b2 goes to 0. */
function colourFromTheta(fit: ThetaFit, theta: number, metallicity: number): number {
  const [b0, b1, b2, b3, b4, b5] = fit;
  const linear = b1 + b5 * metallicity;
  const constant = b0 + b3 * metallicity + b4 * metallicity ** 2 - theta;
  const root = Math.sqrt(Math.max(0, linear ** 2 - 4 * b2 * constant));
  return (-2 * constant) / (linear + root);
}

/**
 * Bolometric minus G magnitude: Andrae et al. 2018, A&A 616, A8, table 4, in Teff - 5772 K, with its two
 * pieces joined over 3900 to 4100 K and both ends carried on as straight lines.
 */
function gaiaCorrection(teff: number): number {
  const bounded = clamp(teff, 3300, 8000);
  const t = bounded - 5772;
  const warm = 0.06 + t * (6.731e-5 + t * (-6.647e-8 + t * (2.859e-11 - t * 7.197e-15)));
  const cool = 1.749 + t * (1.977e-3 + t * (3.737e-7 + t * (-8.966e-11 - t * 4.183e-14)));
  const share = smoothStep(bounded, 3900, 4100);
  // The slopes of the polynomials at 3300 and 8000 K.
  const outside = (teff - bounded) * (teff < bounded ? 1.013e-3 : -1.21e-4);
  return cool + share * (warm - cool) + outside;
}
