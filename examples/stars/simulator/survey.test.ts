import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/base/errors.ts";
import { readSurvey } from "../../../src/datasets/survey.ts";
import { generator } from "../../../src/numeric/generator.ts";
import { isShared, NEEDS_SHARED, sharedPath } from "../../../test/reference.ts";
import { colours } from "./colours.ts";
import { EXTINCTION } from "./dust.ts";
import { COLUMNS, type ColumnName, observe, parallaxError, trueRow } from "./observe.ts";
import { simulateStars } from "./stars.ts";
import { simulateSurvey } from "./survey.ts";

const ROWS = 20_000;
const survey = simulateSurvey();
const stars = simulateStars(ROWS, 1);
const column = (name: ColumnName) => survey.columns.find((c) => c.name === name)!;
const values = Object.fromEntries(COLUMNS.map((name) => [name, column(name).values])) as Record<
  ColumnName,
  Float32Array
>;
const errors = Object.fromEntries(COLUMNS.map((name) => [name, column(name).errors])) as Record<
  ColumnName,
  Float32Array
>;
const rowsWhere = (keep: (row: number) => boolean) =>
  Array.from({ length: ROWS }, (_, row) => row).filter(keep);
const share = (rows: readonly number[], keep: (row: number) => boolean) =>
  rows.filter(keep).length / rows.length;
const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const present = (name: ColumnName) => [...values[name]].filter((value) => !Number.isNaN(value));

describe("the table", () => {
  test("has the columns it promises, all of the asked length, with an error exactly where there is a value", () => {
    expect(survey.source).toBe("simulated survey");
    expect(survey.columns.map((c) => c.name)).toEqual([...COLUMNS]);
    for (const { values, errors } of survey.columns) {
      expect(values).toHaveLength(ROWS);
      expect(values.every((value, i) => Number.isNaN(value) === Number.isNaN(errors![i]))).toBe(true);
      expect(errors!.every((error) => Number.isNaN(error) || error > 0)).toBe(true);
    }
  });

  test("has no constant column and none that is mostly missing", () => {
    for (const name of COLUMNS) {
      const numbers = present(name);
      expect(numbers.length).toBeGreaterThan(0.75 * ROWS);
      expect(new Set(numbers).size).toBeGreaterThan(0.2 * ROWS);
    }
  });

  test("is the same for the same seed and another for another seed", () => {
    const small = (seed: number) => simulateSurvey({ rows: 300, seed });
    expect(small(7)).toEqual(small(7));
    expect(small(7).columns[0].values).not.toEqual(small(8).columns[0].values);
    // The stars themselves are others too, not only the noise.
    expect(simulateStars(10, 7)).toEqual(simulateStars(10, 7));
    expect(simulateStars(10, 7)[0].mass).not.toBe(simulateStars(10, 8)[0].mass);
    expect(simulateSurvey({ rows: 1 }).columns[0].values).toHaveLength(1);
  });

  test("is, to the last bit, the one in the package's file", async () => {
    expect(await readSurvey()).toEqual(survey);
  });

  test("refuses rows and seeds that aren't whole numbers", () => {
    for (const rows of [0, -5, 2.5, NaN]) expect(() => simulateSurvey({ rows })).toThrow(InputError);
    expect(() => simulateSurvey({ seed: 0.5 })).toThrow("seed 0.5");
  });

  test("stays within what surveys see", () => {
    const ranges: Record<ColumnName, [number, number]> = {
      teff: [2500, 12_000],
      logg: [-0.5, 6],
      m_h: [-3, 1],
      logebv: [-9, 1.5],
      bprp: [-0.3, 5.5],
      jh: [-0.4, 2],
      jk: [-0.4, 2.5],
      g_mag: [8, 17.6],
      parallax: [-1, 800],
      g_fakemag: [-2500, 300_000],
    };
    for (const name of COLUMNS) {
      const numbers = present(name);
      expect(Math.min(...numbers), name).toBeGreaterThan(ranges[name][0]);
      expect(Math.max(...numbers), name).toBeLessThan(ranges[name][1]);
    }
  });
});

