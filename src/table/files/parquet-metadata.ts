/**
 * @file What a Parquet file says of its columns in the words of the Virtual Observatory: a VOTable without rows, in the file's own
 * metadata. (Source: IVOA's Note "VOParquet: Parquet with VOTable metadata", 1.0.)
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { FileReport } from "../file-report.ts";
import { literal, rowsOf } from "./duckdb.ts";
import type { FileColumn } from "./file-relation.ts";
import { tablesOfXml } from "./votable/document.ts";
import { isForXml, type TypeAttributes, xmlOfFields } from "./votable/written-fields.ts";
import type { BytesColumn } from "./written-bytes.ts";

const VERSION = "IVOA.VOTable-Parquet.version";
const CONTENT = "IVOA.VOTable-Parquet.content";

/** Units of numbers, and ucds. @param path as SQL. */
export async function declaredInParquet(
  connection: DuckDBConnection,
  path: string,
  columns: readonly FileColumn[],
): Promise<Pick<FileReport, "units" | "ucds" | "remarks">> {
  const found = await rowsOf(
    connection,
    `SELECT decode(value) FROM parquet_kv_metadata(${path}) WHERE decode(key) = ${literal(CONTENT)}`,
  );
  if (found.length === 0) return { units: {} };
  const read = await tablesOfXml(String(found[0][0]), "its metadata").catch((error: unknown) => {
    if (error instanceof InputError) return error.message;
    throw error;
  });
  if (typeof read === "string")
    return {
      units: {},
      remarks: [`its units cannot be read from its VOTable metadata (${read.replace(/\.$/, "")})`],
    };
  const units: Record<string, string> = {};
  const ucds: Record<string, string> = {};
  for (const { name, unit, ucd } of read.flatMap(({ fields }) => fields)) {
    const kind = columns.find((column) => column.name === name)?.kind;
    if (unit !== undefined && (kind === "number" || kind === "float32")) units[name] = unit;
    if (ucd !== undefined && kind !== undefined) ucds[name] = ucd;
  }
  return { units, ucds };
}

/** The option of COPY that writes units and ucds; empty where none are known. */
export async function metadataOption(
  connection: DuckDBConnection,
  columns: readonly BytesColumn[],
  from: string,
  label: string,
): Promise<string> {
  if (columns.every(({ unit, ucd }) => unit === undefined && ucd === undefined)) return "";
  const named = columns.filter(({ name }) => isForXml(name));
  const cells = named.map(({ sql }, i) => `${sql} AS f${i}`).join(", ");
  const described = await rowsOf(connection, `DESCRIBE SELECT ${cells} FROM ${from}`);
  const types = described.map(([, type]) => String(type));
  // Dates and moments are a type of Parquet's, which VOTable has not: Astropy puts no text and date together.
  const told = [...named.keys()].filter((i) => types[i] === "VARCHAR" || datatypeOf(types[i]) !== undefined);
  const lengths = told.map((i) => (types[i] === "VARCHAR" ? `max(length(f${i}))` : "NULL"));
  const [longest] = await rowsOf(
    connection,
    `SELECT ${lengths.join(", ")} FROM (SELECT ${cells} FROM ${from})`,
  );
  const attributes = told.map((i, k): TypeAttributes => {
    const datatype = datatypeOf(types[i]);
    // Astropy puts texts of no fixed length and those of Parquet not together, either.
    return datatype
      ? { datatype }
      : { datatype: "unicodeChar", arraysize: String(Number(longest[k] ?? 1) || 1) };
  });
  const xml = xmlOfFields(
    told.map((i) => named[i]),
    attributes,
    label,
  );
  return `, KV_METADATA {${literal(VERSION)}: '1.0', ${literal(CONTENT)}: ${literal(xml)}}`;
}

const DATATYPES: readonly (readonly [RegExp, string])[] = [
  [/^BOOLEAN$/, "boolean"],
  [/^FLOAT$/, "float"],
  [/^(DOUBLE|DECIMAL)/, "double"],
  [/^U?TINYINT|^SMALLINT/, "short"],
  [/^USMALLINT|^INTEGER/, "int"],
  [/^(UINTEGER|U?BIGINT)/, "long"],
];

function datatypeOf(type: string): string | undefined {
  return DATATYPES.find(([form]) => form.test(type))?.[1];
}
