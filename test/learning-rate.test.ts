/** @file Learning rates against values worked out by hand, as PyTorch's schedulers give them. */
import { describe, expect, test } from "vitest";
import { learningRate, nextPlateau, startPlateau } from "../src/training/learning-rate.ts";
import { LEARNING_RATE_SCHEDULES, type LearningRateSchedule } from "../src/training/settings.ts";

const settings = (schedule: LearningRateSchedule) => ({
  schedule,
  learningRate: 0.9,
  learningRateMin: 0.1,
  restartEpochs: 4,
  epochs: 8,
  warmupSteps: 4,
  decaySteps: 16,
});

function rates(schedule: LearningRateSchedule, epochs: readonly number[]): number[] {
  const start = startPlateau(settings(schedule));
  return epochs.map((epoch) => learningRate(settings(schedule), epoch, start));
}

/** Half of 0.8 on either side of 0.5, at the cosine of 0, 45, 90 and 135 degrees. */
const QUARTERS = [0.9, 0.5 + 0.4 * Math.SQRT1_2, 0.5, 0.5 - 0.4 * Math.SQRT1_2];

describe("the learning rate", () => {
  test("by step rises, stays and falls as one over the root of the steps", () => {
    const start = startPlateau(settings("inverse-sqrt"));
    const at = (step: number) => learningRate(settings("inverse-sqrt"), 0, start, step - 1);
    expect([1, 2, 4, 16, 64].map(at)).toEqual([0.225, 0.45, 0.9, 0.9, 0.45]);
  });

  test("with warm restarts falls along a cosine and starts again", () => {
    const found = rates("warm-restarts", [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    [...QUARTERS, ...QUARTERS, 0.9].forEach((rate, epoch) => {
      expect(found[epoch]).toBeCloseTo(rate, 12);
    });
  });

  test("with one cosine falls over all epochs, and stays at the end of it", () => {
    const found = rates("cosine", [0, 2, 4, 6, 8, 9]);
    [...QUARTERS, 0.1, 0.1].forEach((rate, i) => {
      expect(found[i]).toBeCloseTo(rate, 12);
    });
  });

  test("of the published recipe: 5e-3 to 1e-5 over 64 epochs", () => {
    // What PyTorch 2.15's CosineAnnealingWarmRestarts(T_0=64, eta_min=1e-5) gave after 1, 32 and 63 epochs.
    const published = { schedule: "warm-restarts", learningRate: 5e-3, learningRateMin: 1e-5 } as const;
    const recipe = { ...published, restartEpochs: 64, epochs: 512, warmupSteps: 0, decaySteps: 0 };
    const at = (epoch: number) => learningRate(recipe, epoch, startPlateau(recipe));
    expect(at(1)).toBeCloseTo(0.004996994663231905, 15);
    expect(at(32)).toBeCloseTo(0.0025050000000000003, 15);
    expect(at(63)).toBeCloseTo(1.3005336768094851e-5, 15);
  });

  test("can be constant", () => {
    expect(rates("constant", [0, 1, 7, 100])).toEqual([0.9, 0.9, 0.9, 0.9]);
  });

  test("on a plateau falls to a tenth after eleven epochs that are not better, down to its least", () => {
    const high = { ...settings("plateau"), learningRateMin: 0.005 };
    let plateau = startPlateau(high);
    const rateAfter = (loss: number) => {
      plateau = nextPlateau(plateau, loss, high);
      return learningRate(high, 0, plateau);
    };
    expect(rateAfter(1)).toBe(0.9);
    // Better, but by less than a ten-thousandth: does not count.
    for (let epoch = 1; epoch <= 10; epoch++) expect(rateAfter(0.99995)).toBe(0.9);
    expect(rateAfter(0.99995)).toBeCloseTo(0.09, 12);
    for (let epoch = 1; epoch <= 10; epoch++) expect(rateAfter(2)).toBeCloseTo(0.09, 12);
    expect(rateAfter(0.9998)).toBeCloseTo(0.09, 12); // better in time: counting begins again
    for (let epoch = 1; epoch <= 10; epoch++) expect(rateAfter(0.9998)).toBeCloseTo(0.09, 12);
    expect(rateAfter(0.9998)).toBeCloseTo(0.009, 12);
    for (let epoch = 1; epoch <= 11; epoch++) rateAfter(3);
    expect(rateAfter(3)).toBe(0.005);
  });

  test("is tested here for every schedule", () => {
    expect(LEARNING_RATE_SCHEDULES).toEqual([
      "warm-restarts",
      "cosine",
      "constant",
      "plateau",
      "inverse-sqrt",
    ]);
  });
});
