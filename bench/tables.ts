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
import { readTable } from "../src/table/files/read.ts";
import type { Table } from "../src/table/table.ts";
import { hashedUniform } from "./suite/hashed-uniform.ts";

const COLUMNS = 20;
const uniform = (stream: number) => hashedUniform(stream, Number(values.seed));
const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    /** Of a child process: the file to read, and how many cells each column has and what they add up to. */
    read: { type: "string" },
    expected: { type: "string" },
  },
});

if (values.read) {
  const before = process.resourceUsage().maxRSS;
  const began = performance.now();
  const table = await readTable(values.read);
  const seconds = (performance.now() - began) / 1000;
  checkTable(table, JSON.parse(values.expected!));
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
        `CASE WHEN ${uniform(2 * i)} < 0.05 THEN NULL ELSE (${uniform(2 * i + 1)} * 100)::${i % 2 ? "FLOAT" : "DOUBLE"} END AS c${i}`,
    );
    await connection.run(`CREATE TABLE t AS SELECT ${columns} FROM range(${Number(values.rows)}) r(i)`);
    const sums = columns.map((_, i) => `count(c${i})::DOUBLE, sum(c${i}::DOUBLE)`);
    const [row] = (await connection.runAndReadAll(`SELECT ${sums} FROM t`)).getRows();
    const expected = JSON.stringify(columns.map((_, i) => row.slice(2 * i, 2 * i + 2)));
    for (const file of ["table.parquet", "table.csv", "table.csv.gz", "table.jsonl"]) {
      const path = join(folder, file);
      const format = file.endsWith("parquet") ? "PARQUET" : file.endsWith("jsonl") ? "JSON" : "CSV";
      await connection.run(`COPY t TO '${path}' (FORMAT ${format})`);
      const self = fileURLToPath(import.meta.url);
      const tsx = fileURLToPath(new URL("../node_modules/.bin/tsx", import.meta.url));
      process.stdout.write(
        execFileSync(tsx, [self, "--rows", values.rows, "--read", path, "--expected", expected]),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param expected by column, how many cells it has and what they add up to. */
function checkTable({ rows, columns }: Table, expected: readonly (readonly [number, number])[]): void {
  if (rows !== Number(values.rows) || columns.length !== COLUMNS) throw new Error("not the table written");
  columns.forEach(({ name, values: cells }, i) => {
    let [count, sum] = [0, 0];
    for (const cell of cells) {
      if (Number.isNaN(cell)) continue;
      count++;
      sum += cell;
    }
    const [cellsWritten, sumWritten] = expected[i];
    // A column of doubles may be kept as float32, whose roundings cancel in the sum.
    if (count !== cellsWritten || Math.abs(sum / sumWritten - 1) > 1e-7) {
      throw new Error(`${name}: ${count} cells of sum ${sum}, not ${cellsWritten} of ${sumWritten}`);
    }
  });
}
