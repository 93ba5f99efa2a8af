/**
 * @file How long does a table take to read, and how much memory? A million rows of 20 columns, half FLOAT and
 * half DOUBLE, 5 % of the cells missing. One JSON line per format, each read in a process of its own.
 *
 *     npx tsx bench/tables.ts --rows 1000000
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { readTable } from "../src/table/read.ts";

const COLUMNS = 20;
const { values } = parseArgs({
  options: { rows: { type: "string", default: "1000000" }, read: { type: "string" } },
});

if (values.read) {
  const before = process.resourceUsage().maxRSS;
  const began = performance.now();
  const table = await readTable(values.read);
  const seconds = (performance.now() - began) / 1000;
  if (table.rows !== Number(values.rows) || table.columns.length !== COLUMNS)
    throw new Error("not the table written");
  const bytes = table.columns.reduce((sum, { values: cells }) => sum + cells.byteLength, 0);
  const megabytes = (size: number) => Math.round(size / 1e6);
  process.stdout.write(
    `${JSON.stringify({ bench: "read", file: values.read.split(".").slice(1).join("."), rows: table.rows, seconds, tableMegabytes: megabytes(bytes), startMegabytes: megabytes(before * 1024), peakMegabytes: megabytes(process.resourceUsage().maxRSS * 1024) })}\n`,
  );
} else {
  const folder = mkdtempSync(join(tmpdir(), "anygiven-bench-"));
  try {
    const connection = await (await DuckDBInstance.create()).connect();
    const columns = Array.from(
      { length: COLUMNS },
      (_, i) =>
        `CASE WHEN random() < 0.05 THEN NULL ELSE (random() * 100)::${i % 2 ? "FLOAT" : "DOUBLE"} END AS c${i}`,
    );
    await connection.run(`CREATE TABLE t AS SELECT ${columns} FROM range(${Number(values.rows)})`);
    for (const file of ["table.parquet", "table.csv", "table.csv.gz", "table.jsonl"]) {
      const path = join(folder, file);
      const format = file.endsWith("parquet") ? "PARQUET" : file.endsWith("jsonl") ? "JSON" : "CSV";
      await connection.run(`COPY t TO '${path}' (FORMAT ${format})`);
      const self = fileURLToPath(import.meta.url);
      const tsx = fileURLToPath(new URL("../node_modules/.bin/tsx", import.meta.url));
      process.stdout.write(execFileSync(tsx, [self, "--rows", values.rows, "--read", path]));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
