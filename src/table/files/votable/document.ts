/** @file A VOTable document read once from its beginning to its end, in pieces: its tables, and their rows as they come. */
import { createReadStream } from "node:fs";
import type { SaxesParser, SaxesTagPlain } from "saxes";
import { InputError } from "../../../base/errors.ts";
import { firstBytes } from "../known-bytes.ts";
import type { DataFile } from "../source.ts";
import { encodingAtStart } from "../text/encoding.ts";
import { BinaryRows } from "./binary-rows.ts";
import { type Attributes, fieldOf, type RowTaker, type VotableField, WrongCell } from "./fields.ts";

/** A table of the document, as far as it is declared before its rows. */
export interface VotableHead {
  /** From 1, in the document's order. */
  readonly number: number;
  readonly name?: string;
  readonly id?: string;
  readonly fields: readonly VotableField[];
  /** Whether it stands in a RESOURCE of results; in one of descriptions; undefined where neither is said. */
  readonly resource?: string;
}

/** What is told of the document while it is read. */
export interface Listener {
  /** The rows of a table follow: who takes them, if anybody. */
  readonly table: (head: VotableHead) => RowTaker | undefined;
  /** An INFO: its name, value and text. */
  /** Whether only the tables' heads are of interest: their rows may lie elsewhere. */
  readonly headsOnly?: true;
  readonly info?: (name: string, value: string, text: string) => void;
}

const PIECE = 1 << 20;

/**
 * Reads the document; after each piece it gives way, so that rows can be fetched from their taker.
 * @throws InputError for XML that is none, rows that do not fit their fields, and rows that lie elsewhere.
 */
export async function* readVotable(file: DataFile, listener: Listener): AsyncGenerator<void> {
  const { SaxesParser } = await import("saxes");
  const start = await firstBytes(file.path, 1024);
  const decoder = new TextDecoder(encodingOf(start, file.label));
  const document = new Document(new SaxesParser({ position: true }), file.label, listener);
  for await (const bytes of createReadStream(file.path, { highWaterMark: PIECE })) {
    document.push(decoder.decode(bytes as Buffer, { stream: true }));
    yield;
  }
  document.push(decoder.decode());
  document.end();
  yield;
}

/** The tables that a document without rows declares. @throws InputError for XML that is none. */
export async function tablesOfXml(xml: string, label: string): Promise<VotableHead[]> {
  const { SaxesParser } = await import("saxes");
  const heads: VotableHead[] = [];
  const document = new Document(new SaxesParser({ position: true }), label, {
    headsOnly: true,
    table: (head) => {
      heads.push(head);
      return undefined;
    },
  });
  document.push(xml);
  document.end();
  return heads;
}

/** What the document itself says, UTF-8 by default. @throws InputError for an encoding that nothing here knows. */
function encodingOf(start: Buffer, label: string): string {
  const marked = encodingAtStart(start, undefined);
  if (marked) return marked.name;
  const said = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']/.exec(start.toString("latin1"))?.[1];
  try {
    return new TextDecoder(said ?? "utf-8").encoding;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(
      `${label} says that its encoding is "${said}", which is not known; write it in UTF-8, or correct its first line.`,
    );
  }
}

/** Behind such a tag comes a text of any length, which the parser would keep whole. */
const STREAM_TAG = /<(?:[\w.-]+:)?STREAM\b[^>]*>/g;

/** An unfinished tag at the end of a piece waits for the next one, unless it is so long that it is none. */
const LONGEST_TAG = 65_536;

class Document {
  readonly #parser: SaxesParser;
  readonly #label: string;
  readonly #listener: Listener;
  #rest = "";
  #isFirst = true;
  /** Lines that did not go through the parser. */
  #linesBeside = 0;
  readonly #resources: (string | undefined)[] = [];
  readonly #fieldsOfTable = new Map<string, readonly VotableField[]>();
  readonly #nullsOfValues = new Map<string, string>();
  #tables = 0;
  #table:
    | { attributes: Attributes; fields: { attributes: Attributes; nullText?: string }[]; head?: VotableHead }
    | undefined;
  #isInField = false;
  #info: { name: string; value: string; text: string } | undefined;
  #taker: RowTaker | undefined;
  #row = 0;
  #cell: { field: number; text: string; isBase64: boolean } | undefined;
  #cells = 0;
  #isInRow = false;
  #binary: "BINARY" | "BINARY2" | undefined;
  #stream: BinaryRows | undefined;

