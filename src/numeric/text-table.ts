/** @file A table of a few lines in the terminal. */

/**
 * Columns aligned, the first to the left and all others to the right, two spaces between. Characters that would move the cursor or do
 * worse, as names of columns may hold, are shown as they are written in JSON: "mass\\n(g)".
 */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((line) => line.map(shownOnOneLine));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

function shownOnOneLine(text: string): string {
  return text.replace(CONTROL, (character) => {
    const written = JSON.stringify(character).slice(1, -1);
    return written === character ? `\\u00${character.charCodeAt(0).toString(16)}` : written;
  });
}
