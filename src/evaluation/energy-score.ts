/** @file The energy score: how well joint samples of several columns match what was found. */
import { InputError } from "../base/errors.ts";

/**
 * The energy score E|X - x| - E|X - X'| / 2, lower is better, with every column in units of its `sds`.
 * In one dimension it is the CRPS (in units of the one sd). Strictly proper.
 *
 * E|X - X'| is estimated from the m - 1 pairs of neighbouring samples: unbiased for independent samples, and
 * O(m) where all pairs would take O(m^2). Single scores can be below 0; their expectation can't.
 *
 * @param samples (m, columns), row-major: m >= 2 independent draws, in any order but sorted.
 * @param truth What was found, one number per column; a column that is NaN (missing) is left out.
 * @param sds One positive number per column, the same for every model that is compared.
 * @param differences by column, how far apart two values are; default a - b.
 * @returns a number without units; NaN if every column of `truth` is missing.
 * @throws InputError if the sizes don't agree, there are fewer than two samples or an sd isn't positive.
 * @see Gneiting & Raftery (2007), J. Am. Statist. Assoc. 102, 359-378, eq. 22 with beta = 1, sign turned.
 */
export function energyScore(
  samples: ArrayLike<number>,
  truth: ArrayLike<number>,
  sds: ArrayLike<number>,
  differences?: readonly ((a: number, b: number) => number)[],
): number {
  const columns = truth.length;
  const count = samples.length / columns;
  checkSizes(count, columns, sds);
  const present = Array.from({ length: columns }, (_, column) => column).filter(
    (column) => !Number.isNaN(truth[column]),
  );
  if (present.length === 0) return Number.NaN;
  let fromTruth = 0;
  let betweenSamples = 0;
  for (let i = 0; i < count; i++) {
    let toTruth = 0;
    let toNext = 0;
    for (const column of present) {
      const value = samples[i * columns + column];
      const away = differences?.[column] ?? minus;
      toTruth += (away(value, truth[column]) / sds[column]) ** 2;
      // Past the last sample there is no neighbour; what NaN this makes isn't added.
      toNext += (away(value, samples[(i + 1) * columns + column]) / sds[column]) ** 2;
    }
    fromTruth += Math.sqrt(toTruth);
    if (i + 1 < count) betweenSamples += Math.sqrt(toNext);
  }
  return fromTruth / count - betweenSamples / (count - 1) / 2;
}

const minus = (a: number, b: number) => a - b;

function checkSizes(count: number, columns: number, sds: ArrayLike<number>): void {
  if (!Number.isInteger(count) || count < 2) {
    throw new InputError(
      `The energy score of ${columns} columns needs whole rows of at least two samples; there are ${count} rows.`,
    );
  }
  const bad = sds.length === columns ? Array.from(sds).findIndex((sd) => !(sd > 0)) : sds.length;
  if (bad >= 0) {
    throw new InputError(
      `The energy score needs one positive standard deviation per column; that of column ${bad + 1} of ${columns} is ${sds[bad]}.`,
    );
  }
}
