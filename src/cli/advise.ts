/** @file `anygiven advise`: which column would tell most about another, if it were measured next. */
import { Command } from "@commander-js/extra-typings";
import { Model } from "../density/model.ts";
import { names, whole } from "./arguments.ts";
import { givenText, noteErrors } from "./column-values.ts";
import { modelOptions } from "./model-options.ts";
import { print, printJson } from "./output.ts";
import { textTable } from "./text-table.ts";

export function adviseCommand() {
  return new Command("advise")
    .description("Rank the columns not known yet by what each would tell about the one asked.")
    .argument("<model>", "a model's folder")
    .requiredOption("--of <column>", "the column of interest")
    .addOption(modelOptions.given())
    .option("--candidates <columns>", "the columns that could be measured (default: all others)", names)
    .option("--size <n>", "how many values of each candidate to try", whole, 64)
    .addOption(modelOptions.device())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven advise survey --of logg --given teff=4700+-50
  anygiven advise houses --of HouseValue --candidates HouseAge,AveRooms --json

"learnt" is the entropy (in nats) that knowing the column would take from the asked one, on average over the
values it may have: half a nat narrows a distribution to 61 % of its width.`,
    )
    .action(async (folder, { of, given, candidates, size, device, json }) => {
      const model = await Model.load(folder, { device });
      try {
        noteErrors(model.config, given);
        const ranking = await model.informative({ of, given, ...(candidates && { candidates }), size });
        if (json) {
          printJson({ of, given, ranking });
          return;
        }
        print(`${of}${givenText(given)}: what to measure next`);
        print(
          textTable(
            ["column", "learnt", "entropy then", "entropy now"],
            ranking.map(({ column, reduction, expectedEntropy, entropyNow }) => [
              column,
              ...[reduction, expectedEntropy, entropyNow].map((nats) => nats.toFixed(3)),
            ]),
          ),
        );
      } finally {
        await model.dispose();
      }
    });
}
