/** @file Reading a file written by torch.save: a ZIP archive of one pickle and the tensors' numbers. */

import { type FileHandle, open, stat } from "node:fs/promises";
import { InputError } from "../../base/errors.ts";
import { asReadError } from "../../files/system-errors.ts";
import { UnpackedBytes } from "../../files/unpacking.ts";
import { openZip, type ZipEntry, type ZipFile } from "../../files/zip-file.ts";
import { type Guard, GuardedThread } from "../../runtime/node/guarded-thread.ts";
import { elementKinds, gather, type TorchArray, type TorchTensor } from "./torch-tensor.ts";
import { refusal, type StorageReference, TensorReference, unpickle } from "./unpickle.ts";

/** What a torch.save file can hold here: Python's dictionaries as Maps, lists and tuples as arrays, None as null. */
export type TorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | TorchTensor
  | readonly TorchValue[]
  | ReadonlyMap<TorchValue, TorchValue>;

/**
 * Reads a file of `torch.save` (PyTorch 1.6 and later) as data. Nothing in it is executed: names other than
 * those of tensors and dictionaries are refused. Tensors that share memory in the file share it here.
 *
 * @throws InputError when the file is missing, cut short or damaged, of the format before PyTorch 1.6, written
 * on a big-endian machine, holds anything but tensors, numbers, texts and their lists and dictionaries, or more bytes than are allowed.
 * @param maxUnpacked as {@link UnpackedBytes} has it.
 */
export async function readTorchFile(path: string, maxUnpacked?: number): Promise<TorchValue> {
  const file = await openFile(path);
  try {
    await checkFormat(file, path);
    const unpacked = new UnpackedBytes(path, (await file.stat()).size, maxUnpacked);
    const zip = await openZip(file, path, unpacked);
    const pickle = pickleEntry(zip, path);
    const folder = pickle.name.slice(0, -pickleName.length);
    await checkByteOrder(zip, folder, path);
    const { value, storages } = unpickle(await zip.read(pickle), path);
    const numbers = new Map<string, TorchArray>();
    for (const storage of storages.values()) {
      numbers.set(storage.key, await readStorage(zip, folder, storage, path));
    }
    return plainData(value, numbers, { path, unpacked });
  } finally {
    await file.close();
  }
}

/** The same in a thread of its own, which has limits and can be ended: a pickle of few bytes may ask for any amount of work. */
export async function readTorchFileGuarded(
  path: string,
  { maxUnpacked, ...guard }: Guard & { readonly maxUnpacked?: number },
): Promise<TorchValue> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw asReadError(path, cause);
  });
  const thread = new GuardedThread<TorchQuestion, TorchValue>("read torch files", guard);
  try {
    return await thread.ask(path, { path, maxUnpacked }, size);
  } finally {
    await thread.stop();
  }
}

interface TorchQuestion {
  readonly path: string;
  readonly maxUnpacked: number | undefined;
}

/** That thread's own side. */
export function torchReading(): (question: TorchQuestion) => Promise<TorchValue> {
  return ({ path, maxUnpacked }) => readTorchFile(path, maxUnpacked);
}

const pickleName = "/data.pkl";
/** A pickle describes tensors, it does not hold them: the largest models' need a few MB. */
const largestPickle = 256 * 2 ** 20;
const deepestNesting = 100;

async function openFile(path: string): Promise<FileHandle> {
  return await open(path, "r").catch((cause: unknown) => {
    throw asReadError(path, cause);
  });
}

/** How a torch.save file of before PyTorch 1.6 begins: a pickle (protocol 2) of the number 0x1950a86a20f9469cfc6c. */
const legacyStart = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

async function checkFormat(file: FileHandle, path: string): Promise<void> {
  if (!(await file.stat()).isFile()) throw new InputError(`${path} is not a file: name a .pt file.`);
  const { buffer, bytesRead } = await file.read(new Uint8Array(legacyStart.length), 0, legacyStart.length, 0);
  const start = buffer.subarray(0, bytesRead);
  if (bytesRead === 0) throw new InputError(`${path} is empty: fetch or copy it again.`);
  if (legacyStart.every((byte, i) => start[i] === byte)) {
    throw new InputError(
      `${path} has the torch.save format of before PyTorch 1.6, which is not read here: load it once in PyTorch and save it again with torch.save.`,
    );
  }
  if (start[0] !== 0x50 || start[1] !== 0x4b) {
    throw new InputError(`${path} was not written by torch.save (it is no ZIP archive): name a .pt file.`);
  }
}

