/**
 * @file Reading tables of many columns: seconds and memory for 100 rows of numbers in so many columns.
 *
 *     npx tsx bench/wide.ts 100 400 2000
 */
import "../src/runtime/node/install.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generator } from "../src/numeric/generator.ts";
import { readTable } from "../src/table/files/read.ts";

const ROWS = 100;

const folder = mkdtempSync(join(tmpdir(), "anygiven-wide-"));
try {
  for (const count of process.argv.slice(2).map(Number)) {
    const random = generator(1, "wide", count);
    const line = (cell: (column: number) => string) =>
      Array.from({ length: count }, (_, i) => cell(i)).join();
    const lines = Array.from({ length: ROWS }, () => line(() => random.uniform().toFixed(4)));
    const path = join(folder, `${count}.csv`);
    writeFileSync(path, `${line((column) => `x${column}`)}\n${lines.join("\n")}\n`);
    const began = performance.now();
    const { columns } = await readTable(path);
    const seconds = (performance.now() - began) / 1000;
    const megabytes = process.memoryUsage().rss / 1e6;
    console.log(`${columns.length} columns: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB so far`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
