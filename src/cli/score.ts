/** @file `anygiven score`: how surprising each known cell of a table is, given the rest of its row. */
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { mostSurprising, type SurprisingCell } from "../model/outlier-score.ts";
import { questionTable } from "../model/question-table.ts";
import { textTable } from "../numeric/text-table.ts";
import { names, whole } from "./arguments.ts";
import { checkTableOptions, noteErrors } from "./asked.ts";
import { askCommand, modelOptions, withAsking, withModel } from "./options.ts";
import { answer } from "./output.ts";
import { tableFor, writeAnswer } from "./tables.ts";

export function scoreCommand() {
  return withAsking(
    askCommand(
      "score",
      "Find cells that do not fit the rest of their row: errors in the data, or rare finds.",
    )
      .addOption(modelOptions.givenValues("without a table: a value of the one row; repeat for more"))
      .option("--of <columns>", "the columns scored (default: all that the model answers for)", names)
      .option("--out <file>", "write NAME_log_density and NAME_tail for each row: .csv, .parquet or .jsonl")
      .option("--worst <n>", "how many of the most surprising cells to print", whole, 10),
  )
    .addHelpText("after", HELP)
    .action(async (folder, sources, { of, out, worst, given: known, device, unseen, json, ...choice }) => {
      const isTable = sources.length > 0;
      if (isTable === (known !== undefined))
        throw new InputError("Name a table to score, or the values of one row with --given NAME=VALUE.");
      checkTableOptions(isTable, { table: { out } });
      await withModel(folder, { device, unseen }, async (model) => {
        if (known) noteErrors(model, known);
        const open = async () =>
          known ? questionTable(model.config, known) : tableFor(model, sources, choice);
        const { table, answered } = await writeAnswer({ out, open }, (rows, work) =>
          model.score(rows, { ...defined({ of }), ...work }),
        );
        const found = mostSurprising(table, answered, worst);
        const written = out === undefined ? "" : `\nThe scores of ${table.rows} rows are in ${out}.`;
        answer(json, { rows: table.rows, ...defined({ out }), worst: found }, worstText(found) + written);
      });
    });
}

const HELP = `
Examples:
  anygiven score houses houses.csv --worst 20
  anygiven score houses new.csv --of HouseValue --out scores.parquet
  anygiven score houses --given MedInc=2 --given AveRooms=6 --given HouseValue=4.9

The tail probability of a cell is that of a value at least as far out, on either side, given all other known
cells of its row. Among n good cells the smallest is about 1/n: look at those far below that.`;

function worstText(cells: readonly SurprisingCell[]): string {
  if (cells.length === 0) return "No cell is scored.";
  const rows = cells.map(({ row, column, value, tail, logDensity }) => [
    column,
    String(row),
    value,
    tail.toPrecision(3),
    logDensity.toFixed(2),
  ]);
  return textTable(["column", "row", "value", "tail probability", "log density"], rows);
}
