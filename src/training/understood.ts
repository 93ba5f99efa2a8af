/** @file A table as a training understands it: what a user says of its columns, which are left out, what is told of the others. */
import { InputError } from "../base/errors.ts";
import { firstNames, unknownName } from "../base/suggestions.ts";
import { groupedNotes } from "../columns/inspection/grouped-notes.ts";
import { type Decided, inspectionOf, leftOutOf, type Wishes } from "../columns/inspection/inspect.ts";
import { type InspectedColumn, type Inspection, SAID_SO } from "../columns/inspection/inspected.ts";
import { columnAsSaid } from "../columns/said.ts";
import type { TableFiles } from "../table/files/read.ts";
import { partsOf } from "../table/stated-kinds.ts";
import type { Table } from "../table/table.ts";
import type { TrainOptions } from "./options.ts";
import { DEFAULT_PRESET } from "./settings.ts";
import { splitColumnOf } from "./split-groups.ts";

type Said = Pick<TrainOptions, "kinds" | "exclude" | "outputs" | "preset" | "splitBy">;

/** How files are to be read, with what the options of the training say of their columns. */
export function readingAsSaid(
  files: TableFiles,
  { kinds = {}, exclude = [], preset = DEFAULT_PRESET, splitBy = "" }: Said,
): TableFiles {
  const { kinds: before = {}, columns } = files;
  const all = typeof before === "function" ? before : { ...before, ...kinds };
  const isOurs = preset === DEFAULT_PRESET;
  // Rows are parted by a column that need not be among those learnt.
  const parts = isOurs && splitBy !== "" ? [splitColumnOf(splitBy).name] : [];
  return {
    ...files,
    ...(Array.isArray(columns) && { columns: [...new Set([...columns, ...parts])] }),
    kinds: all,
    exclude: [...(files.exclude ?? []), ...exclude],
    ...(isOurs && { identifiers: "leave out" }),
  };
}

/** A table in memory with what the options say of its columns. @throws InputError for a column that there isn't, or isn't so. */
export function tableAsSaid(table: Table, { kinds = {}, exclude = [] }: Said): Table {
  const names = table.columns.map(({ name }) => name);
  const named = Object.keys(kinds).filter((name) => partsOf(kinds[name]).kind !== "ignore");
  for (const name of [...named, ...exclude])
    if (!names.includes(name)) throw new InputError(unknownName("column", name, names, table.source));
  const columns = table.columns.map((column) =>
    Object.hasOwn(kinds, column.name) ? columnAsSaid(column, kinds[column.name], table.source) : column,
  );
  return { ...table, columns };
}

/** What a user wants and does not want of a table's columns. @param listed columns that are asked for by name. */
export function wishesOf(
  { kinds = {}, exclude = [], outputs = [] }: Said,
  listed: readonly string[] = [],
): Wishes {
  const isIgnored = (name: string) => partsOf(kinds[name]).kind === "ignore";
  const said = Object.keys(kinds).filter((name) => !isIgnored(name));
  return {
    wanted: new Set([...said, ...listed]),
    demanded: new Set(outputs),
    excluded: new Set([...exclude, ...Object.keys(kinds).filter(isIgnored)]),
    said: new Set(said),
  };
}

/** The table without the columns that are of no use, and which those are. @param known columns of a model to start from: they stay. */
export function usefulColumns(
  table: Table,
  wishes: Wishes,
  known: readonly string[],
): { readonly table: Table; readonly leftOut: ReadonlyMap<string, string> } {
  const { demanded } = wishes;
  const leftOut = leftOutOf(table, { ...wishes, demanded: new Set([...demanded, ...known]) });
  const columns = table.columns.filter(({ name }) => !leftOut.has(name));
  if (columns.length > 0) return { table: { ...table, columns }, leftOut };
  const why = [...leftOut].map(([name, each]) => `"${name}" (${each})`).join(", ");
  if (table.rows === 1)
    throw new InputError(
      `${table.source} has only one row, of which nothing can be learnt: a few hundred rows are a beginning.`,
    );
  throw new InputError(`${table.source} has no column that anything could be learnt of: ${why}.`);
}

/** What was understood, and the sentences that a user should hear of it. */
export function toldInspection(
  table: Table,
  rows: number,
  decided: Decided,
  wishes: Wishes,
): { readonly inspection: Inspection; readonly sentences: readonly string[] } {
  const made = inspectionOf(table, rows, decided);
  const there = new Set(table.columns.map(({ name }) => name));
  // What is not even read.
  const unread = [...wishes.excluded].filter((name) => !there.has(name)).map(excludedColumn);
  const inspection = { ...made, columns: [...made.columns, ...unread] };
  return {
    inspection,
    sentences: [...leftOutSentence(inspection, wishes), ...groupedNotes(inspection.columns)],
  };
}

function excludedColumn(name: string): InspectedColumn {
  return { name, kind: "left out", why: SAID_SO, present: 0, missing: 0, different: 0, notes: [] };
}

/** So many columns are named with the reason why they are left out, and so many without. */
const FEW_NAMED = 3;
const MOST_NAMED = 12;

function leftOutSentence({ columns }: Inspection, { excluded }: Wishes): string[] {
  const left = columns.filter(({ name, kind }) => kind === "left out" && !excluded.has(name));
  if (left.length === 0) return [];
  const isShort = left.length <= FEW_NAMED;
  const named = firstNames(
    left.map(({ name, why }) => (isShort ? `${name} (${why})` : name)),
    MOST_NAMED,
  );
  const isOfUse = left.some(({ different }) => different > 1);
  return [
    `Left out: ${named}.${isOfUse ? " To learn one nevertheless, say what it is: `kinds` NAME=category, NAME=number." : ""}`,
  ];
}
