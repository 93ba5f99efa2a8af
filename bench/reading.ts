/**
 * @file How long does a table of a million rows take to read, and how much memory? Runs `bench/tables.ts`.
 *
 *     npx tsx bench/reading.ts
 */
import { type Measured, measureAll, numberOf } from "./suite/children.ts";
import { median } from "./suite/median.ts";
import type { Row } from "./suite/rows.ts";
import { type Question, runAlone } from "./suite/run-questions.ts";

const ROWS = 1_000_000;

export const reading: Question = {
  name: "reading",
  async rows({ rounds, quick }) {
    const tableRows = quick ? ROWS / 10 : ROWS;
    const formats = new Map<string, Measured[]>();
    for (let round = 0; round < rounds; round++) {
      for (const read of await measureAll("tables.ts", ["--rows", String(tableRows)])) {
        const format = String(read.file);
        formats.set(format, [...(formats.get(format) ?? []), read]);
      }
    }
    const rowOf = (format: string, unit: string, name: string): Row => ({
      name: `reading ${format}, ${tableRows.toLocaleString("en")} rows of 20 columns`,
      unit,
      ours: median(formats.get(format)!.map((read) => numberOf(read, name))),
      peers: [],
    });
    return Array.from(formats.keys(), (format) => [
      rowOf(format, "s", "seconds"),
      { ...rowOf(format, "MB", "peakMegabytes"), name: `  peak of the process (${format})` },
    ]).flat();
  },
};

await runAlone(import.meta.url, reading);