function pickleEntry(zip: ZipFile, path: string): ZipEntry {
  const found = [...zip.entries.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const [entry] = found;
  if (!entry || found.length > 1) {
    throw new InputError(
      `${path} is a ZIP archive but was not written by torch.save (it has no data.pkl): name a .pt file.`,
    );
  }
  if (entry.size > largestPickle) {
    throw new InputError(
      `${path} has a data.pkl of ${entry.size} bytes, which no state dict needs: save only tensors, numbers and names in it.`,
    );
  }
  return entry;
}

/** PyTorch before 2.1 wrote no `byteorder`; it ran on little-endian machines. */
async function checkByteOrder(zip: ZipFile, folder: string, path: string): Promise<void> {
  const entry = zip.entries.get(`${folder}/byteorder`);
  if (!entry) return;
  const order = new TextDecoder().decode(await zip.read(entry));
  if (order !== "little") {
    throw new InputError(
      `${path} has the byte order "${order}", only "little" is read here: load it in PyTorch on an ordinary (little-endian) machine and save it again.`,
    );
  }
}

async function readStorage(
  zip: ZipFile,
  folder: string,
  { name, key, elements }: StorageReference,
  path: string,
): Promise<TorchArray> {
  const { bytes, decode } = elementKinds[name];
  const entry = zip.entries.get(`${folder}/data/${key}`);
  if (entry?.size !== elements * bytes) {
    const found = entry ? `has ${entry.size} bytes, not ${elements * bytes}` : "is missing";
    throw new InputError(`${path} is damaged: its tensor storage ${key} ${found}; fetch or copy it again.`);
  }
  return decode(await zip.read(entry));
}

/** Checks that only data came out of the pickle, and puts the numbers into its tensors. */
function plainData(
  value: unknown,
  numbers: ReadonlyMap<string, TorchArray>,
  { path, unpacked }: { readonly path: string; readonly unpacked: UnpackedBytes },
): TorchValue {
  const done = new Map<unknown, TorchValue>(); // shared parts stay shared, and a loop ends
  const convert = (part: unknown, depth: number): TorchValue => {
    if (depth > deepestNesting) throw refusal(path, "lists nested without end");
    if (part === null || ["boolean", "number", "bigint", "string"].includes(typeof part)) {
      return part as null | boolean | number | bigint | string;
    }
    const before = done.get(part);
    if (before !== undefined) return before;
    if (TensorReference.is(part)) {
      const { storage, offset, shape, stride } = part;
      const own = numbers.get(storage.key)!;
      const data = gather(own, offset, shape, stride);
      // Many tensors may be copies of one storage, transposed.
      if (data.buffer !== own.buffer) unpacked.add(data.byteLength);
      const tensor: TorchTensor = { kind: "tensor", storage: storage.name, shape, data };
      done.set(part, tensor);
      return tensor;
    }
    // BUILD and DICT can change a prototype; DICT gives a Map members of its own. torch.save writes neither.
    if (Array.isArray(part) && Object.getPrototypeOf(part) === Array.prototype) {
      const list: TorchValue[] = [];
      done.set(part, list);
      for (const item of part) list.push(convert(item, depth + 1));
      return list;
    }
    if (part instanceof Map && isPlainMap(part)) {
      const map = new Map<TorchValue, TorchValue>();
      done.set(part, map);
      for (const [key, item] of part) map.set(convert(key, depth + 1), convert(item, depth + 1));
      return map;
    }
    throw refusal(path, kindOf(part));
  };
  return convert(value, 0);
}

function isPlainMap(map: object): boolean {
  return Object.getPrototypeOf(map) === Map.prototype && Object.keys(map).length === 0;
}

function kindOf(part: unknown): string {
  return typeof part === "function"
    ? `the function ${part.name}`
    : Object.prototype.toString.call(part).slice(8, -1);
}
