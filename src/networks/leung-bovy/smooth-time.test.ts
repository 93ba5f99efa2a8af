import { expect, test } from "vitest";
import { cells, initialise, parameterCount } from "../parts/parameter-layout.ts";
import type { HeadConfig } from "./config.ts";
import { headParameters } from "./parameters.ts";
import { smoothTimes } from "./smooth-time.ts";

const head: HeadConfig = {
  dimension: 2,
  conditionDimension: 3,
  width: 50,
  layers: 2,
  steps: 100,
  schedule: "sigmoid",
  betaStart: 1e-5,
  betaEnd: 0.1,
};

test("steps start as waves: neighbours alike, distant ones not, coordinates and layers each their own", () => {
  const parameters = headParameters(head);
  const flat = new Float32Array(parameterCount(parameters));
  initialise(parameters, flat, 1);
  const before = flat.slice();
  smoothTimes(parameters, flat, 1);
  for (const parameter of parameters) {
    const own = cells(flat, parameter);
    if (!parameter.name.endsWith(".time")) {
      expect(own).toEqual(cells(before, parameter));
      continue;
    }
    // No wave goes round more than once: 2 pi / T is the most it changes in a step.
    for (let i = 50; i < own.length; i++) {
      expect(Math.abs(own[i] - own[i - 50])).toBeLessThan((2 * Math.PI) / 100 + 1e-6);
    }
    const change = Array.from({ length: 50 }, (_, j) => Math.abs(own[j] - own[50 * 50 + j]));
    expect(change.reduce((sum, each) => sum + each, 0) / 50).toBeGreaterThan(0.4);
    expect(new Set(own.subarray(0, 50)).size).toBe(50);
  }
  const [first, second] = parameters.filter(({ name }) => name.endsWith(".time")).map((p) => cells(flat, p));
  expect(first).not.toEqual(second);
});
