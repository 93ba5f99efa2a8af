/** @file A table of a few lines in the terminal. */
import { printableOnOneLine } from "../base/printable.ts";

/**
 * Columns aligned, the first to the left and all others to the right, two spaces between; each row on one
 * line, whatever its cells hold.
 */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((line) => line.map(printableOnOneLine));
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
