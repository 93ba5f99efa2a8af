/** @file How files say that of a cell only limits are known: columns of limits, a code in the cell's place, a column of signs. */
import { InputError } from "../../base/errors.ts";
import { unknownName } from "../../base/suggestions.ts";
import { type Column, withRemark } from "../table.ts";

/** Where a column's cells have limits and no value, and which. */
export type LimitRule =
  /**
   * Between these ends, each a number or the column that holds it: in the rows where the column holds the code, or, without
   * a code, no value.
   */
  | { readonly code?: number; readonly lower?: number | string; readonly upper?: number | string }
  /** The column with signs: where it has ">" the value is a lower limit, where it has "<" an upper one. */
  | { readonly flag: string }
  /** The signs stand in the cells: "<0.006". `example`: one of them, where that was found and not said. */
  | { readonly cells: true; readonly example?: string };

/** By column; "none": not even where columns of limits (NAME_lower, NAME_upper) stand beside a column. */
export type LimitChoice = Readonly<Record<string, LimitRule>> | "none";

/** What is taken for the limits of a column by its name, where the column has no value. */
const LIMIT_ENDINGS = { lower: "_lower", upper: "_upper" } as const;

/** A column of the file that belongs to a rule. */
export interface LimitPart {
  readonly name: string;
  readonly limitOf: string;
  readonly as: "lower" | "upper" | "flag";
}

/** Whether the limits stand in the column's own cells. */
export function isOfCells(rule: LimitRule | undefined): boolean {
  return rule !== undefined && "cells" in rule;
}

/** The columns of the file that a rule needs besides its own. */
export function limitParts(of: string, rule: LimitRule): LimitPart[] {
  if ("flag" in rule) return [{ name: rule.flag, limitOf: of, as: "flag" }];
  if ("cells" in rule) return [];
  return (["lower", "upper"] as const).flatMap((as) => {
    const end = rule[as];
    return typeof end === "string" ? [{ name: end, limitOf: of, as }] : [];
  });
}

/**
 * The rule of each column that has one: those that are said, and those that the names of columns tell.
 * @param listed columns that are asked for by name, and so are columns of their own.
 * @throws InputError for a rule about a column, or with one, that there isn't.
 */
export function limitRules(
  known: readonly string[],
  choice: LimitChoice | undefined,
  listed: ReadonlySet<string>,
  file: string,
): ReadonlyMap<string, LimitRule> {
  if (choice === "none") return new Map();
  const said = new Map(Object.entries(choice ?? {}));
  for (const [name, rule] of said) {
    for (const each of [name, ...limitParts(name, rule).map((part) => part.name)]) {
      if (!known.includes(each)) throw new InputError(unknownName("column", each, known, file));
    }
  }
  const existing = new Set(known);
  const isFree = (name: string) => existing.has(name) && !listed.has(name);
  const found = new Map<string, LimitRule>();
  for (const name of existing) {
    const rule = said.get(name);
    const ends = Object.entries(LIMIT_ENDINGS).map(([end, ending]) => [end, `${name}${ending}`] as const);
    const there = Object.fromEntries(ends.filter(([, column]) => isFree(column)));
    if (rule) found.set(name, rule);
    else if (Object.keys(there).length > 0) found.set(name, there);
  }
  return found;
}

/** The cells of the columns that belong to a rule. */
export type LimitCells = Readonly<Partial<Record<LimitPart["as"], Pick<Column, "values" | "categories">>>>;

/**
 * The column with the limits that a rule says; in their rows it has neither value nor, where a code or a sign stood for
 * that, an error.
 * @throws InputError for limits of what has no order.
 */
export function withLimits(column: Column, rule: LimitRule, parts: LimitCells, source: string): Column {
  if (column.kind === "category" || column.kind === "boolean") {
    throw new InputError(
      `Column "${column.name}" of ${source} has no numbers, so it can't have limits: leave it out of \`limits\`.`,
    );
  }
  const rows = column.values.length;
  const [lower, upper] = [0, 1].map(() => new Float64Array(rows).fill(Number.NaN));
  const values = column.values.slice();
  const errors = column.errors?.slice();
  const clear = (row: number) => {
    values[row] = Number.NaN;
    if (errors) errors[row] = Number.NaN;
  };
  if ("flag" in rule || "cells" in rule) {
    const { values: codes = [], categories } = parts.flag ?? {};
    const [below, above] = categories ? ["<", ">"] : [-1, 1];
    for (let row = 0; row < rows; row++) {
      const sign = categories ? categories[codes[row]] : codes[row];
      if (sign !== below && sign !== above) continue;
      (sign === above ? lower : upper)[row] = values[row];
      clear(row);
    }
  } else {
    const isCode = (value: number) =>
      rule.code === undefined ? Number.isNaN(value) : value === rule.code || value === Math.fround(rule.code);
    const endAt = (as: "lower" | "upper", row: number) => {
      const end = rule[as];
      if (parts[as]?.categories)
        throw new InputError(
          `Column "${end}" of ${source} is taken for limits of "${column.name}", but holds words: mend it, or set \`limits\` to none.`,
        );
      return typeof end === "number" ? end : (parts[as]?.values[row] ?? Number.NaN);
    };
    for (let row = 0; row < rows; row++) {
      if (!isCode(values[row])) continue;
      [lower[row], upper[row]] = [endAt("lower", row), endAt("upper", row)];
      if (rule.code !== undefined) clear(row);
    }
  }
  const made = { ...column, values, ...(errors && { errors }), lower, upper };
  return "cells" in rule && rule.example !== undefined ? limitsTold(made, rule.example) : made;
}

/** What is told where limits were found in cells. */
function limitsTold(column: Column, example: string): Column {
  const { name, values, upper = [] } = column;
  const hasEnd = upper.some((end) => end >= 0);
  const isAboveZero = ![...values, ...upper].some((value) => value < 0);
  const bounds = hasEnd && isAboveZero ? ` If no value is below 0, say so: \`bounds\` ${name}=0..` : "";
  const remark = `${name}: cells such as "${example}" are read as limits of numbers. As text: \`kinds\` ${name}=category.${bounds}`;
  return withRemark(column, remark);
}
