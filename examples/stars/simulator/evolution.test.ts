import { describe, expect, test } from "vitest";
import { STAGES, SUN, stageAt, stageState, stageTimes, tracks } from "./evolution.ts";

const solar = tracks(0);

describe("a star's life", () => {
  test("is the sun's for the sun's mass, metals and age: 5772 K, log g 4.44, one sun of light", () => {
    const now = stageAt(solar, 1, 4.6)!;
    expect(now.stage).toBe("main sequence");
    const { teff, logg, logLuminosity } = stageState(solar, 1, now.stage, now.phase);
    expect(Math.abs(teff - SUN.teff)).toBeLessThan(50);
    expect(Math.abs(logg - SUN.logg)).toBeLessThan(0.03);
    expect(Math.abs(logLuminosity)).toBeLessThan(0.03);
  });

  test("goes through the stages one after the other, and ends", () => {
    for (const mass of [0.9, 1.1, 1.5, 2.1, 2.6])
      for (const metallicity of [-2, -1, 0, 0.4]) {
        const track = tracks(metallicity);
        let end = 0;
        for (const stage of STAGES) {
          const { start, duration } = stageTimes(track, mass, stage);
          expect(start).toBeCloseTo(end, 9);
          expect(duration).toBeGreaterThan(0);
          expect(stageAt(track, mass, start + 0.5 * duration)).toEqual({
            stage,
            phase: expect.closeTo(0.5, 6),
          });
          end = start + duration;
        }
        expect(stageAt(track, mass, end + 0.001)).toBeUndefined();
      }
  });

  test("is continuous from the main sequence to the giant branch's tip", () => {
    for (const mass of [0.8, 1, 1.3, 2, 2.5])
      for (const metallicity of [-1.5, -0.4, 0, 0.4]) {
        const track = tracks(metallicity);
        for (const [before, after] of [
          ["main sequence", "subgiant"],
          ["subgiant", "red giant"],
        ] as const) {
          const [from, to] = [stageState(track, mass, before, 1), stageState(track, mass, after, 0)];
          expect(to.teff / from.teff).toBeCloseTo(1, 6);
          expect(to.logg).toBeCloseTo(from.logg, 6);
          expect(to.logLuminosity).toBeCloseTo(from.logLuminosity, 6);
        }
        const { logLuminosity } = stageState(track, mass, "red giant", 1);
        expect(logLuminosity).toBeGreaterThan(mass < 2 ? 3.2 : 2);
        expect(logLuminosity).toBeLessThan(3.6);
      }
  });

  test("is shorter for heavier stars: 11 Gyr for the sun, 1.2 for two suns, beyond the universe's age for 0.8", () => {
    const life = (mass: number) => stageTimes(solar, mass, "main sequence").duration;
    expect(life(1)).toBeGreaterThan(10);
    expect(life(1)).toBeLessThan(12);
    expect(life(2)).toBeCloseTo(1.16, 1);
    expect(life(0.8)).toBeGreaterThan(13.8);
  });

  test("runs on a giant branch that is cooler the more metals, through 4607 K at log g 2.5 for the sun's", () => {
    const atGravity = (metallicity: number, gravity: number) => {
      const track = tracks(metallicity);
      const phases = Array.from({ length: 2001 }, (_, i) => i / 2000);
      return phases
        .map((phase) => stageState(track, 1.1, "red giant", phase))
        .reduce((best, state) =>
          Math.abs(state.logg - gravity) < Math.abs(best.logg - gravity) ? state : best,
        ).teff;
    };
    expect(Math.abs(atGravity(0, 2.5) - 4607)).toBeLessThan(20);
    for (const gravity of [3, 2.5, 2, 1]) {
      const temperatures = [0.4, 0.2, 0, -0.3, -0.6, -1, -1.5, -2].map((m) => atGravity(m, gravity));
      expect(temperatures).toEqual(temperatures.toSorted((a, b) => a - b));
    }
    expect(atGravity(-0.5, 2.5) - atGravity(0.5, 2.5)).toBeCloseTo(382.5, -2);
  });

  test("rests in the red clump at 4750 K and log g 2.4 to 2.5; just above the flash mass 0.4 mag fainter", () => {
    const clump = (mass: number) => stageState(solar, mass, "red clump", 0.5);
    const { teff, logg } = clump(1.2);
    expect(Math.abs(teff - 4750)).toBeLessThan(60);
    expect(Math.abs(logg - 2.42)).toBeLessThan(0.08);
    expect(2.5 * (clump(1.2).logLuminosity - clump(2.05).logLuminosity)).toBeCloseTo(0.4, 1);
  });

  test("of a dwarf is finite, and hotter for more mass and fewer metals", () => {
    for (const metallicity of [-2.3, -1, 0, 0.5]) {
      const track = tracks(metallicity);
      let last = 0;
      for (let mass = 0.1; mass < 2.6; mass += 0.05) {
        const { teff } = stageState(track, mass, "main sequence", 0);
        expect(teff).toBeGreaterThan(last);
        last = teff;
      }
    }
    const dwarf = (metallicity: number) => stageState(tracks(metallicity), 0.7, "main sequence", 0.1).teff;
    expect([0.5, 0.2, -0.2, -0.6, -1.2].map(dwarf)).toEqual(
      [0.5, 0.2, -0.2, -0.6, -1.2].map(dwarf).toSorted((a, b) => a - b),
    );
  });
});
