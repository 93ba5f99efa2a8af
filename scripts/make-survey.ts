/**
 * @file Makes the star survey that comes with the package (data/survey.parquet), with the simulator of the examples:
 * `npx tsx scripts/make-survey.ts`, a few seconds.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { simulateSurvey } from "../examples/stars/simulator/survey.ts";
import { writeTable } from "../src/table/files/write.ts";

const out = fileURLToPath(new URL("../data/survey.parquet", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "anygiven-survey-"));
try {
  const loose = join(folder, "survey.parquet");
  await writeTable(simulateSurvey({ rows: 20_000, seed: 1 }), loose);
  const connection = await (await DuckDBInstance.create()).connect();
  // Bytes of like place stand together (byte stream split, which version 2 of Parquet has): a fifth less than otherwise.
  const how = "FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL 19";
  await connection.run(`COPY (FROM '${loose}') TO '${out}' (${how})`);
  connection.closeSync();
} finally {
  await rm(folder, { recursive: true });
}