  constructor(parser: SaxesParser, label: string, listener: Listener) {
    this.#parser = parser;
    this.#label = label;
    this.#listener = listener;
    parser.on("error", (error) => {
      const said = error.message.replace(/^\d+:\d+: */, "").replace(/\.$/, "");
      throw new InputError(
        `${this.#where()}: the XML is damaged or cut off (${said}); fetch the file again.`,
      );
    });
    parser.on("opentag", (tag) => this.#open(tag));
    parser.on("closetag", ({ name }) => this.#close(local(name)));
    parser.on("text", (text) => this.#text(text));
    parser.on("cdata", (text) => this.#text(text));
  }

  push(piece: string): void {
    let text = this.#rest + piece;
    if (this.#isFirst) text = text.trimStart();
    this.#isFirst = false;
    const tag = text.lastIndexOf("<");
    const isOpen = tag !== -1 && !text.includes(">", tag) && text.length - tag < LONGEST_TAG;
    this.#rest = isOpen ? text.slice(tag) : "";
    this.#feed(isOpen ? text.slice(0, tag) : text);
  }

  end(): void {
    this.#feed(this.#rest);
    this.#parser.close();
  }

  #feed(text: string): void {
    let from = this.#stream ? this.#beside(text, 0) : 0;
    STREAM_TAG.lastIndex = from;
    for (let tag = STREAM_TAG.exec(text); tag !== null; tag = STREAM_TAG.exec(text)) {
      this.#parser.write(text.slice(from, STREAM_TAG.lastIndex));
      from = STREAM_TAG.lastIndex;
      if (this.#stream) from = this.#beside(text, from);
      STREAM_TAG.lastIndex = from;
    }
    if (from < text.length) this.#parser.write(text.slice(from));
  }

  /** Base64 goes straight to its rows. @returns where the next tag begins. */
  #beside(text: string, from: number): number {
    const end = text.indexOf("<", from);
    const own = text.slice(from, end === -1 ? text.length : end);
    this.#stream?.push(own);
    for (let at = own.indexOf("\n"); at !== -1; at = own.indexOf("\n", at + 1)) this.#linesBeside++;
    return end === -1 ? text.length : end;
  }

  #where(): string {
    return `${this.#label}, line ${this.#parser.line + this.#linesBeside}`;
  }

  #open(tag: SaxesTagPlain): void {
    const { attributes } = tag;
    switch (local(tag.name)) {
      case "TD":
        if (this.#isInRow)
          this.#cell = { field: this.#cells++, text: "", isBase64: attributes.encoding === "base64" };
        return;
      case "TR":
        this.#isInRow = this.#table?.head !== undefined;
        this.#cells = 0;
        return;
      case "RESOURCE":
        this.#resources.push(attributes.type ?? this.#resources.at(-1));
        return;
      case "TABLE":
        this.#tables++;
        this.#table = { attributes, fields: [] };
        return;
      case "FIELD":
        this.#table?.fields.push({ attributes });
        this.#isInField = true;
        return;
      case "VALUES":
        this.#values(attributes);
        return;
      case "INFO":
        this.#info = { name: attributes.name ?? "", value: attributes.value ?? "", text: "" };
        return;
      case "DATA":
        this.#begin();
        return;
      case "BINARY":
      case "BINARY2":
        this.#binary = local(tag.name) as "BINARY" | "BINARY2";
        return;
      case "FITS":
      case "PARQUET":
        if (this.#listener.headsOnly) return;
        throw new InputError(
          `${this.#where()}: the rows of this VOTable are ${local(tag.name) === "FITS" ? "a FITS file within it" : "a Parquet file beside it"}, which is not read; read that file itself, or fetch the table as BINARY2 or TABLEDATA.`,
        );
      case "STREAM":
        if (this.#binary) this.#beginStream(attributes, this.#binary);
    }
  }

  #close(name: string): void {
    switch (name) {
      case "TD":
        if (this.#cell) this.#endCell(this.#cell);
        this.#cell = undefined;
        return;
      case "TR":
        if (this.#isInRow) this.#endRow();
        this.#isInRow = false;
        return;
      case "RESOURCE":
        this.#resources.pop();
        return;
      case "TABLE":
        this.#begin();
        this.#table = undefined;
        this.#taker = undefined;
        return;
      case "FIELD":
        this.#isInField = false;
        return;
      case "INFO":
        if (this.#info) this.#listener.info?.(this.#info.name, this.#info.value, this.#info.text.trim());
        this.#info = undefined;
        return;
      case "STREAM":
        this.#stream?.end();
        this.#stream = undefined;
        return;
      case "BINARY":
      case "BINARY2":
        this.#binary = undefined;
    }
  }

  #text(text: string): void {
    if (this.#cell) this.#cell.text += text;
    else if (this.#stream) this.#stream.push(text);
    else if (this.#info) this.#info.text += text;
  }

  #values({ null: nullText, ref, ID }: Attributes): void {
    const said = nullText ?? (ref === undefined ? undefined : this.#nullsOfValues.get(ref));
    if (said === undefined) return;
    if (ID !== undefined) this.#nullsOfValues.set(ID, said);
    const field = this.#isInField ? this.#table?.fields.at(-1) : undefined;
    if (field) field.nullText = said;
  }

  /** All that is declared of a table is known where its data begin, or where it ends without any. */
  #begin(): void {
    const table = this.#table;
    if (table === undefined || table.head !== undefined) return;
    const { ID: id, name, ref } = table.attributes;
    const own = table.fields.map(({ attributes, nullText }, i) => fieldOf(attributes, i, nullText));
    const fields = own.length > 0 || ref === undefined ? own : (this.#fieldsOfTable.get(ref) ?? []);
    if (id !== undefined) this.#fieldsOfTable.set(id, fields);
    const resource = this.#resources.at(-1);
    const named = name?.trim();
    table.head = {
      number: this.#tables,
      fields,
      ...(named && { name: named }),
      ...(id !== undefined && { id }),
      ...(resource !== undefined && { resource }),
    };
    this.#row = 0;
    this.#taker = fields.length === 0 ? undefined : this.#listener.table(table.head);
  }

  #beginStream({ href, encoding }: Attributes, kind: "BINARY" | "BINARY2"): void {
    if (href !== undefined)
      throw new InputError(
        `${this.#where()}: the rows of this VOTable lie elsewhere (${href}), and only files that you name are opened; fetch the table with its rows in it.`,
      );
    if (encoding !== "base64")
      throw new InputError(
        `${this.#where()}: the rows of this VOTable are written as ${encoding ?? "bytes of an unknown encoding"}; only base64 is read: fetch the table as TABLEDATA.`,
      );
    const fields = this.#table?.head?.fields ?? [];
    this.#stream = new BinaryRows(fields, kind === "BINARY2", this.#taker, (row) => this.#rowPlace(row));
  }

  #endCell({ field, text, isBase64 }: { field: number; text: string; isBase64: boolean }): void {
    const { fields = [] } = this.#table?.head ?? {};
    if (field >= fields.length || !this.#taker?.wants(field)) return;
    try {
      if (isBase64 && text.trim() !== "") {
        const bytes = Buffer.from(text, "base64");
        this.#taker.bytes(field, bytes, { at: 0, length: bytes.length, items: 1, isNull: false });
      } else this.#taker.text(field, text);
    } catch (error) {
      throw this.#told(error, fields[field], this.#row);
    }
  }

  #endRow(): void {
    const { fields = [] } = this.#table?.head ?? {};
    if (fields.length === 0) return;
    if (this.#cells !== fields.length)
      throw new InputError(
        `${this.#rowPlace(this.#row)} has ${counted(this.#cells, "cell")}, but the table has ${counted(fields.length, "field")}; correct the row.`,
      );
    this.#row++;
    this.#taker?.endRow();
  }

  #rowPlace(row: number): string {
    return `${this.#label}, row ${row + 1} (line ${this.#parser.line + this.#linesBeside})`;
  }

  #told(error: unknown, { name }: VotableField, row: number): unknown {
    return error instanceof WrongCell
      ? new InputError(`${this.#rowPlace(row)}, column "${name}": ${error.message}`)
      : error;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

const LOCAL = new Map<string, string>();

/** A name without the prefix of its namespace, which is another in each file. */
function local(name: string): string {
  const known = LOCAL.get(name);
  if (known !== undefined) return known;
  const own = name.slice(name.indexOf(":") + 1);
  if (LOCAL.size < 1000) LOCAL.set(name, own);
  return own;
}
