/** @file Reading the values of options: numbers, lists, ranges, NAME=VALUE. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { Given } from "../model/question-table.ts";

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new InvalidArgumentError(`"${text}" is not a number.`);
  return value;
}

export function whole(text: string): number {
  const value = number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError(`"${text}" is not a whole number.`);
  return value;
}

/** "a,b" and repeated options add up. */
export function names(text: string, before: readonly string[] = []): string[] {
  return [
    ...before,
    ...text
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  ];
}

export function numbers(text: string, before: readonly number[] = []): number[] {
  return [...before, ...text.split(",").map(number)];
}

/** "0.05,0.5,0.95": shares between 0 and 1, repeated options add up. */
export function shares(text: string, before: readonly number[] = []): number[] {
  const all = numbers(text, before);
  const wrong = all.find((share) => !(share > 0 && share < 1));
  if (wrong !== undefined) throw new InvalidArgumentError(`The quantile ${wrong} is not between 0 and 1.`);
  return all;
}

/** "0,9" or "0..9". */
export const range = (text: string) => pair(text, whole);

export function pair(text: string, parse: (part: string) => number): [number, number] {
  const [fewest, most, ...more] = text.split(/,|\.\./).map(parse);
  if (fewest === undefined || most === undefined || more.length > 0) {
    throw new InvalidArgumentError(`"${text}" is not a range such as 0,9.`);
  }
  return [fewest, most];
}

/**
 * "A=1.5", "A=red", "A=2026-11-23"; "A=12±0.5" or "A=12+-0.5" has a measurement error. What is a number becomes
 * one; an empty value or NaN stands for missing.
 */
export function given(text: string, before: Given = {}): Given {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new InvalidArgumentError(`"${text}" is not NAME=VALUE.`);
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`"${name}" is given twice.`);
  return { ...before, [name]: givenCell(value) };
}

function givenCell(text: string): Given[string] {
  if (/^\s*(nan|na|null|none)?\s*$/i.test(text)) return Number.NaN;
  const [value = "", error] = text.split(/±|\+\/?-/);
  if (error === undefined || !isNumber(value)) return isNumber(text) ? Number(text) : text;
  return { value: Number(value), error: number(error) };
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && !Number.isNaN(Number(text));
}

/** "value:error,other:its_error": which column holds the errors of which. */
export function pairs(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const made = { ...before };
  for (const pair of names(text)) {
    const [name, error, ...more] = pair.split(":");
    if (!name || !error || more.length > 0)
      throw new InvalidArgumentError(`"${pair}" is not COLUMN:ERROR_COLUMN.`);
    made[name] = error;
  }
  return made;
}

/** "teff=K,parallax=mas": a text for each name; repeated options add up. */
export function settings(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const made = { ...before };
  for (const pair of names(text)) {
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at < 1 || value === "") throw new InvalidArgumentError(`"${pair}" is not NAME=TEXT.`);
    made[name] = value;
  }
  return made;
}

/** "teff=30,logg=0.1": a number of at least 0 for each name. */
export function numberSettings(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const made = { ...before };
  for (const [name, value] of Object.entries(settings(text))) {
    const width = number(value);
    if (width < 0) throw new InvalidArgumentError(`"${name}=${value}" is below 0.`);
    made[name] = width;
  }
  return made;
}
