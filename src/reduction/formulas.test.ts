/** @file The formulas for one star: by hand, and as gaiadr3_zeropoint, astroNN and NumPy have them. */
import { describe, expect, test } from "vitest";
import { isShared, NEEDS_SHARED, sharedJson, sharedPath } from "../../test/reference.ts";
import { quantileOfSorted } from "../numeric/statistics.ts";
import { readPlainCells } from "../table/files/plain-cells.ts";
import { BAD_LABELS, BRIGHT_NEIGHBOUR, bits, hasAny } from "./flags.ts";
import { errorOfBpRp, fakeMagnitude, fakeMagnitudeError, fluxOfG, singleFluxOfG } from "./magnitudes.ts";
import {
  FIVE_PARAMETERS,
  faintStarsTerm,
  SIX_PARAMETERS,
  sinEclipticLatitude,
  zeroPoint,
} from "./parallax-zero-point.ts";

const GOLDEN = "data/surveys/golden/formulas";
const radian = Math.PI / 180;
const close = (digits: number) => (value: number | null) =>
  value === null ? Number.NaN : expect.closeTo(value, digits);

describe("magnitudes", () => {
  test("a flux is 100 times less five magnitudes fainter", () => {
    expect(fluxOfG(25.6873668671)).toBeCloseTo(1, 12);
    expect(fluxOfG(10) / fluxOfG(15)).toBeCloseTo(100, 9);
    expect(singleFluxOfG(13.2)).toBe(Math.fround(singleFluxOfG(13.2)));
    expect(singleFluxOfG(13.2) / fluxOfG(13.2)).toBeCloseTo(1, 5);
  });

  test("the fake magnitude is linear in the parallax, its error in the parallax's", () => {
    expect(fakeMagnitude(100, 0)).toBe(100); // at 10 pc the apparent magnitude is the absolute one: 10^(0 / 5 + 2)
    expect(fakeMagnitude(-0.5, 10)).toBe(-50);
    expect(fakeMagnitudeError(-0.5, 0.1, 10)).toBeCloseTo(10, 12);
    expect(fakeMagnitude(1, -9999)).toBeNaN();
  });

  test("the error of a colour has a floor, the zero-points' uncertainties", () => {
    expect(errorOfBpRp(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)).toBeCloseTo(
      Math.hypot(0.00279017, 0.0037793818),
      12,
    );
    expect(errorOfBpRp(100, 1e9)).toBeCloseTo(Math.hypot(0.0108574, 0.0046977), 6);
  });
});

describe("flags of 64 bits", () => {
  test("a bit beyond the 32nd is no other", () => {
    expect(hasAny(1n << 41n, bits(9))).toBe(false); // 41 - 32 = 9
    expect(hasAny(1n << 41n, bits(41))).toBe(true);
    expect(hasAny(-9999n, bits(63))).toBe(true); // a negative flag has its highest bit set
  });
});

describe("zero-points of parallaxes", () => {
  const star = { solved: FIVE_PARAMETERS, g: 12.2, nuEff: 1.48, pseudocolour: Number.NaN, sinBeta: 0 };

  test("a star of the middle colour has the terms of brightness and latitude alone", () => {
    // q00 - q02 / 3 of table 9 at G = 12.2, in microarcseconds.
    expect(zeroPoint(star)).toBeCloseTo((-13.65 - 9.35 / 3) / 1000, 6);
    expect(zeroPoint({ ...star, sinBeta: 1 })).toBeCloseTo((-13.65 - 0.07 + (9.35 * 2) / 3) / 1000, 6);
  });

  test("none beyond the magnitudes and colours that it was measured for, the ends excluded", () => {
    for (const other of [
      { g: 6 },
      { g: 21 },
      { nuEff: 1.1 },
      { nuEff: 1.9 },
      { g: Number.NaN },
      { solved: 3 },
    ])
      expect(zeroPoint({ ...star, ...other })).toBeNaN();
    const six = { ...star, solved: SIX_PARAMETERS, pseudocolour: 1.5 };
    expect(zeroPoint(six)).not.toBeNaN();
    expect(zeroPoint({ ...six, pseudocolour: 1.72 })).toBeNaN();
  });

  test("the term of faint stars grows from G = 13 to 17", () => {
    expect([5, 13, 15, 17, 20].map(faintStarsTerm)).toEqual([0, 0, 0.01, 0.02, 0.02]);
  });
});

