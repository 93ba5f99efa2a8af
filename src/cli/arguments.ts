/** @file Options as the command line has them: their flags (`batchSize` is --batch-size), and their values out of text. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { InputError, withOptionNames } from "../base/errors.ts";
import type { StatedBounds } from "../columns/bounds.ts";
import type { Given } from "../model/question-table.ts";
import { givenOfText } from "../model/question-text.ts";
import type { LimitChoice, LimitRule } from "../table/scan/limit-rules.ts";
import { listed, listedAmong } from "./name-lists.ts";
import { settledLater, textsOf } from "./settled.ts";

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

const BYTES = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** "50GB", "1.5 GiB", "2000000": bytes. */
export function bytes(text: string): number {
  const [, count, unit = ""] = /^\s*([\d.]+)\s*((?:[kMGT]|[KMGT]i)?)B?\s*$/.exec(text) ?? [];
  const value = Number(count) * BYTES[unit as keyof typeof BYTES];
  if (!(value > 0)) throw new InvalidArgumentError(`"${text}" is not a size such as 50GB.`);
  return value;
}

/** "a,b", '"a,b",c' and repeated options add up; where a model is asked, its columns' whole names come first. */
export function names(text: string, before: readonly string[] = []): string[] {
  const made = [...before, ...listed(text)];
  return settledLater(made, [...textsOf(before), text], (texts, columns) => {
    const known = columns.map(({ name }) => name);
    return texts.flatMap((each) => listedAmong(each, known));
  });
}

/** The same of what are no columns. */
export function texts(text: string, before: readonly string[] = []): string[] {
  return [...before, ...listed(text)];
}

