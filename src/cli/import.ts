/** @file `anygiven import`: a model of the published PyTorch code becomes one of ours. */
import { Command } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { importPublished } from "../import/import-published.ts";
import { names, whole } from "./arguments.ts";
import { modelOptions, tableOptions } from "./options.ts";
import { answer, note } from "./output.ts";

export function importCommand() {
  return new Command("import")
    .description("Import a model folder of the published PyTorch code (config.json, checkpoints/epoch_K.pt).")
    .argument("<folder>", "the original's folder")
    .requiredOption("--out <folder>", "the folder for the imported model")
    .option("--epoch <k>", "which checkpoint (default: the newest)", whole)
    .option("--outputs <names>", "the columns it was trained to answer for (default: all)", names)
    .addOption(tableOptions.maxUnpacked())
    .addOption(tableOptions.maxSeconds())
    .addOption(tableOptions.maxMemory())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      "\nNothing in the .pt file is executed: it is read as data, anything else in it is refused by name.",
    )
    .action(async (folder, { out, json, ...options }) => {
      const report = await importPublished(folder, out, defined(options));
      for (const sentence of report.notes) note(sentence);
      const { parameters, config, steps } = report;
      const moments = steps === undefined ? "no optimizer state" : `optimizer state after ${steps} steps`;
      answer(
        json,
        { folder: out, ...report },
        `Imported ${parameters} parameters, ${config.columns.length} columns, epoch ${report.epoch}, ${moments} to ${out}.`,
      );
    });
}
