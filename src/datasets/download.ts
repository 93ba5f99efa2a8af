/** @file Large files from the network: on the disk as they come, gone on with where they broke off, whole or not at all. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { LongWork } from "../base/async.ts";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { moveIntoPlace } from "../files/atomic-file.ts";
import { asWriteError } from "../files/system-errors.ts";
import type { Checksum } from "./known-files.ts";

export interface DownloadOptions extends LongWork {
  /** What the bytes must be; without it they are taken as they come. */
  readonly checksum?: Checksum;
}

/** Connections that break off are made again so often, as long as each brings something. */
const ATTEMPTS = 5;
const WAIT_MS = 1000;

/**
 * Downloads a file; what came of it earlier, in `OUT.part`, is not fetched again if the server still has the same file.
 * @returns the file's length and SHA-256.
 * @throws InputError for what cannot be had, or has another checksum; what has come stays for the next time.
 */
export async function downloadFile(
  url: string,
  out: string,
  { checksum, signal, onProgress = () => {} }: DownloadOptions = {},
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const part = `${out}.part`;
  for (let attempt = 1, before = -1; ; attempt++) {
    const end = await append(url, part, { signal, onProgress });
    if (end.isWhole) break;
    if (attempt >= ATTEMPTS || end.bytes <= before)
      throw new InputError(
        `${url} broke off after ${end.bytes} bytes (${end.why}), which are kept in ${part}: the same command goes on from there.`,
      );
    before = end.bytes;
    await wait(WAIT_MS, undefined, signal ? { signal } : {});
  }
  const bytes = (await stat(part)).size;
  const sha256 = await digestOf(part, "sha256", signal);
  if (checksum) {
    const { kind, digits } = checksum;
    const found = kind === "sha256" ? sha256 : await digestOf(part, kind, signal);
    if (found !== digits.toLowerCase()) {
      await forget(part);
      throw new InputError(
        `${url} has the ${NAMES[kind]} checksum ${found} instead of ${digits}, so it is damaged or another file: download it again, or name another place with \`from\`.`,
      );
    }
  }
  await moveIntoPlace(part, out).catch((error: unknown) => {
    throw asWriteError(out, error);
  });
  await forget(part);
  return { bytes, sha256 };
}

const NAMES = { sha256: "SHA-256", sha1: "SHA-1" } as const;

/** What came, and what file it was of: a server that has another by now must not be gone on with. */
interface Begun {
  readonly url: string;
  /** The server's own word for this state of the file. */
  readonly tag: string;
}

async function forget(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.json`, { force: true });
}

async function begun(
  part: string,
  url: string,
): Promise<{ readonly bytes: number; readonly tag: string } | undefined> {
  try {
    const said = JSON.parse(await readFile(`${part}.json`, "utf8")) as Begun;
    const { size } = await stat(part);
    return said.url === url && said.tag !== "" && size > 0 ? { bytes: size, tag: said.tag } : undefined;
  } catch {
    return undefined; // nothing, or nothing that can be gone on with
  }
}

interface End {
  readonly isWhole: boolean;
  readonly bytes: number;
  readonly why: string;
}

/** One connection: what is still missing, appended. */
async function append(
  url: string,
  part: string,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal | undefined; readonly onProgress: NonNullable<LongWork["onProgress"]> },
): Promise<End> {
  const old = await begun(part, url);
  const response = await fetch(url, {
    headers: {
      "user-agent": `anygiven/${VERSION}`,
      "accept-encoding": "identity",
      ...(old && { range: `bytes=${old.bytes}-`, "if-range": old.tag }),
    },
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new InputError(
      `${url} can't be reached (${networkFault(error)}): check the network and try again, or name a mirror with \`from\`.`,
      { cause: error },
    );
  });
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "");
  const goesOn = response.status === 206 && old !== undefined && Number(range?.[1]) === old.bytes;
  if (response.status === 416) {
    await forget(part); // more has come than there is: another file
    return await append(url, part, { signal, onProgress });
  }
  if ((!goesOn && response.status !== 200) || !response.body)
    throw new InputError(
      `${url} answered ${response.status} ${response.statusText} instead of a file: try again later, or name a mirror with \`from\`.`,
    );
  const from = goesOn ? (old?.bytes ?? 0) : 0;
  const length = Number(response.headers.get("content-length")) || undefined;
  const total = goesOn ? Number(range?.[2]) : length;
  let bytes = from;
  let file: FileHandle | undefined;
  try {
    const tag = response.headers.get("etag") ?? response.headers.get("last-modified") ?? "";
    if (!goesOn) await writeFile(`${part}.json`, JSON.stringify({ url, tag } satisfies Begun));
    file = await open(part, goesOn ? "a" : "w");
    onProgress(bytes, total ?? Number.POSITIVE_INFINITY);
    for await (const piece of response.body) {
      await file.write(piece);
      bytes += piece.length;
      onProgress(bytes, total ?? Number.POSITIVE_INFINITY);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TypeError)) throw asWriteError(part, error); // fetch's own are all of this type
    return { isWhole: false, bytes, why: networkFault(error) };
  } finally {
    await file?.close();
  }
  return { isWhole: total === undefined || bytes === total, bytes, why: "it ended early" };
}

/** Why a connection failed, in a word. */
export function networkFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return "code" in cause ? String(cause.code) : cause.message;
}

async function digestOf(
  path: string,
  kind: Checksum["kind"],
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = createHash(kind);
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    hash.update(piece as Buffer);
  }
  return hash.digest("hex");
}
