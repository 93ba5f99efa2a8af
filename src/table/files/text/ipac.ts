/**
 * @file IPAC tables, of the infrared surveys' archives: columns between the bars of a header that has names, types, units and
 * what stands for missing cells. (Source: IPAC's definition of its table format.)
 */
import { firstBytes } from "../known-bytes.ts";
import type { TextField } from "./columns.ts";
import type { DeclaredFixed } from "./declared-fixed.ts";

/** The header of a file. */
export interface IpacHeader {
  /** Where each column begins in a line, from 0. */
  readonly starts: readonly number[];
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly units: readonly string[];
  readonly nulls: readonly string[];
  /** Lines before the names, and all that are no rows. */
  readonly linesBefore: number;
  readonly lines: number;
}

/** Headers are longer only of tables with many thousand columns. */
const HEADER_BYTES = 1 << 18;

const TYPES = /^(d|double|f|float|r|real|i|int|integer|l|long|c|char|date|b|bool)$/i;

/** The header, if it is one: remarks and keywords behind backslashes, then two to four lines between bars. */
export async function ipacHeader(path: string): Promise<IpacHeader | undefined> {
  const start = (await firstBytes(path, HEADER_BYTES)).toString("utf8");
  if (!/^\s*[\\|]/.test(start)) return undefined;
  const lines = start.split(/\r?\n/);
  const first = lines.findIndex((line) => !line.startsWith("\\") && line.trim() !== "");
  const header: string[] = [];
  while (header.length < 4 && /^\s*\|.*\|\s*$/.test(lines[first + header.length] ?? ""))
    header.push(lines[first + header.length]);
  const [named, typed] = header;
  if (named === undefined || typed === undefined) return undefined;
  const bars = Array.from(named.matchAll(/\|/g), ({ index }) => index);
  const cellsOf = (line = "") => bars.slice(0, -1).map((bar, i) => line.slice(bar + 1, bars[i + 1]).trim());
  const [names, types] = [cellsOf(named), cellsOf(typed)];
  if (names.length === 0 || names.includes("") || !types.every((type) => TYPES.test(type))) return undefined;
  return {
    ...{ starts: bars.slice(0, -1), names, types, units: cellsOf(header[2]), nulls: cellsOf(header[3]) },
    ...{ linesBefore: first, lines: first + header.length },
  };
}

/** What the header declares: columns from bar to bar. */
export function ipacDeclared({
  starts,
  names,
  types,
  units,
  nulls,
  lines,
  linesBefore,
}: IpacHeader): DeclaredFixed {
  const fields = names.map((name, i): TextField => {
    const unit = units[i].replace(/^-+$/, "");
    const isText = /^c/i.test(types[i]);
    const isNumber = !isText && !/^(date|b)/i.test(types[i]);
    const declared = isText ? "text" : isNumber ? "number" : undefined;
    return { name, type: types[i], ...(declared && { declared }), ...(isNumber && unit !== "" && { unit }) };
  });
  const missing = nulls.map((text) => (text === "" ? undefined : text));
  return { format: "ipac", fields, starts, nulls: missing, headerLine: linesBefore + 1, lines };
}
