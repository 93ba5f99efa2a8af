/** @file The command line's names of the library's options: `batchSize` is --batch-size here. */
import { withOptionNames } from "../base/errors.ts";
import { STATED_KINDS } from "../columns/kinds.ts";

/** Where the name is another, not only written in another way. */
const OTHERS: Readonly<Record<string, string>> = { errorColumns: "errors" };

/** "--batch-size" for "batchSize"; of `kinds` the flag of each. */
export function flagOf(option: string): string {
  if (option === "kinds") return STATED_KINDS.map(({ name }) => flagOf(name)).join(", ");
  const name = OTHERS[option] ?? option;
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/** A message or a help text of the library with the command line's flags in it. */
export function withFlags(text: string): string {
  return withOptionNames(text, flagOf);
}
