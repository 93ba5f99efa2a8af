/** @file The safetensors format: named arrays of numbers in one file, with a text header (huggingface/safetensors). */
import { InputError } from "../base/errors.ts";

/**
 * The element types, by the name the format gives them, and the array that holds each.
 * JavaScript has no 16-bit floats before ES2025: F16 and BF16 are the bits as stored.
 */
const arrayTypes = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

type ElementType = keyof typeof arrayTypes;

/** One array: its element type, its shape (row-major; `[]` is a single number) and its elements. */
export type Tensor = {
  [D in ElementType]: {
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly data: InstanceType<(typeof arrayTypes)[D]>;
  };
}[ElementType];

export interface SafetensorsContent {
  /** In the order of their data in the file. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const metadataName = "__metadata__";
const lengthBytes = 8;
/** The format's own limit on the header. */
const maximumHeaderBytes = 100_000_000;

/**
 * The file as pieces to be written one after the other; the arrays' bytes are views, not copies.
 * Wide elements come first, so that everything lies aligned in the file.
 *
 * @throws RangeError when an array's length is not the product of its shape.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  // Written member by member: a JavaScript object would move names like "10" to the front.
  const members = [`"${metadataName}":${JSON.stringify(metadata)}`];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (name === metadataName) throw new RangeError(`no tensor can be called ${metadataName}`);
    if (elementCount(shape) !== data.length) {
      throw new RangeError(`tensor ${name} has ${data.length} elements, its shape [${shape}] another number`);
    }
    const end = offset + data.byteLength;
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [offset, end] })}`);
    offset = end;
  }
  const text = new TextEncoder().encode(`{${members.join(",")}}`);
  // Spaces after the header, as the format allows, put the data on a multiple of 8 bytes.
  const head = new Uint8Array(lengthBytes + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - lengthBytes), true);
  head.set(text, lengthBytes);
  return [
    head,
    ...ordered.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

/**
 * Reads a safetensors file that is already in memory. Arrays are views of `bytes` wherever these are
 * aligned for the element type, so `bytes` must not be changed afterwards; otherwise they are copies.
 *
 * @param source the file's name, for messages.
 * @throws InputError naming the file and the fault: cut short, header unreadable, offsets that overlap, leave
 * gaps or point outside, sizes that contradict the shape, unknown element type, a name given twice.
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): SafetensorsContent {
  const damaged = (fault: string) =>
    new InputError(
      `${source} is not a sound safetensors file: ${fault}; restore it from a backup or resume from an earlier checkpoint.`,
    );
  const headerEnd = lengthBytes + headerLength(bytes, damaged);
  const header = parseHeader(bytes.subarray(lengthBytes, headerEnd), damaged);
  const data = bytes.subarray(headerEnd);
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataName)
    .map(([name, entry]) => checkedEntry(name, entry, damaged))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(entries, data.length, damaged);
  return {
    tensors: new Map(entries.map((entry) => [entry.name, viewOf(entry, data)])),
    metadata: checkedMetadata(header[metadataName], damaged),
  };
}

type Damaged = (fault: string) => InputError;

/** A header may hold anything, of any length. */
function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

interface Entry {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function headerLength(bytes: Uint8Array, damaged: Damaged): number {
  if (bytes.length < lengthBytes) {
    throw damaged(`it has ${bytes.length} bytes, fewer than the ${lengthBytes} of its first field`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > maximumHeaderBytes) {
    throw damaged(`its header claims ${length} bytes, the format allows ${maximumHeaderBytes}`);
  }
  const end = lengthBytes + Number(length);
  if (end > bytes.length) {
    throw damaged(`it is cut short inside its header (${bytes.length} bytes of at least ${end})`);
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array, damaged: Damaged): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    throw damaged("its header is not JSON text in UTF-8");
  }
  if (!isRecord(header)) throw damaged("its header is not a JSON object");
  const twice = firstRepeated(outerNames(text));
  if (twice !== undefined) throw damaged(`"${twice}" is there twice`);
  return header;
}

/** The names of the outermost object, as written: JSON.parse keeps only the last of two equal ones. */
function outerNames(json: string): string[] {
  const names: string[] = [];
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (depth === 1 && token.endsWith(":")) names.push(JSON.parse(token.slice(0, -1)));
  }
  return names;
}

function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

function checkedEntry(name: string, entry: unknown, damaged: Damaged): Entry {
  if (!isRecord(entry)) throw damaged(`tensor "${name}" has no description`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isElementType(dtype)) {
    const known = Object.keys(arrayTypes).join(", ");
    throw damaged(`tensor "${name}" has the unknown element type ${shortly(dtype)} (known: ${known})`);
  }
  if (!isCounts(shape)) throw damaged(`tensor "${name}" has the shape ${shortly(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw damaged(`tensor "${name}" has the offsets ${shortly(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const size = elementCount(shape) * arrayTypes[dtype].BYTES_PER_ELEMENT;
  if (end - begin !== size) {
    throw damaged(`tensor "${name}" has ${end - begin} bytes, ${dtype} of shape [${shape}] needs ${size}`);
  }
  return { name, dtype, shape, begin, end };
}

/** The format wants every byte of the data to belong to exactly one tensor. */
function checkCover(entries: readonly Entry[], dataBytes: number, damaged: Damaged): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin < covered) throw damaged(`tensor "${name}" overlaps the one before it`);
    if (begin > covered) throw damaged(`there is a gap before tensor "${name}"`);
    if (end > dataBytes) {
      throw damaged(`it is cut short or its offsets are wrong: tensor "${name}" ends after the file does`);
    }
    covered = end;
  }
  if (covered !== dataBytes) throw damaged(`${dataBytes - covered} bytes at its end belong to no tensor`);
}

function viewOf({ dtype, shape, begin, end }: Entry, data: Uint8Array): Tensor {
  const type = arrayTypes[dtype];
  const size = type.BYTES_PER_ELEMENT;
  const aligned = (data.byteOffset + begin) % size === 0;
  const bytes = aligned ? data.subarray(begin, end) : new Uint8Array(data.subarray(begin, end));
  const view = new type(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / size);
  return { dtype, shape, data: view } as Tensor; // `view` was made by the type that belongs to `dtype`
}

function checkedMetadata(metadata: unknown, damaged: Damaged): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata)) throw damaged(`its ${metadataName} is not an object of texts`);
  const texts: [string, string][] = [];
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") throw damaged(`"${key}" in its ${metadataName} is not a text`);
    texts.push([key, value]);
  }
  return Object.fromEntries(texts);
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function isElementType(value: unknown): value is ElementType {
  return typeof value === "string" && Object.hasOwn(arrayTypes, value);
}