function numbers(text: string, before: readonly number[] = []): number[] {
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

/** "teff=4700+-50": values of a question. */
export function given(text: string, before: Given = {}): Given {
  return settledLater(oneGiven(text, before), [...textsOf(before), text], (all, columns) =>
    all.reduce<Given>((sofar, each) => givenOfText(each, sofar, columns), {}),
  );
}

/** "teff < 5000": what may be true of a column; repeated options add up. */
export function events(text: string, before: readonly Given[] = []): Given[] {
  return settledLater([...before, oneGiven(text, {})], [...textsOf(before), text], (all, columns) =>
    all.map((each) => givenOfText(each, {}, columns)),
  );
}

function oneGiven(text: string, before: Given): Given {
  try {
    return givenOfText(text, before);
  } catch (error) {
    if (error instanceof InputError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

type ErrorColumns = Readonly<Record<string, string | readonly [string, string]>>;

/** "value:error,other:its_error", or "none": which column holds the errors of which; named twice, a column has errors to either side. */
export function errorPairs(text: string, before: ErrorColumns | "none" = {}): ErrorColumns | "none" {
  if (text.trim() === "none" || before === "none") return "none";
  const made: Record<string, string | readonly [string, string]> = { ...before };
  for (const [name, error] of namedTexts(text, ":", "COLUMN:ERROR_COLUMN")) {
    const other = made[name];
    if (typeof other === "object")
      throw new InvalidArgumentError(
        `"${name}" has errors to either side already, "${other.join('" and "')}".`,
      );
    made[name] = other === undefined ? error : [other, error];
  }
  return made;
}

/** "-9999,?": numbers and words, repeated options add up. */
export function missingValues(text: string, before: readonly (number | string)[] = []): (number | string)[] {
  const isNumber = (each: string) => Number.isFinite(Number(each));
  return [...before, ...listed(text).map((each) => (isNumber(each) ? Number(each) : each))];
}

/** "." or ",", also by name. */
export function decimalMark(text: string): "." | "," {
  if (text === "." || text === "point") return ".";
  if (text === "," || text === "comma") return ",";
  throw new InvalidArgumentError(`"${text}" is not . or ,`);
}

/** "none", "names", or the names themselves. */
export function headerChoice(text: string): "none" | "names" | string[] {
  const said = text.trim();
  return said === "none" || said === "names" ? said : listed(text);
}

/** "teff=K,parallax=mas": a text for each name; repeated options add up. */
export function settings(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { ...before, ...Object.fromEntries(namedTexts(text, "=", "NAME=TEXT")) };
}

function namedTexts(text: string, between: ":" | "=", form: string): (readonly [string, string])[] {
  return listed(text).map((pair) => {
    const at = pair.indexOf(between);
    const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at < 1 || value === "" || (between === ":" && value.includes(between)))
      throw new InvalidArgumentError(`"${pair}" is not ${form}.`);
    return [name, value] as const;
  });
}

/** "17", "1,5", "3..7": numbers of rows; repeated options add up. */
const MOST_ROWS = 1_000_000;

export function rows(text: string, before: readonly number[] = []): number[] {
  const made = text.split(",").flatMap((part) => {
    const [first, last = first] = part.split("..").map(whole);
    if (!(last >= first && first >= 1))
      throw new InvalidArgumentError(`"${part}" is no row: 1 is the first.`);
    if (last - first >= MOST_ROWS)
      throw new InvalidArgumentError(
        `"${part}" names more than ${MOST_ROWS.toLocaleString("en")} rows: leave --row out, or say which with --where.`,
      );
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...before, ...made];
}

/** "source_id=123": the cell of a row; repeated options add up. */
export function ids(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new InvalidArgumentError(`"${text}" is not NAME=VALUE.`);
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
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

/** "age=0..,share=0..1,z=none", or "none" for all columns; repeated options add up. */
export function bounds(
  text: string,
  before: Readonly<Record<string, StatedBounds>> | "none" = {},
): Readonly<Record<string, StatedBounds>> | "none" {
  if (text.trim() === "none" || before === "none") return "none";
  const stated = Object.entries(settings(text)).map(([name, said]) => [name, boundsOf(name, said)] as const);
  return { ...before, ...Object.fromEntries(stated) };
}

function boundsOf(name: string, said: string): StatedBounds {
  if (said === "none") return said;
  const ends = said.split("..").map((end) => end.trim());
  if (ends.length !== 2 || ends.every((end) => end === ""))
    throw new InvalidArgumentError(
      `"${name}=${said}" is not COLUMN=LOW..HIGH, such as age=0.. or share=0..1.`,
    );
  // What is no number may be a date: the column knows.
  const [low, high] = ends.map((end) => (end === "" ? null : Number.isNaN(Number(end)) ? end : Number(end)));
  return [low, high];
}

/** "u=99:27.8..,w1=l_w1,x=cells": a rule of limits for each column, or "none"; repeated options add up. */
export function limits(text: string, before: LimitChoice = {}): LimitChoice {
  if (text.trim() === "none" || before === "none") return "none";
  const rules = Object.entries(settings(text)).map(([name, rule]) => [name, limitRule(name, rule)] as const);
  return { ...before, ...Object.fromEntries(rules) };
}

function limitRule(name: string, text: string): LimitRule {
  const [code, ...interval] = text.split(":");
  if (interval.length === 0) return text.trim() === "cells" ? { cells: true } : { flag: text };
  const ends = interval
    .join(":")
    .split("..")
    .map((end) => end.trim());
  if (ends.length !== 2 || ends.every((end) => end === "")) {
    throw new InvalidArgumentError(
      `"${name}=${text}" is not COLUMN=CODE:LOW..HIGH, such as u_mag=99:27.8.. (fainter than 27.8 where it says 99).`,
    );
  }
  const [lower, upper] = ends.map((end) => (Number.isNaN(Number(end)) ? end : Number(end)));
  return {
    ...(code.trim() !== "" && { code: number(code) }),
    ...(ends[0] !== "" && { lower }),
    ...(ends[1] !== "" && { upper }),
  };
}

/** Where the name is another, not only written in another way. */
const OTHERS: Readonly<Record<string, string>> = { errorColumns: "errors", kinds: "kind" };

/** "--batch-size" for "batchSize". */
export function flagOf(option: string): string {
  const name = OTHERS[option] ?? option;
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/** A message or a help text of the library with the command line's flags in it. */
export function withFlags(text: string): string {
  return withOptionNames(text, flagOf);
}
