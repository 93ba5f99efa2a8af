/** @file Writing a file so that a reader, a crash or a full disk only ever meets the old one or the new one. */
import * as fs from "node:fs";
import { copyFile, type FileHandle, link, open as openFile, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../base/errors.ts";
import { temporaryBeside } from "./leftovers.ts";
import { asWriteError, systemErrorCode, writing } from "./system-errors.ts";

/** What to put in the file: text, bytes, or byte pieces written one after the other without joining them. */
export type FileContent = string | Uint8Array | readonly Uint8Array[];

/**
 * Writes `path` whole or not at all: a temporary file in the same folder is written and synced to the disk,
 * renamed over `path`, and the folder is synced, so that the new name also survives a power cut.
 * A symbolic link is followed, also to a file that is not there yet; an existing file keeps its access mode.
 *
 * @param how.follow whether a link is followed, or replaced itself: in a model's folder, which may come from anywhere.
 * @throws InputError when the disk is full, the folder is missing, or writing there is not allowed. After
 * any failure the temporary file is gone and the old file is as it was.
 */
export async function writeFileAtomic(
  path: string,
  data: FileContent,
  { follow = true }: { readonly follow?: boolean } = {},
): Promise<void> {
  const { target, temporary, mode } = writing(path, () => pathsFor(path, follow));
  let file: FileHandle | undefined;
  try {
    file = await openFile(temporary, "wx", mode);
    if (mode !== undefined) await file.chmod(mode); // past the umask
    for (const piece of pieces(data)) await file.writeFile(piece);
    await file.close();
    await moveIntoPlace(temporary, target);
  } catch (error) {
    await file?.close().catch(() => undefined); // closed already when the renaming failed
    if (file) await rm(temporary, { force: true });
    throw asWriteError(path, error);
  }
}

/** What file systems say that have no second names of files. */
const HAS_NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/**
 * Writes a file that is not there yet, whole: of several processes that do so at once, one does.
 * @returns whether it was this one; where the file is there, it stays as it is.
 * @throws InputError as {@link writeFileAtomic} does.
 */
export async function writeNewFile(path: string, text: string): Promise<boolean> {
  const temporary = temporaryBeside(path, "tmp");
  try {
    const file = await openFile(temporary, "wx");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path).catch(async (error: unknown) => {
      if (!HAS_NO_LINKS.has(systemErrorCode(error) ?? "")) throw error;
      await copyFile(temporary, path, fs.constants.COPYFILE_EXCL);
    }); // fails where the name is taken, as renaming does not
    syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw asWriteError(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Gives a finished temporary file its name. Its bytes reach the disk before the name does: after a power cut there
 * is the old file or the new one.
 */
export async function moveIntoPlace(temporary: string, target: string): Promise<void> {
  const file = await openFile(temporary, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, target);
  syncFolder(dirname(target));
}

interface Paths {
  readonly target: string;
  readonly temporary: string;
  /** The old file's access mode. */
  readonly mode: number | undefined;
}

function pathsFor(path: string, follow: boolean): Paths {
  const target = follow ? throughLinks(path) : path;
  const old = fs.statSync(target, { throwIfNoEntry: false });
  refuseNoFile(path, old);
  return { target, temporary: temporaryBeside(target, "tmp"), mode: old && old.mode & 0o777 };
}

/** Renaming over a device or a pipe would replace it itself: /dev/stdout is a path people do write to. */
export function refuseNoFile(path: string, old: fs.Stats | undefined): void {
  if (!old || old.isFile()) return;
  throw new InputError(
    `${path} is ${old.isDirectory() ? "a folder" : "not an ordinary file"}: give the name of a file to write.`,
  );
}

/** As many links as Linux follows before it gives up. */
const MOST_LINKS = 40;

/** Where a path leads that is to be written: through symbolic links, so that these stay, be there a file behind them or not. */
export function throughLinks(path: string): string {
  let target = path;
  for (let followed = 0; followed < MOST_LINKS; followed++) {
    if (!fs.lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink())
      return target === path ? path : fs.existsSync(target) ? fs.realpathSync(target) : target;
    target = resolve(dirname(target), fs.readlinkSync(target));
  }
  throw new InputError(`${path} is a link that leads to itself: name another file.`);
}

/** What is written one after the other. */
export function pieces(data: FileContent): readonly (string | Uint8Array)[] {
  return typeof data === "string" || data instanceof Uint8Array ? [data] : data;
}

/** Windows can't open a folder, and some network file systems can't sync one: there the rename has to do. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(handle);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== "EINVAL" && code !== "ENOTSUP") throw error;
  } finally {
    fs.closeSync(handle);
  }
}
