/** @file Which weights are kept, judged by columns of every sort: learnable ones, noise, and texts that are learnt by heart. */
import { describe, expect, test } from "vitest";
import {
  difference,
  isDone,
  type Judgement,
  judged,
  lastStepForetold,
  NO_JUDGEMENT,
  nextCheck,
  score,
} from "./judgement.ts";

/** The judgement after checks of these gains, each with so small an error that any gain is sure. */
function after(gains: readonly (readonly number[])[], error = 0.01): Judgement {
  return gains.reduce(
    (before, each, i) =>
      judged(before, 100 * (i + 1), { gains: each, errors: each.map(() => error) }).judgement,
    NO_JUDGEMENT,
  );
}

describe("the weights that are kept", () => {
  test("are the best of a column that learns, whatever a text does that is learnt by heart", () => {
    const { best, votes } = after([
      [0.1, -0.5],
      [0.3, -3],
      [0.6, -9],
      [0.5, -9],
    ]);
    expect(votes).toEqual([true, false]);
    expect(best).toBe(2);
  });

  test("are not those of the first check for a text that was guessed a little better once", () => {
    const { best, votes } = after([
      [0.1, 0.05],
      [0.3, -3],
      [0.4, -9],
    ]);
    expect(votes).toEqual([true, true]);
    expect(best).toBe(2);
  });

  test("do not follow what may be chance", () => {
    const noisy = after(
      [
        [0.1, 0.3],
        [0.2, -0.3],
      ],
      0.2,
    ); // the second column's error is as large as its gains
    expect(noisy.votes).toEqual([false, false]);
    const sure = judged(noisy, 300, { gains: [0.5, -0.3], errors: [0.2, 0.2] });
    expect(sure.judgement.votes).toEqual([true, false]);
    expect(sure.isBest).toBe(true);
  });

  test("are the later ones, if they are as good", () => {
    expect(after([[0.5], [0.51], [0.508]]).best).toBe(2);
    expect(after([[0.5], [0.51], [0.508], [0.506], [0.504], [0.502]]).best).toBe(3);
  });

  test("of a table of noise are those that are worse than nothing by least", () => {
    expect(
      after([
        [-0.2, -0.1],
        [-0.05, -0.05],
        [-0.3, -0.4],
      ]).best,
    ).toBe(1);
  });
});

describe("a run until done", () => {
  /** One column that gets better for ever, and two that are best at step 1000 and get worse by `loss` nats a check. */
  const learning = (checks: number, loss: number) =>
    after(
      Array.from({ length: checks }, (_, i) => {
        const others = 1 - loss * Math.max(0, i - 9);
        return [0.02 * i, others, others];
      }),
    );

  test("goes on while a column gets better, and the others do not get much worse", () => {
    expect(isDone(learning(60, 0))).toBe(false);
    expect(isDone(learning(25, 0.05))).toBe(false);
  });

  test("ends where one column gets better at the cost of the others, long after the best weights", () => {
    const { best } = learning(60, 0.05);
    expect(best).toBeLessThan(12);
    expect(isDone(learning(60, 0.05))).toBe(true);
  });
});

test("a column's loss is bounded, its gain is not", () => {
  expect(score([2, -50], [true, true])).toBeCloseTo((2 - 0.1) / 2, 10);
  expect(score([2, -50], [true, false])).toBe(2);
  expect(score([0.3, -1e-6], [true, true])).toBeCloseTo(0.15, 5);
});

test("checks become rarer as training goes on, and begin as soon as they are cheap", () => {
  expect(nextCheck(NO_JUDGEMENT, 70)).toBe(70);
  const late: Judgement = { ...NO_JUDGEMENT, checks: [{ step: 10_000, gains: [] }] };
  expect(nextCheck(late, 70)).toBe(10_400);
});

describe("another network beside those that are done", () => {
  const scores = (gains: readonly number[]) => ({ gains, errors: gains.map(() => 0.01) });

  test("is worth more where a column that votes is answered better by a hundredth of a nat", () => {
    expect(difference(scores([0.5, 0.3]), scores([0.5, 0.32])).isWorthMore).toBe(true);
    expect(difference(scores([0.5, 0.3]), scores([0.505, 0.305])).isWorthMore).toBe(false);
    // A column that was never learnt says nothing, however much less it is missed.
    expect(difference(scores([0.5, -2]), scores([0.5, -1]))).toEqual({ score: 0, isWorthMore: false });
  });

  test("makes the score as much higher as the voting columns gain on the average", () => {
    expect(difference(scores([0.5, 0.3]), scores([0.6, 0.28])).score).toBeCloseTo(0.04, 12);
    expect(difference(scores([0.5, 0.3]), scores([0.4, 0.2])).score).toBeCloseTo(-0.1, 12);
  });
});

test("many columns that get better by little each keep a training going, few do not", () => {
  /** So many columns after 6,000 steps, each of which gains so much in the last third. */
  const slowly = (columns: number, each: number) => {
    let judgement = NO_JUDGEMENT;
    for (let step = 200; step <= 6000; step += 200) {
      const gain = 1 - Math.exp(-step / 500) + each * Math.max(0, (step - 4000) / 2000);
      const gains = Array<number>(columns).fill(gain);
      judgement = judged(judgement, step, { gains, errors: gains.map(() => 0.01) }).judgement;
    }
    return judgement;
  };
  expect(isDone(slowly(2, 0.006))).toBe(true);
  expect(isDone(slowly(12, 0.006))).toBe(false);
  expect(isDone(slowly(12, 0.001))).toBe(true);
  expect(lastStepForetold(slowly(12, 0.006))).toBeUndefined();
});
