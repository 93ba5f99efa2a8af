/** @file The columns of a model that starts from another: those that it knew, and the table's new ones. */
import { InputError } from "../base/errors.ts";
import { classCount, type ModelColumn } from "../columns/encoding.ts";
import type { StartedFrom } from "../networks/model-config.ts";
import type { Ancestors } from "../networks/parts/inherited-weights.ts";
import type { Column, Table } from "../table/table.ts";
import { type GrowthOptions, grownColumn } from "./known-column.ts";

/**
 * The other model's columns in its order, then the table's new ones. A known column keeps its scale, transform and point
 * masses; categories that it lacks are put behind its own. Columns that the table lacks stay as they are.
 * @param fit measures a new column.
 * @throws InputError for a known column that holds something else in the table.
 */
export function grownColumns(
  known: readonly ModelColumn[],
  table: Table,
  options: GrowthOptions,
  fit: (column: Column) => ModelColumn,
): ModelColumn[] {
  const inTable = new Map(table.columns.map((column) => [column.name, column]));
  const grown = known.map((old) => {
    const column = inTable.get(old.name);
    return column ? grownColumn(old, column, table.source, options) : old;
  });
  const names = new Set(known.map(({ name }) => name));
  const added = table.columns.filter(({ name }) => !names.has(name));
  if (added.length === table.columns.length) {
    throw new InputError(
      `${table.source} has no column of the model to start from, which knows ${[...names].join(", ")}: ` +
        "name its columns as the model does, or leave out `from`.",
      { option: "from" },
    );
  }
  tellOfDifferences(known, grown, added, table, options);
  return [...grown, ...added.map(fit)];
}

/** What of the model to start from goes into its file. */
export function startedFrom(model: string, known: readonly ModelColumn[], table: Table): StartedFrom {
  const columns = known.map(({ name }) => name);
  const there = new Set(table.columns.map(({ name }) => name));
  return { model, columns, absent: columns.filter((name) => !there.has(name)) };
}

/** Where the model to start from has the columns, and their classes. @param columns as {@link grownColumns} gives them. */
export function ancestorsOf(known: readonly ModelColumn[], columns: readonly ModelColumn[]): Ancestors {
  let first = 0;
  const classes = columns.flatMap(({ encoding }, index) => {
    const before = index < known.length ? classCount(known[index].encoding) : 0;
    first += before;
    return Array.from({ length: classCount(encoding) }, (_, k) => (k < before ? first - before + k : -1));
  });
  return { columns: columns.map((_, index) => (index < known.length ? index : -1)), classes };
}

function tellOfDifferences(
  known: readonly ModelColumn[],
  grown: readonly ModelColumn[],
  added: readonly Column[],
  table: Table,
  { onNotice }: GrowthOptions,
): void {
  const tell = (what: string, names: readonly string[]) => {
    if (names.length > 0) onNotice?.(`${what}: ${names.join(", ")}.`);
  };
  tell(
    "New to the model",
    added.map(({ name }) => name),
  );
  grown.forEach(({ name, encoding }, index) => {
    tell(`New categories of "${name}"`, encoding.categories.slice(known[index].encoding.categories.length));
  });
  const { absent } = startedFrom("", known, table);
  tell(`Not in ${table.source}, and kept in the model as they were learnt`, absent);
}