describe.skipIf(!isShared(GOLDEN))(`against the Python packages ${NEEDS_SHARED}`, () => {
  const golden = <T>(name: string) => sharedJson<T>(`${GOLDEN}/${name}.json`);
  type Numbers = readonly (number | null)[];

  test("zero-points on a grid are gaiadr3_zeropoint's", () => {
    const { rows } = golden<{ rows: [number, number, number, number, number | null][] }>("zero_point_grid");
    const mine = rows.map(([solved, g, colour, beta]) =>
      zeroPoint({ solved, g, nuEff: colour, pseudocolour: colour, sinBeta: Math.sin(beta * radian) }),
    );
    expect(rows.length).toBeGreaterThan(1000);
    expect(mine).toEqual(rows.map(([, , , , value]) => value).map(close(8)));
  });

  test("those of 1,000 real stars, too, and their ecliptic latitudes", async () => {
    const file = golden<Record<string, (number | null)[]> & { source_id: string[] }>("zero_point_gaia_dr3");
    const number = { kind: "number" } as const;
    const { numbers, wholes } = await readPlainCells(sharedPath("data/surveys/gaia_dr3_fits/gdr3_sm.fits"), {
      ...{ source_id: { kind: "whole" }, ra: number, dec: number, astrometric_params_solved: number },
      ...{ phot_g_mean_mag: number, nu_eff_used_in_astrometry: number, pseudocolour: number },
    });
    expect(Array.from(wholes.source_id, String)).toEqual(file.source_id);
    file.source_id.forEach((_, i) => {
      const sinBeta = sinEclipticLatitude(numbers.ra[i], numbers.dec[i]);
      expect(Math.asin(sinBeta) / radian).toBeCloseTo(file.ecl_lat_from_ra_dec[i] ?? Number.NaN, 10);
      const g = numbers.phot_g_mean_mag[i];
      const mine = zeroPoint({
        ...{ solved: numbers.astrometric_params_solved[i], g, sinBeta },
        nuEff: numbers.nu_eff_used_in_astrometry[i],
        pseudocolour: numbers.pseudocolour[i],
      });
      expect(mine).toEqual(close(9)(file.zero_point_out_of_range_is_nan[i]));
      expect(mine + faintStarsTerm(g)).toEqual(close(9)(file.plus_leung[i]));
    });
  });

  test("fluxes and fake magnitudes are astroNN's", () => {
    const file = golden<{
      mag: Numbers;
      parallax_mas: Numbers;
      parallax_err: Numbers;
      fakemag: Numbers;
      fakemag_err: Numbers;
      flux: { g: Numbers };
    }>("magnitudes");
    const of = (values: Numbers, i: number) => values[i] ?? Number.NaN;
    file.mag.forEach((_, i) => {
      const [mag, parallax, error] = [of(file.mag, i), of(file.parallax_mas, i), of(file.parallax_err, i)];
      const isSame = (mine: number, theirs: number | null) =>
        theirs === null
          ? expect(mine).toBeNaN()
          : expect(Math.abs(mine - theirs)).toBeLessThanOrEqual(1e-9 * Math.abs(theirs));
      isSame(fluxOfG(mag), file.flux.g[i]);
      isSame(fakeMagnitude(parallax, mag), file.fakemag[i]);
      isSame(fakeMagnitudeError(parallax, error, mag), file.fakemag_err[i]);
    });
  });

  test("bit masks are NumPy's", () => {
    const file = golden<{ flags: string[]; bits_2_3: boolean[]; bits_19_23: boolean[] }>("bitmasks");
    expect(file.flags.map((flag) => hasAny(BigInt(flag), BRIGHT_NEIGHBOUR))).toEqual(file.bits_2_3);
    expect(file.flags.map((flag) => hasAny(BigInt(flag), BAD_LABELS))).toEqual(file.bits_19_23);
  });

  test("percentiles are NumPy's", () => {
    const file = golden<{ x: Numbers[] } & Record<string, number[]>>("statistics");
    for (const [name, share] of [
      ["nanpercentile_0.2", 0.002],
      ["nanpercentile_99.8", 0.998],
    ] as const) {
      const mine = [0, 1, 2].map((column) => {
        const values = file.x.map((row) => row[column]).filter((value) => value !== null);
        return quantileOfSorted(Float64Array.from(values).sort(), share);
      });
      expect(mine).toEqual(file[name].map(close(12)));
    }
  });
});
