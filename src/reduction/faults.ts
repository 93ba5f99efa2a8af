/**
 * @file What the published reduction does that it should not, each fault with a name: as published all are kept, by
 * default none. docs/reduction.md tells of each.
 */

export interface Rules {
  /** Fluxes in G in single precision. */
  readonly singleFlux: boolean;
  /** Of a star in several rows of allStar only the first has its spectrum. */
  readonly firstRowOnly: boolean;
  /** A coefficient that is exactly 0 is missing, and an error that a row has not is 0. */
  readonly zeroIsMissing: boolean;
  /** The limits of coefficients are of all rows with spectra, bad ones and repeated stars too. */
  readonly limitsOfAllRows: boolean;
  /** A row whose spectrum fails a cut is dropped, though its labels are good. */
  readonly badSpectrumDropsLabels: boolean;
  /** Colours and parallaxes that are missing have errors. */
  readonly errorsOfMissing: boolean;
  /** The rule of stars behind all dust looks at the parallax before its correction. */
  readonly rawParallaxBehindAll: boolean;
  /** Parallaxes, magnitudes and their errors are allStar's copies, in single precision. */
  readonly valuesOfAllStar: boolean;
  /** A map's own samples are not drawn from. */
  readonly mapIsExact: boolean;
  /** Rows are split into training and testing each by itself, so that a star may be in both. */
  readonly splitByRow: boolean;
  /** Codes of missing numbers, -9999 of earlier releases, are values. */
  readonly codesAreValues: boolean;
}

const RULES = {
  ...{ singleFlux: true, firstRowOnly: true, zeroIsMissing: true, limitsOfAllRows: true },
  ...{ badSpectrumDropsLabels: true, errorsOfMissing: true, rawParallaxBehindAll: true },
  ...{ valuesOfAllStar: true, mapIsExact: true, splitByRow: true, codesAreValues: true },
} as const satisfies Rules;

export const AS_PUBLISHED: Rules = RULES;
export const MENDED = Object.fromEntries(Object.keys(RULES).map((name) => [name, false])) as unknown as Rules;
