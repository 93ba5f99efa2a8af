/** @file `anygiven advise`: which column to measure next to learn most about another. */
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import type { AdviseQuestion, AdviseRowsQuestion } from "../model/information-gain.ts";
import type { Model } from "../model/model.ts";
import type { Given } from "../model/question-table.ts";
import { textTable } from "../numeric/text-table.ts";
import { writeTable } from "../table/files/write.ts";
import type { Table } from "../table/table.ts";
import { names, whole } from "./arguments.ts";
import { givenTable, refuseUnwritable } from "./asked-table.ts";
import { givenText, noteErrors } from "./column-values.ts";
import { checkKnown, checkOut, knownOption, NOTHING } from "./known-things.ts";
import { modelOptions, withModel } from "./model-options.ts";
import { onRows, print, printJson } from "./output.ts";
import { TABLE_HELP, withTableOptions } from "./table-options.ts";

export function adviseCommand() {
  return withTableOptions(
    new Command("advise")
      .description(
        "Rank the columns not known yet by what each would tell about the one asked; with a table, in every row.",
      )
      .argument("<model>", "a model's folder")
      .argument("[table...]", TABLE_HELP)
      .requiredOption("--of <column>", "the column of interest")
      .addOption(knownOption())
      .option("--candidates <columns>", "the columns that could be measured (default: all others)", names)
      .option("--size <n>", "how many values of each candidate to try", whole, 64)
      .addOption(modelOptions.device())
      .addOption(modelOptions.json())
      .optionsGroup("For a table:")
      .option("--out <file>", "write next and NAME_learnt for each row: .csv, .parquet or .jsonl"),
  )
    .addHelpText(
      "after",
      `
Examples:
  anygiven advise survey --of logg --given teff=4700+-50
  anygiven advise houses --of HouseValue --candidates HouseAge,AveRooms --json
  anygiven advise survey stars.csv --of logg --out next.csv

"learnt" is the entropy (in nats) that knowing the column would take from the asked one, on average over the
values it may have: half a nat narrows a distribution to 61 % of its width.`,
    )
    .action(async (folder, sources, { given = NOTHING, out, device, json, ...rest }) => {
      const isTable = sources.length > 0;
      checkKnown(isTable, given);
      checkOut(isTable, out);
      if (!isTable && out !== undefined)
        throw new InputError("--out is for a table: name one after the model.");
      const { of, candidates, size, ...reading } = rest;
      const question = { of, size, ...(candidates && { candidates }) };
      await withModel(folder, { device }, async (model) => {
        if (isTable) {
          const columns = given.columns.length > 0 ? given.columns : undefined;
          const table = await givenTable(model, sources, { of: [of], given: columns, ...reading });
          await writeAdvice(model, table, question, out!, json);
        } else await showAdvice(model, { ...question, given: given.values }, json);
      });
    });
}

async function showAdvice(
  model: Model,
  question: AdviseQuestion & { readonly given: Given },
  json: boolean | undefined,
): Promise<void> {
  const { of, given } = question;
  noteErrors(model.config, given);
  const ranking = await model.advise(question);
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
}

async function writeAdvice(
  model: Model,
  table: Table,
  question: AdviseRowsQuestion,
  out: string,
  json: boolean | undefined,
): Promise<void> {
  await refuseUnwritable(out);
  const advice = await onRows(
    table.rows,
    (work) => model.advise(table, { ...question, ...work }),
    (made) => writeTable(made, out),
  );
  const columns = advice.columns.map(({ name }) => name);
  if (json) printJson({ out, rows: table.rows, columns });
  else print(`What to measure next in each of ${table.rows} rows is in ${out}: ${columns.join(", ")}.`);
}
