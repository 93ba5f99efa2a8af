/**
 * @file How long do predictions for a whole table take, from file to file, over the engine's own time? Runs
 * `bench/predict.ts`.
 *
 *     npx tsx bench/predicting.ts
 */
import { existsSync } from "node:fs";
import { inBench, type Measured, measureAll, numberOf } from "./suite/children.ts";
import { median } from "./suite/median.ts";
import { atMost, figure, type Row, skipped } from "./suite/rows.ts";
import { type Question, runAlone } from "./suite/run-questions.ts";

const FILE = "predict.ts";

export const predicting: Question = {
  name: "predicting",
  async rows({ rounds, seed }) {
    if (!existsSync(inBench(FILE))) return [skipped("predictions of a table", `bench/${FILE} is not there`)];
    /** What each run printed: a line for each size of table. */
    const runs: Measured[][] = [];
    for (let round = 0; round < rounds; round++) {
      runs.push(await measureAll(FILE, ["--seed", String(seed + round)]));
    }
    return runs[0].flatMap((first, line): Row[] => {
      const all = (name: string) => runs.map((run) => numberOf(run[line], name));
      const of = (name: string) => median(all(name));
      const rows = numberOf(first, "rows").toLocaleString("en");
      const note = `${figure(of("streamedSeconds"))} s from file to file, ${figure(of("engineSeconds"))} s the engine alone`;
      return [
        atMost(`predictions, ${rows} rows: file to file over the engine alone`, "x", all("ratio"), 1.2, note),
        { name: "  peak of the process", unit: "MB", ours: of("peakMegabytes"), peers: [] },
      ];
    });
  },
};

await runAlone(import.meta.url, predicting);
