/**
 * @file How long `anygiven xmatch` takes on two tables of a million rows, and how much memory, beside Astropy's match_to_catalog_sky:
 * `tsx bench/xmatch.ts [rows] [--python PYTHON]`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { crossMatch } from "../src/index.ts";
import { literal, withDuckDB } from "../src/table/files/duckdb.ts";

const { values, positionals } = parseArgs({
  options: { python: { type: "string" } },
  allowPositionals: true,
});
const rows = Number(positionals[0] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "xmatch-bench-"));

/** All over the sky; half of the second table's rows are the first's, up to two arcseconds away. */
async function writeTables(a: string, b: string): Promise<void> {
  await withDuckDB(async (connection) => {
    const sky = "360 * random() AS ra, degrees(asin(2 * random() - 1)) AS dec, random() AS x, random() AS y";
    await connection.run(`SELECT setseed(0.5);
      CREATE TABLE a AS SELECT ${2n ** 60n} + range AS source_id, ${sky} FROM range(${rows});
      COPY a TO ${literal(a)} (FORMAT parquet);
      COPY (SELECT source_id AS id, ra, greatest(-90, least(90, dec + (random() - 0.5) / 900)) AS dec, x FROM a WHERE source_id % 2 = 0
        UNION ALL SELECT range AS id, 360 * random() AS ra, degrees(asin(2 * random() - 1)) AS dec, random() AS x FROM range(${rows / 2}))
        TO ${literal(b)} (FORMAT parquet)`);
  });
}

const ASTROPY = `
import resource, sys, time
from astropy.coordinates import SkyCoord
from astropy.table import Table, hstack
import astropy.units as u
begin = time.perf_counter()
a, b = Table.read(sys.argv[1]), Table.read(sys.argv[2])
one, two = (SkyCoord(t["ra"] * u.deg, t["dec"] * u.deg) for t in (a, b))
j, separation, _ = one.match_to_catalog_sky(two)
near = separation <= 2 * u.arcsec
joined = hstack([a[near], b[j[near]]])
joined["separation"] = separation[near].arcsec
joined.write(sys.argv[3], format="parquet", overwrite=True)
print(f"Astropy: {time.perf_counter() - begin:.1f} s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, {len(joined)} rows")`;

try {
  const [a, b, out, theirs] = ["a", "b", "ours", "theirs"].map((name) => join(folder, `${name}.parquet`));
  await writeTables(a, b);
  const begin = performance.now();
  const found = await crossMatch(a, b, { radius: 2, out });
  const seconds = (performance.now() - begin) / 1000;
  console.log(
    `anygiven: ${seconds.toFixed(1)} s, ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB, ${found.rows} rows (${rows} x ${found.second.rows})`,
  );
  if (values.python)
    console.log(execFileSync(values.python, ["-c", ASTROPY, a, b, theirs], { encoding: "utf8" }).trim());
} finally {
  rmSync(folder, { recursive: true });
}
