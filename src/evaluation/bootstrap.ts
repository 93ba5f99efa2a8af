/** @file Seeded bootstrap intervals: how far a score would move with other rows of the same kind. */
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";
import { eachOnce, quantileOfSorted, type Statistic } from "../numeric/statistics.ts";

/** A number from the rows at hand, and the interval that holds the middle of its resamples. */
export interface Estimate {
  readonly value: number;
  /** NaN (null in JSON) if no resamples were asked for. */
  readonly lower: number;
  readonly upper: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** How many times the rows are drawn anew; default 500; 0 gives values without intervals. */
  readonly resamples?: number;
  /** The probability between `lower` and `upper`; default 0.95. */
  readonly mass?: number;
  /**
   * The row of each question, where a row has several: such questions aren't independent, so
   * whole rows are drawn. Default: question i is row i.
   */
  readonly rowOf?: ArrayLike<number>;
  /** Names the random stream, besides the seed. */
  readonly stream?: string;
}

export const DEFAULT_RESAMPLES = 500;

/**
 * Percentile intervals of several statistics, all from the same resamples of the rows (drawn with replacement).
 *
 * A distance such as KS, which can't be below 0, grows by resampling. Its interval says how much it varies, but
 * lies too high: it may not hold the value itself where calibration is near perfect, and holds the true
 * distance in about 80 of 100 samples instead of 95 (n = 400, distance 1/4).
 *
 * @param questions how many numbers each statistic is made of.
 * @throws InputError if the number of resamples is no whole number.
 * @see Efron & Tibshirani (1993), An Introduction to the Bootstrap, section 13.3.
 */
export function bootstrap<Name extends string>(
  statistics: Readonly<Record<Name, Statistic>>,
  questions: number,
  options: BootstrapOptions,
): Record<Name, Estimate> {
  const { seed, resamples = DEFAULT_RESAMPLES, mass = 0.95, rowOf, stream = "" } = options;
  checkResamples(resamples);
  const named = Object.entries<Statistic>(statistics);
  const drawn = named.map(() => new Float64Array(resamples));
  const draw = resampler(questions, rowOf);
  for (let resample = 0; resample < resamples; resample++) {
    const weights = draw(seed, stream, resample);
    for (const [which, [, statistic]] of named.entries()) drawn[which][resample] = statistic(weights);
  }
  const once = eachOnce(questions);
  const estimates = named.map(([name, statistic], which) => {
    const sorted = drawn[which].filter((value) => !Number.isNaN(value)).sort();
    const [lower, upper] = [(1 - mass) / 2, (1 + mass) / 2].map((level) => quantileOfSorted(sorted, level));
    return [name, { value: statistic(once), lower, upper }];
  });
  return Object.fromEntries(estimates) as Record<Name, Estimate>;
}

/** @throws InputError unless it is a whole number. */
export function checkResamples(resamples: number): void {
  if (Number.isInteger(resamples) && resamples >= 0) return;
  throw new InputError(`The bootstrap is asked for ${resamples} resamples; give a whole number, 0 for none.`);
}

/** {@link bootstrap} of one statistic. */
export function bootstrapInterval(
  statistic: Statistic,
  questions: number,
  options: BootstrapOptions,
): Estimate {
  return bootstrap({ statistic }, questions, options).statistic;
}

/** Draws how often each question counts, into the same array again and again. */
function resampler(questions: number, rowOf?: ArrayLike<number>) {
  const numbered = rowOf && numberRows(rowOf);
  const rows = numbered ? numbered.rows : questions;
  const counts = new Int32Array(rows);
  const weights = numbered ? new Int32Array(questions) : counts;
  return (seed: number, stream: string, resample: number): Int32Array => {
    const random = generator(seed, "bootstrap", stream, resample);
    counts.fill(0);
    for (let i = 0; i < rows; i++) counts[random.integer(rows)] += 1;
    if (numbered) for (let i = 0; i < questions; i++) weights[i] = counts[numbered.indices[i]];
    return weights;
  };
}

/** The rows that occur, numbered from 0 on as they come. */
function numberRows(rowOf: ArrayLike<number>): { readonly rows: number; readonly indices: Int32Array } {
  const numbers = new Map<number, number>();
  const indices = Int32Array.from(rowOf, (row) => {
    const known = numbers.get(row) ?? numbers.size;
    numbers.set(row, known);
    return known;
  });
  return { rows: numbers.size, indices };
}
