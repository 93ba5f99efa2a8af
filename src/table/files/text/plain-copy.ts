/** @file A plain copy of a text however it is written: UTF-8, commas, one line for the names and one for each row. */
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { TextRows } from "./text-rows.ts";

/** A file's text in pieces. */
export async function* filePieces(path: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 }))
    yield decoder.decode(bytes as Buffer, { stream: true });
  yield decoder.decode();
}

/** Writes the rows to `path`, with names c0, c1, ... before them. @param nulls what is missing, by column. */
export async function writePlainCopy(
  rows: TextRows,
  width: number,
  path: string,
  nulls: readonly (string | undefined)[] = [],
): Promise<void> {
  const isOneColumn = width === 1;
  const present = (cell: string, i: number) => (nulls[i] !== undefined && cell === nulls[i] ? "" : cell);
  async function* lines() {
    yield `${Array.from({ length: width }, (_, i) => `c${i}`).join(",")}\n`;
    for await (const piece of rows.rows()) {
      let text = "";
      for (const { cells } of piece) {
        const own = nulls.length === 0 ? cells : cells.map(present);
        text += isOneColumn ? quoted(own[0], true) : own.map((cell) => quoted(cell, false)).join(",");
        text += "\n";
      }
      yield text;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}

function quoted(cell: string, always: boolean): string {
  return always || /[",\n\r]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The line of a text on which a row begins, counted from 0; undefined where there is no such row. */
export async function lineOfRow(rows: TextRows, wanted: number): Promise<number | undefined> {
  let first = 0;
  for await (const piece of rows.rows()) {
    if (wanted < first + piece.length) return piece[wanted - first].line;
    first += piece.length;
  }
  return undefined;
}
