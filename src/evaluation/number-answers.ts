/** @file What is kept of every answer about a number, and the scores made of many. */
import { asPointMass } from "../columns/encoding.ts";
import { geometryOf, kindOf } from "../columns/kinds.ts";
import { meanOf, medianOf, rootMeanSquareOf, type Statistic } from "../numeric/statistics.ts";
import { type BootstrapOptions, bootstrap, type Estimate } from "./bootstrap.ts";
import { type CalibrationPoint, calibrationCurve, ksDistanceOf, pitHistogram } from "./calibration.ts";
import { conformalMass, massThatHolds } from "./conformal.ts";
import type { ScoredDistributions } from "./scored-distributions.ts";
import { intervalNll, meanOfPossible } from "./scores.ts";

/** The central intervals whose coverage is counted. */
export const MASSES: readonly number[] = [0.5, 0.68, 0.9, 0.95];

/** d of {@link intervalNll}, in units of the column's scale. */
const RESOLUTION = 0.01;

/** One number per question in each array. */
export interface NumberAnswers {
  /** The row of each question: those on the same row aren't independent. */
  readonly rows: Float64Array;
  readonly nll: Float64Array;
  /** 1 where `nll` is of a point mass, not of a density (which whole numbers have, spread). */
  readonly ofMass: Float64Array;
  readonly intervalNll: Float64Array;
  readonly crps: Float64Array;
  readonly medianErrors: Float64Array;
  readonly meanErrors: Float64Array;
  readonly stds: Float64Array;
  readonly pits: Float64Array;
  /** The least mass whose central interval holds the true value. */
  readonly holding: Float64Array;
  /** Of {@link MASSES}, in their order. */
  readonly covered: readonly Float64Array[];
  readonly widths: readonly Float64Array[];
}

/** Coverage and widths of the central intervals that hold `mass`. */
export interface IntervalScores {
  readonly mass: number;
  /** The share of the true values inside: `mass` where calibration is perfect; more where values come in steps. */
  readonly coverage: Estimate;
  readonly meanWidth: Estimate;
  readonly medianWidth: Estimate;
  /**
   * The mass to ask for, so that the interval holds a value of further rows, asked in the same way, with at least the
   * probability `mass`, however the model is calibrated (split conformal prediction). It holds for rows like these if the model
   * has seen none of them. Absent where there are too few.
   */
  readonly conformal?: number;
}

/**
 * Scores of number columns: those of one column in data units, overall ones in units of each column's scale.
 * A negative log-likelihood in units of the scale is that in data units less log(scale).
 */
export interface NumberScores {
  readonly questions: number;
  /**
   * Mean negative log-likelihood, nats: of the density; at a point mass of the mass, which can't be compared
   * with a density, so nor can models that differ in their point masses: compare `intervalNll`.
   * Of whole numbers the density is spread over [k - 1/2, k + 1/2): -log P(X = k).
   * Infinity (null in JSON) if any value was held impossible.
   */
  readonly nll: Estimate;
  /** Questions whose value was held impossible (density 0), and the mean of the others. */
  readonly impossible: number;
  readonly nllOfPossible: Estimate;
  /** Questions whose value has a point mass of its own. */
  readonly atPointMasses: number;
  /**
   * Mean of -log(P(x - d/2 < X <= x + d/2) / d), nats, d = 0.01 of the column's scale: finite for every model with
   * density, and fair between point masses (or whole numbers' steps) and densities, which may all put a peak
   * as narrow as d where values repeat.
   */
  readonly intervalNll: Estimate;
  /** Mean continuous ranked probability score. */
  readonly crps: Estimate;
  /** Of the medians. */
  readonly rmse: Estimate;
  /** Of the medians. */
  readonly mae: Estimate;
  readonly rmseOfMean: Estimate;
  /** Sharpness: the mean standard deviation of the distributions. */
  readonly meanStd: Estimate;
  /** Kolmogorov-Smirnov distance of the PIT values from uniform. */
  readonly ks: Estimate;
  readonly intervals: readonly IntervalScores[];
  /** Counts in 20 equal bins. */
  readonly pitHistogram: readonly number[];
  readonly calibrationCurve: readonly CalibrationPoint[];
}

/**
 * @param rows the row of each question; @param found what was found there.
 * @param scale the column's scale, for the resolution of `intervalNll`.
 * @param seed for PIT values at point masses.
 */
