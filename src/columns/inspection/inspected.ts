/** @file What was understood of a table: each column's kind and why, what it holds, and which are left out. */
import type { JsonSection } from "../../base/json-section.ts";
import type { HowRead } from "../../table/table.ts";
import type { Bounds } from "../bounds.ts";
import type { KindName } from "../kinds/registry.ts";

/** What was found of a column, and what it is to a model. */
export interface InspectedColumn {
  readonly name: string;
  /** What it is to a model, or that it is none of its columns. */
  readonly kind: KindName | "left out";
  /** Why, in words: "whole numbers", "no value in any row". */
  readonly why: string;
  /** How many of the rows looked at have a value, and how many none. */
  readonly present: number;
  readonly missing: number;
  /** How many different values there are. */
  readonly different: number;
  /** The least and the greatest value: of numbers in data units, of dates as text. */
  readonly least?: number | string;
  readonly greatest?: number | string;
  /** Of categories the most frequent ones, with their share of the present cells. */
  readonly levels?: readonly { readonly value: string; readonly share: number }[];
  readonly unit?: string;
  /** Whether errors or limits stand beside its values. */
  readonly errors?: boolean;
  readonly limits?: boolean;
  /** How many rows have limits and no value: they are not missing. */
  readonly limited?: number;
  /** How its cells are written, where this is a way of their own. */
  readonly form?: HowRead["form"];
  /** Values that many rows have exactly. */
  readonly pointMasses?: readonly number[];
  readonly bounds?: Bounds;
  /** What a user should know of it, a sentence each. */
  readonly notes: readonly string[];
}

export interface Inspection {
  readonly source: string;
  /** Of the table, and of those the ones that were looked at: all, or a random sample. */
  readonly rows: number;
  readonly measured: number;
  /** In the order of the table. */
  readonly columns: readonly InspectedColumn[];
}

/** What is said of a column that was left out when the model's table was looked at, and how to have it; undefined of others. */
export function leftOutSentence(inspection: Inspection | undefined, name: string): string | undefined {
  const column = inspection?.columns.find((each) => each.name === name && each.kind === "left out");
  if (!column) return undefined;
  const { why, different } = column;
  const mend =
    why === SAID_SO
      ? "without leaving it out"
      : different > 1
        ? "and say what it is (`kinds` NAME=category or NAME=number)".replaceAll("NAME", name)
        : "on a table in which it varies";
  return `The model has left out "${name}" when it was trained (${why}): train again ${mend}.`;
}

/** Why a column is left out that a user names. */
export const SAID_SO = "you said so";

/** Why a column is left out whose values part trained from held-out rows. */
export const SPLIT_BY = "rows are split by it";

/** As config.json has it. */
export function readInspection(section: JsonSection): Inspection {
  const columns = section.sections("columns");
  for (const column of columns) {
    column.text("name");
    column.text("kind");
    column.text("why");
    column.texts("notes");
  }
  return {
    source: section.text("source"),
    rows: section.number("rows"),
    measured: section.number("measured"),
    columns: columns.map(({ fields }) => fields as unknown as InspectedColumn),
  };
}
