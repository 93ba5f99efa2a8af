/** @file Two tables joined by place or id, against every pair looked at, and against Astropy. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { printedJson, pythonWith } from "../../../../test/python.ts";
import { generator } from "../../../numeric/generator.ts";
import { literal, rowsOf, withDuckDB } from "../duckdb.ts";
import { readTable } from "../read.ts";
import { type CrossMatchOptions, crossMatch } from "./cross-match.ts";

const folder = mkdtempSync(join(tmpdir(), "cross-match-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Star {
  readonly ra: number;
  readonly dec: number;
}

/** Places all over the sky, crowds of them about the poles, 0 hours and elsewhere, and some that stand twice. */
function sky(seed: number, rows: number): Star[] {
  const random = generator(seed);
  const next = () => random.uniform();
  const centres = [
    { ra: 0, dec: 90 },
    { ra: 200, dec: -90 },
    { ra: 0, dec: 0 },
    { ra: 359.9999, dec: 60 },
    { ra: 123.4, dec: -45.6 },
  ];
  const made: Star[] = [
    { ra: 0, dec: 90 },
    { ra: 77, dec: -90 },
    { ra: 360, dec: 0 },
    { ra: -10, dec: 5 },
  ];
  while (made.length < rows) {
    const centre = centres[Math.floor(next() * 8)];
    if (!centre) made.push({ ra: next() * 360, dec: (Math.asin(2 * next() - 1) * 180) / Math.PI });
    else {
      const width = 10 ** (-1 - 4 * next());
      const away = centre.dec + width * (next() - 0.5);
      const dec = Math.abs(away) > 90 ? Math.sign(away) * 180 - away : away;
      const ra =
        Math.abs(centre.dec) === 90
          ? next() * 360
          : centre.ra + (width * (next() - 0.5)) / Math.cos((dec * Math.PI) / 180);
      made.push({ ra, dec });
    }
    if (next() < 0.05) made.push(made[made.length - 1]);
  }
  return made.slice(0, rows);
}

function written(name: string, stars: readonly object[]): string {
  const path = join(folder, name);
  const names = Object.keys(stars[0]);
  const lines = stars.map((star) =>
    Object.values(star)
      .map((cell) => (Number.isNaN(cell) ? "" : cell))
      .join(","),
  );
  writeFileSync(path, [["n", ...names].join(","), ...lines.map((line, i) => `${i},${line}`), ""].join("\n"));
  return path;
}

/** Vincenty's formula on the sphere, as Astropy has it; in seconds of arc. */
function angle(a: Star, b: Star): number {
  const [la, lb, d] = [a.dec, b.dec, b.ra - a.ra].map((each) => (each * Math.PI) / 180);
  const y = Math.hypot(
    Math.cos(lb) * Math.sin(d),
    Math.cos(la) * Math.sin(lb) - Math.sin(la) * Math.cos(lb) * Math.cos(d),
  );
  const x = Math.sin(la) * Math.sin(lb) + Math.cos(la) * Math.cos(lb) * Math.cos(d);
  return (Math.atan2(y, x) * 180 * 3600) / Math.PI;
}

type Pair = readonly [a: number, b: number, separation: number];

async function matched(a: string, b: string, options: Omit<CrossMatchOptions, "out">): Promise<Pair[]> {
  const out = join(folder, "out.parquet");
  await crossMatch(a, b, { ...options, out });
  return await withDuckDB(async (connection) => {
    const found = await rowsOf(connection, `SELECT n, n_b, separation FROM read_parquet(${literal(out)})`);
    return found.map(([n, other, separation]) => [Number(n), Number(other), Number(separation)]);
  });
}

function expectSame(found: readonly Pair[], wanted: readonly Pair[]): void {
  expect(found.map(([a, b]) => `${a} ${b}`).sort()).toEqual(wanted.map(([a, b]) => `${a} ${b}`).sort());
  const by = new Map(wanted.map(([a, b, separation]) => [`${a} ${b}`, separation]));
  for (const [a, b, separation] of found)
    expect(Math.abs(separation - (by.get(`${a} ${b}`) ?? Number.NaN)), `rows ${a} and ${b}`).toBeLessThan(
      1e-8,
    );
}

