/** @file A tensor as torch.save stores it: a storage (a run of elements) and a way of walking over it. */

/** Row-major numbers read from a PyTorch file; 16-bit floats arrive as float32, which holds them exactly. */
export interface TorchTensor {
  readonly kind: "tensor";
  /** PyTorch's name of the storage, e.g. "FloatStorage". */
  readonly storage: StorageName;
  readonly shape: readonly number[];
  readonly data: TorchArray;
}

export type TorchArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array;

export interface ElementKind {
  readonly bytes: number;
  /** The storage's little-endian bytes as numbers: a view where the host has such an array, else converted. */
  decode(bytes: Uint8Array<ArrayBuffer>): TorchArray;
}

/** The storages of torch that hold plain numbers (torch/storage.py); the quantised and complex ones are refused. */
export const elementKinds = {
  FloatStorage: { bytes: 4, decode: (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset) },
  DoubleStorage: { bytes: 8, decode: (bytes) => new Float64Array(bytes.buffer, bytes.byteOffset) },
  HalfStorage: { bytes: 2, decode: (bytes) => words(bytes).map16(halfToFloat) },
  BFloat16Storage: { bytes: 2, decode: (bytes) => words(bytes).map16(bfloat16ToFloat) },
  LongStorage: { bytes: 8, decode: (bytes) => new BigInt64Array(bytes.buffer, bytes.byteOffset) },
  IntStorage: { bytes: 4, decode: (bytes) => new Int32Array(bytes.buffer, bytes.byteOffset) },
  ShortStorage: { bytes: 2, decode: (bytes) => new Int16Array(bytes.buffer, bytes.byteOffset) },
  CharStorage: { bytes: 1, decode: (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset) },
  ByteStorage: { bytes: 1, decode: (bytes) => bytes },
  BoolStorage: { bytes: 1, decode: (bytes) => bytes },
} as const satisfies Record<string, ElementKind>;

export type StorageName = keyof typeof elementKinds;

function words(bytes: Uint8Array<ArrayBuffer>) {
  const bits = new Uint16Array(bytes.buffer, bytes.byteOffset);
  return { map16: (convert: (bits: number) => number) => Float32Array.from(bits, convert) };
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const floatBits = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function bfloat16ToFloat(bits: number): number {
  floatBits.setUint32(0, bits << 16);
  return floatBits.getFloat32(0);
}

/**
 * The elements of a tensor in row-major order: element (i, j, ...) is at offset + i * stride[0] + j * stride[1] ...
 * Shares the storage's memory when they already lie like that, copies them otherwise (a transposed weight).
 * The caller has checked that all of them lie inside the storage.
 */
export function gather(
  storage: TorchArray,
  offset: number,
  shape: readonly number[],
  stride: readonly number[],
): TorchArray {
  const count = shape.reduce((product, length) => product * length, 1);
  if (isRowMajor(shape, stride)) return storage.subarray(offset, offset + count);
  const gathered = storage.slice(0, count);
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < count; to++) {
    gathered[to] = storage[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      from += stride[axis];
      if (index[axis] < shape[axis]) break;
      from -= shape[axis] * stride[axis];
      index[axis] = 0;
    }
  }
  return gathered;
}

/** The stride of an axis of length 0 or 1 says nothing, and torch writes anything there. */
function isRowMajor(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] > 1 && stride[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}
