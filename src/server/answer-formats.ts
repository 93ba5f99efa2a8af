/** @file Answers as bytes: which of the media types a request accepts, and tables in each of them. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { kindInTable } from "../columns/kinds.ts";
import { openTemporaryFolder } from "../table/files/source.ts";
import { openTableWriter } from "../table/files/write.ts";
import { hasValues, type WrittenColumn } from "../table/files/written-cells.ts";
import { Refusal, toldError } from "./refusals.ts";
import { JSON_TYPE, mediaType, TABLE_TYPES, type TableType } from "./request-body.ts";
import type { Pieces, TableAnswer } from "./table-answers.ts";

const NDJSON_TYPE = "application/x-ndjson";
type AnswerType = typeof JSON_TYPE | TableType;

const ANSWER_TYPES: readonly AnswerType[] = [JSON_TYPE, ...(Object.keys(TABLE_TYPES) as TableType[])];

/**
 * The type that a request likes best: JSON where it does not say.
 * @throws Refusal (406) where it accepts none of these.
 */
export function acceptedType(accept: string | null, types: readonly AnswerType[] = ANSWER_TYPES): AnswerType {
  if (accept === null || accept.trim() === "") return types[0];
  const wishes = accept
    .split(",")
    .map((text) => {
      const share = /;\s*q=([\d.]+)/i.exec(text)?.[1];
      return { type: mediaType(text), share: share === undefined ? 1 : Number(share) };
    })
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
  for (const { type } of wishes) {
    const found = types.find((each) => each === type || type === "*/*" || type === `${each.split("/")[0]}/*`);
    if (found) return found;
  }
  throw new Refusal(406, `The answer can't be ${accept.slice(0, 100)}: accept one of ${types.join(", ")}.`);
}

/** What goes with a table in JSON. */
export interface Told {
  readonly notices?: readonly string[];
  readonly warnings?: readonly string[];
}

/** What is done when an answer has gone out, or nobody waits for it any more; once. */
export type AtEnd = () => Promise<void>;

/** How an answer leaves. */
export interface Leaving {
  readonly atEnd: AtEnd;
  /** Ends the connection once what was written has gone out, in the middle of the answer. */
  readonly breakOff?: (() => void) | undefined;
}

/** The table as the body of an answer; `atEnd` is called, whatever happens. */
export async function tableResponse(
  answer: TableAnswer,
  type: AnswerType,
  told: Told,
  { atEnd, breakOff }: Leaving,
): Promise<Response> {
  try {
    if (type === NDJSON_TYPE && !answer.kept) return await streamedLines(answer, told, { atEnd, breakOff });
    if (type === JSON_TYPE) {
      const body = await jsonTable(answer, told);
      await atEnd();
      return new Response(body, { headers: headersOf(JSON_TYPE, told) });
    }
    return await writtenFile(answer, type, told, atEnd);
  } catch (error) {
    await atEnd();
    throw error;
  }
}

function headersOf(type: string, { notices = [], warnings = [] }: Told): Record<string, string> {
  const said = [...notices, ...warnings];
  const isText = type.startsWith("text/");
  return {
    "content-type": isText ? `${type}; charset=utf-8` : type,
    // Formats without room for sentences have them in a header, where only ASCII goes.
    ...(said.length > 0 && { "anygiven-notices": encodeURIComponent(said.join("\n").slice(0, 1000)) }),
  };
}

async function jsonTable(
  { columns, pieces }: TableAnswer,
  { notices = [], warnings = [] }: Told,
): Promise<string> {
  const rows: string[] = [];
  for await (const piece of pieces) for (const line of linesOf(columns, piece)) rows.push(line);
  const described = columns.map(({ name, kind = "number", unit }) => ({ name, kind, ...(unit && { unit }) }));
  const others = { ...(notices.length > 0 && { notices }), ...(warnings.length > 0 && { warnings }) };
  const ends = Object.entries(others).map(
    ([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return `{"columns":${JSON.stringify(described)},"rows":[${rows.join(",\n")}]${ends.join("")}}`;
}

/** A line for each row; NaN is missing. */
function* linesOf(columns: readonly WrittenColumn[], piece: Pieces): Generator<string> {
  const cells = columns.map((column) => {
    const { name, kind, categories = [] } = column;
    const { isText, write } = kindInTable(column);
    const cellOf = (value: number) => {
      if (Number.isNaN(value)) return null;
      if (kind === "category") return categories[value];
      if (kind === "boolean") return value !== 0;
      return isText ? write(value, column) : value;
    };
    return { name: JSON.stringify(name), values: piece[name], cellOf };
  });
  const length = cells[0]?.values.length ?? 0;
  for (let row = 0; row < length; row++)
    yield `{${cells.map(({ name, values, cellOf }) => `${name}:${JSON.stringify(cellOf(values[row]))}`).join(",")}}`;
}

/** Lines as they are answered. Where it fails halfway, the last line is the error, and the connection breaks off. */
async function streamedLines(
  { columns, pieces }: TableAnswer,
  told: Told,
  { atEnd, breakOff }: Leaving,
): Promise<Response> {
  const iterator = pieces[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const textOf = (piece: Pieces) => encoder.encode(`${[...linesOf(columns, piece)].join("\n")}\n`);
  let next = await iterator.next(); // what is wrong from the start still has a status of its own
  let failed: { readonly error: unknown } | undefined;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (failed) {
        if (!breakOff) return controller.error(failed.error);
        breakOff();
        return new Promise<void>(() => {}); // nothing comes any more: the connection's end takes the stream back
      }
      try {
        if (next.done) {
          await atEnd();
          controller.close();
          return;
        }
        controller.enqueue(textOf(next.value));
        next = await iterator.next();
      } catch (error) {
        controller.enqueue(encoder.encode(`${JSON.stringify(toldError(error).body)}\n`));
        failed = { error };
        await atEnd();
      }
    },
    async cancel() {
      await iterator.return?.();
      await atEnd();
    },
  });
  return new Response(body, { headers: headersOf(NDJSON_TYPE, told) });
}

/** A table by the same writer as the command line's, in a folder that is removed when it has gone out. */
async function writtenFile(
  { columns, pieces, kept }: TableAnswer,
  type: TableType,
  told: Told,
  atEnd: AtEnd,
): Promise<Response> {
  const folder = await openTemporaryFolder();
  const end = async () => {
    await folder.remove();
    await atEnd();
  };
  try {
    const path = join(folder.path, `answer.${TABLE_TYPES[type]}`);
    const writer = await openTableWriter(path, columns, { kept });
    try {
      const names = columns.filter(hasValues).map(({ name }) => name);
      for await (const piece of pieces)
        await writer.append(Object.fromEntries(names.map((name) => [name, piece[name]])));
      await writer.close();
    } finally {
      await writer.abort();
    }
    const { size } = await stat(path);
    const file = createReadStream(path);
    file.once("close", () => void end());
    const headers = { ...headersOf(type, told), "content-length": String(size) };
    return new Response(Readable.toWeb(file) as ReadableStream, { headers });
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
