/** @file Stars that burn hydrogen in the core: luminosity, radius and lifetime (Tout 1996; Hurley, Pols & Tout 2000). */
import { clamp, line } from "./curves.ts";
import { MAIN_SEQUENCE, polynomial, ZERO_AGE_LUMINOSITY, ZERO_AGE_RADIUS } from "./track-coefficients.ts";

/** The metal fraction that the tracks call solar. */
const SOLAR_METAL_FRACTION = 0.02;

/** The coefficients of one metallicity, ready for any mass. `a` is indexed as in Hurley, Pols & Tout 2000. */
export interface MainSequence {
  /** log10(Z / 0.02), within the range of the tracks. */
  readonly zeta: number;
  readonly a: Float64Array;
  readonly zeroAgeLuminosity: readonly number[];
  readonly zeroAgeRadius: readonly number[];
  /** Above this mass the star contracts at the end of core burning, the "hook" (solar masses; eq. 1). */
  readonly hookMass: number;
}

/** The main sequence of metallicity zeta = log10(Z / 0.02); the fits hold for Z = 0.0001 to 0.03. */
export function mainSequence(zeta: number): MainSequence {
  const a = new Float64Array(82);
  for (const [index, coefficients] of Object.entries(MAIN_SEQUENCE))
    a[Number(index)] = polynomial(coefficients, zeta);
  limitCoefficients(a, zeta);
  const sequence: MainSequence = {
    zeta,
    a,
    zeroAgeLuminosity: ZERO_AGE_LUMINOSITY.map((c) => polynomial(c, zeta)),
    zeroAgeRadius: ZERO_AGE_RADIUS.map((c) => polynomial(c, zeta)),
    hookMass: 1.0185 + 0.16015 * zeta + 0.0892 * zeta ** 2,
  };
  if (a[68] > a[66]) {
    a[64] = upperRadiusSlope(a, a[66]);
    a[68] = a[66];
  }
  return sequence;
}

/** The limits and products that the text of Hurley, Pols & Tout 2000, appendix A, sets on the coefficients. */
function limitCoefficients(a: Float64Array, zeta: number): void {
  const z = SOLAR_METAL_FRACTION * 10 ** zeta;
  const sigma = Math.log10(z);
  const metalRich = z > 0.01;
  a[11] = a[11] * a[14];
  a[12] = a[12] * a[14];
  a[17] = 10 ** Math.max(0.097 - 0.1072 * (sigma + 3), clamp(0.1461 + 0.1237 * (sigma + 2), 0.097, 0.1461));
  a[18] = a[18] * a[20];
  a[19] = a[19] * a[20];
  a[29] = a[29] ** a[32];
  a[33] = Math.max(Math.min(1.4, a[33]), 0.6355 - 0.4192 * zeta, 1.25);
  a[42] = clamp(a[42], 1.1, 1.25);
  a[44] = clamp(a[44], 0.45, 1.3);
  a[49] = Math.max(a[49], 0.145);
  a[50] = Math.min(a[50], 0.306 + 0.053 * zeta);
  a[51] = Math.min(a[51], 0.3625 + 0.062 * zeta);
  a[52] = clamp(a[52], 0.9, metalRich ? 1 : Infinity);
  a[53] = clamp(a[53], 1, metalRich ? 1.1 : Infinity);
  a[57] = a[33];
  a[62] = Math.max(0.065, a[62]);
  if (z < 0.004) a[63] = Math.min(0.055, a[63]);
  a[64] = clamp(a[64], 0.091, 0.121);
  a[66] = Math.max(a[66], Math.min(1.6, -0.308 - 1.046 * zeta));
  a[66] = Math.max(0.8, Math.min(0.8 - 2 * zeta, a[66]));
  a[68] = clamp(a[68], 0.9, 1);
  if (metalRich) a[72] = Math.max(a[72], 0.95);
  a[74] = clamp(a[74], 1.4, 1.6);
  a[75] = Math.max(clamp(a[75], 1, 1.27), 0.6355 - 0.4192 * zeta);
  a[76] = Math.max(a[76], -0.1015564 - 0.2161264 * zeta - 0.05182516 * zeta ** 2);
  a[77] = Math.max(-0.3868776 - 0.5457078 * zeta - 0.1463472 * zeta ** 2, Math.min(0, a[77]));
  a[78] = Math.max(0, Math.min(a[78], 7.454 + 9.046 * zeta));
  a[79] = Math.min(a[79], Math.max(2, -13.3 - 18.6 * zeta));
  a[80] = Math.max(0.0585542, a[80]);
  a[81] = clamp(a[81], 0.4, 1.5);
}