describe("by place", () => {
  const [one, two] = [sky(1, 700), sky(2, 600)];
  const [a, b] = [written("one.csv", one), written("two.csv", two)];
  const all = one.flatMap((star, i) => two.map((other, j): Pair => [i, j, angle(star, other)]));

  test.each([0.02, 1, 30, 600, 18_000, 400_000])(
    "all within %d arcsec are those of trying every pair",
    async (radius) => {
      expectSame(
        await matched(a, b, { radius, matches: "all" }),
        all.filter(([, , separation]) => separation <= radius),
      );
    },
  );

  test.each([1, 600, 18_000])(
    "the nearest within %d arcsec is it for each row, of equally near ones the first",
    async (radius) => {
      const best = one.flatMap((_, i) => {
        const near = all
          .slice(i * two.length, (i + 1) * two.length)
          .filter(([, , separation]) => separation <= radius);
        return near.length === 0
          ? []
          : [near.reduce((least, each) => (each[2] < least[2] - 1e-9 ? each : least))];
      });
      expectSame(await matched(a, b, { radius }), best);
    },
  );

  test("rows come in the order of the first table; with unmatched ones all of it", async () => {
    const rows = await matched(a, b, { radius: 600, matches: "all" });
    expect(rows.map(([n]) => n)).toEqual(rows.map(([n]) => n).sort((x, y) => x - y));
    const out = join(folder, "unmatched.csv");
    const found = await crossMatch(a, b, { radius: 1, unmatched: true, out });
    expect(found.rows).toBe(one.length);
    const { columns } = await readTable(out);
    expect(columns.map(({ name }) => name)).toEqual(["n", "ra", "dec", "n_b", "ra_b", "dec_b", "separation"]);
    expect(columns[6].values.filter((each) => !Number.isNaN(each))).toHaveLength(found.first.matched);
  });
});

describe("places and motions", () => {
  test("are found by name and unit, or named; rows without are told", async () => {
    const a = written("hours.csv", [
      { x: 1.5, y: 10 },
      { x: Number.NaN, y: 10 },
    ]);
    const b = written("degrees.csv", [{ RAJ2000: 1.5, DEJ2000: 10 }]);
    const out = join(folder, "named.csv");
    const found = await crossMatch(a, b, { radius: 1, first: { ra: "x", dec: "y" }, out });
    expect([found.rows, found.notes]).toEqual([
      1,
      [`${a}: 1 of 2 rows have no place on the sky and match nothing.`],
    ]);
    await expect(crossMatch(a, b, { radius: 1, out })).rejects.toThrow(
      /hours\.csv has no columns that are called as right ascension and declination are/,
    );
    await expect(crossMatch(a, b, { radius: 1, first: { ra: "xx", dec: "y" }, out })).rejects.toThrow(
      /has no column "xx"/,
    );
  });

  test("lead from one epoch to the other, as a straight line through space does", async () => {
    // Barnard's star (Gaia DR3, 2016) and its place in 2000 by Astropy 8.0.2, apply_space_motion without radial velocity.
    const a = written("gaia.csv", [
      { ra: 269.44850252543836, dec: 4.739420051112412, pmra: -801.551, pmdec: 10362.394 },
    ]);
    const b = written("old.csv", [{ ra: 269.4520769587153, dec: 4.693364967494542 }]);
    const epochs = { first: { epoch: 2016 }, second: { epoch: 2000 } };
    const [[, , separation]] = await matched(a, b, { radius: 1, ...epochs });
    expect(separation).toBeLessThan(1e-6);
    expect(await matched(a, b, { radius: 1 })).toEqual([]);
    // The motions of the second table act where the first has none, the other way round.
    const swapped = { first: { epoch: 2000 }, second: { epoch: 2016 } };
    expect((await matched(b, a, { radius: 1, ...swapped })).length).toBe(1);
    await expect(matched(b, b, { radius: 1, ...swapped })).rejects.toThrow(
      /^Neither .* has columns of proper motion/,
    );
  });
});

describe("by id", () => {
  const LONG = 4611686018427387905n;
  test("numbers of 64 bits, texts of digits and floats with missing cells are compared exactly", async () => {
    const a = written("ids.csv", [
      { id: LONG, x: 1 },
      { id: LONG + 1n, x: 2 },
      { id: "", x: 3 },
    ]);
    const b = join(folder, "ids.parquet");
    await withDuckDB((connection) =>
      connection.run(
        `COPY (SELECT * FROM (VALUES (${LONG + 1n}, 'b'), (${LONG + 1n}, 'c'), (NULL, 'd')) AS t(source_id, word)) TO ${literal(b)}`,
      ),
    );
    const out = join(folder, "joined.jsonl");
    const found = await crossMatch(a, b, { first: { id: "id" }, second: { id: "source_id" }, out });
    expect(found).toMatchObject({ rows: 2, first: { rows: 3, matched: 1 }, second: { rows: 3, matched: 2 } });
    expect(found.notes).toEqual([
      `${b}: 1 values of "source_id" stand in several rows, and match with each.`,
    ]);
    const ids = await withDuckDB((connection) =>
      rowsOf(
        connection,
        `SELECT id::VARCHAR, source_id::VARCHAR, word FROM read_json(${literal(out)}) ORDER BY word`,
      ),
    );
    expect(ids).toEqual([
      [`${LONG + 1n}`, `${LONG + 1n}`, "b"],
      [`${LONG + 1n}`, `${LONG + 1n}`, "c"],
    ]);
  });

  test("codes keep their zeros; doubles that were rounded are refused", async () => {
    const a = written("codes.csv", [{ code: "007" }, { code: "7" }]);
    const b = written("more.csv", [{ code: "7" }]);
    const out = join(folder, "codes-out.csv");
    const ids = { first: { id: "code" }, second: { id: "code" } };
    expect((await crossMatch(a, b, { ...ids, out })).rows).toBe(1);
    const rounded = join(folder, "rounded.parquet");
    await withDuckDB((connection) =>
      connection.run(`COPY (SELECT ${LONG}::DOUBLE AS code) TO ${literal(rounded)}`),
    );
    await expect(crossMatch(rounded, b, { ...ids, out })).rejects.toThrow(
      /Column "code" of .*rounded\.parquet holds whole numbers that were rounded/,
    );
  });
});

