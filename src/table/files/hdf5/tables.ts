/** @file Which table of an HDF5 file is read: the only one it holds, or the one that is named. */
import { posix } from "node:path"; // HDF5 writes paths with / everywhere
import { InputError } from "../../../base/errors.ts";
import { unknownName } from "../../../base/suggestions.ts";
import { columnsOf, fieldsOf, type Hdf5Table, isRecords } from "./columns.ts";
import type { Hdf5File } from "./file.ts";
import { isFrame, isPandas, pandasTable } from "./pandas.ts";
import { isTrainingSet, trainingSetTable } from "./training-set.ts";

/** Deeper groups are not looked into: links may lead round in circles. */
const deepest = 16;

/** Of more tables, or other things, not all are listed. */
const listedAtMost = 10;

/**
 * The table that a group or dataset is, or the only one below it; by default the only one in the file.
 *
 * A table is a group of datasets (its subgroups are tables of their own), a dataset of records, a data frame of
 * pandas, or a training set of the published system.
 *
 * @throws InputError if there is none, or if there are several to choose from.
 */
export function findTable(file: Hdf5File, group: string | undefined): Hdf5Table {
  const path = trimmed(group ?? "/");
  if (!file.has(path)) {
    const known = someTables(file, "/").map((table) => table.path);
    throw new InputError(unknownName("table", path, known, file.label));
  }
  const named = group === undefined ? undefined : tableAt(file, path);
  if (named) return named;
  const found = someTables(file, path);
  if (found.length === 1) return found[0];
  throw new InputError(found.length === 0 ? noTable(file, path) : severalTables(file, found));
}

/** A path from the root, without a slash at its end. */
function trimmed(path: string): string {
  return `/${path
    .split("/")
    .filter((name) => name !== "")
    .join("/")}`;
}

/** The table that a group or a dataset is itself, if it is one. */
function tableAt(file: Hdf5File, path: string): Hdf5Table | undefined {
  const entry = file.entry(path);
  if (entry.kind === "dataset") {
    const group = posix.dirname(path);
    return isFrame(file, group)
      ? pandasTable(file, group)
      : { path, columns: columnsOf(fieldsOf(entry.dataset)) };
  }
  if (entry.kind !== "group") return undefined;
  if (isTrainingSet(file, path)) return trainingSetTable(file, path);
  if (isPandas(file, path)) return pandasTable(file, path);
  const fields = file.names(path).flatMap((name) => {
    const inside = file.entry(posix.join(path, name));
    const isColumn = inside.kind === "dataset" && !isRecords(inside.dataset) && !isDescription(name);
    return isColumn ? fieldsOf(inside.dataset) : [];
  });
  return fields.length === 0 ? undefined : { path, columns: columnsOf(fields) };
}

/** Beside a table astropy writes what it also knows of the columns, such as units. */
function isDescription(name: string): boolean {
  return name.endsWith(".__table_column_meta__");
}

function* tablesBelow(file: Hdf5File, path: string, depth = 0): Generator<Hdf5Table> {
  if (depth > deepest || file.entry(path).kind !== "group") return;
  const names = file.names(path);
  const raw = posix.join(path, "raw");
  if (names.includes("raw") && isTrainingSet(file, raw)) {
    yield trainingSetTable(file, raw); // the stars' names beside the group are no table
    return;
  }
  if (isPandas(file, path)) {
    if (isFrame(file, path)) yield pandasTable(file, path);
    return; // what is below is pandas' own
  }
  const own = tableAt(file, path);
  if (own) yield own;
  for (const name of names) {
    const inside = posix.join(path, name);
    const entry = file.entry(inside);
    const isIndexOfPyTables = name.startsWith("_i_");
    if (entry.kind === "dataset" && isRecords(entry.dataset)) yield tableAt(file, inside)!;
    if (entry.kind === "group" && !isIndexOfPyTables && !file.isLink(inside))
      yield* tablesBelow(file, inside, depth + 1);
  }
}

/** The tables at a path and below it, but no more of them than it takes to see that they are too many to list. */
function someTables(file: Hdf5File, path: string): Hdf5Table[] {
  const found: Hdf5Table[] = [];
  for (const table of tablesBelow(file, path)) if (found.push(table) > listedAtMost) break;
  return found;
}

const inWords = {
  group: "a group",
  dataset: "a dataset",
  scalar: "a single value",
  other: "a link that leads nowhere",
} as const;

function noTable(file: Hdf5File, path: string): string {
  const { kind } = file.entry(path);
  if (kind !== "group") return `"${path}" of ${file.label} is no table, but ${inWords[kind]}.`;
  const names = file.names(path);
  const there = names
    .slice(0, listedAtMost)
    .map((name) => `"${name}" (${inWords[file.entry(posix.join(path, name)).kind]})`);
  const more = names.length > listedAtMost ? `, and ${names.length - listedAtMost} more` : "";
  const found = names.length === 0 ? "it is empty" : `what it holds is ${there.join(", ")}${more}`;
  const where = path === "/" ? file.label : `"${path}" of ${file.label}`;
  return `${where} holds no table (datasets of rows, in a group or as records): ${found}.`;
}

function severalTables(file: Hdf5File, tables: readonly Hdf5Table[]): string {
  const listed = tables.slice(0, listedAtMost).map(({ path, columns }) => {
    const names = columns.slice(0, 3).map(({ name }) => name);
    return `${path} (${names.join(", ")}${columns.length > 3 ? ", ..." : ""})`;
  });
  const more = tables.length > listedAtMost ? ", and more" : "";
  return `${file.label} holds more than one table: ${listed.join(", ")}${more}; name one with \`group\`.`;
}
