/**
 * @file Writing HDF5 files of contiguous datasets, rows at any time and in any order: what h5wasm cannot write (numbers
 * of most significant byte first, booleans as NumPy has them) and files that are larger than its memory.
 *
 * The layout is that of the oldest files (superblock 0, groups with symbol tables), which every reader knows, h5py's
 * default. All places are known before the first row: the headers are written first, and each dataset has its bytes.
 * @see https://docs.hdfgroup.org/hdf5/v1_14/_f_m_t3.html (HDF5 File Format Specification, version 3.0), whose section
 * numbers are named below.
 */
import { type FileHandle, open, rm } from "node:fs/promises";
import { InputError } from "../../../base/errors.ts";
import { moveIntoPlace } from "../../../files/atomic-file.ts";
import { temporaryBeside } from "../../../files/leftovers.ts";
import { asWriteError } from "../../../files/system-errors.ts";

/** Types of elements. Booleans are enumerations FALSE = 0, TRUE = 1 of a byte; texts are filled up with zeros. */
export type ElementType =
  | "float32"
  | "float64"
  | "big-endian float32"
  | "big-endian int64"
  | "boolean"
  | { readonly text: number };

/** A dataset: rows of so many elements (none: of a single one, without an axis for it). */
export interface ContiguousDataset {
  readonly type: ElementType;
  readonly rows: number;
  readonly rowShape?: readonly number[];
}

/** A file being written; it appears, whole, when `close` has ended well. */
export interface ContiguousWriter {
  /** Writes the bytes of whole rows, from this row on. What is never written is zeros. */
  write(path: string, fromRow: number, rows: Uint8Array): Promise<void>;
  close(): Promise<void>;
  /** Gives up: nothing is written. Does nothing after `close`. */
  abort(): Promise<void>;
}

/** Bytes of an element. */
export function elementBytes(type: ElementType): number {
  if (typeof type === "object") return type.text;
  return { float32: 4, float64: 8, "big-endian float32": 4, "big-endian int64": 8, boolean: 1 }[type];
}

/**
 * Starts a file.
 * @param datasets by their paths, such as "raw/teff": at the root or in a group of it.
 * @throws InputError if it cannot be written there.
 */
export async function openContiguousHdf5(
  path: string,
  datasets: Readonly<Record<string, ContiguousDataset>>,
): Promise<ContiguousWriter> {
  const { headers, places, size } = laidOut(datasets);
  const temporary = temporaryBeside(path, "tmp");
  const orExplained = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      await end();
      throw asWriteError(path, error);
    }
  };
  let file: FileHandle | undefined;
  const end = async () => {
    await file?.close().catch(() => undefined);
    if (file) await rm(temporary, { force: true });
    file = undefined;
  };
  await orExplained(async () => {
    file = await open(temporary, "wx");
    await file.truncate(size);
    await file.write(headers, 0, headers.length, 0);
  });
  return {
    write: (dataset, fromRow, rows) =>
      orExplained(async () => {
        const place = places.get(dataset);
        if (place === undefined || file === undefined) throw new TypeError(`no dataset ${dataset} is open`);
        const at = fromRow * place.rowBytes;
        if (rows.length % place.rowBytes !== 0 || at + rows.length > place.bytes)
          throw new TypeError(`${rows.length} bytes from row ${fromRow} on are not in ${dataset}`);
        await file.write(rows, 0, rows.length, place.start + at);
      }),
    close: async () => {
      await orExplained(async () => {
        if (file === undefined) throw new TypeError(`the writer of ${path} is closed`);
        await file.close();
        await moveIntoPlace(temporary, path);
      });
      file = undefined;
    },
    abort: end,
  };
}

interface Place {
  readonly start: number;
  readonly bytes: number;
  readonly rowBytes: number;
}

interface Group {
  readonly datasets: Map<string, ContiguousDataset>;
  readonly groups: Map<string, Group>;
}

function treeOf(datasets: Readonly<Record<string, ContiguousDataset>>): Group {
  const root: Group = { datasets: new Map(), groups: new Map() };
  for (const [path, dataset] of Object.entries(datasets)) {
    const names = path.split("/");
    const name = names.pop() ?? "";
    const parent = names.reduce((group, each) => {
      const child = group.groups.get(each) ?? { datasets: new Map(), groups: new Map() };
      group.groups.set(each, child);
      return child;
    }, root);
    parent.datasets.set(name, dataset);
  }
  return root;
}

/** The places of all headers, then those of the data. */
function laidOut(datasets: Readonly<Record<string, ContiguousDataset>>) {
  const root = treeOf(datasets);
  const headerBytes = SUPERBLOCK_BYTES + bytesOfGroup(root);
  const places = new Map<string, Place>();
  let size = headerBytes;
  for (const [path, dataset] of Object.entries(datasets)) {
    const rowBytes = (dataset.rowShape ?? []).reduce(
      (product, each) => product * each,
      elementBytes(dataset.type),
    );
    const bytes = rowBytes * dataset.rows;
    places.set(path, { start: size, bytes, rowBytes });
    size += roundUp(bytes);
  }
  const headers = Buffer.alloc(headerBytes);
  const rootHeader = SUPERBLOCK_BYTES;
  const entry = writeGroup(headers, rootHeader, root, "", places);
  writeSuperblock(headers, { size, root: entry });
  return { headers, places, size };
}

