/** @file The made-up miniature survey, reduced as the published reduction did it: row for row what its own cells gave. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReductionCounts, reduceApogeeGaia } from "../src/reduction/apogee-gaia.ts";
import { readAllStar, readGaiaTable } from "../src/reduction/catalogues.ts";
import { openDustMap } from "../src/reduction/dust/dust-map.ts";
import { AS_PUBLISHED } from "../src/reduction/faults.ts";
import { type LogReddening, logReddening } from "../src/reduction/reddening.ts";
import { StarRows } from "../src/reduction/star-rows.ts";
import { Stars } from "../src/reduction/stars.ts";
import { rowsOfSet, type SetRow } from "./reduction/read-set.ts";
import { isShared, NEEDS_SHARED, sharedJson, sharedPath } from "./reference.ts";

const MINI = "data/surveys/golden/mini-survey";
const mini = (name: string) => sharedPath(`${MINI}/${name}`);
type Expected = Readonly<Record<string, string>>;

/** What may differ, relative to the number where that is above 1. */
const TOLERANCES: readonly (readonly [name: string, tolerance: number])[] = Object.entries({
  ...{
    bprp: 0,
    jh: 0,
    jk: 0,
    teff: 0,
    logg: 0,
    m_h: 0,
    teff_err: 0,
    logg_err: 0,
    m_h_err: 0,
    parallax_err: 0,
  },
  ...{
    jh_err: 1e-7,
    jk_err: 1e-7,
    bprp_err: 1e-9,
    parallax: 1.4e-9,
    g_fakemag: 4.1e-7,
    g_fakemag_err: 4.1e-7,
  },
  ...{ logc19: 2.5e-8, logc19_err: 3.6e-8 },
});

function expectSame(mine: number | undefined, written: string, tolerance: number, where: string): void {
  if (written === "") {
    expect(mine, where).toBeNaN();
    return;
  }
  const theirs = Number(written);
  const difference = Math.abs((mine ?? Number.NaN) - theirs);
  expect(difference, where).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(theirs)));
}

const draws = () => sharedJson<{ z: number[] }>(`${MINI}/expected/parallax_draws.json`).z;

interface CatalogueRow {
  readonly numbers: Readonly<Record<string, number>>;
  readonly designation: string;
}

/** The numbers of each row of allStar before any cut. Gaia's rows come by the way of tables of other formats. */
async function everyRow(): Promise<CatalogueRow[]> {
  const allStar = await readAllStar(mini("allStar-mini.fits"), {});
  const stars = new Stars(allStar.ids);
  const { gaia, others } = await readGaiaTable(mini("GaiaSource_*.csv.gz"), stars, {});
  expect(others).toBe(0);
  const rows = new StarRows(allStar, { gaia, stars: stars.ofRows(allStar.ids) }, AS_PUBLISHED);
  const z = draws();
  const reddenings: LogReddening[] = [];
  const map = await openDustMap(mini("combine19-mini.h5"), { samples: false });
  for await (const { star: row, along } of map.sightlines(allStar.numbers.GLON, allStar.numbers.GLAT))
    reddenings[row] = logReddening(along, rows.parallax(row), z);
  return Array.from({ length: allStar.rows }, (_, row) => {
    const { value = Number.NaN, error = Number.NaN } = reddenings[row] ?? {};
    return {
      numbers: { ...rows.numbers(row), logc19: value, logc19_err: error },
      designation: rows.designation(row),
    };
  });
}

