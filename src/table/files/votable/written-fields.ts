/** @file The FIELDs of a written VOTable, and one that has no rows. (Source: IVOA's VOTable 1.4, section 4.1.) */
import { InputError } from "../../../base/errors.ts";
import type { BytesColumn } from "../written-bytes.ts";
import { voUnit } from "./written-units.ts";

/** The attributes of a FIELD that say what its cells are. */
export type TypeAttributes = Readonly<Record<string, string>>;

export const BEGINNING = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">',
].join("\n");

/** The columns as FIELDs, one a line. @throws InputError for a name that XML has no place for. */
export function fieldsXml(
  columns: readonly Omit<BytesColumn, "sql">[],
  types: readonly TypeAttributes[],
  label: string,
): string {
  const ids = idsOf(columns.map(({ name }) => name));
  return columns
    .map((column, i) => fieldXml(column, { ...(ids[i] !== undefined && { ID: ids[i] }), ...types[i] }, label))
    .join("\n");
}

/** A document with one table without rows: what these columns are. */
export function xmlOfFields(
  columns: readonly Omit<BytesColumn, "sql">[],
  types: readonly TypeAttributes[],
  label: string,
): string {
  return `${BEGINNING}\n<RESOURCE type="results">\n<TABLE>\n${fieldsXml(columns, types, label)}\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n`;
}

/** Whether XML has a place for all characters of a text. */
export function isForXml(text: string): boolean {
  return !/[^\t\n\r\x20-\ud7ff\ue000-\u{10ffff}]/u.test(text);
}

function fieldXml(
  { name, unit, ucd }: Omit<BytesColumn, "sql">,
  type: TypeAttributes,
  label: string,
): string {
  if (!isForXml(name))
    throw new InputError(
      `Cannot write ${label}: the name ${JSON.stringify(name)} has characters that XML has no place for; rename the column, or write Parquet.`,
    );
  const attributes = { name, ...type, unit: unit === undefined ? undefined : voUnit(unit), ucd };
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}="${escaped(value)}"`],
  );
  return `<FIELD ${written.join(" ")}/>`;
}

/** For names that cannot be an ID of XML another one: Astropy makes one, and complains. */
function idsOf(names: readonly string[]): (string | undefined)[] {
  return names.map((name, i) => {
    if (/^[A-Za-z_][\w.-]*$/.test(name)) return undefined;
    let id = `column_${i + 1}`;
    while (names.includes(id)) id += "_";
    return id;
  });
}

function escaped(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
