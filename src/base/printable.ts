/** @file Text from files and names as a terminal may get it: without characters that move the cursor, or command it otherwise. */

/** All control characters, and those that are no end of a line and no tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed.
const COMMANDING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The text with its control characters as they are written in JSON, lines and tabs apart: "\u001b[2J". */
export function printable(text: string): string {
  return text.replace(COMMANDING, written);
}

/** The same on one line: "mass\n(g)". */
export function printableOnOneLine(text: string): string {
  return text.replace(CONTROL, written);
}

function written(character: string): string {
  const inJson = JSON.stringify(character).slice(1, -1);
  return inJson === character ? `\\u00${character.charCodeAt(0).toString(16)}` : inJson;
}
