/** @file The table whose rows a model is asked about: what is read of it, and where answers go. */
import { kindOf } from "../columns/kinds.ts";
import type { Model } from "../model/model.ts";
import { givenByDefault, targetIndices } from "../model/questions.ts";
import type { TableBlocks } from "../table/blocks.ts";
import { openTableWriter } from "../table/files/write.ts";
import type { Table } from "../table/table.ts";
import { heldOutRows } from "../training/held-out.ts";
import { blocksOf, type TableChoice, type TableReading, tableOf, tableReading } from "./table-options.ts";

type Choice = Omit<TableChoice, "categories">;

interface AskedTableOptions extends Omit<Choice, "columns"> {
  readonly of: readonly string[];
  readonly given?: readonly string[] | undefined;
}

/**
 * The table to ask a model about. What are categories to the model are read as such, also where they are codes.
 */
export function tableFor(model: Model, sources: readonly string[], choice: Choice): Promise<Table> {
  return tableOf(sources, { ...choice, categories: categoriesOf(model) });
}

function categoriesOf(model: Model) {
  const codes = model.config.columns.filter(({ encoding }) => kindOf(encoding).inTable === "category");
  const names = new Set(codes.map(({ name }) => name));
  return (known: readonly string[]) => known.filter((name) => names.has(name));
}

/** The columns to be given: those named, or all that the model knows but those asked. */
export function givenTable(
  model: Model,
  sources: readonly string[],
  options: AskedTableOptions,
): Promise<Table> {
  return tableFor(model, sources, givenChoice(model, options));
}

/** The same, block by block, for tables of any length; to be closed in the end. */
export function givenBlocks(
  model: Model,
  sources: readonly string[],
  options: AskedTableOptions,
): Promise<TableBlocks> {
  return blocksOf(sources, { ...givenChoice(model, options), categories: categoriesOf(model) });
}

function givenChoice(model: Model, { of, given, ...choice }: AskedTableOptions): Choice {
  return {
    ...choice,
    columns: given ?? ((known: readonly string[]) => columnsToRead(model, known, of)),
  };
}

/** Where all of the model's columns are asked, these, to count the rows. */
function columnsToRead(model: Model, known: readonly string[], asked: readonly string[]): string[] {
  const given = givenByDefault(model.config, known, targetIndices(model.config, asked));
  return given.length > 0 ? given : columnsOfModel(model, known);
}

/** The columns of the table that the model knows; all of the table's if there is none, to complain about. */
export function columnsOfModel(model: Model, known: readonly string[]): string[] {
  const shared = known.filter((name) => model.columns.includes(name));
  return shared.length > 0 ? shared : [...known];
}

/** The rows beside which a model is looked at: a table's, or those of its training's table that it was not trained on. */
export async function rowsFor(
  model: Model,
  folder: string,
  sources: readonly string[],
  { heldOut, ...options }: TableReading & { readonly heldOut?: true | undefined },
): Promise<Table> {
  const columns = (known: readonly string[]) => columnsOfModel(model, known);
  const table = await tableFor(model, sources, { ...tableReading(options), columns });
  return heldOut ? heldOutRows(folder, table) : table;
}

/** A wrong name of a file is told at once, not after the work. @throws InputError as writing there would. */
export async function refuseUnwritable(path: string): Promise<void> {
  const writer = await openTableWriter(path, ["any"]);
  await writer.abort();
}
