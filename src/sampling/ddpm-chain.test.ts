/** @file The chain back with a network that is known: the exact noise of a normal distribution. */
import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { ancestralStep, type BindStep, DdpmChain, deterministicStep } from "./ddpm-chain.ts";
import { diffusion } from "./ddpm-schedule.ts";

const STEPS = 101;
const SIZE = 20_000;
/** Standard deviation of what the chain samples. */
const SD = 0.5;

describe.each(["sigmoid", "linear", "quad", "cosine"] as const)("schedule %s", (schedule) => {
  const levels = diffusion(schedule, STEPS, 1e-5, 0.2);
  /** x_t = sqrt(a) y + sqrt(1 - a) e with y of variance SD^2: the mean of e given x_t. */
  const bind: BindStep = (t, { keep, remove, spread }, { x, z, next }) => {
    const a = levels.alphaBar[t];
    const seen = Math.sqrt(1 - a) / (a * SD * SD + 1 - a);
    return async () => {
      for (let i = 0; i < x.length; i++) next[i] = keep * x[i] + remove * seen * x[i] + spread * z[i];
    };
  };
  const arrays = () => ({
    x: [new Float64Array(SIZE), new Float64Array(SIZE)] as const,
    z: new Float64Array(SIZE),
  });

  test("the deterministic steps are the normal's quantile function: they multiply by its sd", async () => {
    const chain = new DdpmChain(levels, deterministicStep, arrays(), bind);
    chain.start.set([-2, 0.5, 1]);
    const ends = await chain.run();
    for (const [i, z] of [-2, 0.5, 1].entries()) expect(Math.abs(ends[i] - SD * z)).toBeLessThan(0.08 * SD);
  });

  test("the ancestral steps bring back its mean and variance", async () => {
    const random = generator(1, schedule);
    const chain = new DdpmChain(levels, ancestralStep, arrays(), bind);
    const draw = (into: Float64Array) => {
      for (let i = 0; i < into.length; i++) into[i] = random.normal();
    };
    draw(chain.start);
    const ends = await chain.run({ draw });
    const mean = ends.reduce((sum, x) => sum + x, 0) / SIZE;
    const variance = ends.reduce((sum, x) => sum + (x - mean) ** 2, 0) / SIZE;
    expect(Math.abs(mean)).toBeLessThan((4.5 * SD) / Math.sqrt(SIZE));
    expect(Math.abs(variance / SD ** 2 - 1)).toBeLessThan(0.1);
  });

  test("all states are told, from T steps of noise to none", async () => {
    const chain = new DdpmChain(levels, deterministicStep, arrays(), bind);
    chain.start[0] = 1;
    const told: number[] = [];
    let last = Number.NaN;
    const ends = await chain.run({
      onState: (step, x) => {
        told.push(step);
        last = x[0];
      },
    });
    expect(told).toEqual(Array.from({ length: STEPS + 1 }, (_, i) => STEPS - i));
    expect(last).toBe(ends[0]);
  });
});
