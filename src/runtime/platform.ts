/**
 * @file All that the core needs of what it runs on, Node or a page, and the platform in use. Everything else of the core
 * is plain JavaScript: it imports nothing of Node (test/architecture.test.ts).
 */
import type { Device } from "./device-names.ts";
import type { ThreadStarter } from "./worker-pool.ts";

/** The cells of an array that a program takes or makes; sizes alone are of 64 bits. */
export type Cells = Float32Array | Float64Array | Int32Array;

/** Cells with their shape, as a session takes them: made once, they may be given to many runs. */
export interface Tensor {
  readonly data: unknown;
}

/** A program loaded into ONNX Runtime. */
export interface Session {
  /** The cells are not copied: what they hold when the program runs is what it reads. */
  tensor(cells: Cells | BigInt64Array, shape: readonly number[]): Tensor;
  /** Runs the program. @returns its outputs, in new arrays unless `results` holds some: these are then written in place. */
  run(
    inputs: Readonly<Record<string, Tensor>>,
    results?: Readonly<Record<string, Tensor>>,
  ): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

export interface SessionChoice {
  readonly device: Device;
  /** Threads inside one run. */
  readonly threads: number;
}

/** The contents of files by their names in a model's folder. */
export type ModelFiles = Readonly<Record<string, string | readonly Uint8Array[]>>;

export interface Platform {
  /** @throws InputError if the device can't start here. */
  openSession(program: Uint8Array, choice: SessionChoice): Promise<Session>;
  /** The device for those who leave the choice to us. */
  fastestDevice(): Promise<Device>;
  readonly threads: ThreadStarter;
  /** Where the files of a model lie that the user calls so: a folder, or a page's address. */
  modelFolder(name: string): string;
  /** A file of a model's folder, or undefined if there is none. @throws InputError if it can't be read. */
  readFile(folder: string, file: string): Promise<Uint8Array | undefined>;
  /**
   * Writes files of a model's folder, all or none of them, and makes the folder before.
   * @throws InputError if they can't be written, or something else writes there.
   */
  writeFiles(folder: string, files: ModelFiles): Promise<void>;
  /** In hexadecimal digits. */
  sha256(bytes: Uint8Array): string;
}

let inUse: Platform | undefined;

/** Sets what programs run on from now on. The package's entry for Node does it; a page does it before it asks a model. */
export function usePlatform(platform: Platform): void {
  inUse = platform;
}

/** The platform in use. */
export function platform(): Platform {
  if (inUse) return inUse;
  throw new Error("nothing runs programs here: import anygiven by its entry, or call usePlatform first");
}