export function numberAnswers(
  distributions: ScoredDistributions,
  rows: Uint32Array,
  found: Float64Array,
  scale: number,
  seed: number,
): NumberAnswers {
  const values = found.map(asPointMass({ pointMasses: distributions.encoding.pointMasses ?? [] }));
  const each = (answer: (value: number, index: number) => number) => values.map(answer);
  const { encoding } = distributions;
  const { isInteger } = kindOf(encoding);
  const geometry = geometryOf(encoding);
  const errorsOf = (predicted: ArrayLike<number>) =>
    each((x, index) => geometry.difference(predicted[index], x));
  const intervals = MASSES.map((mass) => distributions.intervals(mass));
  const medians = distributions.medians();
  return {
    rows: Float64Array.from(rows),
    nll: distributions.logLikelihoods(values).map((logLikelihood) => -logLikelihood),
    ofMass: each((x, index) => Number(!isInteger && distributions.probability(index, x) > 0)),
    intervalNll: each((x, index) => intervalNll(distributions, index, x, RESOLUTION * scale, geometry)),
    crps: distributions.crpses(values),
    medianErrors: errorsOf(medians),
    meanErrors: errorsOf(distributions.means()),
    stds: distributions.stds(),
    pits: distributions.pits(values, seed),
    holding: each((x, index) => massThatHolds(distributions, index, x, medians[index])),
    covered: intervals.map(({ low, high }) =>
      each((x, index) => Number(geometry.contains([low[index], high[index]], x))),
    ),
    widths: intervals.map(({ low, high }) => each((_, index) => geometry.width([low[index], high[index]]))),
  };
}

/** The same answers in units of `scale`. The log of a mass has no units and stays. */
export function inUnitsOf(scale: number, answers: NumberAnswers): NumberAnswers {
  const distance = (values: Float64Array) => values.map((value) => value / scale);
  const { nll, ofMass } = answers;
  return {
    ...answers,
    nll: nll.map((value, question) => (ofMass[question] ? value : value - Math.log(scale))),
    intervalNll: answers.intervalNll.map((value) => value - Math.log(scale)),
    crps: distance(answers.crps),
    medianErrors: distance(answers.medianErrors),
    meanErrors: distance(answers.meanErrors),
    stds: distance(answers.stds),
    widths: answers.widths.map(distance),
  };
}

/** Every score with its bootstrap interval over rows. */
export function scoreNumbers(answers: NumberAnswers, options: Omit<BootstrapOptions, "rowOf">): NumberScores {
  const { nll, pits, rows } = answers;
  const statistics: Record<NumberStatistic, Statistic> = {
    ...questionStatistics(answers),
    ...intervalStatistics(answers),
  };
  const estimates = bootstrap(statistics, nll.length, { ...options, rowOf: rows });
  return {
    questions: nll.length,
    nll: estimates.nll,
    impossible: nll.filter((value) => value === Number.POSITIVE_INFINITY).length,
    nllOfPossible: estimates.nllOfPossible,
    atPointMasses: answers.ofMass.filter((of) => of === 1).length,
    intervalNll: estimates.intervalNll,
    crps: estimates.crps,
    rmse: estimates.rmse,
    mae: estimates.mae,
    rmseOfMean: estimates.rmseOfMean,
    meanStd: estimates.meanStd,
    ks: estimates.ks,
    intervals: MASSES.map((mass, which) => {
      const conformal = conformalMass(answers.holding, mass);
      return {
        mass,
        coverage: estimates[`coverage ${which}`],
        meanWidth: estimates[`mean width ${which}`],
        medianWidth: estimates[`median width ${which}`],
        ...(conformal !== undefined && { conformal }),
      };
    }),
    pitHistogram: pitHistogram(pits),
    calibrationCurve: calibrationCurve(pits),
  };
}

/** The number is that of the interval among {@link MASSES}. */
type IntervalStatistic = `${"coverage" | "mean width" | "median width"} ${number}`;
type NumberStatistic = keyof ReturnType<typeof questionStatistics> | IntervalStatistic;

function questionStatistics(answers: NumberAnswers) {
  return {
    nll: meanOf(answers.nll),
    nllOfPossible: meanOfPossible(answers.nll),
    intervalNll: meanOf(answers.intervalNll),
    crps: meanOf(answers.crps),
    rmse: rootMeanSquareOf(answers.medianErrors),
    mae: meanOf(answers.medianErrors.map(Math.abs)),
    rmseOfMean: rootMeanSquareOf(answers.meanErrors),
    meanStd: meanOf(answers.stds),
    ks: ksDistanceOf(answers.pits),
  };
}

/** Flat, so that all are made of the same resamples: drawing those is half of the work. */
function intervalStatistics({ covered, widths }: NumberAnswers) {
  const statistics: Record<IntervalStatistic, Statistic> = {};
  for (const which of MASSES.keys()) {
    statistics[`coverage ${which}`] = meanOf(covered[which]);
    statistics[`mean width ${which}`] = meanOf(widths[which]);
    statistics[`median width ${which}`] = medianOf(widths[which]);
  }
  return statistics;
}
