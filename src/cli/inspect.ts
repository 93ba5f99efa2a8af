/** @file `anygiven inspect`: what a table would be taken for, without training. */
import { Command } from "@commander-js/extra-typings";
import { inspectionText } from "../columns/inspection/words.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import type { ReadingReport } from "../table/file-report.ts";
import { inspect } from "../training/inspect.ts";
import { names, settings, withFlags } from "./arguments.ts";
import { modelOptions, TABLE_HELP, tableOptions, withReading } from "./options.ts";
import { answer, note } from "./output.ts";
import { trainingSourceOf } from "./tables.ts";
import { columnOptions, givenTrainOptions } from "./training-options.ts";

export function inspectCommand() {
  const command = new Command("inspect")
    .description(
      "Show what a table is taken for: each column's kind and why, what it holds, what is left out.",
    )
    .argument("<table...>", TABLE_HELP);
  for (const option of columnOptions()) command.addOption(option);
  return withReading(
    command
      .addOption(tableOptions.columns())
      .option("--categories <names>", "columns whose numbers are codes, not measurements", names)
      .option("--units <pairs>", "what columns are measured in, COLUMN=UNIT", settings)
      .option("--out <file>", "write it as a schema, to be changed and given to train --schema")
      .addOption(modelOptions.json()),
  )
    .addHelpText("after", HELP)
    .action(async (sources, { json, out, ...choice }, self) => {
      const { out: _, ...options } = givenTrainOptions(self);
      const reports: ReadingReport[] = [];
      const source = await trainingSourceOf(sources, choice);
      const watched =
        "files" in source
          ? { ...source, onReport: (report: ReadingReport) => void reports.push(report) }
          : source;
      const { inspection, notices, schema } = await inspect(watched, options);
      const reading = reports.at(-1);
      if (out !== undefined) await writeFileAtomic(out, schema);
      const told = [...(reading?.notices ?? []), ...notices].map(withFlags);
      const text = [inspectionText(inspection), ...told].join("\n");
      answer(json, { ...inspection, notices: told, ...(reading && { reading }) }, text);
      if (out !== undefined)
        note(`The schema is in ${out}; train with it: anygiven train ... --schema ${out}`);
    });
}

const HELP = `
Examples:
  anygiven inspect houses.csv
  anygiven inspect houses.csv --json
  anygiven inspect houses.csv --kind zip=category --kind sold=date:dmy --exclude id,note
  anygiven inspect houses.csv --out houses.schema.json     then: anygiven train houses.csv --schema houses.schema.json

Kinds: number, integer (whole numbers), category (names and codes), boolean, date (date:dmy and date:mdy: day or month first;
date:%d.%m.%Y: any pattern), circular:PERIOD (an angle, an hour), ignore.`;
