/** @file `anygiven predict`: median, scaled MAD and quantiles of columns for every row of a table. */
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { passOf } from "../model/density-model.ts";
import type { Model } from "../model/model.ts";
import { type PredictQuestion, predictedColumns } from "../model/predict.ts";
import type { Table } from "../table/table.ts";
import { shares, whole } from "./arguments.ts";
import { noteGiven, othersOf } from "./given-columns.ts";
import {
  modelCommand,
  modelOptions,
  TABLE_HELP,
  withAsking,
  withKept,
  withModel,
  withParts,
} from "./options.ts";
import { answer, note, rowsAre, type Work } from "./output.ts";
import { firstRowOf, inPartition, namedTables } from "./partitions/run.ts";
import { asksForAll } from "./settled.ts";
import { outFormat, tableOut } from "./table-output.ts";
import { blocksFor, keptChoice, onlyBlock, writeAnswers } from "./tables.ts";

export function predictCommand() {
  return withParts(
    withKept(
      withAsking(
        modelCommand(
          "predict",
          "Answer for every row of a table: the median and its spread, the most probable category, probabilities.",
        )
          .argument("[table...]", TABLE_HELP)
          .addOption(modelOptions.of("the columns asked, each on its own"))
          .addOption(modelOptions.givenColumns())
          .addOption(
            tableOut("write the answers", ", one row for each row of the table").makeOptionMandatory(),
          )
          .addOption(outFormat())
          .option(
            "--quantiles <shares>",
            "also write these quantiles: 0.05,0.95 as NAME_q05, NAME_q95",
            shares,
          )
          .addOption(modelOptions.probability())
          .option("--modes", "also write how many peaks each density has, and where the highest are")
          .option("--curve <n>", "also write each density at so many even steps: NAME_pdf_X", whole)
          .addOption(modelOptions.method())
          .addOption(modelOptions.size(1000))
          .addOption(modelOptions.seed()),
      ),
    ),
  )
    .addHelpText("after", HELP)
    .action(async (folder, tables, { device, unseen, json, partition, filesFrom, ...options }) => {
      const named = await namedTables(tables, filesFrom);
      if (named.length === 0) throw new InputError("Name the table to answer for, after the model.");
      const { out: whole, ...asked } = options;
      const run = { command: "predict", model: folder, sources: named, out: whole, partition, json };
      await inPartition({ ...run, options: { ...asked, unseen } }, ({ sources, out, part }) =>
        withModel(folder, { device, unseen }, async (model) => {
          const { of, given, quantiles, probability, modes, curve, method, size, seed, ...rest } = asked;
          const { keep, overwrite: _, ...choice } = rest;
          const wishes = defined({ quantiles, probabilities: probability, modes, curve });
          const drawing = defined({ method, size, seed, firstRow: firstRowOf(part) });
          const question = { of, ...wishes, ...defined({ given }), ...drawing };
          const columns = predictedColumns(model.config, of, wishes);
          const isEach = asksForAll(of) && !given;
          const about = isEach ? undefined : { of, given };
          const reading = { keep: keptChoice(keep, out), inOne: isEach, part };
          const open = () => blocksFor(model, sources, choice, about, reading);
          const file = { out, columns, open };
          const { rows, known } = await writeAnswers(file, async function* (table, work) {
            if (isEach) return yield* eachPredicted(model, await onlyBlock(table), question, work);
            for await (const made of model.predict(table, { ...question, ...work })) yield valuesByName(made);
          });
          answer(json, { out, rows, of }, `${rowsAre(rows)} in ${out}.`);
          noteGiven(model, known, { of, given, each: isEach });
          if (method === "ancestral") note(`Each answer is the median of ${size} samples.`);
        }),
      );
    });
}

const valuesByName = ({ columns }: Table) =>
  Object.fromEntries(columns.map(({ name, values }) => [name, values]));

/** Each column given the others of its row. */
async function* eachPredicted(model: Model, table: Table, question: PredictQuestion, work: Work) {
  const known = table.columns.map(({ name }) => name);
  const of = [question.of].flat();
  const made: ReturnType<typeof valuesByName>[] = [];
  for (const [pass, name] of of.entries()) {
    const own = question.probabilities?.filter((event) => Object.hasOwn(event, name));
    const asked = {
      ...question,
      of: name,
      given: othersOf(model, known, name),
      ...(own && { probabilities: own }),
    };
    made.push(
      valuesByName(await model.predict(table, { ...asked, ...passOf(work, pass, of.length, table.rows) })),
    );
  }
  yield Object.assign({}, ...made) as ReturnType<typeof valuesByName>;
}

const HELP = `
Examples:
  anygiven predict houses new.csv --of HouseValue --out values.csv
  anygiven predict survey stars.parquet --of teff,logg --given bprp,jh,jk --out labels.parquet
  anygiven predict houses new.csv --of HouseValue --quantiles 0.05,0.95 --out values.parquet
  anygiven predict survey stars.csv --of teff --probability "teff < 5000" --probability "5000 < teff < 6000" --out p.csv

The answers about NAME are
  NAME (median), NAME_sd (scaled MAD), NAME_q05 ... of a number or date, NAME_p_VALUE of one with few values,
  NAME (the most probable) and NAME_p_CATEGORY of a category.
Each line has the number of its row; --keep puts columns of the table beside it.
A cell that is missing is not given: the answer is then wider. --size and --seed are for --method ancestral.
The table may be longer than memory: its rows are read, answered and written some at a time. Ctrl-C writes nothing.
For means, see anygiven density. A table for many processes or machines, by --partition: docs/scale.md.`;