describe("the teff-logg plane", () => {
  const near = (teff: number, half: number) =>
    rowsWhere((row) => Math.abs(values.teff[row] - teff) < half).map((row) => values.logg[row]);
  const between = (loggs: readonly number[], low: number, high: number) =>
    loggs.filter((logg) => logg >= low && logg < high).length;

  test("at 4700 K has giants near log g 2.4 and dwarfs near 4.6, and hardly anything between", () => {
    const loggs = near(4700, 100);
    const [giants, dwarfs] = [between(loggs, 1.5, 3.5), between(loggs, 4.2, 5.2)];
    expect(giants / loggs.length).toBeGreaterThan(0.15);
    expect(dwarfs / loggs.length).toBeGreaterThan(0.15);
    expect(median(loggs.filter((logg) => logg < 3.5))).toBeCloseTo(2.42, 1);
    expect(median(loggs.filter((logg) => logg > 4.2))).toBeCloseTo(4.61, 1);
    // A bin of 0.4 dex in the valley against one on either peak.
    expect(between(loggs, 3.5, 3.9)).toBeLessThan(0.05 * between(loggs, 4.4, 4.8));
    expect(between(loggs, 3.5, 3.9)).toBeLessThan(0.05 * between(loggs, 2.2, 2.6));
  });

  test("at 3700 K has M dwarfs and cool giants, at 5700 K one crowd of dwarfs and subgiants", () => {
    const cool = near(3700, 100);
    expect(between(cool, 4.4, 5.4) / cool.length).toBeGreaterThan(0.5);
    expect(between(cool, 0, 1.7) / cool.length).toBeGreaterThan(0.05);
    expect(between(cool, 1.8, 4.2) / cool.length).toBeLessThan(0.01);
    const sunlike = near(5700, 100);
    expect(between(sunlike, 3.4, 4.8) / sunlike.length).toBeGreaterThan(0.95);
    expect(median(sunlike)).toBeGreaterThan(4.2);
    expect(median(sunlike)).toBeLessThan(4.5);
  });

  test("has a main sequence that turns off: gravity falls from 5.0 to 4.5 as dwarfs get hotter, then to 4.1", () => {
    const dwarfGravity = (teff: number) =>
      median(near(teff, 100).filter((logg) => logg > (teff < 5500 ? 4.2 : 3.5)));
    expect(dwarfGravity(3500)).toBeCloseTo(4.95, 1);
    expect(dwarfGravity(4500)).toBeCloseTo(4.63, 1);
    expect(dwarfGravity(5300)).toBeCloseTo(4.53, 1);
    expect(dwarfGravity(6300)).toBeLessThan(4.3);
    expect(dwarfGravity(8500)).toBeLessThan(4.2);
  });

  test("has a giant branch up to log g 0.5 and a red clump that stands out of it", () => {
    const giants = rowsWhere((row) => values.logg[row] < 3.5);
    const temperature = (gravity: number) =>
      median(
        giants.filter((row) => Math.abs(values.logg[row] - gravity) < 0.1).map((row) => values.teff[row]),
      );
    expect(temperature(3.2)).toBeGreaterThan(temperature(2));
    expect(temperature(2)).toBeGreaterThan(temperature(1) + 350);
    expect(share(giants, (row) => values.logg[row] < 1)).toBeGreaterThan(0.02);
    const counts = (low: number) => giants.filter((row) => Math.abs(values.logg[row] - low) < 0.1).length;
    expect(counts(2.4)).toBeGreaterThan(2.5 * counts(3.1));
    expect(counts(2.4)).toBeGreaterThan(2.5 * counts(1.8));
    const labelled = rowsWhere((row) => !Number.isNaN(values.logg[row]));
    expect(giants.length / labelled.length).toBeGreaterThan(0.2);
    expect(giants.length / labelled.length).toBeLessThan(0.4);
  });

  test("has metal-poor giants on the hot side of the branch", () => {
    const branch = rowsWhere((row) => Math.abs(values.logg[row] - 1.7) < 0.3);
    const median2 = (keep: (m_h: number) => boolean) =>
      median(branch.filter((row) => keep(values.m_h[row])).map((row) => values.teff[row]));
    expect(median2((m_h) => m_h < -0.6)).toBeGreaterThan(median2((m_h) => m_h > -0.1) + 150);
  });
});

