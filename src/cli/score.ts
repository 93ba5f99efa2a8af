/** @file `anygiven score`: how surprising each known cell of a table is, given the rest of its row. */
import { Command, Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { questionTable } from "../model/question-table.ts";
import { textTable } from "../numeric/text-table.ts";
import { writeTable } from "../table/files/write.ts";
import type { Column, Table } from "../table/table.ts";
import { given, names, whole } from "./arguments.ts";
import { columnsOfModel, refuseUnwritable, tableFor } from "./asked-table.ts";
import { cellText, noteErrors } from "./column-values.ts";
import { modelOptions, withModel } from "./model-options.ts";
import { onRows, print, printJson } from "./output.ts";
import { TABLE_HELP, withTableOptions } from "./table-options.ts";

export function scoreCommand() {
  return withTableOptions(
    new Command("score")
      .description("Find cells that do not fit the rest of their row: errors in the data, or rare finds.")
      .argument("<model>", "a model's folder")
      .argument("[table...]", TABLE_HELP)
      .addOption(
        new Option(
          "--given <name=value>",
          "without a table: a value of the one row; repeat for more",
        ).argParser(given),
      )
      .option("--of <columns>", "the columns scored (default: all that the model answers for)", names)
      .option("--out <file>", "write NAME_log_density and NAME_tail for each row: .csv, .parquet or .jsonl")
      .option("--worst <n>", "how many of the most surprising cells to print", whole, 10),
  )
    .addOption(modelOptions.device())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven score houses houses.csv --worst 20
  anygiven score houses new.csv --of HouseValue --out scores.parquet
  anygiven score houses --given MedInc=2 --given AveRooms=6 --given HouseValue=4.9

The tail probability of a cell is that of a value at least as far out, on either side, given all other known
cells of its row. Among n good cells the smallest is about 1/n: look at those far below that.`,
    )
    .action(async (folder, sources, { of, out, worst, given: known, device, json, ...choice }) => {
      const isTable = sources.length > 0;
      if (isTable === (known !== undefined))
        throw new InputError("Name a table to score, or the values of one row with --given NAME=VALUE.");
      if (!isTable && out !== undefined)
        throw new InputError("--out is for a table: name one after the model.");
      await withModel(folder, { device }, async (model) => {
        if (known) noteErrors(model.config, known);
        const table = known
          ? questionTable(model.config, known)
          : await tableFor(model, sources, { ...choice, columns: (names) => columnsOfModel(model, names) });
        if (out !== undefined) await refuseUnwritable(out);
        const scores = await onRows(
          table.rows,
          (work) => model.score(table, { ...(of && { of }), ...work }),
          async (made) => {
            if (out !== undefined) await writeTable(made, out);
          },
        );
        const found = mostSurprising(table, scores, worst);
        if (json) printJson({ rows: table.rows, ...(out !== undefined && { out }), worst: found });
        else {
          print(worstText(found));
          if (out !== undefined) print(`The scores of ${table.rows} rows are in ${out}.`);
        }
      });
    });
}

interface SurprisingCell {
  /** 1 for the first row of the table. */
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly tail: number;
  readonly logDensity: number;
}

/** The cells with the smallest tail probabilities; where these are equal, with the smallest densities. */
function mostSurprising(table: Table, scores: Table, count: number): SurprisingCell[] {
  const indices: { row: number; column: Column; tail: number; logDensity: number }[] = [];
  const scoreOf = (name: string) => scores.columns.find((column) => column.name === name)?.values;
  for (const column of table.columns) {
    const tails = scoreOf(`${column.name}_tail`);
    const densities = scoreOf(`${column.name}_log_density`);
    tails?.forEach((tail, row) => {
      if (!Number.isNaN(tail))
        indices.push({ row, column, tail, logDensity: densities?.[row] ?? Number.NaN });
    });
  }
  indices.sort((a, b) => a.tail - b.tail || a.logDensity - b.logDensity);
  return indices.slice(0, count).map(({ row, column, tail, logDensity }) => ({
    row: row + 1,
    column: column.name,
    value: cellText(column, column.values[row]),
    tail,
    logDensity,
  }));
}

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
