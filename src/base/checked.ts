/** @file Values from callers without types, checked at run time: one sentence says what was wanted and what came. */
import { InputError } from "./errors.ts";
import { unknownName } from "./suggestions.ts";

/** A kind of value. */
export interface Kind {
  /** "a text", "a list of numbers" */
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
}

const kind = (words: string, fits: Kind["fits"]): Kind => ({ words, fits });

export const TEXT = kind("a text", (value) => typeof value === "string");
export const NUMBER = kind("a number", (value) => typeof value === "number");
export const FINITE = kind("a finite number", Number.isFinite);
export const POSITIVE = kind("a number above 0", (value) => Number.isFinite(value) && (value as number) > 0);
export const SHARE = kind(
  "a number between 0 and 1",
  (value) => typeof value === "number" && value > 0 && value < 1,
);
export const COUNT = kind(
  "a whole number of at least 0",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);
export const SWITCH = kind("true or false", (value) => typeof value === "boolean");
export const FUNCTION = kind("a function", (value) => typeof value === "function");
const SIGNAL = kind("an AbortSignal", (value) => value instanceof AbortSignal);
export const CELLS = kind(
  "a Float32Array or Float64Array",
  (value) => value instanceof Float32Array || value instanceof Float64Array,
);
export const LIST = kind("a list", Array.isArray);
export const INDICES = kind("an array of numbers", (value) => ArrayBuffer.isView(value) && "at" in value);
export const OBJECT = kind("an object", (value) => {
  // Not a list, a Map, a Date or anything else of its own kind.
  return Object.prototype.toString.call(value) === "[object Object]";
});

/** What {@link LongWork} has. */
export const LONG_WORK = { signal: SIGNAL, onProgress: FUNCTION };

export function oneOf(values: readonly unknown[]): Kind {
  return kind(`one of ${values.join(", ")}`, (value) => values.includes(value));
}

export function listOf(each: Kind): Kind {
  const fits = (value: unknown) => Array.isArray(value) && Array.from(value).every(each.fits);
  return kind(`a list of which each is ${each.words}`, fits);
}

/** An object whose values are all of one kind. */
export function recordOf(each: Kind): Kind {
  const fits = (value: unknown) => OBJECT.fits(value) && Object.values(value as object).every(each.fits);
  return kind(`an object in which each value is ${each.words}`, fits);
}

export function either(...kinds: readonly Kind[]): Kind {
  const words = kinds.map((each) => each.words).join(" or ");
  return kind(words, (value) => kinds.some((each) => each.fits(value)));
}

/** An array of numbers, typed or not. */
export const NUMBERS = kind(
  "an array of numbers",
  (value) => INDICES.fits(value) || listOf(NUMBER).fits(value),
);

/** The kinds of an object's fields; those in `optional` may be undefined. Fields of other names are let be. */
export interface Fields {
  readonly needed?: Readonly<Record<string, Kind>>;
  readonly optional?: Readonly<Record<string, Kind>>;
}

/** An object with such fields. */
export function objectWith({ needed = {}, optional = {} }: Fields): Kind {
  const listed = (names: Readonly<Record<string, Kind>>) =>
    Object.entries(names).map(([name, each]) => `${name} (${each.words})`);
  const words = `an object with ${[...listed(needed), ...listed(optional)].join(", ")}`;
  const fits = (value: unknown) => {
    if (!OBJECT.fits(value)) return false;
    const given = value as Readonly<Record<string, unknown>>;
    return (
      Object.entries(needed).every(([name, each]) => each.fits(given[name])) &&
      Object.entries(optional).every(([name, each]) => given[name] === undefined || each.fits(given[name]))
    );
  };
  return kind(words, fits);
}

/** @param what the value is, as the sentence begins. @throws InputError if it is of another kind. */
export function check(what: string, value: unknown, wanted: Kind): void {
  if (!wanted.fits(value)) throw new InputError(`${what} must be ${wanted.words}, not ${shown(value)}.`);
}

/** Checks an object and its fields. @throws InputError for the first that is of another kind. */
export function checkFields(what: string, value: unknown, { needed = {}, optional = {} }: Fields): void {
  check(what, value, OBJECT);
  const given = value as Readonly<Record<string, unknown>>;
  for (const [name, each] of Object.entries(needed)) check(`"${name}" of ${what}`, given[name], each);
  for (const [name, each] of Object.entries(optional))
    if (given[name] !== undefined) check(`"${name}" of ${what}`, given[name], each);
}

const LONGEST = 40;

/** A value in few words, whatever it is: none of its own code is run. */
export function shown(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list with ${shown(value[0])}`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** @throws InputError for the first field of an object that is none of these names: it would be ignored. */
export function refuseUnknown(kind: string, value: unknown, names: readonly string[], owner?: string): void {
  const stray = Object.entries(value as object).find(
    ([name, each]) => each !== undefined && !names.includes(name),
  );
  if (stray) throw new InputError(unknownName(kind, stray[0], names, owner), { option: stray[0] });
}
