/** @file From the options of an evaluation to the questions it asks. */
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import { type Column, isKnown, type Table } from "../table/table.ts";
import { type Contexts, randomContexts, statedContexts } from "./contexts.ts";

export interface ContextOptions {
  /** The targets; default all that model and table share. */
  readonly of?: readonly string[];
  /** Columns given in every row where they are present. Without it, contexts are random. */
  readonly given?: readonly string[];
  /**
   * "random" (the default without `given`): one target per row, and given a random choice of `fewest` to
   * `most` of the others; default from none to all.
   */
  readonly contexts?: "random";
  readonly fewest?: number;
  readonly most?: number;
}

/** How contexts came about, for the record. */
export type ContextKind =
  | { readonly kind: "random"; readonly fewest: number; readonly most: number }
  | { readonly kind: "stated"; readonly given: readonly string[] };

export interface EvaluationPlan {
  /** Where the rows came from. */
  readonly source: string;
  /** The columns that the model and the table share; contexts count in these. */
  readonly columns: readonly Column[];
  readonly contexts: Contexts;
  readonly contextKind: ContextKind;
}

/** @throws InputError for unknown columns, options that exclude each other, and if there is nothing to ask. */
export function planEvaluation(
  known: readonly string[],
  table: Table,
  options: ContextOptions,
  seed: number,
): EvaluationPlan {
  const columns = table.columns.filter(({ name }) => known.includes(name));
  const index = (name: string) => sharedIndex(name, columns, known, table.source);
  const of = options.of?.map(index) ?? [...columns.keys()];
  const shared = {
    rows: table.rows,
    columns: columns.length,
    present: (row: number, column: number) => !Number.isNaN(columns[column].values[row]),
    known: (row: number, column: number) => isKnown(columns[column], row),
  };
  const contextKind = contextKindOf(options, columns.length);
  const contexts =
    contextKind.kind === "random"
      ? randomContexts({ ...shared, of: of, fewest: contextKind.fewest, most: contextKind.most, seed })
      : statedContexts({ ...shared, of, given: contextKind.given.map(index) });
  if (contexts.rows.length === 0) {
    const targets = of.map((column) => columns[column].name).join(", ");
    throw new InputError(
      `No row of ${table.source} has a value to ask about (${targets || "it shares no column with the model"}): give rows in which what is asked is known.`,
    );
  }
  return { source: table.source, columns, contexts, contextKind };
}

function contextKindOf({ given, contexts, fewest, most }: ContextOptions, columns: number): ContextKind {
  if (given === undefined) {
    return { kind: "random", fewest: fewest ?? 0, most: most ?? Math.max(fewest ?? 0, columns - 1) };
  }
  if (contexts === "random" || fewest !== undefined || most !== undefined) {
    throw new InputError(
      `Given columns are stated (${given.join(", ") || "none"}) and random contexts are asked for as well: leave out one of the two.`,
    );
  }
  return { kind: "stated", given };
}

function sharedIndex(
  name: string,
  columns: readonly Column[],
  known: readonly string[],
  source: string,
): number {
  const index = columns.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  const [names, owner] = known.includes(name)
    ? [columns.map((column) => column.name), source]
    : [known, "The model"];
  throw new InputError(unknownName("column", name, names, owner));
}
