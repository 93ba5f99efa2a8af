/** @file The body of a request: JSON, or a table that is written to a temporary folder and read like any file. */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { addAbortSignal, Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { InputError } from "../base/errors.ts";
import { firstBytes, formatOfBytes } from "../table/files/known-bytes.ts";
import { openTemporaryFolder, type TableFormat } from "../table/files/source.ts";
import { Refusal } from "./refusals.ts";

/** The media types in which tables are sent and answered. */
export const TABLE_TYPES = {
  "text/csv": "csv",
  "text/tab-separated-values": "tsv",
  "application/x-ndjson": "jsonl",
  "application/vnd.apache.parquet": "parquet",
} as const satisfies Readonly<Record<string, TableFormat>>;
export const JSON_TYPE = "application/json";
export type TableType = keyof typeof TABLE_TYPES;

/** Other names of the same. */
const ALSO: Readonly<Record<string, TableType>> = {
  "application/jsonl": "application/x-ndjson",
  "application/x-jsonlines": "application/x-ndjson",
  "application/ndjson": "application/x-ndjson",
  "application/x-parquet": "application/vnd.apache.parquet",
  "application/parquet": "application/vnd.apache.parquet",
  "application/csv": "text/csv",
};

const LISTED = [JSON_TYPE, ...Object.keys(TABLE_TYPES)].join(", ");

/** A media type without its parameters, by its usual name. */
export function mediaType(text: string): string {
  const type = text.split(";")[0]!.trim().toLowerCase();
  return ALSO[type] ?? type;
}

function isTableType(type: string): type is TableType {
  return Object.hasOwn(TABLE_TYPES, type);
}

/** Of what type the body is. @throws Refusal (415) for a type or an encoding that is not read. */
export function bodyType(request: Request): typeof JSON_TYPE | TableType {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity")
    throw new Refusal(415, `A body in the encoding "${encoding}" is not read: send it as it is.`);
  const stated = request.headers.get("content-type");
  if (stated === null)
    throw new Refusal(415, `The request does not say what its body is: send Content-Type, one of ${LISTED}.`);
  const type = mediaType(stated);
  if (type === JSON_TYPE || isTableType(type)) return type;
  throw new Refusal(415, `A body of type "${type}" is not read: send one of ${LISTED}.`);
}

/** How long a body may be, and until when it is waited for. */
export interface BodyLimit {
  readonly bodyBytes: number;
  readonly signal: AbortSignal;
}

/** @throws Refusal for a body that is too long (413) or no JSON (400). */
export async function jsonBody(request: Request, limit: BodyLimit): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of limited(request, limit)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (bytes.length === 0) throw new Refusal(400, "The request has no body: send a question as JSON.");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : "it is not UTF-8";
    throw new Refusal(400, `The body is no JSON: ${why.replace(/\.$/, "").slice(0, 200)}.`);
  }
}

/** A table that was sent, as a file of a folder that is nobody else's. */
export interface SentTable {
  readonly path: string;
  readonly format: TableFormat;
  remove(): Promise<void>;
}

/** What is called by no name of its own. */
export const SENT = "the table";
const BEGINNING = 4096;

/** @throws Refusal for a body that is too long (413), empty, or not of the type that it is said to be (400). */
export async function tableBody(request: Request, type: TableType, limit: BodyLimit): Promise<SentTable> {
  const folder = await openTemporaryFolder();
  try {
    const format = TABLE_TYPES[type];
    const path = join(folder.path, "table");
    await pipeline(limited(request, limit), createWriteStream(path, { mode: 0o600 }));
    refuseOther(await firstBytes(path, BEGINNING), type);
    return { path, format, remove: folder.remove };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** What readers would unpack or take for another format is refused: a small body shall not become a large one. */
function refuseOther(start: Uint8Array, type: TableType): void {
  if (start.length === 0) throw new Refusal(400, "The request has no body: send a table.");
  const format = TABLE_TYPES[type];
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  const isParquet = Buffer.from(start.subarray(0, 4)).toString("latin1") === "PAR1";
  const isOther = format === "parquet" ? !isParquet : isGzip || !isPlain(start, format);
  if (isOther)
    throw new Refusal(
      400,
      `The body is said to be ${type}, and its bytes are not: send what Content-Type says.`,
    );
}

function isPlain(start: Uint8Array, format: TableFormat): boolean {
  try {
    const found = formatOfBytes(start, SENT, format);
    return found === undefined || found === format || (format === "jsonl" && found === "json");
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** The body's bytes, as far as they may go. */
function limited(request: Request, { bodyBytes, signal }: BodyLimit): Readable {
  const tooLong = () =>
    new Refusal(413, `The body is longer than ${bodyBytes} bytes: send fewer rows at once.`, {
      connection: "close",
    });
  if (Number(request.headers.get("content-length") ?? 0) > bodyBytes) throw tooLong();
  if (request.body === null) return Readable.from([]);
  let bytes = 0;
  const counting = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      done(bytes > bodyBytes ? tooLong() : null, piece);
    },
  });
  const body = Readable.fromWeb(request.body as ReadableStream);
  body.on("error", (error) => counting.destroy(error));
  counting.on("close", () => body.destroy());
  return body.pipe(addAbortSignal(signal, counting)); // who sends it too slowly does not keep the place
}

/** The same sentence without the server's own paths. */
export function withoutPaths(error: unknown, { path }: SentTable): unknown {
  if (!(error instanceof InputError) || !error.message.includes(path)) return error;
  const message = error.message.replaceAll(path, SENT);
  return new InputError(message, {
    cause: error,
    ...(error.option !== undefined && { option: error.option }),
  });
}
