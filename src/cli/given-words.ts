/** @file Several values after one --given, and spaces round their signs: `--given teff = 4700 logg=2.5`. */
import { existsSync } from "node:fs";
import { mayMeanMissing } from "../table/files/text/cell-forms.ts";

const FLAGS = ["--given", "--compare"];
const LISTS = ["--missing", "--not-missing"];
const SIGN = /^(==?|<=?|>=?)$/;

/**
 * The words of a command line in which each value has a flag of its own: a word that follows a value and says
 * another (NAME=VALUE), and is no file, belongs to the flag before it.
 */
export function withRepeatedFlags(words: readonly string[]): string[] {
  const made: string[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    made.push(word);
    at++;
    if (LISTS.includes(word) && at < words.length) {
      made[made.length - 1] = `${word}=${words[at++]}`;
      while (at < words.length && isMissingWord(words[at])) made.push(`${word}=${words[at++]}`);
      continue;
    }
    if (!FLAGS.includes(word)) continue;
    for (let first = true; at < words.length && (first || isValue(words, at)); first = false) {
      const [value, length] = valueAt(words, at);
      if (!first) made.push(word);
      made.push(value);
      at += length;
      if (!/[=<>]/.test(value)) break; // columns
    }
  }
  return made;
}

/** What may mean "missing" and is no file: such words after --missing "?" belong to it, too. */
function isMissingWord(word: string): boolean {
  if (existsSync(word)) return false;
  return word !== "" && (mayMeanMissing(word) || Number.isFinite(Number(word)));
}

function isValue(words: readonly string[], at: number): boolean {
  if (words[at].startsWith("-")) return false;
  const [value, length] = valueAt(words, at);
  return /^.*\S.*?[=<>]/.test(value) && (length > 1 || !existsSync(value));
}

/** "x = 3" out of three words, "x= 3" and "x =3" out of two. */
function valueAt(words: readonly string[], at: number): readonly [value: string, length: number] {
  const [word, second, third] = words.slice(at);
  if (second === undefined || second.startsWith("--")) return [word, 1];
  if (/[=<>]$/.test(word) && !SIGN.test(word) && !existsSync(second)) return [`${word}${second}`, 2];
  if (/[=<>]/.test(word)) return [word, 1];
  if (SIGN.test(second) && third !== undefined) return [`${word}${second}${third}`, 3];
  return /^[=<>]/.test(second) ? [`${word}${second}`, 2] : [word, 1];
}
