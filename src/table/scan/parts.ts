/** @file The parts of a table as they stand in files, columns and their errors and limits, and a table's columns of them. */
import { InputError } from "../../base/errors.ts";
import { unitOfForm } from "../number-form.ts";
import { type Column, withRemark } from "../table.ts";
import type { Numbers } from "./column-cells.ts";
import { type ColumnType, presumed } from "./column-types.ts";
import type { ErrorPair } from "./error-pairs.ts";
import { type LimitCells, type LimitPart, type LimitRule, limitParts, withLimits } from "./limit-rules.ts";
import { twoSidedError } from "./two-sided-error.ts";
import type { WantedColumn } from "./wanted-columns.ts";

/** A column of the files to be read: a column of the table, or the errors of one. */
export interface Part {
  readonly name: string;
  /** The column whose errors these are, if they are any's. */
  readonly errorsOf?: string;
  /** Of errors to one side: the columns of those to either. */
  readonly pair?: ErrorPair;
  /** Of errors to one side: whether they are written as numbers below 0. */
  readonly isBelowZero?: true;
  /** Of errors: what a user should hear of them. */
  readonly remark?: string;
  /** Of a column: where its cells have limits and no value. */
  readonly limits?: LimitRule;
  /** The column whose limits these say, if they do, and what they are to it. */
  readonly limitOf?: string;
  readonly as?: LimitPart["as"];
}

/** What is known of the parts; one that is absent is presumed to hold numbers. */
export type ColumnTypes = ReadonlyMap<Part, ColumnType>;

/** What of a file a column of the table is made of. */
export function partsOf({ name, errors, byUcd, limits }: WantedColumn): Part[] {
  return [
    { name, ...(limits && { limits }) },
    ...(errors ?? []).map((each) => ({
      ...{ name: each, errorsOf: name },
      ...(errors?.length === 2 && { pair: errors }),
      ...(byUcd && { remark: ucdRemark(name, each) }),
    })),
    ...(limits ? limitParts(name, limits) : []),
  ];
}

function ucdRemark(name: string, errors: string): string {
  return `${name}: its errors are those of "${errors}", as their ucds say. If it is a column as others: \`errors\` none.`;
}

/** The cells of each part, and what they mean. */
export interface ReadColumns {
  readonly cells: readonly Numbers[];
  readonly columnTypes: ColumnTypes;
}

/**
 * The columns of a table, each with its errors.
 * @param parts what the arrays of `cells` are, in the same order; @param label what the user calls the files.
 * @throws InputError for errors of a column that turned out to be one of categories.
 */
export function assembled(
  parts: readonly Part[],
  { cells, columnTypes }: ReadColumns,
  label: string,
): Column[] {
  const columns: Column[] = [];
  const limitCells = new Map<string, LimitCells>();
  for (const [i, part] of parts.entries()) {
    if (part.limitOf !== undefined && part.as !== undefined) {
      const { categories } = { categories: undefined, ...columnTypes.get(part) };
      const own = { values: cells[i], ...(categories && { categories }) };
      limitCells.set(part.limitOf, { ...limitCells.get(part.limitOf), [part.as]: own });
    } else if (part.errorsOf === undefined) {
      const columnType = columnTypes.get(part) ?? presumed;
      const { kind, read } = columnType;
      const categories = "categories" in columnType ? { categories: columnType.categories } : {};
      const unit = columnType.kind === "number" && columnType.form ? unitOfForm(columnType.form) : undefined;
      columns.push({
        name: part.name,
        values: cells[i],
        ...(kind !== "number" && { kind }),
        ...categories,
        ...(unit !== undefined && { unit }),
        ...(read && { read }),
      });
    } else {
      const column = columns.pop()!;
      if (column.kind === "category") throw new InputError(noErrors(part, label));
      const errors = column.errors ? twoSidedError(column.errors, cells[i]) : cells[i];
      const measured = { ...column, errors };
      columns.push(part.remark === undefined ? measured : withRemark(measured, part.remark));
    }
  }
  const rules = new Map(parts.flatMap(({ name, limits }) => (limits ? [[name, limits] as const] : [])));
  return columns.map((column) => {
    const rule = rules.get(column.name);
    return rule ? withLimits(column, rule, limitCells.get(column.name) ?? {}, label) : column;
  });
}

function noErrors({ name, errorsOf }: Part, label: string): string {
  return `Column "${errorsOf}" of ${label} holds categories, which have no measurement errors, but "${name}" is taken for them; name both with \`columns\` to read two columns (and leave the pair out of \`errorColumns\`).`;
}
