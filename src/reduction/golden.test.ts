/** @file The made-up miniature survey, reduced as the published reduction did it: row for row what its own cells gave. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isShared, NEEDS_SHARED, sharedJson, sharedPath } from "../../test/reference.ts";
import { type ReductionCounts, reduceApogeeGaia } from "./apogee-gaia.ts";
import { openDustMap } from "./dust/dust-map.ts";
import { rowsOfSet, type SetRow } from "./testing/read-set.ts";

const MINI = "data/surveys/golden/mini-survey";
const mini = (name: string) => sharedPath(`${MINI}/${name}`);
type Expected = Readonly<Record<string, string>>;

describe.skipIf(!isShared(MINI))(`the miniature survey as published ${NEEDS_SHARED}`, () => {
  const out = mkdtempSync(join(tmpdir(), "reduction-"));
  afterAll(() => rmSync(out, { recursive: true, force: true }));
  const expected = isShared(MINI) ? csv(readFileSync(mini("expected/rows.csv"), "utf8")) : [];
  let counts: ReductionCounts;
  let made: Map<string, SetRow>;
  const keyOf = (id: string, designation: string, teff: string | number) =>
    `${id} ${designation} ${Number(teff) || "none"}`;

  beforeAll(async () => {
    const { z } = sharedJson<{ z: number[] }>(`${MINI}/expected/parallax_draws.json`);
    counts = await reduceApogeeGaia({
      allStar: mini("allStar-mini.fits"),
      gaia: [mini("GaiaSource_*.csv.gz")],
      xp: [mini("XpContinuousMeanSpectrum_*.csv.gz")],
      dust: mini("combine19-mini.h5"),
      ...{ out, asPublished: true, draws: () => z },
    });
    const rows = [
      ...(await rowsOfSet(join(out, "training_set.h5"))),
      ...(await rowsOfSet(join(out, "testing_set.h5"))),
    ];
    made = new Map(rows.map((row) => [keyOf(row.id, row.designation, row.numbers.teff), row]));
  });

  test("the counts are the original's", () => {
    const theirs = sharedJson<Record<string, number>>(`${MINI}/expected/counts.json`);
    expect(counts).toMatchObject({
      allStar: theirs.allStar_rows,
      withSpectra: theirs.xp_found,
      goodSpectra: theirs.good_gaia,
      kept: theirs.good_gaia + theirs.good_apogee,
      training: theirs.train,
      testing: theirs.test,
    });
  });

  const chosen = expected.filter(({ good_gaia, good_apogee }) => good_gaia === "1" || good_apogee === "1");

  test("the rows are the same, each once", () => {
    const keys = chosen.map((row) => keyOf(row.gaia_source_id, row["2mass_designation"], row.teff)).sort();
    expect(keys.length).toBe(466);
    expect([...made.keys()].sort()).toEqual(keys);
  });

  test.each([
    ...([
      ["bprp", 0],
      ["jh", 0],
      ["jk", 0],
      ["teff", 0],
      ["logg", 0],
      ["m_h", 0],
      ["teff_err", 0],
      ["logg_err", 0],
    ] as const),
    ...([
      ["m_h_err", 0],
      ["parallax_err", 0],
      ["jh_err", 1e-7],
      ["jk_err", 1e-7],
      ["bprp_err", 1e-7],
    ] as const),
    ...([
      ["parallax", 1.4e-9],
      ["g_fakemag", 4.1e-7],
      ["g_fakemag_err", 4.1e-7],
    ] as const),
    ...([
      ["logc19", 2.5e-8],
      ["logc19_err", 3.6e-8],
    ] as const),
  ])("%s is the same to %f", (name, tolerance) => {
    for (const row of chosen) {
      const mine = made.get(keyOf(row.gaia_source_id, row["2mass_designation"], row.teff))?.numbers[name];
      const theirs = row[name] === "" ? Number.NaN : Number(row[name]);
      if (Number.isNaN(theirs)) expect(mine, `row ${row.row}`).toBeNaN();
      else
        expect(Math.abs((mine ?? Number.NaN) - theirs), `row ${row.row}`).toBeLessThanOrEqual(
          tolerance * Math.max(1, Math.abs(theirs)),
        );
    }
  });

  test("coefficients, their errors and relevancies are those in the original's files", async () => {
    const theirs = [
      ...(await rowsOfSet(mini("expected/training_set.h5"))),
      ...(await rowsOfSet(mini("expected/testing_set.h5"))),
    ];
    expect(theirs.length).toBe(466);
    for (const row of theirs) {
      const mine = made.get(keyOf(row.id, row.designation, row.numbers.teff));
      expect(mine?.relevancy).toEqual(row.relevancy);
      expect(mine?.spectra.xp_coeffs).toEqual(row.spectra.xp_coeffs);
      expect(mine?.spectra.xp_coeffs_err).toEqual(row.spectra.xp_coeffs_err);
      for (const name of ["xp_coeffs_gnorm", "xp_coeffs_gnorm_err"] as const)
        row.spectra[name].forEach((value, i) => {
          const own = mine?.spectra[name][i] ?? Number.NaN;
          if (Number.isNaN(value)) expect(own).toBeNaN();
          else expect(Math.abs(own / value - 1) || 0).toBeLessThanOrEqual(1.5e-6);
        });
    }
  });
});

describe.skipIf(!isShared(MINI))(`maps of dust ${NEEDS_SHARED}`, () => {
  type Places = { l_deg: number[]; b_deg: number[] };

  test("combine19: finest pixel first, linear in the distance modulus, beyond the ends too", async () => {
    const file = sharedJson<
      Places & { distance_kpc: (number | null)[]; reddening_sfd_scale: (number | null)[] }
    >("data/surveys/golden/formulas/combined19_mini.json");
    const map = await openDustMap(mini("combine19-mini.h5"), { samples: false });
    const found = new Map<number, number>();
    for await (const { star, along } of map.sightlines(
      Float64Array.from(file.l_deg),
      Float64Array.from(file.b_deg),
    ))
      found.set(star, along(file.distance_kpc[star] ?? Number.NaN, 0));
    file.reddening_sfd_scale.forEach((value, star) => {
      if (value === null) expect(found.get(star) ?? Number.NaN).toBeNaN();
      else expect(found.get(star)).toBeCloseTo(value, 9);
    });
  });

  test("SFD: linear between pixels of the right hemisphere, as mwdust in single precision", async () => {
    const file = sharedJson<Places & { interpolated: number[] }>(
      "data/surveys/golden/formulas/sfd_mini.json",
    );
    const map = await openDustMap(sharedPath("data/surveys/golden/sfd-mini"), { samples: false });
    const found: number[] = [];
    for await (const { star, along } of map.sightlines(
      Float64Array.from(file.l_deg),
      Float64Array.from(file.b_deg),
    ))
      found[star] = along(1, 0);
    expect(found.length).toBe(file.interpolated.length);
    found.forEach((value, star) => {
      expect(Math.abs(value - file.interpolated[star])).toBeLessThan(1e-5);
    });
  });
});

/** Rows of a plain CSV without quotation marks. */
function csv(text: string): Expected[] {
  const [header, ...lines] = text.trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]));
  });
}