const roundUp = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** II.A: superblock, version 0. */
const SUPERBLOCK_BYTES = 96;
/** A group's leaf holds twice as many names. */
const LEAF_K = 32;
const INTERNAL_K = 16;
const UNDEFINED = 0xffffffffffffffffn;

interface GroupPlaces {
  readonly header: number;
  readonly tree: number;
  readonly heap: number;
}

function writeSuperblock(to: Buffer, { size, root }: { size: number; root: GroupPlaces }): void {
  to.write("\x89HDF\r\n\x1a\n", 0, "latin1");
  to[13] = 8; // bytes of an address
  to[14] = 8; // bytes of a length
  to.writeUInt16LE(LEAF_K, 16);
  to.writeUInt16LE(INTERNAL_K, 18);
  to.writeBigUInt64LE(UNDEFINED, 32);
  to.writeBigUInt64LE(BigInt(size), 40);
  to.writeBigUInt64LE(UNDEFINED, 48);
  writeSymbol(to, 56, 0, root.header, root);
}

/** III.C: an entry of a symbol table; of a group with its tree and heap at hand. */
function writeSymbol(to: Buffer, at: number, name: number, header: number, group?: GroupPlaces): void {
  to.writeBigUInt64LE(BigInt(name), at);
  to.writeBigUInt64LE(BigInt(header), at + 8);
  if (!group) return;
  to.writeUInt32LE(1, at + 16);
  to.writeBigUInt64LE(BigInt(group.tree), at + 24);
  to.writeBigUInt64LE(BigInt(group.heap), at + 32);
}

const SYMBOL_BYTES = 40;
const GROUP_HEADER_BYTES = 16 + 8 + 16;
const TREE_BYTES = 24 + 2 * INTERNAL_K * 8 + (2 * INTERNAL_K + 1) * 8;
const HEAP_BYTES = 32;
const NODE_BYTES = 8 + 2 * LEAF_K * SYMBOL_BYTES;

/** Names of a heap: the empty one first, each ended by a zero, from a place divisible by 8 on. */
function namesOf({ datasets, groups }: Group): { names: string[]; heapBytes: number } {
  const names = [...datasets.keys(), ...groups.keys()].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  if (names.length > 2 * LEAF_K)
    throw new InputError(
      `A group of an HDF5 file would hold ${names.length} datasets, more than ${2 * LEAF_K}.`,
    );
  const heapBytes = names.reduce((sum, name) => sum + roundUp(Buffer.byteLength(name) + 1), 8);
  return { names, heapBytes: heapBytes + FREE_BYTES };
}

/** The end of a heap is one free block, as it would be left by others. */
const FREE_BYTES = 16;

function bytesOfGroup(group: Group): number {
  let bytes = GROUP_HEADER_BYTES + TREE_BYTES + HEAP_BYTES + namesOf(group).heapBytes + NODE_BYTES;
  for (const dataset of group.datasets.values()) bytes += datasetHeader(dataset, 0, 0).length;
  for (const child of group.groups.values()) bytes += bytesOfGroup(child);
  return bytes;
}

/** A group's header, tree (of a single leaf), heap of names and leaf, and after them what is in it. */
function writeGroup(
  to: Buffer,
  header: number,
  group: Group,
  path: string,
  places: ReadonlyMap<string, Place>,
): GroupPlaces & { readonly end: number } {
  const { names, heapBytes } = namesOf(group);
  const tree = header + GROUP_HEADER_BYTES;
  const heap = tree + TREE_BYTES;
  const texts = heap + HEAP_BYTES;
  const node = texts + heapBytes;
  let end = node + NODE_BYTES;

  to.set(objectHeader([message(0x11, Buffer.concat([address(tree), address(heap)]))]), header);
  to.write("SNOD", node, "latin1"); // III.B: the leaf, a symbol table node
  to[node + 4] = 1;
  to.writeUInt16LE(names.length, node + 6);
  let text = 8;
  let last = 0;
  for (const [i, name] of names.entries()) {
    to.write(name, texts + text, "utf8");
    const symbol = node + 8 + i * SYMBOL_BYTES;
    const own = path === "" ? name : `${path}/${name}`;
    const child = group.groups.get(name);
    if (child) {
      const written = writeGroup(to, end, child, own, places);
      writeSymbol(to, symbol, text, end, written);
      end = written.end;
    } else {
      const place = places.get(own);
      const dataset = group.datasets.get(name);
      if (!place || !dataset) throw new TypeError(`${own} has no place`);
      const bytes = datasetHeader(dataset, place.start, place.bytes);
      to.set(bytes, end);
      writeSymbol(to, symbol, text, end);
      end += bytes.length;
    }
    last = text;
    text += roundUp(Buffer.byteLength(name) + 1);
  }

  to.write("HEAP", heap, "latin1"); // III.D: local heap
  to.writeBigUInt64LE(BigInt(heapBytes), heap + 8);
  to.writeBigUInt64LE(BigInt(text), heap + 16);
  to.writeBigUInt64LE(BigInt(texts), heap + 24);
  to.writeBigUInt64LE(1n, texts + text); // the last free block
  to.writeBigUInt64LE(BigInt(FREE_BYTES), texts + text + 8);

  to.write("TREE", tree, "latin1"); // III.A.1: B-tree, version 1, of a group
  to.writeUInt16LE(names.length === 0 ? 0 : 1, tree + 6);
  to.writeBigUInt64LE(UNDEFINED, tree + 8);
  to.writeBigUInt64LE(UNDEFINED, tree + 16);
  to.writeBigUInt64LE(BigInt(node), tree + 32);
  to.writeBigUInt64LE(BigInt(last), tree + 40); // the greatest name in the leaf
  return { header, tree, heap, end };
}

