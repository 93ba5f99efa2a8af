import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { eachOnce } from "../numeric/statistics.ts";
import {
  aucOf,
  type ClassProbabilities,
  calibrationErrorOf,
  confusionOf,
  meanAucOf,
  reliabilityOf,
} from "./class-scores.ts";

/** scikit-learn 1.5: roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) is 0.75, from its documentation. */
const DOCUMENTED: ClassProbabilities = {
  classes: 2,
  found: [0, 0, 1, 1],
  probabilities: [0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8],
};

function drawn(classes: number, rows: number): ClassProbabilities {
  const random = generator(classes, "drawn classes");
  const found = Array.from({ length: rows }, () => random.integer(classes));
  const probabilities = found.flatMap((index) => {
    // Rounded, so that there are ties.
    const each = Array.from(
      { length: classes },
      (_, k) => Math.ceil(4 * random.uniform()) + 2 * Number(k === index),
    );
    const sum = each.reduce((a, b) => a + b, 0);
    return each.map((value) => value / sum);
  });
  return { classes, found, probabilities };
}

/** By its meaning: all pairs of a row of the class and one of another. */
function aucByPairs({ classes, found, probabilities }: ClassProbabilities, index: number): number {
  const scores = Array.from(found, (_, i) => probabilities[i * classes + index]);
  let [won, pairs] = [0, 0];
  for (const [i, score] of scores.entries())
    for (const [j, other] of scores.entries()) {
      if (found[i] !== index || found[j] === index) continue;
      won += score > other ? 1 : score === other ? 0.5 : 0;
      pairs++;
    }
  return won / pairs;
}

describe("AUC", () => {
  test("is scikit-learn's", () => {
    expect(aucOf(DOCUMENTED, 1)(eachOnce(4))).toBe(0.75);
    expect(aucOf(DOCUMENTED, 0)(eachOnce(4))).toBe(0.75);
    expect(meanAucOf(DOCUMENTED)(eachOnce(4))).toBe(0.75);
  });

  test("is the share of the pairs that are told apart, ties counting half", () => {
    for (const classes of [2, 3, 5]) {
      const answers = drawn(classes, 120);
      const each = Array.from({ length: classes }, (_, k) => aucByPairs(answers, k));
      for (const [k, expected] of each.entries())
        expect(aucOf(answers, k)(eachOnce(120))).toBeCloseTo(expected, 12);
      const mean = each.reduce((a, b) => a + b, 0) / classes;
      if (classes > 2) expect(meanAucOf(answers)(eachOnce(120))).toBeCloseTo(mean, 12);
    }
  });

  test("counts resampled rows as often as they are drawn", () => {
    const { classes, found, probabilities } = DOCUMENTED;
    const weights = [2, 0, 1, 3];
    const rows = weights.flatMap((weight, row) => Array<number>(weight).fill(row));
    const repeated = {
      classes,
      found: rows.map((row) => found[row]),
      probabilities: rows.flatMap((row) => [probabilities[2 * row], probabilities[2 * row + 1]]),
    };
    expect(aucOf(DOCUMENTED, 1)(weights)).toBe(aucOf(repeated, 1)(eachOnce(6)));
  });

  test("is 0.5 where all answers are the same, and no number where one class is all there is", () => {
    const same = { classes: 2, found: [0, 1, 1], probabilities: [0.3, 0.7, 0.3, 0.7, 0.3, 0.7] };
    expect(aucOf(same, 1)(eachOnce(3))).toBe(0.5);
    expect(meanAucOf({ ...same, found: [1, 1, 1] })(eachOnce(3))).toBeNaN();
  });
});

test("the confusion matrix counts true classes by the most probable one; what is unknown stays out", () => {
  const answers = {
    classes: 3,
    found: [2, 0, 2, 2, 0, 1, -1],
    probabilities: [2, 0, 2, 2, 0, 2, 1].flatMap((best, i) =>
      [0, 1, 2].map((k) => (k === (i === 0 ? 0 : best) ? 0.5 : 0.25)),
    ),
  };
  // scikit-learn's documentation: confusion_matrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]).
  expect(confusionOf(answers)).toEqual([
    [2, 0, 0],
    [0, 0, 1],
    [1, 0, 2],
  ]);
});

describe("reliability", () => {
  test("is scikit-learn's calibration curve", () => {
    // Its documentation: y_true, y_pred and calibration_curve(..., n_bins=3), here in tenths by hand.
    const found = [0, 0, 0, 0, 1, 1, 1, 1, 1];
    const second = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1];
    const bins = reliabilityOf({ classes: 2, found, probabilities: second.flatMap((p) => [1 - p, p]) });
    expect(bins.map(({ answers }) => answers).reduce((a, b) => a + b)).toBe(9);
    expect(bins.at(-1)).toMatchObject({ from: 0.9, to: 1, answers: 2, share: 1 });
    expect(bins.at(-1)?.probability).toBeCloseTo(0.95, 12);
    const away = second.map((p, i) => Math.abs(p - found[i]));
    expect(calibrationErrorOf(bins)).toBeCloseTo(away.reduce((a, b) => a + b) / 9, 12);
  });

  test("of more classes takes all their probabilities, and is near the diagonal where they are right", () => {
    const random = generator(1, "reliable");
    const rows = 20_000;
    const probabilities: number[] = [];
    const found = Array.from({ length: rows }, () => {
      const each = Array.from({ length: 3 }, () => random.uniform());
      const sum = each.reduce((a, b) => a + b);
      const shares = each.map((value) => value / sum);
      probabilities.push(...shares);
      const u = random.uniform();
      return u < shares[0] ? 0 : u < shares[0] + shares[1] ? 1 : 2;
    });
    const bins = reliabilityOf({ classes: 3, found, probabilities });
    expect(bins.reduce((sum, { answers }) => sum + answers, 0)).toBe(3 * rows);
    for (const { answers, probability, share } of bins)
      expect(Math.abs(share - probability)).toBeLessThan(4 * Math.sqrt(0.25 / answers));
    expect(calibrationErrorOf(bins)).toBeLessThan(0.01);
  });
});