/** The time from birth to the base of the giant branch, in Gyr (eq. 4). `mass` in solar masses. */
export function timeToGiantBranch({ a }: MainSequence, mass: number): number {
  const m4 = mass ** 4;
  const m7 = m4 * mass ** 3;
  const myr = (a[1] + a[2] * m4 + a[3] * mass ** 5.5 + m7) / (a[4] * mass * mass + a[5] * m7);
  return myr / 1000;
}

/** How long the core burns hydrogen, and when the hook begins, in Gyr (eqs 5 to 7). */
export function mainSequenceTimes(sequence: MainSequence, mass: number): { end: number; hook: number } {
  const { a, zeta } = sequence;
  const giantBranch = timeToGiantBranch(sequence, mass);
  const mu = Math.max(0.5, 1 - 0.01 * Math.max(a[6] / mass ** a[7], a[8] + a[9] / mass ** a[10]));
  const x = Math.max(0.95, Math.min(0.95 - 0.03 * (zeta + 0.30103), 0.99));
  const hook = mu * giantBranch;
  return { end: Math.max(hook, x * giantBranch), hook };
}

/** Luminosity in suns at birth (Tout et al. 1996, eq. 1). */
function zeroAgeLuminosity({ zeroAgeLuminosity: c }: MainSequence, m: number): number {
  return (
    (c[0] * m ** 5.5 + c[1] * m ** 11) /
    (c[2] + m ** 3 + c[3] * m ** 5 + c[4] * m ** 7 + c[5] * m ** 8 + c[6] * m ** 9.5)
  );
}

/** Radius in suns at birth (Tout et al. 1996, eq. 2). */
function zeroAgeRadius({ zeroAgeRadius: c }: MainSequence, m: number): number {
  return (
    (c[0] * m ** 2.5 + c[1] * m ** 6.5 + c[2] * m ** 11 + c[3] * m ** 19 + c[4] * m ** 19.5) /
    (c[5] + c[6] * m ** 2 + c[7] * m ** 8.5 + m ** 18.5 + c[8] * m ** 19.5)
  );
}

/** Luminosity in suns when the core has no hydrogen left (eq. 8). */
function finalLuminosity({ a }: MainSequence, m: number): number {
  return (
    (a[11] * m ** 3 + a[12] * m ** 4 + a[13] * m ** (a[16] + 1.8)) / (a[14] + a[15] * m ** 5 + m ** a[16])
  );
}

/** Radius in suns when the core has no hydrogen left (eq. 9, with the floor below it for small masses). */
function finalRadius(sequence: MainSequence, m: number): number {
  const { a } = sequence;
  const low = (mass: number) => (a[18] + a[19] * mass ** a[21]) / (a[20] + mass ** a[22]);
  const high = (mass: number) =>
    (-8.672073e-2 * mass ** 3 + a[23] * mass ** a[26] + a[24] * mass ** (a[26] + 1.5)) / (a[25] + mass ** 5);
  if (m < 0.5) return Math.max(low(m), 1.5 * zeroAgeRadius(sequence, m));
  const [from, to] = [a[17], a[17] + 0.1];
  if (m <= from) return low(m);
  return m >= to ? high(m) : line(m, from, low(from), to, high(to));
}

/** alpha_L of eq. 12 (eq. 19). */
function luminositySlope({ a }: MainSequence, m: number): number {
  const high = (mass: number) => (a[45] + a[46] * mass ** a[48]) / (mass ** 0.4 + a[47] * mass ** 1.9);
  if (m >= 2) return high(m);
  if (m < 0.5) return a[49];
  if (m < 0.7) return line(m, 0.5, a[49], 0.7, 0.3);
  if (m < a[52]) return line(m, 0.7, 0.3, a[52], a[50]);
  if (m < a[53]) return line(m, a[52], a[50], a[53], a[51]);
  return line(m, a[53], a[51], 2, high(2));
}

/** beta_L of eq. 12 (eq. 20). */
function luminosityRise({ a }: MainSequence, m: number): number {
  const beta = (mass: number) => a[54] - a[55] * mass ** a[56];
  const value = beta(m);
  if (m <= a[57] || value <= 0) return Math.max(0, value);
  return Math.max(0, beta(a[57]) * (1 - 10 * (m - a[57])));
}