function address(place: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(place));
  return bytes;
}

/** IV.A.1.a: an object header, version 1. */
function objectHeader(messages: readonly Buffer[]): Buffer {
  const all = Buffer.concat(messages);
  const prefix = Buffer.alloc(16);
  prefix[0] = 1;
  prefix.writeUInt16LE(messages.length, 2);
  prefix.writeUInt32LE(1, 4); // one link leads here
  prefix.writeUInt32LE(all.length, 8);
  return Buffer.concat([prefix, all]);
}

function message(type: number, data: Buffer, isConstant = false): Buffer {
  const bytes = Buffer.alloc(8 + roundUp(data.length));
  bytes.writeUInt16LE(type, 0);
  bytes.writeUInt16LE(roundUp(data.length), 2);
  bytes[4] = isConstant ? 1 : 0;
  data.copy(bytes, 8);
  return bytes;
}

function datasetHeader(
  { type, rows, rowShape = [] }: ContiguousDataset,
  start: number,
  bytes: number,
): Buffer {
  const shape = [rows, ...rowShape];
  const space = Buffer.alloc(8 + 16 * shape.length); // IV.A.2.b: dataspace, version 1, with its greatest lengths
  space[0] = 1;
  space[1] = shape.length;
  space[2] = 1;
  shape.forEach((length, axis) => {
    space.writeBigUInt64LE(BigInt(length), 8 + 8 * axis);
    space.writeBigUInt64LE(BigInt(length), 8 + 8 * (shape.length + axis));
  });
  const fill = Buffer.from([2, 2, 2, 1, 0, 0, 0, 0]); // IV.A.2.f: late allocation, the default fill
  const layout = Buffer.alloc(18); // IV.A.2.i: version 3, contiguous
  layout[0] = 3;
  layout[1] = 1;
  layout.writeBigUInt64LE(bytes === 0 ? UNDEFINED : BigInt(start), 2);
  layout.writeBigUInt64LE(BigInt(bytes), 10);
  return objectHeader([
    message(0x01, space),
    message(0x03, datatype(type), true),
    message(0x05, fill, true),
    message(0x08, layout),
  ]);
}

/** IV.A.2.d: the datatype message, version 1. */
function datatype(type: ElementType): Buffer {
  if (typeof type === "object") return typeHeader(3, [1, 0, 0], type.text);
  switch (type) {
    case "float32":
    case "big-endian float32":
      return floatType(4, type !== "float32");
    case "float64":
      return floatType(8, false);
    case "big-endian int64":
      return wholeType(8, true);
    case "boolean":
      return Buffer.concat([
        typeHeader(8, [2, 0, 0], 1),
        wholeType(1, false),
        Buffer.from("FALSE\0\0\0TRUE\0\0\0\0", "latin1"),
        Buffer.from([0, 1]),
      ]);
  }
}

function typeHeader(typeClass: number, bitField: readonly number[], size: number): Buffer {
  const bytes = Buffer.from([(1 << 4) | typeClass, ...bitField, 0, 0, 0, 0]);
  bytes.writeUInt32LE(size, 4);
  return bytes;
}

function wholeType(size: number, bigEndian: boolean): Buffer {
  const properties = Buffer.alloc(4);
  properties.writeUInt16LE(8 * size, 2);
  const signed = 0x08;
  return Buffer.concat([typeHeader(0, [signed | (bigEndian ? 1 : 0), 0, 0], size), properties]);
}

/** IEEE 754: exponent and mantissa by their bits; the leading bit of the mantissa is not stored. */
function floatType(size: 4 | 8, bigEndian: boolean): Buffer {
  const [exponent, mantissa, bias] = size === 4 ? [8, 23, 127] : [11, 52, 1023];
  const properties = Buffer.alloc(12);
  properties.writeUInt16LE(8 * size, 2);
  properties.set([mantissa, exponent, 0, mantissa], 4);
  properties.writeUInt32LE(bias, 8);
  const implied = 0x20;
  return Buffer.concat([typeHeader(1, [implied | (bigEndian ? 1 : 0), 8 * size - 1, 0], size), properties]);
}
