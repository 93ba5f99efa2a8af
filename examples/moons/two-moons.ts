/** @file Two moons: points about two half circles, as scikit-learn's make_moons makes them, and their true density. */
import { generator } from "../../src/numeric/generator.ts";

/** Where angle t, 0 .. pi, is on the outer and on the inner moon. */
const MOONS = [
  (t: number) => [Math.cos(t), Math.sin(t)] as const,
  (t: number) => [1 - Math.cos(t), 0.5 - Math.sin(t)] as const,
];

export interface MoonsOptions {
  readonly count: number;
  /** Standard deviation of the noise about the half circles. */
  readonly noise: number;
  readonly seed: number;
}

/** Half of the points (rounded down) on the outer moon, evenly spaced, then the others on the inner; noise on all. */
export function twoMoons({ count, noise, seed }: MoonsOptions): number[][] {
  const random = generator(seed, "two moons");
  const outer = Math.floor(count / 2);
  const counts = [outer, count - outer];
  return MOONS.flatMap((moon, which) =>
    Array.from({ length: counts[which] }, (_, i) => {
      const [x, y] = moon((Math.PI * i) / Math.max(1, counts[which] - 1));
      return [x + noise * random.normal(), y + noise * random.normal()];
    }),
  );
}

/** Steps of the sum that stands for the integral along a moon: much closer together than the noise is wide. */
const ARC_STEPS = 400;

/** The natural logarithm of the density of two moons with noise at a point. */
export function twoMoonsLogPdf(point: readonly number[], noise: number): number {
  let sum = 0;
  for (const moon of MOONS) {
    for (let i = 0; i < ARC_STEPS; i++) {
      const [x, y] = moon((Math.PI * (i + 0.5)) / ARC_STEPS);
      sum += Math.exp(-((point[0] - x) ** 2 + (point[1] - y) ** 2) / (2 * noise * noise));
    }
  }
  return Math.log(sum / (2 * ARC_STEPS)) - Math.log(2 * Math.PI * noise * noise);
}
