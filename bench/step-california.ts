/**
 * @file How long is a training step of the published California network (batch 128, 0 to 9 columns given)?
 *
 *     npx tsx bench/step-california.ts
 */
import { type Question, runAlone } from "./suite/run-questions.ts";
import { measureSteps, stepRows } from "./suite/step-sides.ts";

const AT_LEAST = { padded: 6, cropped: 6 };

export const stepCalifornia: Question = {
  name: "step-california",
  async rows(asked) {
    const steps = asked.quick ? 40 : 100;
    const sides = { config: "california", most: 9, steps, warmup: 20, lossRatio: 3 } as const;
    return stepRows(sides, await measureSteps(asked, sides), AT_LEAST);
  },
};

await runAlone(import.meta.url, stepCalifornia);