describe.skipIf(!isShared(MINI))(`the miniature survey as published ${NEEDS_SHARED}`, () => {
  const out = mkdtempSync(join(tmpdir(), "reduction-"));
  afterAll(() => rmSync(out, { recursive: true, force: true }));
  const expected = isShared(MINI) ? csv(readFileSync(mini("expected/rows.csv"), "utf8")) : [];
  let counts: ReductionCounts;
  let made: Map<string, SetRow>;
  let all: CatalogueRow[];
  const keyOf = (id: string, designation: string, teff: string | number) =>
    `${id} ${designation} ${Number(teff) || "none"}`;

  beforeAll(async () => {
    const z = draws();
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

  test("every row of allStar, kept or not, has the original's numbers and designation", async () => {
    all = await everyRow();
    expect(all.length).toBe(644);
    all.forEach(({ numbers, designation }, row) => {
      expect(designation).toBe(expected[row]["2mass_designation"]);
      for (const [name, tolerance] of TOLERANCES)
        expectSame(numbers[name], expected[row][name], tolerance, `${name} of row ${row}`);
    });
  });

  const chosen = expected.filter(({ good_gaia, good_apogee }) => good_gaia === "1" || good_apogee === "1");

  test("the rows are the same, each once", () => {
    const keys = chosen.map((row) => keyOf(row.gaia_source_id, row["2mass_designation"], row.teff)).sort();
    expect(keys.length).toBe(466);
    expect([...made.keys()].sort()).toEqual(keys);
  });

  test.each(TOLERANCES)("%s in the files is the same to %f", (name, tolerance) => {
    for (const row of chosen) {
      const mine = made.get(keyOf(row.gaia_source_id, row["2mass_designation"], row.teff));
      expectSame(mine?.numbers[name], row[name], tolerance, `row ${row.row}`);
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

  describe("what was made special in stars and rows", () => {
    interface Special {
      stars: { source_id: string; what: string }[];
      rows: { row: number; what: string }[];
    }
    const special = isShared(MINI) ? sharedJson<Special>(`${MINI}/special.json`) : { stars: [], rows: [] };
    type Rule = (kept: readonly SetRow[], rows: readonly CatalogueRow[]) => void;
    const rowsOfStar = (id: string) => [...made.values()].filter((row) => row.id === id);
    const nan = Number.NaN;
    const hasSpectrum = ({ spectra }: SetRow) => !Number.isNaN(spectra.xp_coeffs_gnorm[0]);
    const isCut = (rows: readonly SetRow[]) => expect(rows.filter(hasSpectrum)).toEqual([]);
    const isKept = (rows: readonly SetRow[]) => expect(rows.filter(hasSpectrum)).toHaveLength(1);
    /** Of rows that are kept or not: the numbers. */
    const having =
      (numbers: Readonly<Record<string, unknown>>) =>
      (_: readonly SetRow[], rows: readonly CatalogueRow[]) => {
        expect(rows.length).toBeGreaterThan(0);
        for (const row of rows) expect(row.numbers).toMatchObject(numbers);
      };
    const both =
      (...rules: readonly Rule[]): Rule =>
      (kept, rows) => {
        for (const rule of rules) rule(kept, rows);
      };
    const named =
      (name: unknown): Rule =>
      (_, [row]) =>
        expect(row.designation).toEqual(name);
    const sixteen = expect.stringMatching(/^.{16}$/);
    const finite = expect.closeTo(0, -6); // any number of these sizes
    /** What must be true of the rows that are written, by the beginning of the rule's text. */
    const RULES: readonly (readonly [begins: string, rule: Rule])[] = [
      ["G exactly 6.0", isCut],
      ["G exactly 17.5", isCut],
      ["BP-RP exactly 0", isCut],
      ["BP-RP exactly 4", isCut],
      ["RUWE float32(1.4)", both(isKept, having({ parallax: finite }))],
      ["RUWE 1.5", isCut],
      ["excess factor exactly 2.0", isCut],
      ["parallax error float32(0.1)", having({ parallax: finite, parallax_err: Math.fround(0.1) })],
      ["parallax error 0.12", having({ parallax: nan, logc19: nan, parallax_err: Math.fround(0.12) })],
      ["negative parallax with a small error", having({ logc19: finite, logc19_err: 0 })],
      ["parallax exactly 0", having({ logc19: finite, logc19_err: 0 })],
      ["tiny positive parallax", having({ logc19: finite })],
      ["22 pc", having({ logc19: -7 })],
      ["nu_eff out of range", having({ parallax: nan, g_fakemag: nan, logc19: nan })],
      ["pseudocolour out of range", having({ parallax: nan, g_fakemag: nan })],
      ["one BP coefficient exactly 0", both(isCut, (kept) => expect(kept).toHaveLength(1))],
      ["an extreme coefficient", isCut],
      ["observed twice", (rows) => expect(rows.filter(hasSpectrum).length).toBeLessThan(2)],
      ["BP and RP missing", isCut],
      [
        "the star with one exactly-zero",
        ([row]) => {
          expect(row.spectra.xp_coeffs.filter(Number.isFinite)).toHaveLength(109);
          expect(row.spectra.xp_coeffs_gnorm.every(Number.isNaN)).toBe(true);
        },
      ],
      ["ASPCAPFLAG bit 19", having({ teff: nan, logg: nan, m_h: nan, teff_err: nan })],
      ["ASPCAPFLAG bit 41", having({ teff: finite })],
      ["ASPCAPFLAG bits 41 and 23", having({ teff: nan })],
      ["STARFLAG bit 2", isCut],
      ["J 99.999", having({ jh: nan, jk: nan, jh_err: expect.closeTo(10, -0.5) })],
      ["K 99.999", having({ jk: nan, jh: finite })],
      ["no labels", having({ teff: nan, logg: nan, m_h: nan })],
      ["only M_H missing", having({ m_h: nan, teff: finite, logg: finite })],
      ["APOGEE_ID begins AP", named(sixteen)],
      ["APOGEE_ID of 17", named(sixteen)],
      ["APOGEE_ID of 16", named(sixteen)],
      ["another name", named("0")],
    ];
    const cases = [
      ...special.stars.map(({ source_id, what }) => ({
        what,
        kept: () => rowsOfStar(source_id),
        rows: () => all.filter((_, row) => expected[row].gaia_source_id === source_id),
      })),
      ...special.rows.map(({ row, what }) => {
        const { gaia_source_id: id, "2mass_designation": designation, teff } = expected[row];
        const kept = () => [made.get(keyOf(id, designation, teff))].filter((each) => each !== undefined);
        return { what, kept, rows: () => [all[row]] };
      }),
    ];

    test("there is a rule for each of the 32", () => {
      expect(cases).toHaveLength(32);
      for (const { what } of cases)
        expect(
          RULES.filter(([begins]) => what.startsWith(begins)),
          what,
        ).toHaveLength(1);
    });

    test.each(cases)("$what", ({ what, kept, rows }) => {
      RULES.find(([begins]) => what.startsWith(begins))?.[1](kept(), rows());
    });
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
