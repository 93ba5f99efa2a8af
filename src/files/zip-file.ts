/** @file A ZIP archive on disk, read one entry at a time (PKWARE APPNOTE 6.3.10), ZIP64 included. */
import type { FileHandle } from "node:fs/promises";
import { inflateSync } from "fflate";
import { InputError } from "../base/errors.ts";
import type { UnpackedBytes } from "./unpacking.ts";

/** One file inside the archive, as the central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes once unpacked. */
  readonly size: number;
  readonly packedSize: number;
  /** 0: stored as is, 8: deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  readonly headerOffset: number;
}

export interface ZipFile {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /**
   * The bytes of one entry, in memory of their own, so that any array type can view them.
   * @throws InputError when the entry is damaged, encrypted or packed in an unknown way.
   */
  read(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>>;
}

const endRecord = { signature: 0x06054b50, size: 22 };
const zip64Locator = { signature: 0x07064b50, size: 20 };
const zip64EndRecord = { signature: 0x06064b50, size: 56 };
const centralHeader = { signature: 0x02014b50, size: 46 };
const localHeader = { signature: 0x04034b50, size: 30 };
const zip64ExtraField = 1;
/** A 32-bit field with this value has its number in the ZIP64 extra field. */
const elsewhere = 0xffffffff;
const longestComment = 0xffff;
/** Deflate can't do better than 258 bytes for 2 bits; more is a lie that would only eat memory. */
const bestDeflateRatio = 1032;

/**
 * Reads the archive's directory; the entries themselves are left on disk until asked for.
 * The directory is at the end, so a file that was cut short is noticed here.
 *
 * @param source the file's name, for messages.
 * @param unpacked counts what is read.
 * @throws InputError when the directory is not there or not sound.
 */
export async function openZip(file: FileHandle, source: string, unpacked?: UnpackedBytes): Promise<ZipFile> {
  const damaged = (fault: string) =>
    new InputError(`${source} is damaged: ${fault}; fetch or copy it again.`);
  const { size } = await file.stat();
  const read = async (offset: number, length: number) => {
    if (offset + length > size) throw damaged("it is cut short");
    return readExactly(file, offset, length);
  };
  const { offset, length } = await findDirectory(size, read, damaged);
  const directory = await read(offset, length);
  const entries = readDirectory(directory, damaged);
  refuseOverlaps(entries, damaged);
  return {
    entries: new Map(entries.map((entry) => [entry.name, entry])),
    read: (entry) => {
      unpacked?.add(entry.size);
      return readEntry(entry, read, damaged);
    },
  };
}

type Damaged = (fault: string) => InputError;
type Read = (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>;

async function readExactly(
  file: FileHandle,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    // At most 1 GiB a call: Node reads no 2 GiB at once.
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, 2 ** 30), offset + done);
    if (bytesRead === 0) throw new Error("the file became shorter while it was read");
    done += bytesRead;
  }
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function findDirectory(
  size: number,
  read: Read,
  damaged: Damaged,
): Promise<{ offset: number; length: number }> {
  const start = Math.max(0, size - endRecord.size - longestComment);
  const tail = viewOf(await read(start, size - start));
  let at = tail.byteLength - endRecord.size;
  while (at >= 0 && tail.getUint32(at, true) !== endRecord.signature) at -= 1;
  if (at < 0) throw damaged("it is cut short (the directory at its end is missing)");
  const length = tail.getUint32(at + 12, true);
  const offset = tail.getUint32(at + 16, true);
  const locator = at - zip64Locator.size;
  if (locator < 0 || tail.getUint32(locator, true) !== zip64Locator.signature) return { offset, length };
  const end = viewOf(await read(wide(tail, locator + 8, damaged), zip64EndRecord.size));
  if (end.getUint32(0, true) !== zip64EndRecord.signature) throw damaged("its ZIP64 directory is missing");
  return { offset: wide(end, 48, damaged), length: wide(end, 40, damaged) };
}

