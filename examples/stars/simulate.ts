/**
 * @file Simulates a star survey of any length and writes it to a file; 20,000 of its stars come with the package.
 *
 *     npm run simulate -- --out stars.parquet
 *     npm run simulate -- --out stars.csv --rows 1000000 --seed 2
 */
import { parseArgs } from "node:util";
import { InputError, writeTable } from "../../src/index.ts";
import { simulateSurvey } from "./simulator/survey.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string" }, // .csv, .parquet or .jsonl
    rows: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" }, // the same seed gives the same stars
  },
});
try {
  if (values.out === undefined) throw new InputError("Name the file to write: --out stars.parquet.");
  const rows = Number(values.rows);
  await writeTable(simulateSurvey({ rows, seed: Number(values.seed) }), values.out);
  console.log(`${rows} stars are in ${values.out}.`);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
