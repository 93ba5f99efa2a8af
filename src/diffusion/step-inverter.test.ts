import { describe, expect, test } from "vitest";
import type { DdpmCoefficients } from "../sampling/ddpm-chain.ts";
import { StepInverter } from "./step-inverter.ts";

const STEP: DdpmCoefficients = { keep: 1, remove: 1, spread: 0 };

/** An inverter of keep x + remove noise(x) in one dimension, for a noise that is known with its slope. */
function inverterOf(points: readonly number[], noise: (x: number) => number, slope: (x: number) => number) {
  const x = new Float64Array(points.length);
  const arrays = { x, noise: new Float64Array(x.length), slopes: [new Float64Array(x.length)] };
  let runs = 0;
  return {
    inverter: new StepInverter(Float64Array.from(points), arrays, "float64"),
    run: async () => {
      runs++;
      arrays.noise.set(x.map(noise));
      arrays.slopes[0].set(x.map(slope));
    },
    runs: () => runs,
  };
}

describe("undoing a step", () => {
  test("finds the place before and ln of how the step stretches there, in a few runs", async () => {
    const known = [-2, 0, 0.3, 50];
    const forward = (x: number) => 0.9 * x + 0.2 * Math.tanh(x);
    const { inverter, run, runs } = inverterOf(known.map(forward), Math.tanh, (x) => 1 - Math.tanh(x) ** 2);
    await inverter.stepBefore({ keep: 0.9, remove: 0.2, spread: 0 }, run);
    known.forEach((x, i) => {
      expect(inverter.points[i]).toBeCloseTo(x, 10);
      expect(inverter.logDeterminants[i]).toBeCloseTo(Math.log(0.9 + 0.2 * (1 - Math.tanh(x) ** 2)), 10);
    });
    expect(runs()).toBeLessThan(8);
  });

  test("in two dimensions, each coordinate's noise depending on both, takes as few", async () => {
    // (x, y) -> (x + 3 y, y - tanh(x) / 5): the determinant is 1 + 3/5 (1 - tanh(x)^2).
    const known = [1, 2, 0.5, -1];
    const x = new Float64Array(4);
    const arrays = { x, noise: new Float64Array(4), slopes: [new Float64Array(4), new Float64Array(4)] };
    const target = known.map((each, i) =>
      i % 2 === 0 ? each + 3 * known[i + 1] : each - Math.tanh(known[i - 1]) / 5,
    );
    const inverter = new StepInverter(Float64Array.from(target), arrays, "float64");
    let runs = 0;
    await inverter.stepBefore(STEP, async () => {
      runs++;
      for (const i of [0, 2]) {
        arrays.noise.set([3 * x[i + 1], -Math.tanh(x[i]) / 5], i);
        arrays.slopes[0].set([0, 3], i);
        arrays.slopes[1].set([(Math.tanh(x[i]) ** 2 - 1) / 5, 0], i);
      }
    });
    expect(Array.from(inverter.points, (each) => Math.round(each * 1e9) / 1e9)).toEqual(known);
    for (const [i, at] of [1, 0.5].entries()) {
      expect(inverter.logDeterminants[i]).toBeCloseTo(Math.log(1 + 0.6 * (1 - Math.tanh(at) ** 2)), 9);
    }
    expect(runs).toBeLessThan(10);
  });

  test("adds up several steps", async () => {
    const { inverter, run } = inverterOf(
      [8],
      (x) => x,
      () => 1,
    );
    for (let i = 0; i < 3; i++) await inverter.stepBefore(STEP, run);
    expect(inverter.points[0]).toBeCloseTo(1, 10);
    expect(inverter.logDeterminants[0]).toBeCloseTo(3 * Math.log(2), 10);
  });

  test("converges where whole Newton steps would jump to and fro for ever", async () => {
    const { inverter, run } = inverterOf(
      [3],
      (x) => 10 * Math.atan(20 * x),
      (x) => 200 / (1 + 400 * x * x),
    );
    await inverter.stepBefore({ keep: 1, remove: 1, spread: 0 }, run);
    const x = inverter.points[0];
    expect(x + 10 * Math.atan(20 * x)).toBeCloseTo(3, 9);
  });

  test("a step that folds space makes the point NaN, and stays so; others go on", async () => {
    // x - 2 tanh(x) falls about 0, and at 1.2 it has come back to -0.5 on the far side.
    const { inverter, run } = inverterOf(
      [0, 40],
      (x) => -2 * Math.tanh(x),
      (x) => -2 * (1 - Math.tanh(x) ** 2),
    );
    await inverter.stepBefore(STEP, run);
    await inverter.stepBefore(STEP, run);
    expect(inverter.logDeterminants[0]).toBeNaN();
    expect(inverter.points[1]).toBeCloseTo(44, 10);
    expect(inverter.logDeterminants[1]).toBeCloseTo(0, 10);
  });

  test("a target that no place leads to makes the point NaN", async () => {
    // x + noise is x^2: it is 4 at 2, and nowhere -1.
    const { inverter, run } = inverterOf(
      [-1, 4],
      (x) => x * x - x,
      (x) => 2 * x - 1,
    );
    await inverter.stepBefore(STEP, run);
    expect(inverter.logDeterminants[0]).toBeNaN();
    expect(inverter.points[1]).toBeCloseTo(2, 10);
    expect(inverter.logDeterminants[1]).toBeCloseTo(Math.log(4), 10);
  });
});
