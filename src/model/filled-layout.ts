/** @file Where what is filled in stands among a file's own columns, and the values that are put there. */

import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { columnNamed } from "../columns/encoding.ts";
import { inUnitOf, writtenLike } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { WrittenColumn } from "../table/files/written-cells.ts";
import { type Column, type Table, tableColumn } from "../table/table.ts";

/**
 * The file's columns in their order, each filled one followed by its interval; then those that the file lacks.
 * @param gaps the columns of the table with missing cells, where `table` is a part of it.
 */
export function filledLayout(
  config: ModelConfig,
  table: Table,
  made: Table,
  file: readonly string[],
  gaps: ReadonlySet<string> = columnsWithGaps(table),
): WrittenColumn[] {
  const read = new Set(table.columns.map(({ name }) => name));
  const added = made.columns.filter(({ name }) => !read.has(name));
  const taken = added.find(({ name }) => file.includes(name));
  if (taken)
    throw new InputError(
      `${table.source} has a column "${taken.name}" already, where what is filled in would be put: rename it, or set \`interval\` to 0.`,
    );
  const layoutOf = ({ name, kind, categories }: Column): WrittenColumn => {
    const target = name.replace(/_(low|high)$/, "");
    const known = [name, target].find((each) => config.columns.some((column) => column.name === each));
    const about = known === undefined ? undefined : columnNamed(config, known);
    const like = about ? inUnitOf(about, writtenLike(name, about.encoding)) : { name };
    return { ...like, ...defined({ kind, categories }) };
  };
  const beside = (name: string) =>
    added.filter((each) => [`${name}_low`, `${name}_high`].includes(each.name));
  const ofFile = file.flatMap((name): WrittenColumn[] => {
    const column = made.columns.find((each) => each.name === name);
    const own =
      column && gaps.has(name) ? { ...layoutOf(column), kept: name, fills: true } : { name, kept: name };
    return [own, ...beside(name).map(layoutOf)];
  });
  const placed = new Set(ofFile.map(({ name }) => name));
  return [...ofFile, ...added.filter(({ name }) => !placed.has(name)).map(layoutOf)];
}

/** The names of columns with missing cells. */
export function columnsWithGaps({ columns }: Table): Set<string> {
  return new Set(columns.filter(({ values }) => values.some(Number.isNaN)).map(({ name }) => name));
}

/** Of columns that fill, what was filled in alone: NaN leaves a cell as it was. */
export function filledValues(
  table: Table,
  made: Table,
  layout: readonly WrittenColumn[],
): Readonly<Record<string, Column["values"]>> {
  const valued = layout.map(({ name, fills }) => {
    const { values } = tableColumn(made, name);
    if (!fills) return [name, values] as const;
    const before = tableColumn(table, name).values;
    return [name, values.map((value, row) => (Number.isNaN(before[row]) ? value : Number.NaN))] as const;
  });
  return Object.fromEntries(valued);
}
