import { expect, test } from "vitest";
import { type LossScale, nextScale, startScale } from "./loss-scale.ts";

test("only float16 needs a factor", () => {
  expect(startScale("float32")).toBeNull();
  expect(startScale("bfloat16")).toBeNull();
  expect(startScale("float16")).toEqual({ factor: 65536, steps: 0 });
});

test("the factor halves at an overflow and doubles after 2000 steps without one", () => {
  let scale: LossScale = { factor: 1024, steps: 7 };
  scale = nextScale(scale, false);
  expect(scale).toEqual({ factor: 512, steps: 0 });
  for (let step = 0; step < 1999; step++) scale = nextScale(scale, true);
  expect(scale.factor).toBe(512);
  scale = nextScale(scale, true);
  expect(scale).toEqual({ factor: 1024, steps: 0 });
});
