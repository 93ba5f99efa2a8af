/**
 * @file How long does a table of a million rows take to read, and how much memory? Runs `bench/tables.ts`.
 *
 *     npx tsx bench/reading.ts
 */
import { type Measured, measureAll, numberOf } from "./suite/children.ts";
import { median } from "./suite/median.ts";
import { atMost, figure, type Row } from "./suite/rows.ts";
import { type Question, runAlone } from "./suite/run-questions.ts";

const ROWS = 1_000_000;
/** The targets, by format. */
const SECONDS: Readonly<Record<string, number>> = { parquet: 1.5, csv: 4 };

export const reading: Question = {
  name: "reading",
  async rows({ rounds, quick, seed }) {
    const tableRows = quick ? ROWS / 10 : ROWS;
    const formats = new Map<string, Measured[]>();
    for (let round = 0; round < rounds; round++) {
      for (const read of await measureAll("tables.ts", [
        "--rows",
        String(tableRows),
        "--seed",
        String(seed + round),
      ])) {
        const format = String(read.file);
        formats.set(format, [...(formats.get(format) ?? []), read]);
      }
    }
    return Array.from(formats, ([format, reads]): Row[] => {
      const all = (name: string) => reads.map((read) => numberOf(read, name));
      const name = `reading ${format}, ${tableRows.toLocaleString("en")} rows of 20 columns`;
      const seconds = SECONDS[format];
      const taken = reads.map((read) => numberOf(read, "peakMegabytes") - numberOf(read, "startMegabytes"));
      const note =
        `the process's peak less what it had before it read; the peak is ${figure(median(all("peakMegabytes")))} MB, ` +
        `the table ${figure(median(all("tableMegabytes")))} MB`;
      const memoryName = `  memory for it (${format})`;
      // The targets are of a million rows, and of these two formats.
      if (seconds === undefined || quick) {
        const plain = { peers: [] };
        return [
          { name, unit: "s", ours: median(all("seconds")), ...plain },
          { name: memoryName, unit: "MB", ours: median(taken), ...plain, note },
        ];
      }
      return [
        atMost(name, "s", all("seconds"), seconds),
        atMost(memoryName, "MB", taken, 3 * median(all("tableMegabytes")), note),
      ];
    }).flat();
  },
};

await runAlone(import.meta.url, reading);
