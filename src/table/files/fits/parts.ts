/** @file The parts of a FITS file (its HDUs: header and data units), and which of them is the table that is read. */
import { InputError } from "../../../base/errors.ts";
import { unknownName } from "../../../base/suggestions.ts";
import { BLOCK, DAMAGED, type Header, type ReadBytes, readHeader } from "./header.ts";

/** A part of the file. */
export interface Part {
  /** Its number as Astropy and CFITSIO count: 0 is the first, which holds no table. */
  readonly number: number;
  /** EXTNAME; "" where there is none. */
  readonly name: string;
  readonly kind:
    | "table"
    | "text table"
    | "compressed table"
    | "compressed image"
    | "image"
    | "random groups"
    | "other";
  readonly header: Header;
  /** The first byte of its data. */
  readonly start: number;
  /** Bytes of its data, without what fills up the last block. */
  readonly length: number;
}

const MOST_PARTS = 10_000;

/** Of more tables, or other things, not all are listed. */
const listedAtMost = 10;

/**
 * The parts, each found by the size that the one before it declares.
 * @throws InputError where the first does not begin as FITS does, or a header declares what cannot be.
 */
export async function partsOf(read: ReadBytes, size: number, label: string): Promise<Part[]> {
  const start = await read(0, 9);
  if (start.toString("latin1") !== "SIMPLE  =")
    throw new InputError(
      `${label} is no FITS file: it does not begin with "SIMPLE  ="; name its format with \`format\`.`,
    );
  const parts: Part[] = [];
  for (let at = 0; at < size; ) {
    if (parts.length > 0 && !(await isExtension(read, at))) break; // what follows the last part is nobody's
    if (parts.length === MOST_PARTS)
      throw new InputError(`${label} has more than ${MOST_PARTS.toLocaleString("en")} parts; ${DAMAGED}.`);
    const { header, end } = await readHeader(read, at, label);
    const part = { number: parts.length, name: header.text("EXTNAME") ?? "", header, start: end };
    const length = dataLength(header, label);
    parts.push({ ...part, kind: kindOf(header, parts.length), length });
    at = end + Math.ceil(length / BLOCK) * BLOCK;
  }
  return parts;
}

async function isExtension(read: ReadBytes, at: number): Promise<boolean> {
  return (await read(at, 8)).toString("latin1") === "XTENSION";
}

/** |BITPIX| / 8 * GCOUNT * (PCOUNT + product of NAXISn) bytes. @throws InputError for sizes that cannot be. */
function dataLength(header: Header, label: string): number {
  const bits = Math.abs(header.number("BITPIX") ?? Number.NaN);
  if (![8, 16, 32, 64].includes(bits))
    throw new InputError(`${label}: BITPIX in its header is none of 8, 16, 32, 64, -32, -64; ${DAMAGED}.`);
  const axes = header.count("NAXIS");
  if (axes > 999)
    throw new InputError(`${label}: its header declares ${axes} axes, more than 999; ${DAMAGED}.`);
  if (axes === 0) return 0;
  const lengths = Array.from({ length: axes }, (_, i) => header.count(`NAXIS${i + 1}`));
  const groups = isRandomGroups(header);
  const cells = (groups ? lengths.slice(1) : lengths).reduce((product, each) => product * each, 1);
  const bytes = (bits / 8) * header.count("GCOUNT", 1) * (header.count("PCOUNT", 0) + cells);
  if (!Number.isSafeInteger(bytes))
    throw new InputError(`${label}: its header declares more bytes than any file has; ${DAMAGED}.`);
  return bytes;
}

function isRandomGroups(header: Header): boolean {
  return header.logical("GROUPS") && header.number("NAXIS1") === 0;
}

function kindOf(header: Header, number: number): Part["kind"] {
  const extension = number === 0 ? "IMAGE" : header.text("XTENSION");
  if (extension === "BINTABLE" || extension === "A3DTABLE") {
    if (header.logical("ZTABLE")) return "compressed table";
    return header.logical("ZIMAGE") ? "compressed image" : "table";
  }
  if (extension === "TABLE") return "text table";
  if (extension === "IMAGE" || extension === "IUEIMAGE")
    return isRandomGroups(header) ? "random groups" : "image";
  return "other";
}

/**
 * The table that is named, by its EXTNAME or its number, or the only one in the file.
 * @throws InputError if there is none, if there are several to choose from, or it cannot be read.
 */
export function chosenTable(parts: readonly Part[], group: string | undefined, label: string): Part {
  const tables = parts.filter(isTable);
  if (group !== undefined) {
    const named = byName(parts, group.trim(), label);
    if (named === undefined) {
      const known = tables.map(({ name, number }) => name || `${number}`);
      throw new InputError(unknownName("table", group, known, label));
    }
    if (!isTable(named))
      throw new InputError(`Part ${named.number} of ${label} is no table, but ${inWords(named)}.`);
    return readable(named, label);
  }
  if (tables.length === 1) return readable(tables[0], label);
  if (tables.length > 1) throw new InputError(severalTables(tables, label));
  const images = parts.some(({ kind }) => kind === "compressed image");
  throw new InputError(
    `${label} holds no table: ${listed(parts, inWords)}. ${images ? "Pictures, compressed ones too, are not read" : "Only its tables are read"}; name a file that has one.`,
  );
}

/** A part without columns is no table: it only carries a header. */
function isTable({ kind, header }: Part): boolean {
  if (kind === "compressed table") return true;
  return (kind === "table" || kind === "text table") && header.count("TFIELDS", 0) > 0;
}

function byName(parts: readonly Part[], group: string, label: string): Part | undefined {
  const same = parts.filter(({ name }) => name !== "" && name.toLowerCase() === group.toLowerCase());
  if (same.length > 1)
    throw new InputError(
      `${label} has more than one part ${group}: ${listed(same, inWords)}; name one by its number with \`group\`.`,
    );
  return same[0] ?? parts.find(({ number }) => `${number}` === group);
}

function readable(part: Part, label: string): Part {
  if (part.kind !== "compressed table") return part;
  throw new InputError(
    `Table ${calledOf(part)} of ${label} is compressed in FITS' own way (ZTABLE), which cannot be read; unpack it with \`funpack FILE\` (of CFITSIO), or write it plainly and gzip the file.`,
  );
}

function severalTables(tables: readonly Part[], label: string): string {
  return `${label} holds more than one table: ${listed(tables, rowsOf)}; name one with \`group\`.`;
}

function listed(parts: readonly Part[], said: (part: Part) => string): string {
  const some = parts.slice(0, listedAtMost).map((part) => `${calledOf(part)} (${said(part)})`);
  return some.join(", ") + (parts.length > listedAtMost ? `, and ${parts.length - listedAtMost} more` : "");
}

function calledOf({ number, name }: Part): string {
  return name === "" ? `${number}` : `${number} "${name}"`;
}

function rowsOf({ header }: Part): string {
  const rows = header.count("NAXIS2");
  return `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`;
}

function inWords({ kind, header }: Part): string {
  if (kind !== "image")
    return {
      table: "a table without columns",
      "text table": "a table without columns",
      "compressed table": "a compressed table",
      "compressed image": "a compressed image",
      "random groups": "random groups",
      other: "of a kind that is no table",
    }[kind];
  const axes = header.count("NAXIS");
  if (axes === 0) return "without data";
  return `an image of ${Array.from({ length: axes }, (_, i) => header.count(`NAXIS${i + 1}`)).join(" x ")}`;
}
