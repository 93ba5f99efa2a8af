/** @file Writing a file so that a reader, a crash or a full disk only ever meets the old one or the new one. */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { type FileHandle, open as openFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../base/errors.ts";

/** What to put in the file: text, bytes, or byte pieces written one after the other without joining them. */
export type FileContent = string | Uint8Array | readonly Uint8Array[];

/**
 * Writes `path` whole or not at all: a temporary file in the same folder is written and synced to the disk,
 * renamed over `path`, and the folder is synced, so that the new name also survives a power cut.
 * A symbolic link is followed; an existing file keeps its access mode.
 *
 * @throws InputError when the disk is full, the folder is missing, or writing there is not allowed. After
 * any failure the temporary file is gone and the old file is as it was.
 */
export async function writeFileAtomic(path: string, data: FileContent): Promise<void> {
  const { target, temporary, mode } = explained(path, () => placesFor(path));
  let file: FileHandle | undefined;
  try {
    file = await openFile(temporary, "wx", mode);
    if (mode !== undefined) await file.chmod(mode); // past the umask
    for (const piece of pieces(data)) await file.writeFile(piece);
    await file.sync();
    await file.close();
    await rename(temporary, target);
  } catch (error) {
    await file?.close().catch(() => undefined); // closed already when the renaming failed
    if (file) await rm(temporary, { force: true });
    throw asInputError(path, error);
  }
  explained(path, () => syncFolder(dirname(target)));
}

/** {@link writeFileAtomic} without waiting on promises, for the last words of a program that was interrupted. */
export function writeFileAtomicSync(path: string, data: FileContent): void {
  const { target, temporary, mode } = explained(path, () => placesFor(path));
  let file: number | undefined;
  let open = false;
  try {
    file = fs.openSync(temporary, "wx", mode);
    open = true;
    if (mode !== undefined) fs.fchmodSync(file, mode);
    for (const piece of pieces(data)) fs.writeFileSync(file, piece);
    fs.fsyncSync(file);
    open = false;
    fs.closeSync(file);
    fs.renameSync(temporary, target);
  } catch (error) {
    if (file !== undefined && open) fs.closeSync(file);
    if (file !== undefined) fs.rmSync(temporary, { force: true });
    throw asInputError(path, error);
  }
  explained(path, () => syncFolder(dirname(target)));
}

interface Places {
  readonly target: string;
  readonly temporary: string;
  /** The old file's access mode. */
  readonly mode: number | undefined;
}

function placesFor(path: string): Places {
  const exists = fs.existsSync(path);
  const target = exists ? fs.realpathSync(path) : path;
  const old = exists ? fs.statSync(target) : undefined;
  // Renaming over a device would replace the device itself: /dev/stdout is a path people do write to.
  if (old && !old.isFile()) {
    throw new InputError(
      `${path} is ${old.isDirectory() ? "a folder" : "not an ordinary file"}: give the name of a file to write.`,
    );
  }
  // Random, not the process number: in a container that is the same after every restart, and a leftover
  // of a killed run would stand in the way for ever.
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}.tmp`);
  return { target, temporary, mode: old && old.mode & 0o777 };
}

function pieces(data: FileContent): readonly (string | Uint8Array)[] {
  return typeof data === "string" || data instanceof Uint8Array ? [data] : data;
}

/** Windows can't open a folder, and some network file systems can't sync one: there the rename has to do. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(handle);
  } catch (error) {
    const code = codeOf(error);
    if (code !== "EINVAL" && code !== "ENOTSUP") throw error;
  } finally {
    fs.closeSync(handle);
  }
}

function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asInputError(path, error);
  }
}

/** What the user can mend, by the operating system's error code: what is wrong, and what to do. */
const mendable: Readonly<Record<string, readonly [wrong: string, mend: string]>> = {
  ENOSPC: ["the disk is full", "free some space or choose another folder"],
  EDQUOT: ["your disk quota is used up", "free some space or choose another folder"],
  EFBIG: ["the file system allows no file of this size", "choose another folder"],
  EACCES: ["you may not write there", "change the folder's permissions or choose another folder"],
  EPERM: ["you may not write there", "change the folder's permissions or choose another folder"],
  EROFS: ["the file system is read-only", "choose another folder"],
  ENOENT: ["its folder does not exist", "create the folder first"],
  ENOTDIR: ["a part of the path is a file, not a folder", "correct the path"],
  EISDIR: ["it is a folder", "give the name of a file to write"],
  ENAMETOOLONG: ["the name is too long", "choose a shorter one"],
};

function asInputError(path: string, error: unknown): unknown {
  const [wrong, mend] = mendable[codeOf(error) ?? ""] ?? [];
  if (wrong === undefined) return error;
  return new InputError(`Cannot write ${path}: ${wrong}; ${mend}.`, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
