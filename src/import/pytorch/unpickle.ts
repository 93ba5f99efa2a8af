/** @file Reading the pickle inside a torch.save file as data: an allow-list of names, nothing is ever run. */
import { Parser } from "pickleparser";
import { InputError } from "../../base/errors.ts";
import { wrongLength } from "../../files/pickle-lengths.ts";
import { elementKinds, type StorageName } from "./torch-tensor.ts";

/*
 * A pickle's BUILD may set any member of an object, even the prototype. So the two classes below are frozen,
 * and recognised by a private member, which no pickle can give to its objects, instead of by `instanceof`.
 */

/** Numbers that lie in the archive's entry `data/<key>`; several tensors may share them. */
export class StorageReference {
  readonly #made = true;
  readonly name: StorageName;
  readonly key: string;
  readonly elements: number;
  constructor(name: StorageName, key: string, elements: number) {
    this.name = name;
    this.key = key;
    this.elements = elements;
    Object.freeze(this);
  }
  static is(value: unknown): value is StorageReference {
    return typeof value === "object" && value !== null && #made in value;
  }
}

/** A tensor whose numbers have not been read yet. */
export class TensorReference {
  readonly #made = true;
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  constructor(
    storage: StorageReference,
    offset: number,
    shape: readonly number[],
    stride: readonly number[],
  ) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.stride = stride;
    Object.freeze(this);
  }
  static is(value: unknown): value is TensorReference {
    return typeof value === "object" && value !== null && #made in value;
  }
}

export interface Unpickled {
  /** Maps, arrays, numbers, texts, booleans, nulls and {@link TensorReference}s; not yet checked to be only that. */
  readonly value: unknown;
  readonly storages: ReadonlyMap<string, StorageReference>;
}

/**
 * Reads a pickle that holds state dicts. Names that a pickle may look up are those a state dict, an optimizer
 * or a scheduler needs; each stands for a function of ours that only builds plain data. Any other name is
 * refused when it is looked up, before anything could call it.
 *
 * @param source the file's name, for messages.
 * @throws InputError `FILE holds "os.system", which is not data: ...`, or when the pickle is damaged.
 */
export function unpickle(bytes: Uint8Array, source: string): Unpickled {
  const damaged = (fault: string) =>
    new InputError(`${source} is damaged: ${fault}; fetch or copy it again.`);
  const wrong = wrongLength(bytes);
  if (wrong !== undefined) throw damaged(`its data.pkl is unreadable (${wrong})`);
  const storages = new Map<string, StorageReference>();
  const known = allowedNames(damaged);
  const parser = new Parser({
    nameResolver: {
      resolve(module: unknown, name: unknown) {
        // Joined by a character that no name has: torch + _utils.x must not pass for torch._utils + x.
        const found = known.functions.get(`${module}\n${name}`);
        if (!found) throw refusal(source, `${module}.${name}`);
        return found;
      },
    },
    extensionResolver: {
      resolve: (code) => {
        throw refusal(source, `extension ${code}`);
      },
    },
    persistentResolver: { resolve: (id: unknown) => storageOf(id, known.storageNames, storages, damaged) },
    unpicklingTypeOfDictionary: "Map",
  });
  try {
    return { value: parser.parse<unknown>(bytes), storages };
  } catch (error) {
    if (error instanceof InputError) throw error;
    // The parser answers nonsense with whatever error JavaScript has for it, which tells a user nothing.
    throw new InputError(
      damaged("its data.pkl is unreadable (its instructions do not fit one another)").message,
      { cause: error },
    );
  }
}

export function refusal(source: string, name: string): InputError {
  return new InputError(
    `${source} holds "${name}", which is not data: refused, and nothing of it was run; ask its author for a file with only tensors, numbers and names in it.`,
  );
}

type Damaged = (fault: string) => InputError;
/** `function`, not an arrow: some opcodes construct (`new`) what others call. */
type Builder = (...given: unknown[]) => unknown;

interface AllowedNames {
  readonly functions: ReadonlyMap<string, Builder>;
  readonly storageNames: ReadonlyMap<unknown, StorageName>;
}