describe("light", () => {
  test("from the parallax agrees with the gravity: clump giants at M_G 0.5, K dwarfs at 6.7, suns at 4.6", () => {
    // Nearby stars with good parallaxes; the dust they have dims them a little.
    const magnitude = (teff: number, low: number, high: number) =>
      median(
        rowsWhere(
          (row) =>
            Math.abs(values.teff[row] - teff) < 100 &&
            values.logg[row] > low &&
            values.logg[row] < high &&
            values.logebv[row] < -3 &&
            values.parallax[row] > 10 * errors.parallax[row],
        ).map((row) => 5 * Math.log10(values.g_fakemag[row]) - 10),
      );
    expect(Math.abs(magnitude(4750, 2.3, 2.6) - 0.5)).toBeLessThan(0.25);
    expect(Math.abs(magnitude(4650, 4.3, 5) - 6.6)).toBeLessThan(0.3);
    expect(Math.abs(magnitude(5772, 4.35, 4.5) - 4.6)).toBeLessThan(0.25);
  });

  test("is dimmed and reddened by dust, in proportion to E(B-V)", () => {
    const star = stars.find(({ reddening }) => reddening > 0.1)!;
    const [clear, dusty] = [trueRow({ ...star, reddening: 1e-9 }), trueRow(star)];
    expect((dusty.bprp - clear.bprp) / star.reddening).toBeCloseTo(1.339, 5);
    expect((dusty.jh - clear.jh) / star.reddening).toBeCloseTo(0.26, 5);
    expect((dusty.jk - clear.jk) / star.reddening).toBeCloseTo(0.414, 5);
    for (const { g, absoluteG, distance, reddening } of stars.slice(0, 100))
      expect(g - absoluteG - 5 * Math.log10(100 * distance)).toBeCloseTo(EXTINCTION.g * reddening, 9);
    // And in the table: at one temperature, the dustier half is redder.
    const alike = rowsWhere((row) => Math.abs(values.teff[row] - 6000) < 100 && values.logebv[row] > -9);
    const typical = median(alike.map((row) => values.logebv[row]));
    const colour = (keep: (row: number) => boolean) =>
      median(alike.filter((row) => keep(row) && values.bprp[row] > -9).map((row) => values.bprp[row]));
    expect(colour((row) => values.logebv[row] > typical)).toBeGreaterThan(
      colour((row) => values.logebv[row] < typical) + 0.05,
    );
  });

  test("is dustier for distant stars", () => {
    const reddening = (near: number, far: number) =>
      median(stars.filter((s) => s.distance > near && s.distance < far).map((s) => s.reddening));
    expect(reddening(1, 2)).toBeGreaterThan(2 * reddening(0, 0.3));
  });

  test("has the sun's colours for the sun: BP-RP 0.82, J-H 0.29, J-Ks 0.37, M_G 4.68", () => {
    const sun = colours(5772, 4.44, 0);
    expect(sun.bprp).toBeCloseTo(0.82, 2);
    expect(sun.jh).toBeCloseTo(0.29, 2);
    expect(sun.jk).toBeCloseTo(0.37, 2);
    expect(4.74 - sun.bolometricCorrection).toBeCloseTo(4.68, 2);
  });

  test("tells cool giants from dwarfs in the infrared, where J-H keeps growing for giants only", () => {
    expect(colours(3700, 1, 0).jh).toBeGreaterThan(colours(3700, 4.8, 0).jh + 0.15);
    for (const logg of [1, 4.6])
      for (let teff = 3300; teff < 7500; teff += 50)
        expect(colours(teff, logg, 0).bprp).toBeGreaterThan(colours(teff + 50, logg, 0).bprp);
  });
});

