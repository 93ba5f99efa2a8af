/** @file The table that a page trains on, as its worker reads it. */
import { InputError } from "../base/errors.ts";
import { type BytesReading, readBytes } from "../table/bytes/read-bytes.ts";
import { tableFromRows } from "../table/from-values.ts";
import type { Table } from "../table/table.ts";
import type { Bytes, TableInput } from "./table-input.ts";

/** @throws InputError for a file that can't be fetched or read. */
export async function tableOf(
  input: TableInput,
  kinds: BytesReading["kinds"],
  onNotice: (notice: string) => void,
): Promise<Table> {
  if ("rows" in input) return tableFromRows(input.rows);
  if ("table" in input) return input.table;
  const { reading } = input;
  const options = { ...reading, kinds: { ...reading.kinds, ...kinds }, onNotice };
  if ("bytes" in input) return readBytes(await bytesOf(input.bytes), input.name, options);
  const answer = await fetch(input.address);
  if (!answer.ok) throw new InputError(`${input.address} can't be fetched (status ${answer.status}).`);
  return readBytes(new Uint8Array(await answer.arrayBuffer()), nameOf(input.address), options);
}

async function bytesOf(bytes: Bytes): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes instanceof Uint8Array) return bytes;
  return new Uint8Array(bytes instanceof ArrayBuffer ? bytes : await bytes.arrayBuffer());
}

function nameOf(address: string): string {
  return decodeURIComponent(new URL(address).pathname.split("/").at(-1) || "the table");
}
