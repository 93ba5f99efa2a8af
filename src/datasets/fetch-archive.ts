/** @file The bytes of an archive, from the network or a file, with how far they have come. */

import { readFile } from "node:fs/promises";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { asReadError } from "../files/system-errors.ts";

export interface FetchOptions {
  /** Ends the download by throwing the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after each piece; the total is Infinity where the server does not announce it. */
  readonly onProgress?: (bytes: number, total: number) => void;
}

/** How every message ends: what the user can do instead. */
const ELSEWHERE = "name a mirror or a file downloaded before with `from`";

/**
 * @param from A URL, or the path of a file.
 * @throws InputError if it can't be had, the URL or path named.
 */
export function fetchArchive(from: string, options: FetchOptions = {}): Promise<Uint8Array> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(from)?.[1]?.toLowerCase();
  if (scheme === undefined) return readArchive(from, options);
  if (scheme === "http" || scheme === "https") return download(from, options);
  throw new InputError(`${from} can't be fetched: give a URL of http or https, or the path of a file.`);
}

async function readArchive(path: string, { signal }: FetchOptions): Promise<Uint8Array> {
  return readFile(path, { ...(signal && { signal }) }).catch((error: unknown) => {
    throw asReadError(path, error);
  });
}

async function download(url: string, { signal, onProgress }: FetchOptions): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    const response = await fetch(url, {
      headers: { "user-agent": `anygiven/${VERSION}`, "accept-encoding": "identity" },
      ...(signal && { signal }),
    });
    // Not `ok`: a server that has nothing to give yet answers 202.
    if (response.status !== 200 || !response.body) {
      const answer = `${response.status} ${response.statusText}`.trim();
      throw new InputError(`${url} answered ${answer} instead of a file: try again later, or ${ELSEWHERE}.`);
    }
    const total = Number(response.headers.get("content-length")) || Number.POSITIVE_INFINITY;
    for await (const piece of response.body) {
      pieces.push(piece);
      bytes += piece.length;
      onProgress?.(bytes, total);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof InputError) throw error;
    throw unreachable(url, bytes, error);
  }
  return Buffer.concat(pieces);
}

/** What fetch threw, as a mistake of the network; an error of another kind is given back as it is. */
function unreachable(url: string, bytes: number, error: unknown): unknown {
  if (!(error instanceof TypeError)) return error; // fetch's own are all of this type
  const { cause } = error;
  const reason =
    cause instanceof Error ? ("code" in cause ? String(cause.code) : cause.message) : error.message;
  const wrong =
    bytes === 0 ? `${url} can't be reached (${reason})` : `${url} broke off after ${bytes} bytes (${reason})`;
  return new InputError(`${wrong}: check the network and try again, or ${ELSEWHERE}.`, { cause: error });
}
