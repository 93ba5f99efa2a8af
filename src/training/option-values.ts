/** @file What the value of an option may be: checked when a run is given it, and described for people. */

import { CELLS, either, type Kind, OBJECT, objectWith, recordOf, TEXT } from "../base/checked.ts";
import type { StatedBounds } from "../columns/bounds.ts";
import { STATED_KINDS } from "../columns/kinds.ts";
import type { TrainedModel } from "../model/trained-model.ts";
import { STATED_WORDS, type StatedColumn } from "../table/stated-kinds.ts";

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
    | "kinds"
    | "bounds"
    | "text"
    | "model";
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

/** What is said of one column. */
const STATED = either(
  ...STATED_KINDS.map(({ name, asks }): Kind => {
    const own = asks ? `, ${asks.name}: ${asks.values.words}` : "";
    return {
      words: `{ kind: "${name}"${own} }`,
      fits: (value) => {
        const given = OBJECT.fits(value) ? (value as Readonly<Record<string, unknown>>) : {};
        return given.kind === name && (!asks || asks.values.fits(given[asks.name]));
      },
    };
  }),
);

const MODEL = objectWith({ needed: { config: OBJECT, weights: CELLS } });

/** A word, or a form that goes with one: whether there is such a kind is asked with the column's name. */
const SAID = either(
  TEXT,
  STATED,
  objectWith({ needed: { kind: TEXT }, optional: { form: either(TEXT, OBJECT) } }),
);

/** By column; the library says `{ zip: "category", phase: { kind: "circular", period: 360 } }`, the command line --kind zip=category. */
export const kinds: Values<Readonly<Record<string, StatedColumn>>> = {
  type: "kinds",
  words: `for each column ${STATED_WORDS.join(", ")}, date:dmy, date:mdy or ${STATED.words}`,
  fits: recordOf(SAID).fits,
};

/** Of one column: a lower and an upper end, or "none". */
const BOUNDS: Kind = {
  words: '[lowest, highest], null where there is none, or "none"',
  fits: (value) =>
    value === "none" ||
    (isPair(value) && value.every((end) => end === null || typeof end === "string" || Number.isFinite(end))),
};

/** By column; the library says `{ age: [0, null] }`, the command line --bounds age=0.. */
export const bounds: Values<Readonly<Record<string, StatedBounds>> | "none"> = {
  type: "bounds",
  words: `for each column ${BOUNDS.words}; or "none" for all`,
  fits: (value) => value === "none" || recordOf(BOUNDS).fits(value),
};

export const text: Values<string> = {
  type: "text",
  words: "a text",
  fits: (value) => typeof value === "string" && value !== "",
};

/** The empty text stands for none. */
export const textOrNone: Values<string> = {
  type: "text",
  words: "a text",
  fits: (value) => typeof value === "string",
};

/** A model in memory, or the name of one. */
export const model: Values<string | TrainedModel> = {
  type: "model",
  words: "a model or the folder of one",
  fits: (value) => text.fits(value) || MODEL.fits(value),
};

function isPair(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2;
}
