/** @file `anygiven simulate`: the simulated star survey as a file. */
import { Command } from "@commander-js/extra-typings";
import { simulateSurvey } from "../stars/simulate.ts";
import { writeTable } from "../table/files/write.ts";
import { whole } from "./arguments.ts";
import { print } from "./output.ts";

export function simulateCommand() {
  return new Command("simulate")
    .description("Write the simulated star survey to a file.")
    .requiredOption("--out <file>", ".csv, .parquet or .jsonl")
    .option("--rows <n>", "stars", whole, 20_000)
    .option("--seed <n>", "the same seed gives the same stars", whole, 1)
    .action(async ({ out, rows, seed }) => {
      await writeTable(simulateSurvey({ rows, seed }), out);
      print(`${rows} stars are in ${out}.`);
    });
}
