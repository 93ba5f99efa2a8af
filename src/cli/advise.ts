/** @file `anygiven advise`: which column to measure next to learn most about another. */
import { defined } from "../base/defined.ts";
import type { InformationGain } from "../model/information-gain.ts";
import { givenText } from "../model/question-text.ts";
import { textTable } from "../numeric/text-table.ts";
import { names, whole } from "./arguments.ts";
import { askedOf, checkTableOptions, noteErrors } from "./asked.ts";
import { askCommand, modelOptions, withAsking, withModel } from "./options.ts";
import { answer } from "./output.ts";
import { outFormat, tableOut } from "./table-output.ts";
import { refuseOverInput, tableFor, writeAnswer } from "./tables.ts";

export function adviseCommand() {
  return withAsking(
    askCommand(
      "advise",
      "Rank the columns not known yet by what each would tell about the one asked; with a table, in every row.",
    )
      .requiredOption("--of <column>", "the column of interest")
      .addOption(modelOptions.known())
      .option("--candidates <columns>", "the columns that could be measured (default: all others)", names)
      .option("--size <n>", "how many values of each candidate to try", whole, 64),
  )
    .optionsGroup("For a table:")
    .addOption(tableOut("write next and NAME_learnt for each row"))
    .addOption(outFormat())
    .addHelpText("after", HELP)
    .action(async (folder, sources, { device, unseen, json, of, candidates, size, ...options }) => {
      const asked = askedOf(sources, options);
      checkTableOptions(sources.length > 0, { table: { out: options.out } });
      const question = defined({ of, candidates, size });
      await withModel(folder, { device, unseen }, async (model) => {
        if (asked.kind !== "table") {
          const given = asked.kind === "question" ? asked.given : {};
          noteErrors(model, given);
          const ranking = await model.advise({ ...question, given });
          const text = `${of}${givenText(given)}: what to measure next\n${rankingText(ranking)}`;
          return answer(json, { of, given, ranking }, text);
        }
        const { out, given } = asked;
        await refuseOverInput(out, sources, undefined);
        const open = () => tableFor(model, sources, options, { of: [of], given });
        const { table, answered } = await writeAnswer({ out, open }, (rows, work) =>
          model.advise(rows, { ...question, ...work }),
        );
        const columns = answered.columns.map(({ name }) => name);
        const text = `What to measure next in each of ${table.rows} rows is in ${out}: ${columns.join(", ")}.`;
        answer(json, { out, rows: table.rows, columns }, text);
      });
    });
}

const HELP = `
Examples:
  anygiven advise survey --of logg --given teff=4700+-50
  anygiven advise houses --of HouseValue --candidates HouseAge,AveRooms --json
  anygiven advise survey stars.csv --of logg --out next.csv

"learnt" is the entropy (in nats) that knowing the column would take from the asked one, on average over the
values it may have: half a nat narrows a distribution to 61 % of its width.`;

function rankingText(ranking: readonly InformationGain[]): string {
  const rows = ranking.map(({ column, reduction, expectedEntropy, entropyNow }) => [
    column,
    ...[reduction, expectedEntropy, entropyNow].map((nats) => nats.toFixed(3)),
  ]);
  return textTable(["column", "learnt", "entropy then", "entropy now"], rows);
}
