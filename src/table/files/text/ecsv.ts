/**
 * @file ECSV: CSV under a header of remarks that declare each column's type and unit in YAML, as Astropy and the Gaia
 * archive write it. (Source: Astropy Proposal for Enhancement 6.)
 */
import { createReadStream } from "node:fs";
import { InputError } from "../../../base/errors.ts";
import { firstBytes } from "../known-bytes.ts";

/** What a file declares of its columns. */
export interface EcsvHeader {
  readonly delimiter: "," | " ";
  readonly columns: readonly EcsvColumn[];
  /** Lines before that with the names. */
  readonly lines: number;
  /** Bytes before it. */
  readonly bytes: number;
}

export interface EcsvColumn {
  readonly name: string;
  /** In the file's words: "int64", "string", "float64[3]". */
  readonly type: string;
  readonly kind: "number" | "boolean" | "text" | "other";
  /** Lengths of the arrays in its cells, undefined where the length is open; absent of single values. */
  readonly shape?: readonly (number | undefined)[];
  readonly unit?: string;
  readonly ucd?: string;
}

const FIRST_LINE = /^(\xef\xbb\xbf)?# *%ECSV +\d/;

/** Whether a text begins as ECSV does. */
export async function isEcsv(path: string): Promise<boolean> {
  return FIRST_LINE.test((await firstBytes(path, 64)).toString("latin1"));
}

/** @throws InputError for a header that is no YAML, or declares no columns. */
export async function ecsvHeader(path: string, label: string): Promise<EcsvHeader> {
  const yaml: string[] = [];
  let [lines, bytes] = [0, 0];
  const input = createReadStream(path);
  try {
    for await (const { line, length } of linesOf(input)) {
      if (!line.startsWith("#") && lines > 0) break;
      if (lines > 0) yaml.push(line.replace(/^# ?/, ""));
      lines++;
      bytes += length;
    }
  } finally {
    input.destroy();
  }
  const said = await parsedYaml(withoutMeta(yaml).join("\n"), label);
  const { delimiter = " ", datatype } = isRecord(said) ? said : {};
  if (delimiter !== "," && delimiter !== " ")
    throw new InputError(
      `${label}: its header of ECSV says that ${JSON.stringify(delimiter)} parts the cells; only a comma or a blank can.`,
    );
  if (!Array.isArray(datatype) || datatype.length === 0)
    throw new InputError(
      `${label} begins as ECSV, but its header declares no columns (datatype); mend the header, or take it out to read plain CSV.`,
    );
  const columns = datatype.map((each: unknown, i) => declaredColumn(each, i, label));
  return { delimiter, columns, lines, bytes };
}

/**
 * What else is told of the table is of no use here, and not always sound YAML: blank lines take its place, so that lines
 * keep their numbers.
 */
function withoutMeta(lines: readonly string[]): string[] {
  let isKept = true;
  return lines.map((line) => {
    const key = /^([A-Za-z_]\w*)\s*:/.exec(line)?.[1];
    if (key !== undefined) isKept = key === "delimiter" || key === "datatype";
    return isKept || line === "---" ? line : "";
  });
}

/** Lines with their lengths in bytes; carriage returns are no part of a line. */
async function* linesOf(input: NodeJS.ReadableStream): AsyncGenerator<{ line: string; length: number }> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of input) {
    rest = Buffer.concat([rest, piece as Buffer]);
    let from = 0;
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a, from)) {
      const line = rest.toString("utf8", from, end).replace(/\r$/, "");
      yield { line, length: end + 1 - from };
      from = end + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield { line: rest.toString("utf8"), length: rest.length };
}

/** The package is loaded only where there is ECSV. */
async function parsedYaml(text: string, label: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { logLevel: "silent", uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const where = line === undefined ? "" : `, line ${line + 1}`;
    throw new InputError(
      `${label}${where}: its header of ECSV is no YAML (${error.message.split(/ at line |:?\n/)[0]}); mend the header, or take it out to read plain CSV.`,
    );
  }
  return document.toJS({ maxAliasCount: 100 }) as unknown;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function declaredColumn(said: unknown, i: number, label: string): EcsvColumn {
  const { name, datatype, subtype, unit, meta } = isRecord(said) ? said : {};
  if (name === undefined || name === null || typeof datatype !== "string")
    throw new InputError(
      `${label}: its header of ECSV declares no name or datatype of column ${i + 1}; mend the header, or take it out to read plain CSV.`,
    );
  const known = unit === undefined || unit === null ? "" : String(unit).trim();
  const ucd = isRecord(meta) && typeof meta.ucd === "string" ? meta.ucd.trim() : "";
  return {
    ...{ name: String(name), ...declaredType(datatype, subtype) },
    ...(known !== "" && { unit: known }),
    ...(ucd !== "" && { ucd }),
  };
}

const NUMBERS = /^(u?int(8|16|32|64)|float(16|32|64|128))$/;

/** @param subtype of a string: "float64[3]", "int16[2,3]", "float32[null]" of any length, "json". */
function declaredType(datatype: string, subtype: unknown): Pick<EcsvColumn, "type" | "kind" | "shape"> {
  const kindOf = (type: string) =>
    NUMBERS.test(type) ? "number" : type === "bool" ? "boolean" : type === "string" ? "text" : "other";
  if (datatype !== "string" || subtype === undefined || subtype === null)
    return { type: datatype, kind: kindOf(datatype) };
  const type = String(subtype);
  const [, element, lengths] = /^(\w+)\[(.*)\]$/.exec(type) ?? [];
  if (element === undefined) return { type, kind: type === "json" ? "other" : kindOf(type) };
  const shape = lengths.split(",").map((each) => (/^\s*\d+\s*$/.test(each) ? Number(each) : undefined));
  const kind = kindOf(element);
  return { type, kind: kind === "text" ? "other" : kind, shape };
}
