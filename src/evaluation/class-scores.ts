/** @file How well probabilities of classes tell them apart, and whether they are as often right as they say. */
import { ascending, indexOfMax, type Statistic } from "../numeric/statistics.ts";

/** The answers about a column of classes: what was found, and the probability of every class. */
export interface ClassProbabilities {
  /** How many classes the model knows. */
  readonly classes: number;
  /** The index of what was found, for each question; -1 of what the model does not know. */
  readonly found: ArrayLike<number>;
  /** (questions, classes), row-major. */
  readonly probabilities: ArrayLike<number>;
}

/**
 * The area under the receiver operating characteristic of one class against the rest: the chance that a row of the class has a
 * higher probability of it than a row of another, ties counting half. 0.5 tells nothing apart, 1 everything; NaN where
 * either has no row.
 * @param index of the class. @returns a statistic over the questions.
 * @see Hanley & McNeil (1982), Radiology 143, 29-36: it is the Mann-Whitney statistic.
 */
export function aucOf({ classes, found, probabilities }: ClassProbabilities, index: number): Statistic {
  const scores = Float64Array.from(found, (_, question) => probabilities[question * classes + index]);
  const order = ascending(scores);
  return (weights) => {
    let [of, others, won] = [0, 0, 0];
    for (let i = 0; i < order.length; ) {
      let [ofHere, othersHere] = [0, 0];
      const score = scores[order[i]];
      for (; i < order.length && scores[order[i]] === score; i++) {
        if (found[order[i]] === index) ofHere += weights[order[i]];
        else othersHere += weights[order[i]];
      }
      won += ofHere * (others + othersHere / 2);
      of += ofHere;
      others += othersHere;
    }
    return won / (of * others);
  };
}

/** The mean over the classes that are found and are not all there is, each counting once. Of two classes it is that of either. */
export function meanAucOf(answers: ClassProbabilities): Statistic {
  const present = new Set(Array.from(answers.found).filter((index) => index >= 0));
  const chosen = answers.classes === 2 ? [1] : [...present].sort((a, b) => a - b);
  const each = chosen.map((index) => aucOf(answers, index));
  return (weights) => {
    const values = each.map((statistic) => statistic(weights)).filter((value) => !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
}

/** The mean probability of the most probable class. */
export function confidenceOf({ classes, found, probabilities }: ClassProbabilities): number {
  let sum = 0;
  for (let question = 0; question < found.length; question++) {
    let most = 0;
    for (let k = 0; k < classes; k++) most = Math.max(most, probabilities[question * classes + k]);
    sum += most;
  }
  return sum / found.length;
}

/** How often each class (rows) was answered with each class as the most probable one (columns). */
export function confusionOf({ classes, found, probabilities }: ClassProbabilities): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let question = 0; question < found.length; question++) {
    if (found[question] < 0) continue;
    const row = Array.from({ length: classes }, (_, k) => probabilities[question * classes + k]);
    counts[found[question]][indexOfMax(row)]++;
  }
  return counts;
}

/** Answers of about the same probability, and how often the class was found. */
export interface ReliabilityBin {
  /** Answers between these probabilities: [from, to), the last with its end. */
  readonly from: number;
  readonly to: number;
  readonly answers: number;
  /** The mean probability that was given. */
  readonly probability: number;
  /** The share of the answers whose class was found: the same where they are calibrated. */
  readonly share: number;
}

const BINS = 10;

/**
 * Of two classes the probability of the second, of more every class's, in tenths; tenths without answers are left out.
 * @see DeGroot & Fienberg (1983), The Statistician 32, 12-22: the reliability diagram.
 */
export function reliabilityOf({ classes, found, probabilities }: ClassProbabilities): ReliabilityBin[] {
  const bins = Array.from({ length: BINS }, () => ({ answers: 0, sum: 0, right: 0 }));
  for (let question = 0; question < found.length; question++) {
    for (let k = classes === 2 ? 1 : 0; k < classes; k++) {
      const probability = probabilities[question * classes + k];
      const bin = bins[Math.min(BINS - 1, Math.floor(probability * BINS))];
      bin.answers++;
      bin.sum += probability;
      bin.right += Number(found[question] === k);
    }
  }
  return bins.flatMap(({ answers, sum, right }, i) =>
    answers > 0
      ? [
          {
            from: i / BINS,
            to: (i + 1) / BINS,
            answers,
            probability: sum / answers,
            share: right / answers,
          },
        ]
      : [],
  );
}

/** The mean distance between probabilities and shares of the bins, each answer counting once: 0 where all are as often right as they say. */
export function calibrationErrorOf(bins: readonly ReliabilityBin[]): number {
  const all = bins.reduce((sum, { answers }) => sum + answers, 0);
  const away = bins.reduce(
    (sum, { answers, probability, share }) => sum + answers * Math.abs(probability - share),
    0,
  );
  return away / all;
}