function readDirectory(directory: Uint8Array, damaged: Damaged): ZipEntry[] {
  const entries: ZipEntry[] = [];
  const view = viewOf(directory);
  let at = 0;
  while (at < directory.length) {
    if (at + centralHeader.size > directory.length) throw damaged("its directory is cut short");
    if (view.getUint32(at, true) !== centralHeader.signature) throw damaged("its directory is unreadable");
    const nameEnd = at + centralHeader.size + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    if (extraEnd > directory.length) throw damaged("its directory is cut short");
    const extra = zip64Numbers(directory.subarray(nameEnd, extraEnd), damaged);
    const number = (field: number) => {
      const short = view.getUint32(at + field, true);
      return short === elsewhere ? extra() : short;
    };
    // The order of the three is the order in which the ZIP64 field lists those that did not fit.
    const size = number(24);
    const packedSize = number(20);
    const headerOffset = number(42);
    entries.push({
      name: new TextDecoder().decode(directory.subarray(at + centralHeader.size, nameEnd)),
      size,
      packedSize,
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      crc32: view.getUint32(at + 16, true),
      headerOffset,
    });
    at = extraEnd + view.getUint16(at + 32, true);
  }
  return entries;
}

/** Parts that lie over one another would unpack the same bytes many times over, to any length. */
function refuseOverlaps(entries: readonly ZipEntry[], damaged: Damaged): void {
  const inOrder = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  const over = inOrder.find(
    ({ headerOffset }, i) =>
      i > 0 && headerOffset < inOrder[i - 1].headerOffset + localHeader.size + inOrder[i - 1].packedSize,
  );
  if (over) throw damaged(`its part "${over.name}" lies over another`);
}

/** Gives the numbers of the ZIP64 extra field one after the other. */
function zip64Numbers(extra: Uint8Array, damaged: Damaged): () => number {
  const view = viewOf(extra);
  let at = 0;
  let end = 0;
  for (let field = 0; field + 4 <= extra.length; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== zip64ExtraField) continue;
    at = field + 4;
    end = Math.min(extra.length, at + view.getUint16(field + 2, true));
  }
  return () => {
    if (at + 8 > end) throw damaged("its directory is unreadable");
    at += 8;
    return wide(view, at - 8, damaged);
  };
}

function wide(view: DataView, at: number, damaged: Damaged): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw damaged("its directory is unreadable");
  return value;
}

async function readEntry(entry: ZipEntry, read: Read, damaged: Damaged): Promise<Uint8Array<ArrayBuffer>> {
  const { name, size, packedSize, method } = entry;
  if (entry.encrypted) throw damaged(`its part "${name}" is encrypted`);
  const header = viewOf(await read(entry.headerOffset, localHeader.size));
  if (header.getUint32(0, true) !== localHeader.signature) throw damaged(`its part "${name}" is missing`);
  // The local header's name and extra field can be longer than the directory's: torch.save aligns data so.
  const names = header.getUint16(26, true) + header.getUint16(28, true);
  const packed = await read(entry.headerOffset + localHeader.size + names, packedSize);
  const bytes = method === 0 ? packed : unpack(entry, packed, damaged);
  if (bytes.length !== size || crc32(bytes) !== entry.crc32) {
    throw damaged(`the checksum of its part "${name}" is wrong`);
  }
  return bytes;
}

function unpack({ name, method, size }: ZipEntry, packed: Uint8Array, damaged: Damaged) {
  if (method !== 8) throw damaged(`its part "${name}" is packed in an unknown way (method ${method})`);
  if (size > packed.length * bestDeflateRatio + 64) throw damaged(`the size of its part "${name}" is wrong`);
  try {
    return inflateSync(packed, { out: new Uint8Array(size) });
  } catch (cause) {
    throw damaged(`its part "${name}" can't be unpacked (${cause instanceof Error ? cause.message : cause})`);
  }
}

/** CRC-32 of ISO-HDLC (polynomial 0xEDB88320, reflected), as ZIP, PNG and gzip use it; Node's own `zlib.crc32` came only with Node 20.15. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});