describe("measurements", () => {
  test("scatter around the truth by exactly their errors, in every column", () => {
    const random = generator(3, "pulls");
    const pulls = new Map<ColumnName, number[]>(COLUMNS.map((name) => [name, []]));
    for (const star of stars) {
      const truth = trueRow(star);
      const { values, errors } = observe(star, random);
      for (const name of COLUMNS)
        if (!Number.isNaN(values[name])) pulls.get(name)!.push((values[name] - truth[name]) / errors[name]);
    }
    for (const [name, list] of pulls) {
      const mean = list.reduce((sum, pull) => sum + pull, 0) / list.length;
      const sd = Math.sqrt(list.reduce((sum, pull) => sum + (pull - mean) ** 2, 0) / list.length);
      expect(Math.abs(mean), name).toBeLessThan(0.03);
      expect(Math.abs(sd - 1), name).toBeLessThan(0.03);
    }
  });

  test("of parallaxes are as good as Gaia's: 0.013 mas for bright stars, 0.03 at G 15, 0.1 at 17.5", () => {
    expect(parallaxError(10)).toBeCloseTo(0.013, 3);
    expect(parallaxError(15)).toBeCloseTo(0.0295, 3);
    expect(parallaxError(17.5)).toBeCloseTo(0.11, 2);
    const usual = median(
      rowsWhere((row) => Math.abs(values.g_mag[row] - 15) < 0.2 && errors.parallax[row] > 0).map(
        (row) => errors.parallax[row],
      ),
    );
    expect(usual).toBeCloseTo(0.03, 2);
  });

  test("are worse for fainter stars, in every column", () => {
    const bins = [12, 14.5, 16.7];
    for (const name of COLUMNS) {
      // Hot stars' and nearby stars' errors differ for other reasons, so compare sun-like stars.
      const typical = bins.map((g) =>
        median(
          rowsWhere(
            (row) => Math.abs(values.g_mag[row] - g) < 0.5 && stars[row].teff < 6000 && errors[name][row] > 0,
          ).map((row) => errors[name][row] / (name === "g_fakemag" ? Math.abs(values[name][row]) : 1)),
        ),
      );
      if (name === "logebv") expect(typical[2], name).toBeGreaterThan(0.9 * typical[0]);
      else expect(typical, name).toEqual(typical.toSorted((a, b) => a - b));
    }
  });

  test("are missing more often for faint stars", () => {
    const bright = rowsWhere((row) => values.g_mag[row] < 13);
    const faint = rowsWhere((row) => values.g_mag[row] > 16.5);
    for (const name of COLUMNS.filter((column) => column !== "g_mag")) {
      const missing = (row: number) => Number.isNaN(values[name][row]);
      expect(share(bright, missing), name).toBeGreaterThan(0);
      expect(share(faint, missing), name).toBeGreaterThan(1.5 * share(bright, missing));
    }
    expect(share(faint, (row) => Number.isNaN(values.teff[row]))).toBeGreaterThan(0.2);
  });
});

const REAL = "data/stars_green2020/green2020_stars.csv";

test.skipIf(!isShared(REAL))(`dwarfs have the colours of real ones ${NEEDS_SHARED}`, () => {
  const [header, ...lines] = readFileSync(sharedPath(REAL), "utf8").trim().split("\n");
  const names = header.split(",");
  const real = lines.map((line) => {
    const cells = line.split(",");
    const cell = (name: string) => Number.parseFloat(cells[names.indexOf(name)] || "NaN");
    return {
      teff: cell("teff"),
      logg: cell("logg"),
      feh: cell("feh"),
      reddening: cell("reddening"),
      bprp: cell("bp_mag") - cell("rp_mag"),
      jk: cell("j_mag") - cell("ks_mag"),
    };
  });
  for (const teff of [4750, 5000, 5250, 5500, 5750, 6000, 6500]) {
    const alike = real.filter(
      (s) => Math.abs(s.teff - teff) < 60 && s.logg > 4 && s.feh > -0.3 && s.reddening < 0.08,
    );
    const bprp = median(alike.map((s) => s.bprp - 1.339 * s.reddening).filter(Number.isFinite));
    const jk = median(alike.map((s) => s.jk - 0.414 * s.reddening).filter(Number.isFinite));
    expect(Math.abs(colours(teff, 4.5, -0.05).bprp - bprp), `BP-RP at ${teff} K`).toBeLessThan(0.06);
    expect(Math.abs(colours(teff, 4.5, -0.05).jk - jk), `J-Ks at ${teff} K`).toBeLessThan(0.06);
  }
});
