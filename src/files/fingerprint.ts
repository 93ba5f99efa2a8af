/** @file Whether a file is still the same: its size, and a checksum of its bytes, or of so many of them that another file is hardly taken for it. */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { asReadError } from "./system-errors.ts";

export interface Fingerprint {
  readonly bytes: number;
  /** In hexadecimal. Of a file of more than 64 MiB, of pieces of it: see {@link fingerprintOf}. */
  readonly sha256: string;
}

const PIECE = 2 ** 20;
/** So many pieces of a longer file: the first, the last, where Parquet says what its columns hold, and others evenly between. */
const PIECES = 64;

/**
 * Of a file up to 64 MiB the checksum of all its bytes; of a longer one of 64 pieces of 1 MiB, evenly from its beginning to its
 * end, so that it takes a moment whatever the size.
 * @throws InputError for a file that can't be read.
 */
export async function fingerprintOf(path: string): Promise<Fingerprint> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const { size } = await file.stat();
    const hash = createHash("sha256");
    const piece = Buffer.alloc(PIECE);
    const last = Math.max(0, size - PIECE);
    const isWhole = size <= PIECE * PIECES;
    for (let k = 0; isWhole ? k * PIECE < size : k < PIECES; k++) {
      const at = isWhole ? k * PIECE : Math.floor((last * k) / (PIECES - 1));
      const { bytesRead } = await file.read(piece, 0, PIECE, at);
      hash.update(piece.subarray(0, bytesRead));
    }
    return { bytes: size, sha256: hash.digest("hex") };
  } catch (error) {
    throw asReadError(path, error);
  } finally {
    await file?.close();
  }
}
