/** @file Rows of a table as questions of their own: what each has is given. */
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { Model } from "../model/model.ts";
import { type Given, givenOfRow } from "../model/question-table.ts";
import { asksForAll } from "./settled.ts";
import { blocksFor, onlyBlock, type TableChoice } from "./tables.ts";

/** A question about a row, or about none. */
export interface RowQuestion {
  /** The row's number, 1 for the first of the table; undefined of a question without a table. */
  readonly row?: number;
  readonly given: Given;
  /** What the row has of the columns asked, where that is wanted. */
  readonly found?: Given;
}

export interface ChosenRows {
  readonly sources: readonly string[];
  readonly of: readonly string[];
  /** The columns that are given; default all that the model knows, but those asked. */
  readonly columns?: readonly string[] | undefined;
  /** Given in place of what the row has. */
  readonly values?: Given | undefined;
  /** So many rows can be told or drawn at once. */
  readonly most: number;
  /** Whether the rows' own values of the columns asked are wanted, too. */
  readonly finds?: boolean;
}

/** @throws InputError for more rows than can be told, and as reading a table does. */
export async function rowQuestions(
  model: Model,
  { sources, of, columns, values = {}, most, finds = false }: ChosenRows,
  choice: TableChoice,
): Promise<RowQuestion[]> {
  const reading = { ...choice, precision: "float64" } as const;
  const isEach = asksForAll(of) && !columns;
  const question = isEach || (finds && !columns) ? undefined : { of, ...defined({ given: columns }) };
  const blocks = await blocksFor(model, sources, reading, question, { inOne: true });
  try {
    if (blocks.rows > most)
      throw new InputError(
        `${blocks.rows} rows of ${blocks.source} are asked about, and ${most} can be shown: choose fewer with --row, --id or --where, or ask for all in a file, with density and --out.`,
      );
    const table = await onlyBlock(blocks);
    const names = columns ?? model.columns.filter((name) => isEach || !of.includes(name));
    return Array.from({ length: table.rows }, (_, row) => ({
      row: 1 + (blocks.kept?.rowIndices?.[row] ?? row),
      given: { ...givenOfRow(model.config, table, row, names), ...values },
      ...(finds && { found: givenOfRow(model.config, table, row, of) }),
    }));
  } finally {
    await blocks.close();
  }
}

/** "row 17", or what is given where there is no row. */
export function questionTitle({ row }: RowQuestion, given: string): string {
  return row === undefined ? given : ` in row ${row}${given}`;
}
