/** @file Unpacking what others packed: how much may come out of a file, and gzip, with nothing lost at its end. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { InputError } from "../base/errors.ts";

/** A few bytes can stand for any number of them: what comes out of a file may be so long, or so many times its length. */
const ALWAYS_ALLOWED = 2 ** 30;
const ALLOWED_RATIO = 100;

/** Counts what comes out of a packed file, and stops it where that is more than anybody would expect. */
export class UnpackedBytes {
  readonly #label: string;
  readonly #packed: number;
  readonly #allowed: number;
  #count = 0;

  /**
   * @param label what the user calls the file. @param packed its bytes.
   * @param allowed the bytes that may come out of it; by default 1 GiB, or 100 times those of the file if that is more.
   */
  constructor(label: string, packed: number, allowed?: number) {
    this.#label = label;
    this.#packed = packed;
    this.#allowed = allowed ?? Math.max(ALWAYS_ALLOWED, ALLOWED_RATIO * packed);
  }

  /** Counts what came out. @throws InputError that tells the limit, and how it is raised. */
  add(bytes: number): void {
    this.#count += bytes;
    this.expect(0);
  }

  /** @param bytes that are going to come out. @throws as {@link add} does. */
  expect(bytes: number): void {
    if (this.#count + bytes <= this.#allowed) return;
    throw new InputError(
      `${this.#label} has ${inBytes(this.#packed)} and holds, unpacked, more than the ${inBytes(this.#allowed)} that are allowed, as files do that are made to fill a disk; if it is what it should be, allow more with \`maxUnpacked\`.`,
    );
  }
}

/** "2,432 bytes", "1.5 GiB" */
export function inBytes(count: number): string {
  for (const [unit, size] of UNITS)
    if (count >= size) return `${Number((count / size).toFixed(1)).toLocaleString("en")} ${unit}`;
  return `${count.toLocaleString("en")} bytes`;
}

const UNITS = [
  ["TiB", 2 ** 40],
  ["GiB", 2 ** 30],
  ["MiB", 2 ** 20],
] as const;

/**
 * The bytes in a gzip file, of all its members (RFC 1952). Zeros after one are padding, as tapes and block devices leave it.
 *
 * Node's own stream never ends its writing side where something is left behind the last member, and a pipeline waits for
 * that: here only what comes out is waited for, and what is left is looked at.
 *
 * @throws an error of zlib or of the system, and InputError where other bytes stand behind the last member.
 */
export async function* gunzipped(path: string, label: string): AsyncGenerator<Buffer> {
  for (let at: number | undefined = 0; at !== undefined; ) {
    const unpack = createGunzip({ chunkSize: PIECE });
    const source = createReadStream(path, { start: at, highWaterMark: PIECE });
    source.on("error", (error) => unpack.destroy(error));
    source.pipe(unpack);
    try {
      for await (const piece of unpack) yield piece as Buffer;
    } finally {
      source.destroy();
      unpack.destroy();
    }
    at = await nextMember(path, at + unpack.bytesWritten, label);
  }
}

/** Large pieces, because each costs a journey between threads. */
const PIECE = 1 << 18;

/** Where the next member begins, if there is one. */
async function nextMember(path: string, from: number, label: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const piece = Buffer.alloc(PIECE);
    for (let at = from; ; ) {
      const { bytesRead } = await file.read(piece, 0, piece.length, at);
      if (bytesRead === 0) return undefined;
      const other = piece.subarray(0, bytesRead).findIndex((byte) => byte !== 0);
      if (other >= 0) {
        if (piece[other] === 0x1f) return at + other;
        throw new InputError(
          `Cannot read ${label}: behind its gzip data, from byte ${(at + other).toLocaleString("en")} on, stand bytes that are none; it is damaged, fetch it again.`,
        );
      }
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