/** Delta L of eq. 12: the hook in luminosity (eq. 16). */
function luminosityHook({ a, hookMass }: MainSequence, m: number): number {
  if (m <= hookMass) return 0;
  const high = (mass: number) => Math.min(a[34] / mass ** a[35], a[36] / mass ** a[37]);
  return m >= a[33] ? high(m) : high(a[33]) * ((m - hookMass) / (a[33] - hookMass)) ** 0.4;
}

const upperRadiusSlope = (a: Float64Array, m: number) => (a[58] * m ** a[60]) / (a[59] + m ** a[61]);

/** alpha_R of eq. 13 (eq. 21; its last branch begins above the masses of this survey). */
function radiusSlope({ a }: MainSequence, m: number): number {
  if (m >= a[66]) return upperRadiusSlope(a, m);
  if (m < 0.5) return a[62];
  if (m < 0.65) return line(m, 0.5, a[62], 0.65, a[63]);
  if (m < a[68]) return line(m, 0.65, a[63], a[68], a[64]);
  return line(m, a[68], a[64], a[66], upperRadiusSlope(a, a[66]));
}

/** beta_R of eq. 13 (eq. 22). */
function radiusRise({ a }: MainSequence, m: number): number {
  const high = (mass: number) => (a[69] * mass ** 3.5) / (a[70] + mass ** a[71]);
  if (m <= 1) return 0.06;
  if (m < a[74]) return line(m, 1, 1.06, a[74], a[72]) - 1;
  return (m < 2 ? line(m, a[74], a[72], 2, high(2)) : high(m)) - 1;
}

/** gamma_R of eq. 13 (eq. 23). */
function radiusTurn({ a }: MainSequence, m: number): number {
  const low = (mass: number) => Math.max(0, a[76] + a[77] * Math.abs(mass - a[78]) ** a[79]);
  if (m <= 1) return low(m);
  const atOne = low(1);
  if (m <= a[75]) return atOne + (a[80] - atOne) * ((m - 1) / (a[75] - 1)) ** a[81];
  return Math.max(0, (a[75] > 1 ? a[80] : atOne) * (1 - 10 * (m - a[75])));
}

/** Delta R of eq. 13: the hook in radius (eq. 17). */
function radiusHook({ a, hookMass }: MainSequence, m: number): number {
  const high = (mass: number) => (a[38] + a[39] * mass ** 3.5) / (a[40] * mass ** 3 + mass ** a[41]) - 1;
  if (m <= hookMass) return 0;
  if (m <= a[42]) return a[43] * Math.sqrt((m - hookMass) / (a[42] - hookMass));
  return m >= 2 ? high(m) : a[43] + (high(2) - a[43]) * ((m - a[42]) / (2 - a[42])) ** a[44];
}

/**
 * Luminosity and radius, in suns, after the fraction `phase` (0 to 1) of the main sequence (eqs 12 and 13).
 * At phase 1 this is the turn-off's end, where the subgiant begins.
 */
export function mainSequenceState(
  sequence: MainSequence,
  mass: number,
  phase: number,
): { luminosity: number; radius: number } {
  const { end, hook } = mainSequenceTimes(sequence, mass);
  const t = (phase * end) / hook;
  const first = Math.min(1, t);
  const last = clamp(100 * t - 99, 0, 1);
  const metalPoor = sequence.zeta < Math.log10(0.0009 / SOLAR_METAL_FRACTION);
  const eta = metalPoor ? clamp(10 + 100 * (mass - 1), 10, 20) : 10;
  const [alphaL, betaL] = [luminositySlope(sequence, mass), luminosityRise(sequence, mass)];
  const birthL = zeroAgeLuminosity(sequence, mass);
  const logL =
    alphaL * phase +
    betaL * phase ** eta +
    (Math.log10(finalLuminosity(sequence, mass) / birthL) - alphaL - betaL) * phase ** 2 -
    luminosityHook(sequence, mass) * (first ** 2 - last ** 2);
  const alphaR = radiusSlope(sequence, mass);
  const betaR = radiusRise(sequence, mass);
  const gammaR = radiusTurn(sequence, mass);
  const birthR = zeroAgeRadius(sequence, mass);
  const logR =
    alphaR * phase +
    betaR * phase ** 10 +
    gammaR * phase ** 40 +
    (Math.log10(finalRadius(sequence, mass) / birthR) - alphaR - betaR - gammaR) * phase ** 3 -
    radiusHook(sequence, mass) * (first ** 3 - last ** 3);
  return { luminosity: birthL * 10 ** logL, radius: birthR * 10 ** logR };
}
