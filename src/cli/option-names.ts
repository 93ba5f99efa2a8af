/** @file The command line's names of the library's options: `batchSize` is --batch-size here. */
import { withOptionNames } from "../base/errors.ts";

/** Where the name is another, not only written in another way. */
const OTHERS: Readonly<Record<string, string>> = { errorColumns: "errors", kinds: "circular" };

/** "--batch-size" for "batchSize". */
export function flagOf(option: string): string {
  const name = OTHERS[option] ?? option;
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/** A message or a help text of the library with the command line's flags in it. */
export function withFlags(text: string): string {
  return withOptionNames(text, flagOf);
}
