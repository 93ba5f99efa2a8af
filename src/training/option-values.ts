/** @file What the value of an option may be: checked when a run is given it, and described for people. */

import type { Kind } from "../base/checked.ts";
import type { CircularColumn } from "../columns/kinds/kind.ts";

/** What values an option takes: `words` end the sentence "it must be ...". */
export interface Values<Value> extends Kind {
  readonly type:
    | "integer"
    | "number"
    | "choice"
    | "yes or no"
    | "integers"
    | "numbers"
    | "names"
    | "periods"
    | "text";
  readonly choices?: readonly Value[];
  readonly fits: (value: unknown) => boolean;
}

export function integer(min?: number): Values<number> {
  return {
    type: "integer",
    words: `a whole number${min === undefined ? "" : ` of at least ${min}`}`,
    fits: (value) => Number.isSafeInteger(value) && (value as number) >= (min ?? Number.NEGATIVE_INFINITY),
  };
}

/** Finite numbers in a range, whose ends belong to it unless it says `above` or `below`. */
export function number(range: {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
}): Values<number> {
  const { from = Number.NEGATIVE_INFINITY, above = Number.NEGATIVE_INFINITY } = range;
  const { to = Number.POSITIVE_INFINITY, below = Number.POSITIVE_INFINITY } = range;
  const ends = [
    ["at least", range.from],
    ["above", range.above],
    ["at most", range.to],
    ["below", range.below],
  ].flatMap(([word, end]) => (end === undefined ? [] : [`${word} ${end}`]));
  return {
    type: "number",
    words: `a number ${ends.join(" and ")}`,
    fits: (value) =>
      typeof value === "number" &&
      Number.isFinite(value) &&
      value >= from &&
      value > above &&
      value <= to &&
      value < below,
  };
}

export function choice<const Value extends string>(choices: readonly Value[]): Values<Value> {
  return {
    type: "choice",
    words: `one of ${choices.join(", ")}`,
    choices,
    fits: (value) => choices.includes(value as Value),
  };
}

export const yesOrNo: Values<boolean> = {
  type: "yes or no",
  words: "true or false",
  fits: (value) => typeof value === "boolean",
};

/** Fewest and most. */
export const integers: Values<readonly [number, number]> = {
  type: "integers",
  words: "two whole numbers of at least 0, the fewest and the most",
  fits: (value) =>
    isPair(value) && value.every(Number.isSafeInteger) && value[0] >= 0 && value[1] >= value[0],
};

/** Lowest and highest, both above 0. */
export const numbers: Values<readonly [number, number]> = {
  type: "numbers",
  words: "two numbers above 0, the lowest and the highest",
  fits: (value) => isPair(value) && value.every(Number.isFinite) && value[0] > 0 && value[1] > value[0],
};

export const names: Values<readonly string[]> = {
  type: "names",
  words: "a list of names",
  fits: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
};

/** By column; the library says `{ phase: { kind: "circular", period: 360 } }`. */
export const circularColumns: Values<Readonly<Record<string, CircularColumn>>> = {
  type: "periods",
  words: 'for each column { kind: "circular", period: a number above 0 }',
  fits: (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isCircular),
};

function isCircular(value: unknown): value is CircularColumn {
  const { kind, period } = (value ?? {}) as Partial<CircularColumn>;
  return kind === "circular" && typeof period === "number" && Number.isFinite(period) && period > 0;
}

export const text: Values<string> = {
  type: "text",
  words: "a text",
  fits: (value) => typeof value === "string" && value !== "",
};

function isPair(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2;
}
