import { expect, test } from "vitest";
import { shortTraining } from "./training-display.ts";

test("a training that time cut short after few steps is reported, and no other", () => {
  expect(shortTraining({ why: "out of time", steps: 87, epochs: 2 })).toMatch(
    /^Only 87 steps \(2 whole epochs\)/,
  );
  expect(shortTraining({ why: "out of time", steps: 1000, epochs: 7 })).toBeUndefined();
  expect(shortTraining({ why: "finished", steps: 40, epochs: 10 })).toBeUndefined();
  expect(shortTraining({ why: "interrupted", steps: 40, epochs: 1 })).toBeUndefined();
});
