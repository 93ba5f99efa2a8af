/** @file An HDF5 file open for reading: its groups and datasets, their attributes, and the bytes of their rows. */
import { open as openBytes } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { File as H5File, Metadata } from "h5wasm/node";
import { InputError } from "../../../base/errors.ts";
import { requireFromHere } from "../../../files/package-files.ts";
import type { DataFile } from "../source.ts";
import { importH5wasm } from "./h5wasm.ts";

/** A dataset of one row or more dimensions. */
export interface Hdf5Dataset {
  readonly path: string;
  readonly shape: readonly number[];
  /** The type of its elements. */
  readonly type: Metadata;
  /** Bytes from one row to the next. */
  readonly rowBytes: number;
  /** Rows that are stored, and unpacked, together; 1 if the dataset is not in chunks. */
  readonly chunkRows: number;
}

/** What lies at a path. A dataset without rows (a scalar) is "scalar"; links that lead nowhere are "other". */
export type Hdf5Entry =
  | { readonly kind: "group" | "scalar" | "other" }
  | { readonly kind: "dataset"; readonly dataset: Hdf5Dataset };

/** The bytes of some rows, one after another, in the order of the dataset. Gone when its user returns. */
export interface RawRows {
  readonly bytes: Buffer;
  readonly view: DataView;
  /** A text of variable length, whose address in memory (not the text) is among the bytes. */
  readonly textAt: (pointer: number) => string;
}

/** Opens the file for as long as `work` takes. @throws InputError if it is no HDF5 file, or not a whole one. */
export async function withHdf5File<T>(file: DataFile, work: (opened: Hdf5File) => Promise<T>): Promise<T> {
  const { opened, close } = await openHdf5File(file);
  try {
    return await work(opened);
  } finally {
    close();
  }
}

/** Opens the file until it is closed. @throws InputError if it is no HDF5 file, or not a whole one. */
export async function openHdf5File(file: DataFile): Promise<{ readonly opened: Hdf5File; close(): void }> {
  await refuseOthers(file);
  const library = await loadLibrary();
  const { result: opened, complaint } = library.attempt(
    () => new library.h5wasm.File(file.path, "r"),
    file.path,
  );
  if (opened === undefined || opened.file_id < 0n) {
    const cut = complaint.includes("truncated file") ? "it is cut off" : "it is damaged";
    throw new InputError(`Cannot read ${file.label} as HDF5: ${cut}; fetch or copy it again.`);
  }
  return {
    opened: new Hdf5File(library, opened, file.label),
    close: () => void library.attempt(() => opened.close()),
  };
}

export class Hdf5File {
  constructor(
    private readonly library: Library,
    private readonly opened: H5File,
    /** What the user calls the file. */
    readonly label: string,
  ) {}

  /** The names in a group: in the order they were made where the file knows it, else in alphabetical order. */
  names(group: string): string[] {
    return this.#ask(group, () => this.library.module.get_names(this.opened.file_id, group, false));
  }

  /** What lies at an existing path. */
  entry(path: string): Hdf5Entry {
    const { Group, Dataset } = this.library.h5wasm;
    const found = this.#ask(path, () => this.opened.get(path));
    if (found instanceof Group) return { kind: "group" };
    if (!(found instanceof Dataset)) return { kind: "other" };
    const type = this.#ask(path, () => found.metadata);
    const source = type.virtual_sources?.find(({ file_name }) => file_name !== SAME_FILE);
    if (source) throw this.#isElsewhere(path, source.file_name);
    const { shape } = type;
    if (!shape || shape.length === 0) return { kind: "scalar" };
    const rowBytes = type.size * shape.slice(1).reduce((product, length) => product * length, 1);
    return { kind: "dataset", dataset: { path, shape, type, rowBytes, chunkRows: type.chunks?.[0] ?? 1 } };
  }

  /** True for a path of names that all exist. (HDF5 itself takes one below a dataset for a group.) */
  has(path: string): boolean {
    const names = path.split("/").filter((name) => name !== "");
    return names.every((name, depth) => {
      const parent = `/${names.slice(0, depth).join("/")}`;
      return this.entry(parent).kind === "group" && this.names(parent).includes(name);
    });
  }

