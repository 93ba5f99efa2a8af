/**
 * @file Which cells of a made-up row are missing: for each column that had missing cells a small classification tree
 * (Breiman et al. 1984) for the chance of it, by the chain rule: given the values of the columns that are never missing,
 * and which of the columns before it are missing.
 */

import type { JsonSection } from "../base/json-section.ts";

/** The chance that the cell is missing, or a question with two answers. */
export type MissingTree = number | MissingSplit;

export interface MissingSplit {
  readonly by: MissingQuestion;
  readonly yes: MissingTree;
  readonly no: MissingTree;
}

/** Of a number or date (data units), of a category or truth value by name, or of a cell before. */
export type MissingQuestion =
  | { readonly column: string; readonly below: number }
  | { readonly column: string; readonly is: string }
  | { readonly column: string; readonly missing: true };

/** A column whose cells were missing in some rows of the training's table. */
export interface MissingCells {
  readonly column: string;
  readonly tree: MissingTree;
}

/** What is known of a row when it is decided what is missing. */
export interface RowSoFar {
  /** A number, or the name of a category. */
  value(column: string): number | string;
  isMissing(column: string): boolean;
}

/** The chance at the end of the tree's branch for a row. */
export function chanceOfMissing(tree: MissingTree, row: RowSoFar): number {
  let at = tree;
  while (typeof at !== "number") at = answerTo(at.by, row) ? at.yes : at.no;
  return at;
}

function answerTo(question: MissingQuestion, row: RowSoFar): boolean {
  if ("missing" in question) return row.isMissing(question.column);
  const value = row.value(question.column);
  return "below" in question ? (value as number) < question.below : value === question.is;
}

/** An entry of config.json. @throws InputError naming the field that is damaged. */
export function readMissingCells(section: JsonSection): MissingCells {
  return { column: section.text("column"), tree: readTree(section, "tree") };
}

function readTree(section: JsonSection, field: string): MissingTree {
  if (typeof section.fields[field] === "number") {
    const chance = section.number(field);
    if (chance >= 0 && chance <= 1) return chance;
    throw section.wrong(field, `${chance}, not between 0 and 1`);
  }
  const node = section.section(field);
  return { by: readQuestion(node.section("by")), yes: readTree(node, "yes"), no: readTree(node, "no") };
}

function readQuestion(section: JsonSection): MissingQuestion {
  const column = section.text("column");
  if (section.has("below")) return { column, below: section.number("below") };
  if (section.has("is")) return { column, is: section.text("is") };
  if (section.flag("missing")) return { column, missing: true };
  throw section.wrong("missing", "false, not true");
}
