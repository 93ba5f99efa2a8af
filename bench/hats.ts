/**
 * @file A HATS catalogue of a million rows and eight columns, written and read here and by LSDB: seconds and peak memory.
 *
 *     npx tsx bench/hats.ts [rows] [--python PYTHON]       a Python that has lsdb
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tableBlocks } from "../src/index.ts";
import { literal, withDuckDB } from "../src/table/files/duckdb.ts";
import { copyTable } from "../src/table/files/passed-table.ts";

const { values, positionals } = parseArgs({
  options: { python: { type: "string" } },
  allowPositionals: true,
});
const rows = Number(positionals[0] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "hats-bench-"));

const LSDB = `
import resource, sys, time
import lsdb, pandas as pd
begin = time.perf_counter()
catalogue = lsdb.from_dataframe(pd.read_parquet(sys.argv[1]), ra_column="ra", dec_column="dec", margin_threshold=None)
catalogue.write_catalog(sys.argv[2])
written = time.perf_counter()
read = len(lsdb.open_catalog(sys.argv[2]).compute())
end = time.perf_counter()
print(f"lsdb: written in {written - begin:.1f} s, {read} rows read in {end - written:.1f} s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")`;

async function timed(work: () => Promise<void>): Promise<string> {
  const begin = performance.now();
  await work();
  return ((performance.now() - begin) / 1000).toFixed(1);
}

try {
  const [table, ours, theirs] = ["table.parquet", "ours.hats", "theirs"].map((name) => join(folder, name));
  const more = ["a", "b", "c", "d", "e", "f"].map((name) => `random() AS ${name}`).join(", ");
  await withDuckDB(async (connection) => {
    await connection.run(
      `COPY (SELECT 360 * random() AS ra, degrees(asin(2 * random() - 1)) AS dec, ${more} FROM range(${rows}))
        TO ${literal(table)} (FORMAT parquet)`,
    );
  });
  const written = await timed(async () => {
    await copyTable(table, ours);
  });
  let found = 0;
  const read = await timed(async () => {
    const blocks = await tableBlocks(ours);
    for await (const block of blocks) found += block.rows;
    await blocks.close();
  });
  const memory = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  console.log(`anygiven: written in ${written} s, ${found} rows read in ${read} s, ${memory} MB`);
  if (values.python)
    console.log(
      execFileSync(values.python, ["-c", LSDB, table, theirs], { encoding: "utf8" })
        .trim()
        .split("\n")
        .at(-1),
    );
} finally {
  rmSync(folder, { recursive: true });
}