  /** True for a second name of something that is elsewhere. */
  isLink(path: string): boolean {
    return (
      path !== "/" &&
      Boolean(this.#ask(path, () => this.library.module.get_symbolic_link(this.opened.file_id, path)))
    );
  }

  /** An attribute that is a text or a number, as text. */
  attribute(path: string, name: string): string | undefined {
    const value = this.#ask(path, () => {
      const { attrs } = this.opened.get(path) as { attrs: Record<string, { value: unknown }> };
      return Object.hasOwn(attrs, name) ? attrs[name].value : undefined;
    });
    return ["string", "number", "bigint"].includes(typeof value) ? String(value) : undefined;
  }

  /**
   * Reads rows and hands them to `use`.
   *
   * A trap: h5wasm's own `slice` does not look whether HDF5 could read, and gives whatever was in memory before
   * (0.10.3). So the layer below it is called here, which reports the failure.
   */
  withRows<T>(dataset: Hdf5Dataset, from: number, count: number, use: (rows: RawRows) => T): T {
    const { module } = this.library;
    const { path, shape, rowBytes } = dataset;
    const bytes = count * rowBytes;
    const pointer = bytes > MOST_AT_ONCE ? 0 : module._malloc(Math.max(1, bytes));
    if (pointer === 0) throw new InputError(`${this.label}, dataset "${path}": ${count} rows are too large.`);
    const counts = [count, ...shape.slice(1)].map(BigInt);
    const offsets = shape.map((_, axis) => (axis === 0 ? BigInt(from) : 0n));
    const strides = shape.map(() => 1n);
    let holdsTexts = false;
    try {
      const { result: status, ...trouble } = this.library.attempt(() =>
        module.get_dataset_data(this.opened.file_id, path, counts, offsets, strides, BigInt(pointer)),
      );
      if (status === undefined || status < 0 || trouble.elsewhere) throw this.#unreadable(path, trouble);
      holdsTexts = hasVariableLength(dataset.type);
      const { buffer } = module.HEAPU8;
      return use({
        bytes: Buffer.from(buffer, pointer, bytes),
        view: new DataView(buffer, pointer, bytes),
        textAt: (text) => (text === 0 ? "" : module.UTF8ToString(text)),
      });
    } finally {
      // The memory of texts is HDF5's own, apart from the rows'.
      if (holdsTexts)
        module.reclaim_vlen_memory_count(this.opened.file_id, path, "", BigInt(pointer), counts);
      module._free(pointer);
    }
  }

  #ask<T>(path: string, question: () => T): T {
    const { result, ...trouble } = this.library.attempt(question);
    if (trouble.complaint !== "" || trouble.elsewhere) throw this.#unreadable(path, trouble);
    return result as T;
  }

  #unreadable(path: string, { complaint, elsewhere }: Trouble): InputError {
    const filter = /required filter '([^']*)' is not registered/.exec(complaint)?.[1];
    if (filter === undefined && elsewhere !== undefined) return this.#isElsewhere(path, elsewhere);
    return new InputError(
      filter === undefined
        ? `Cannot read "${path}" of ${this.label}: the file is damaged there; fetch or copy it again.`
        : `Cannot read "${path}" of ${this.label}: it is compressed with ${filter}; install the package h5wasm-plugins beside anygiven, or write the file with gzip (h5repack -f GZIP=4).`,
    );
  }

  #isElsewhere(path: string, other: string): InputError {
    return new InputError(
      `"${path}" of ${this.label} lies in another file (${other}), and only files that you name are opened; copy its data into ${this.label}, or name that file instead.`,
    );
  }
}

/** Bytes of rows that are read at once; more are asked for only where a file lies about its lengths. */
const MOST_AT_ONCE = 2 ** 30;

/** What a virtual dataset calls a source in its own file. */
const SAME_FILE = ".";

/** Whether elements point to memory besides their own bytes. */
function hasVariableLength(type: Metadata): boolean {
  if (type.vlen || type.vlen_type) return true;
  if (type.array_type && hasVariableLength(type.array_type)) return true;
  return type.compound_type?.members.some(hasVariableLength) ?? false;
}