test("what is asked must be whole, and nothing is left over", async () => {
  const [a, b] = [written("a.csv", [{ ra: 1, dec: 2 }]), written("b.csv", [{ ra: 1, dec: 2 }])];
  const out = join(folder, "no.csv");
  await expect(crossMatch(a, b, { out })).rejects.toThrow(
    /Say how near rows must be on the sky, with `radius`/,
  );
  await expect(crossMatch(a, b, { out, first: { id: "n" } })).rejects.toThrow(
    /name that of the other one, too/,
  );
  await expect(crossMatch(a, b, { out, radius: 1, first: { epoch: 2000 } })).rejects.toThrow(
    /name that of the other table, too/,
  );
  await expect(crossMatch(a, b, { out, radius: -1 })).rejects.toThrow(/radius/);
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  await expect(crossMatch(a, b, { out, radius: 1, signal: stop.signal })).rejects.toThrow("enough");
  expect(readdirSync(folder).filter((name) => name.startsWith(".") || name === "no.csv")).toEqual([]);
});

const python = pythonWith("astropy, scipy", "src/table/files/crossmatch/cross-match.test.ts with Astropy");

const WITH_ASTROPY = `
import json, sys
from astropy.coordinates import SkyCoord
from astropy.table import Table
import astropy.units as u
from astropy.time import Time
a, b = (Table.read(path, format="ascii.csv") for path in sys.argv[1:3])
radius = float(sys.argv[3]) * u.arcsec
one = SkyCoord(a["ra"] * u.deg, a["dec"] * u.deg)
two = SkyCoord(b["ra"] * u.deg, b["dec"] * u.deg)
if "pmra" in a.colnames:
    one = SkyCoord(one.ra, one.dec, pm_ra_cosdec=a["pmra"] * u.mas / u.yr, pm_dec=a["pmdec"] * u.mas / u.yr, obstime=Time("J2016.0"))
    moved = one.apply_space_motion(new_obstime=Time("J2000.0"))
    one = SkyCoord(moved.ra, moved.dec)
i, j, near, _ = two.search_around_sky(one, radius)
k, best, _ = one.match_to_catalog_sky(two)
print(json.dumps({
  "all": [[int(p), int(q), s.arcsec] for p, q, s in zip(i, j, near)],
  "nearest": [[p, float(s.arcsec)] for p, s in enumerate(best) if s <= radius],
}))`;

describe.skipIf(!python)("as Astropy's search_around_sky and match_to_catalog_sky", () => {
  const random = generator(5);
  const moving = sky(3, 400).map((star) => ({
    ...star,
    pmra: 4000 * (random.uniform() - 0.5),
    pmdec: 4000 * (random.uniform() - 0.5),
  }));
  const a = written("astropy-a.csv", sky(1, 700));
  const b = written("astropy-b.csv", sky(2, 600));
  const m = written("astropy-moving.csv", moving);
  test.each([
    ["places", a, 30],
    ["places, wide", a, 18_000],
    ["proper motions", m, 60],
  ])("%s", async (_, first, radius) => {
    const wanted = printedJson<{ all: Pair[]; nearest: [number, number][] }>(
      python!,
      WITH_ASTROPY,
      first,
      b,
      `${radius}`,
    );
    const epochs = first === m ? { first: { epoch: 2016 }, second: { epoch: 2000 } } : {};
    expectSame(await matched(first, b, { radius, matches: "all", ...epochs }), wanted.all);
    const nearest = await matched(first, b, { radius, ...epochs });
    expect(nearest.map(([n]) => n)).toEqual(wanted.nearest.map(([n]) => n));
    for (const [i, [, , separation]] of nearest.entries())
      expect(Math.abs(separation - wanted.nearest[i][1])).toBeLessThan(1e-8);
  });
});
