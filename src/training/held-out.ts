/** @file The rows of a table that a training did not see. */

import { check, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { folderToAsk } from "../files/model-files.ts";
import type { ReadingOptions } from "../model/model-bytes.ts";
import { readModelConfig } from "../model/trained-model.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { checkTable } from "../table/checked-table.ts";
import { measuredRows } from "../table/scan/row-sample.ts";
import type { Table } from "../table/table.ts";
import { chosenRows } from "../table/table.ts";
import { newestCheckpoint, readProgress } from "./checkpoint.ts";
import { storedSettings } from "./presets.ts";
import { columnOfOtherCells } from "./resumption.ts";
import { splitRows } from "./split.ts";
import { isSplitInOrder, rowGroupsOf, splitColumnOf } from "./split-groups.ts";
import { encodedForTraining, outputsOf, rowsInMemory } from "./training-rows.ts";
import type { TrainingSettings } from "./training-settings.ts";

/**
 * The rows that were held out for validation when the model in the folder was trained, in the table's order.
 * @param table the table it was trained on
 * @param how whether the model's files are compared with their checksums
 * @throws InputError if the table is another, nothing was held out, or the folder doesn't say.
 * @example
 * const houses = await readTable("houses.csv");
 * await train(houses, { out: "houses-model", epochs: 2 });
 * console.log((await heldOutRows("houses-model", houses)).rows);
 */
export async function heldOutRows(name: string, table: Table, how: ReadingOptions = {}): Promise<Table> {
  check("the folder", name, TEXT);
  checkTable(table);
  const rows = await heldOutIndices(name, table, how);
  return chosenRows({ ...table, source: `${table.source} (held-out rows)` }, rows);
}

/** Where those rows are in the table, ascending. @throws InputError as {@link heldOutRows} does. */
export async function heldOutIndices(
  name: string,
  table: Table,
  how: ReadingOptions = {},
): Promise<Uint32Array> {
  const folder = folderToAsk(name);
  const config = await readModelConfig(folder, how);
  const settings = config.training && storedSettings(config.preset, config.training, `${folder}/config.json`);
  const trained = await trainedRows(folder, config, how);
  if (!settings || trained === 0) {
    const why = settings
      ? "has no checkpoint, and none of what tells newer models their rows"
      : "was not trained here, but imported or saved without its training";
    throw new InputError(
      `${folder} ${why}: leave out \`heldOut\` and give rows it was not trained on, or train it anew.`,
    );
  }
  if (!(settings.validation > 0)) {
    throw new InputError(`${folder} was trained on all rows: leave out \`heldOut\` and give other rows.`);
  }
  checkSameTable(folder, table, trained, config, settings);
  const cells = rowsInMemory(encodedForTraining(table, config), outputsOf(config.columns));
  const groups = rowGroupsOf(table, settings.splitBy);
  const rows = splitRows(cells, settings, groups).validation.slice().sort();
  if (rows.length === 0)
    throw new InputError(
      `${folder} held out no row of ${table.rows}: leave out \`heldOut\` and give others.`,
    );
  return rows;
}

/**
 * The column that the rows of a model's training were split by; undefined where by chance. It is needed to find the held-out rows
 * again, whether or not the model knows it.
 */
export function splitColumn({ preset, training }: ModelConfig): string | undefined {
  const splitBy = training && storedSettings(preset, training).splitBy;
  return splitBy ? splitColumnOf(splitBy).name : undefined;
}

/**
 * The column whose equal values make rows of a table belong together, which are then no independent witnesses: the one asked for,
 * or else that whose values part trained from held-out rows, if the table has it. Undefined of an order, such as dates.
 */
export function groupColumn(
  { preset, training }: ModelConfig,
  table: Table,
  asked: string | undefined,
): string | undefined {
  const splitBy = asked ?? (training && storedSettings(preset, training).splitBy);
  if (!splitBy || isSplitInOrder(table, splitBy)) return undefined;
  const { name } = splitColumnOf(splitBy);
  const isThere = table.columns.some((column) => column.name === name);
  return isThere || asked !== undefined ? name : undefined;
}

/** How many rows the training's table had; 0 where nothing tells. Without a checkpoint, what was looked at before it tells. */
async function trainedRows(folder: string, config: ModelConfig, how: ReadingOptions): Promise<number> {
  const newest = await newestCheckpoint(folder);
  if (newest === undefined) return config.inspection?.rows ?? 0;
  return (await readProgress(newest, how)).rows;
}

/** Rows of another table, or in another order, would have been trained on. */
function checkSameTable(
  folder: string,
  table: Table,
  rows: number,
  config: ModelConfig,
  settings: TrainingSettings,
): void {
  const remedy =
    "name the table of the training; or leave out `heldOut`, which takes all rows, if they were not trained on.";
  if (rows !== table.rows) {
    throw new InputError(
      `${folder} was trained on ${rows} rows, but ${table.source} has ${table.rows}: ${remedy}`,
    );
  }
  const other = columnOfOtherCells(measuredRows(table), config, settings);
  if (other === undefined) return;
  throw new InputError(
    `Column "${other.name}" of ${table.source} has other values than ${folder} was trained on: ${remedy}`,
  );
}