const signature = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/** The signature is at the start, or, after bytes of the user's, at 512, 1024, 2048 and so on. */
async function refuseOthers({ path, label }: DataFile): Promise<void> {
  const file = await openBytes(path);
  try {
    const { size } = await file.stat();
    for (let at = 0; at < size; at = at === 0 ? 512 : 2 * at) {
      const { buffer } = await file.read(Buffer.alloc(signature.length), 0, signature.length, at);
      if (buffer.equals(signature)) return;
    }
  } finally {
    await file.close();
  }
  throw new InputError(
    `${label} is no HDF5 file (it lacks the signature of one); name its format, or fetch it again.`,
  );
}

/** What went wrong while HDF5 worked. */
interface Trouble {
  /** What HDF5 wrote to standard error. */
  readonly complaint: string;
  /** A file that it wanted to open besides the one that is read. */
  readonly elsewhere?: string | undefined;
}

type Library = Awaited<ReturnType<typeof importLibrary>>;
let loading: Promise<Library> | undefined;

/** 4 MB of JavaScript and WebAssembly, which only those wait for who read HDF5. */
export function loadLibrary(): Promise<Library> {
  loading ??= importLibrary();
  return loading;
}

/**
 * HDF5 writes what went wrong to standard error, and h5wasm continues as if nothing was wrong: here it is kept, to be
 * reported in one sentence. (The handler of h5wasm that throws instead leaves an open file and a piece of the stack
 * behind at each error, and crashes after some 2,000: 0.10.3.)
 *
 * A file may lead to others: by external links, external storage and the sources of virtual datasets. HDF5 would
 * open whatever they name that the process may read; here it can open the file that is read, filters, and no other.
 */
async function importLibrary() {
  const { h5wasm } = await importH5wasm();
  const module = await h5wasm.ready;
  const filters = addFilters(module);
  const { FS } = module;
  const standardError = 2;
  let complaint = "";
  let listening = false;
  let allowed: string | undefined;
  let elsewhere: string | undefined;
  const write = FS.write.bind(FS);
  FS.write = (stream, buffer, offset, length, ...more) => {
    if (!listening || (stream as { fd?: number }).fd !== standardError)
      return write(stream, buffer, offset, length, ...more);
    complaint += Buffer.from(buffer.buffer, buffer.byteOffset + offset, length).toString();
    return length;
  };
  const openFile = FS.open.bind(FS);
  FS.open = (path, flags, ...more) => {
    const isFolder = (Number(flags) & OPEN_FOLDER) !== 0; // where HDF5 looks for filters
    const full = resolve(path);
    if (!listening || isFolder || full === allowed || (filters && full.startsWith(filters + sep)))
      return openFile(path, flags, ...more);
    elsewhere ??= path;
    return openFile("", "r"); // throws as for any file that does not exist
  };
  /** @param file may be opened, and then no other; without it, none. */
  const attempt = <T>(work: () => T, file?: string): Trouble & { readonly result: T | undefined } => {
    complaint = "";
    elsewhere = undefined;
    allowed = file && resolve(file);
    listening = true;
    try {
      const result = work();
      return { result, complaint, elsewhere };
    } catch (error) {
      // What h5wasm finds wrong is a plain Error: "error - name not defined!"; another kind is a bug.
      if (!(error instanceof Error) || error.constructor !== Error) throw error;
      return { result: undefined, complaint: complaint || error.message, elsewhere };
    } finally {
      listening = false;
    }
  };
  return { h5wasm, module, attempt };
}

/** Emscripten's O_DIRECTORY. */
const OPEN_FOLDER = 0o200000;

/**
 * Filters but gzip, shuffle and HDF5's own (lzf, blosc, zstd ...) are a package apart, which a user may have. @returns
 * its folder.
 */
function addFilters(module: Awaited<typeof import("h5wasm/node").ready>): string | undefined {
  try {
    const main = requireFromHere.resolve("h5wasm-plugins");
    const folder = join(dirname(main), "plugins");
    module.insert_plugin_search_path(folder, 0);
    return folder;
  } catch {
    return undefined; // not installed: reported where a file needs one
  }
}