/** Made anew for every file, and frozen, so that no file can change what the next one meets. */
function allowedNames(damaged: Damaged): AllowedNames {
  let copied = 0;
  /** A list that a pickle has once costs it a few bytes each time that it is copied. */
  const count = (list: unknown) => {
    copied += Array.isArray(list) ? list.length : list instanceof Map ? list.size : 0;
    if (copied > MOST_COPIED) throw damaged("it copies its lists more often than any state dict does");
  };
  const functions = new Map<string, Builder>();
  const storageNames = new Map<unknown, StorageName>();
  const allow = (module: string, name: string, builder: Builder) => {
    functions.set(`${module}\n${name}`, Object.freeze(builder));
    return builder;
  };
  allow("collections", "OrderedDict", function OrderedDict(pairs) {
    count(pairs);
    return dictionary(pairs, damaged);
  });
  // MultiStepLR keeps its milestones in one.
  allow("collections", "Counter", function Counter(counts) {
    count(counts);
    return dictionary(counts, damaged);
  });
  allow("torch", "Size", function Size(lengths) {
    return lengths ?? [];
  });
  allow("torch._utils", "_rebuild_tensor_v2", function rebuildTensor(storage, offset, shape, stride) {
    return tensorReference(storage, offset, shape, stride, damaged);
  });
  allow("torch._utils", "_rebuild_parameter", function rebuildParameter(tensor) {
    if (!TensorReference.is(tensor)) throw damaged("a parameter in it is not a tensor");
    return tensor;
  });
  for (const name of Object.keys(elementKinds) as StorageName[]) {
    const marker = () => {
      throw damaged(`it calls ${name}`);
    };
    storageNames.set(allow("torch", name, marker), name);
  }
  return { functions, storageNames };
}

/** Python 2 and old torch write the pairs as an argument; newer ones set the items afterwards. */
function dictionary(content: unknown, damaged: Damaged): Map<unknown, unknown> {
  const pairs = content instanceof Map ? [...content] : listOf(content ?? []);
  if (!pairs?.every((pair) => Array.isArray(pair) && pair.length === 2)) {
    throw damaged("a dictionary in it is not made of pairs");
  }
  return new Map(pairs as [unknown, unknown][]);
}

/** torch's persistent id: ("storage", type, key, device, number of elements); the device is of no interest. */
function storageOf(
  id: unknown,
  names: AllowedNames["storageNames"],
  storages: Map<string, StorageReference>,
  damaged: Damaged,
): StorageReference {
  const [kind, type, key, , elements] = listOf(id) ?? [];
  const name = names.get(type);
  if (kind !== "storage" || !name || typeof key !== "string" || !isCount(elements)) {
    throw damaged("it refers to something that is no tensor storage");
  }
  const seen = storages.get(key);
  if (seen && (seen.name !== name || seen.elements !== elements)) {
    throw damaged(`it describes tensor storage ${key} in two ways`);
  }
  const storage = seen ?? new StorageReference(name, key, elements);
  storages.set(key, storage);
  return storage;
}

function tensorReference(
  storage: unknown,
  offset: unknown,
  lengths: unknown,
  strides: unknown,
  damaged: Damaged,
): TensorReference {
  const shape = countsOf(lengths);
  const stride = countsOf(strides);
  if (!StorageReference.is(storage) || !isCount(offset) || !shape || shape.length !== stride?.length) {
    throw damaged("a tensor in it is described wrongly");
  }
  const count = shape.reduce((product, length) => product * length, 1);
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * stride[axis], offset);
  // More elements than the storage has (stride 0) would let a few bytes ask for any amount of memory.
  if ((count > 0 && last >= storage.elements) || count > storage.elements) {
    throw damaged(`a tensor of shape [${shape}] reaches beyond its storage ${storage.key}`);
  }
  return new TensorReference(storage, offset, Object.freeze(shape), Object.freeze(stride));
}

/** A copy, because BUILD can give an array of a pickle its own `every`, `map` and so on. */
function listOf(value: unknown): unknown[] | undefined {
  // BUILD can give a list any length, of which it then holds nothing.
  if (Array.isArray(value) && value.length > MOST_COPIED) return undefined;
  return Array.isArray(value) ? [...value] : undefined;
}

/** torch itself has no tensors of more than 64 dimensions. */
const MOST_DIMENSIONS = 64;
const MOST_COPIED = 10_000_000;

function countsOf(value: unknown): number[] | undefined {
  if (Array.isArray(value) && value.length > MOST_DIMENSIONS) return undefined;
  const list = listOf(value);
  return list?.every(isCount) ? list : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
