/** @file From the arrays that were read of files to the columns of a table. */
import { InputError } from "../../base/errors.ts";
import type { Column } from "../table.ts";
import type { Numbers } from "./cell-check.ts";
import { presumed } from "./cell-sql.ts";
import type { Meanings, Part } from "./column-kinds.ts";

/** The cells of each part, and what they mean. */
export interface ReadColumns {
  readonly cells: readonly Numbers[];
  readonly meanings: Meanings;
}

/**
 * The columns of a table, each with its errors.
 * @param parts what the arrays of `cells` are, in the same order; @param label what the user calls the files.
 * @throws InputError for errors of a column that turned out to be one of categories.
 */
export function assembled(parts: readonly Part[], { cells, meanings }: ReadColumns, label: string): Column[] {
  const columns: Column[] = [];
  for (const [i, part] of parts.entries()) {
    if (part.errorsOf === undefined) {
      const { kind, ...rest } = meanings.get(part) ?? presumed;
      const categories = "categories" in rest ? { categories: rest.categories } : {};
      columns.push({ name: part.name, values: cells[i], ...(kind !== "number" && { kind }), ...categories });
    } else {
      const column = columns.pop()!;
      if (column.kind === "category") throw new InputError(noErrors(part, label));
      columns.push({ ...column, errors: cells[i] });
    }
  }
  return columns;
}

function noErrors({ name, errorsOf }: Part, label: string): string {
  return `column "${errorsOf}" of ${label} holds categories, which have no measurement errors, but "${name}" is taken for them; name both with --columns to read two columns (and leave the pair out of --errors)`;
}
