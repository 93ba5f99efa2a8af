import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenLevels } from "./distribution-fixture.ts";
import { QuantileCurves } from "./quantile-curves.ts";

const levels = evenLevels(9, 2);

describe("quantile curves", () => {
  test("pass through the nodes of their own row and go on straight beyond them", () => {
    const nodes = [Math.sinh, (z: number) => 5 + z ** 3].flatMap((curve) => [...levels].map(curve));
    const curves = new QuantileCurves(levels, Float64Array.from(nodes));
    for (const [k, z] of levels.entries()) {
      expect(curves.value(0, z)).toBeCloseTo(Math.sinh(z), 13);
      expect(curves.value(1, z)).toBeCloseTo(5 + z ** 3, 13);
      expect(curves.level(1, nodes[9 + k])).toBeCloseTo(z, 12);
    }
    const slope = curves.slope(0, 2);
    expect(curves.value(0, 7)).toBeCloseTo(Math.sinh(2) + 5 * slope, 12);
    expect(curves.slope(0, 7)).toBe(slope);
    expect(curves.level(0, curves.value(0, -30))).toBeCloseTo(-30, 12);
  });

  test("are exact for a line and get closer to a smooth curve with more levels", () => {
    const line = new QuantileCurves(levels, levels.map((z) => 3 - 2 * z).reverse());
    expect(line.value(0, 0.3)).toBeCloseTo(3 + 2 * 0.3, 13);
    expect(line.slope(0, 0.3)).toBeCloseTo(2, 13);
    const worst = (count: number) => {
      const fine = evenLevels(count, 2);
      const curves = new QuantileCurves(fine, fine.map(Math.exp));
      const errors = Array.from({ length: 300 }, (_, k) => {
        const z = -1.5 + k / 100;
        return Math.abs(curves.slope(0, z) / Math.exp(z) - 1);
      });
      return Math.max(...errors);
    };
    expect(worst(64)).toBeLessThan(2e-3);
    expect(worst(128)).toBeLessThan(worst(64) / 3); // second order
  });

  test("keep slopes positive and finite where nodes coincide, wholly or in part", () => {
    const rows = [
      [1, 1, 1, 1, 1, 1, 1, 1, 1],
      [0, 0, 0, 0, 2, 2, 2, 2, 3],
      [-1e8, -1e8, 1e8, 1e8, 1e8, 1e8, 1e8, 1e8, 1e8],
    ];
    const curves = new QuantileCurves(levels, Float64Array.from(rows.flat()));
    for (const [row, nodes] of rows.entries()) {
      const spread = Math.max(nodes[8] - nodes[0], 1e-9);
      for (let z = -3; z <= 3; z += 0.01) {
        const slope = curves.slope(row, z);
        expect(slope).toBeGreaterThan(0.1e-6 * (spread / 4));
        expect(slope).toBeLessThan(10 * spread);
        expect(curves.level(row, curves.value(row, z))).toBeCloseTo(z, 4);
      }
      expect(Math.abs(curves.value(row, 2) - nodes[8])).toBeLessThan(2e-6 * spread + 2e-9);
    }
  });

  test("rise, with the slope that is their derivative, and are inverted by their levels", () => {
    const steps = fc.array(fc.double({ min: 1e-3, max: 10, noNaN: true }), { minLength: 9, maxLength: 9 });
    const level = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(steps, level, (rises, z) => {
        let u = -3;
        const curves = new QuantileCurves(
          levels,
          Float64Array.from(rises, (rise) => (u += rise)),
        );
        const value = curves.value(0, z);
        expect(curves.value(0, z + 1e-5)).toBeGreaterThan(value);
        expect(curves.level(0, value)).toBeCloseTo(z, 10);
        const [low, high] = [curves.slope(0, z - 1e-5), curves.slope(0, z + 1e-5)].sort((a, b) => a - b);
        const secant = (curves.value(0, z + 1e-5) - curves.value(0, z - 1e-5)) / 2e-5;
        expect(secant).toBeGreaterThan(low * (1 - 1e-2));
        expect(secant).toBeLessThan(high * (1 + 1e-2));
      }),
    );
  });
});
