/**
 * @file Pairs from an equal mixture of two normals, given where these are and how wide, and their true density.
 *
 * A condition is [x1, y1, s1, x2, y2, s2]. With probability 1/2 the pair is normal about (x1, x2) with sds (s1, s2),
 * else about (y1, y2) with sds (s2, s2): as published, s2 is the sd of both coordinates there.
 */
import { generator } from "../../src/numeric/generator.ts";

export interface ConditionedPoints {
  readonly points: number[][];
  readonly conditions: number[][];
}

/** Centres uniform on (-2, 2), sds uniform on (0.1, 0.5), one point each. */
export function drawConditioned(count: number, seed: number): ConditionedPoints {
  const random = generator(seed, "two normals");
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const conditions = Array.from({ length: count }, () => {
    const [x1, y1, x2, y2] = [between(-2, 2), between(-2, 2), between(-2, 2), between(-2, 2)];
    return [x1, y1, between(0.1, 0.5), x2, y2, between(0.1, 0.5)];
  });
  return { conditions, points: conditions.map((condition) => drawPoint(condition, random)) };
}

/** Points given one condition. */
export function drawGiven(condition: readonly number[], count: number, seed: number): number[][] {
  const random = generator(seed, "two normals, one condition");
  return Array.from({ length: count }, () => drawPoint(condition, random));
}

function drawPoint(condition: readonly number[], random: { uniform(): number; normal(): number }): number[] {
  const { centre, sds } = componentsOf(condition)[random.uniform() < 0.5 ? 0 : 1];
  return centre.map((c, i) => c + sds[i] * random.normal());
}

/** The natural logarithm of the density at a point given a condition. */
export function twoNormalsLogPdf(point: readonly number[], condition: readonly number[]): number {
  const logs = componentsOf(condition).map(({ centre, sds }) =>
    centre.reduce((sum, c, i) => {
      const z = (point[i] - c) / sds[i];
      return sum - (z * z) / 2 - Math.log(sds[i] * Math.sqrt(2 * Math.PI));
    }, Math.log(0.5)),
  );
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, each) => sum + Math.exp(each - most), 0));
}

function componentsOf(condition: readonly number[]) {
  const [x1, y1, s1, x2, y2, s2] = condition as [number, number, number, number, number, number];
  return [
    { centre: [x1, x2], sds: [s1, s2] },
    { centre: [y1, y2], sds: [s2, s2] },
  ];
}
