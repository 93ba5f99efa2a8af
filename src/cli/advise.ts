/** @file `anygiven advise`: which column to measure next to learn most about another. */
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { Estimate } from "../evaluation/bootstrap.ts";
import { evaluateAdvice, type ShownGain } from "../evaluation/evaluate-advice.ts";
import type { InformationGain } from "../model/information-gain.ts";
import { matchingRows } from "../model/matching-rows.ts";
import type { Model } from "../model/model.ts";
import type { Given } from "../model/question-table.ts";
import { givenText } from "../model/question-text.ts";
import { textTable } from "../numeric/text-table.ts";
import { chosenRows, type Table } from "../table/table.ts";
import { groupColumn } from "../training/held-out.ts";
import { names, numberSettings, whole } from "./arguments.ts";
import { askedOf, checkTableOptions, noteDoubts } from "./asked.ts";
import { askCommand, modelOptions, withAsking, withModel } from "./options.ts";
import { answer, counted } from "./output.ts";
import { outFormat, tableOut } from "./table-output.ts";
import { rowsFor, tableFor, writeAnswer } from "./tables.ts";

export function adviseCommand() {
  return withAsking(
    askCommand(
      "advise",
      "Rank the columns not known yet by what each would tell about the one asked; with a table, in every row.",
    )
      .requiredOption("--of <column>", "the column of interest")
      .addOption(modelOptions.known())
      .option("--candidates <columns>", "the columns that could be measured (default: all others)", names)
      .option("--size <n>", "how many values of each candidate to try", whole, 64)
      .option(
        "--compare <table>",
        "rows with these columns: tell what those that look like the question show of each candidate, given the same columns",
        names,
      )
      .option(
        "--within <windows>",
        "of --compare: how near a row's value must be, NAME=WIDTH,... (default: a tenth of the column's scale)",
        numberSettings,
      )
      .option(
        "--held-out",
        "of --compare, only rows held out for validation; it is then the training's table",
      ),
  )
    .optionsGroup("For a table:")
    .addOption(tableOut("write next and NAME_learnt for each row"))
    .addOption(outFormat())
    .addHelpText("after", HELP)
    .action(async (folder, sources, { device, unseen, json, of, candidates, size, ...options }) => {
      const { compare, heldOut, within, ...choice } = options;
      const asked = askedOf(sources, choice);
      checkTableOptions(sources.length > 0, { table: { out: options.out }, question: { compare } });
      if (heldOut && !compare)
        throw new InputError("--held-out is about the rows of --compare: name the training's table with it.");
      if (within && !compare)
        throw new InputError("--within is about the rows of --compare: name a table with it.");
      const question = defined({ of, candidates, size });
      await withModel(folder, { device, unseen }, async (model) => {
        if (asked.kind !== "table") {
          const given = asked.kind === "question" ? asked.given : {};
          noteDoubts(model, given);
          const ranking = await model.advise({ ...question, given });
          const table = compare && (await rowsFor(model, folder, compare, { ...choice, heldOut }));
          const like = table && rowsLikeQuestion(model, table, { of, given, within });
          const shown =
            like &&
            (await counted("questions", (work) => {
              const columns = ranking.map(({ column }) => column);
              const there = columns.filter((name) => like.table.columns.some((each) => each.name === name));
              return evaluateAdvice(model, like.table, {
                ...work,
                of,
                given: Object.keys(given).filter((name) => given[name] !== null),
                candidates: there,
                ...defined({ groupBy: groupColumn(model.config, like.table, undefined) }),
              });
            }));
          const text = [
            `${of}${givenText(given)}: what to measure next`,
            rankingText(ranking, shown),
            like ? shownBy(like.label) : EXPECTED,
          ].join("\n");
          const found = like && { shown, rowsCompared: like.label };
          return answer(json, { of, given, ranking, ...found }, text);
        }
        const { out, given } = asked;
        const open = () => tableFor(model, sources, choice, { of: [of], given });
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
  anygiven advise houses --of HouseValue --compare houses.csv --held-out
  anygiven advise survey stars.csv --of logg --out next.csv

"learnt" is the information (in nats) that the column is expected to have about the asked one, on average over the
values it may have: half a nat narrows a distribution to 61 % of its width. ±: how far two ways to work it out disagree,
by answers about the asked column and by answers about the candidate.`;

const EXPECTED =
  "±: how far the model's answers agree with each other. What rows show of this: --compare TABLE (--held-out, with the training's table)";
const shownBy = (rows: string) =>
  "learnt ±: how far the model's answers agree with each other. rows show: how much more probable true values are with the column, " +
  `on average over ${rows} (nats; ±: half of the 95 % bootstrap interval)`;

/** Of fewer rows nothing could be seen. */
const FEWEST_ALIKE = 30;

/** The rows that hold what the question gives, or all where these are too few, which is said. */
function rowsLikeQuestion(
  { config }: Model,
  table: Table,
  { of, given, within }: { of: string; given: Given; within: Readonly<Record<string, number>> | undefined },
): { readonly table: Table; readonly label: string } {
  const { rows, label } = matchingRows(config, table, given, within, [of]);
  if (rows.length >= FEWEST_ALIKE) return { table: chosenRows(table, rows), label };
  return {
    table,
    label: `all ${table.rows} rows, whatever their values: too few are like the question (${label}; --within says how near they must be)`,
  };
}

function rankingText(ranking: readonly InformationGain[], shown: readonly ShownGain[] | undefined): string {
  const rows = ranking.map(({ column, reduction, error, expectedEntropy, entropyNow }) => {
    const found = shown?.find((each) => each.column === column);
    return [
      column,
      `${reduction.toFixed(3)} ±${error.toFixed(3)}`,
      ...(shown ? [found ? threeDecimals(found.learnt) : "-"] : []),
      ...[expectedEntropy, entropyNow].map((nats) => nats.toFixed(3)),
    ];
  });
  const header = ["column", "learnt", ...(shown ? ["rows show"] : []), "entropy then", "entropy now"];
  return textTable(header, rows);
}

const threeDecimals = ({ value, lower, upper }: Estimate) =>
  `${value.toFixed(3).replace("-0.000", "0.000")} ±${((upper - lower) / 2).toFixed(3)}`;
