/** @file Sheets of Excel files (.xlsx) as text, to be read as CSV is: titles, units and footnotes are found there as well. */
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InputError } from "../../base/errors.ts";
import { unknownName } from "../../base/suggestions.ts";

/**
 * Writes a sheet as CSV.
 * @param sheet its name; by default the only one that has cells.
 * @throws InputError for a damaged file, an unknown sheet, and several sheets where none is named.
 */
export async function writeSheet(
  file: { readonly path: string; readonly label: string; readonly sheet: string | undefined },
  copy: string,
): Promise<void> {
  const { default: readSheets } = await import("read-excel-file/node");
  const all = await readSheets(await readFile(file.path), { trim: false }).catch((error: unknown) => {
    throw new InputError(
      `${file.label} is an Excel file that cannot be read (${error instanceof Error ? error.message : error}); save it anew, or as CSV.`,
      { cause: error },
    );
  });
  const filled = all.filter(({ data }) => data.length > 0);
  const names = filled.map((each) => each.sheet);
  const wanted = file.sheet === undefined ? filled : filled.filter((each) => each.sheet === file.sheet);
  if (file.sheet !== undefined && wanted.length === 0)
    throw new InputError(unknownName("sheet", file.sheet, names, file.label));
  if (wanted.length === 0) throw new InputError(`${file.label} is empty: none of its sheets has cells.`);
  if (wanted.length > 1)
    throw new InputError(
      `${file.label} has ${wanted.length} sheets (${names.slice(0, 5).join(", ")}${names.length > 5 ? ", ..." : ""}); name one with \`group\`.`,
    );
  const [{ data }] = wanted;
  const width = data.reduce((most, row) => Math.max(most, row.length), 0);
  const lines = data.map(
    (row) => `${Array.from({ length: width }, (_, i) => cellText(row[i] ?? null)).join(",")}\n`,
  );
  await pipeline(Readable.from(lines), createWriteStream(copy));
}

function cellText(cell: unknown): string {
  if (cell === null) return "";
  if (cell instanceof Date) return momentText(cell);
  const text = String(cell);
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A day where it has no time. */
function momentText(moment: Date): string {
  const text = moment.toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.slice(0, 19).replace("T", " ");
}
