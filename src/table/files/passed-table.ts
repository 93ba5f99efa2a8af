/** @file Tables whose cells are passed on as they stand, read as nothing: into another file, or matched with another table. */
import { firstNames } from "../../base/suggestions.ts";
import type { KeptCells, KeptColumn } from "../blocks.ts";
import type { TableOfSky } from "../sky-columns.ts";
import { openFiles } from "./open-sources.ts";
import type { TableFormat } from "./source.ts";
import { openTableWriter } from "./write.ts";

export interface PassedChoice {
  /** Columns that are passed on; by default all that can be. */
  readonly columns?: readonly string[] | undefined;
  /** Columns that are looked at besides, among those that the file has. */
  readonly looked?: (known: readonly string[], sky: TableOfSky | undefined) => readonly string[];
  readonly format?: TableFormat | undefined;
  readonly group?: string | undefined;
}

export interface PassedTable {
  readonly label: string;
  readonly kept: KeptCells;
  /** The columns that are passed on, among the kept ones. */
  readonly passed: readonly KeptColumn[];
  /** What a user should hear: what the file says of itself, what cannot be passed on. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Opens the files and copies the cells that are passed on or looked at. */
export async function openPassedTable(
  source: string | readonly string[],
  { columns, looked = () => [], format, group }: PassedChoice = {},
): Promise<PassedTable> {
  const { sources, kept, close } = await openFiles(source, {
    ...(format && { format }),
    ...(group && { group }),
    errorColumns: "none",
    limits: "none",
    identifiers: "leave out",
    // None is read; but some column has to be.
    columns: (known) => [looked(known, undefined)[0] ?? columns?.[0] ?? known[0]],
    keep: (known, sky) =>
      columns ? [...new Set([...columns, ...looked(known, sky)])] : known.filter((name) => name !== ""),
  });
  if (!kept) throw new Error("the cells of the table are not kept");
  const [{ columns: own, report }] = sources.relations;
  const unread = columns ? [] : own.filter(({ unreadable }) => unreadable).map(({ name }) => name);
  const notes = [
    ...(report.remarks ?? []),
    ...(unread.length === 0 ? [] : [`${firstNames(unread)}: no single values, not passed on`]),
  ].map((each) => `${sources.label}: ${each}.`);
  const passed = kept.columns.filter(({ name }) => !columns || columns.includes(name));
  return { label: sources.label, kept, passed, notes, close };
}

/** Writes a table into a file of another format, cell by cell. @returns what a user should hear, and what was written. */
export async function copyTable(
  source: string | readonly string[],
  out: string,
  choice: Pick<PassedChoice, "columns"> = {},
): Promise<{ readonly columns: readonly string[]; readonly notes: readonly string[] }> {
  const { kept, passed, notes, close } = await openPassedTable(source, choice);
  try {
    const columns = passed.map(({ name }) => name);
    const layout = columns.map((name) => ({ name, kept: name }));
    const writer = await openTableWriter(out, layout, { kept });
    await writer.close().finally(() => writer.abort());
    return { columns, notes };
  } finally {
    await close();
  }
}
