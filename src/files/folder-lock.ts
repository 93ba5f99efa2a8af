/** @file A folder that one process at a time writes to: a lock with the number of the process, taken over from one that has ended. */
import { link, lstat, mkdir, readdir, readFile, realpath, rename, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { writeNewFile } from "./atomic-file.ts";
import { sweep, temporaryBeside } from "./leftovers.ts";
import { isOwn, isRunning, markIn, markText, ownMark, type ProcessMark } from "./process-mark.ts";
import { asReadError, isAbsent, systemErrorCode } from "./system-errors.ts";
import { recoverWriting } from "./written-together.ts";

/** In the folder, for as long as it is written to. */
const LOCK = ".lock";

export interface LockOptions {
  /** What is at work there, in words: "a training". */
  readonly what: string;
  /** Told, in a sentence, of a lock that was taken over. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
}

/** The folders that this process has locked, by their whole paths. */
const held = new Set<string>();

/**
 * Does the work while nobody else writes to the folder, which is made if there is none. What killed runs left in it is
 * removed, and so is the lock of one.
 * @throws InputError where another process, or other work of this one, writes there, and where the folder has links.
 */
export async function withFolderLock<Made>(
  folder: string,
  { what, onNotice }: LockOptions,
  work: () => Promise<Made>,
): Promise<Made> {
  const made = await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new InputError(
      `The folder ${folder} can't be made (${systemErrorCode(error) ?? error}): choose another.`,
      { cause: error },
    );
  });
  const whole = await realpath(folder);
  const path = join(folder, LOCK);
  if (held.has(whole)) throw inUse(folder, "this process is writing to it");
  held.add(whole);
  try {
    await refuseLinks(folder);
    await take(path, folder, what, onNotice);
    // A process that is asked to exit in the middle leaves the lock; the next finds that it has ended.
    try {
      await recoverWriting(folder);
      sweep(folder);
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    held.delete(whole);
    // Of work that came to nothing no folder stays; one that holds something can't be removed so.
    if (made !== undefined) await rmdir(folder).catch(() => undefined);
  }
}

/** Folders that are the model's own. */
const SUBFOLDERS = ["checkpoints"];

/** A model's folder may come from anywhere: what its links lead to is not written to, nor taken away unasked. */
async function refuseLinks(folder: string): Promise<void> {
  for (const within of ["", ...SUBFOLDERS]) {
    const entries = await readdir(join(folder, within), { withFileTypes: true }).catch((error: unknown) => {
      if (isAbsent(error)) return [];
      throw asReadError(join(folder, within), error);
    });
    const found = entries.find((entry) => entry.isSymbolicLink());
    if (found)
      throw new InputError(
        `${join(folder, within, found.name)} is a link, and what it leads to would be written over: copy the file there, or choose another folder.`,
      );
  }
}

async function take(
  path: string,
  folder: string,
  what: string,
  onNotice: LockOptions["onNotice"],
): Promise<void> {
  const text = `${markText(ownMark())}\n${what}, process ${process.pid}, since ${new Date().toISOString()}\n`;
  // One that has ended may be found more than once, where several take it over.
  while (!(await writeNewFile(path, text))) await giveWay(path, folder, onNotice);
}

/** Takes away the lock of a process that has ended. @throws InputError if it has not, or that can't be told. */
async function giveWay(path: string, folder: string, onNotice: LockOptions["onNotice"]): Promise<void> {
  const text = await textOf(path);
  if (text === undefined) return; // given back in the meantime
  const mark = markIn(text);
  if (!mark || !isEnded(mark)) throw inUse(folder, whose(text, mark, path));
  const aside = temporaryBeside(path, "old");
  await rename(path, aside).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
  });
  const taken = await textOf(aside);
  if (taken !== undefined && taken !== text) {
    // Another process has taken it over between both looks: it is put back.
    await link(aside, path).catch(() => undefined);
    await unlink(aside);
    throw inUse(folder, whose(taken, markIn(taken), path));
  }
  await rm(aside, { force: true });
  if (taken !== undefined)
    onNotice?.(
      `The lock of ${folder} is taken over from process ${mark.pid}, which ended before its work did.`,
    );
}

/** A lock of this process that it knows nothing of can't be: it is of one that had the same number. */
function isEnded(mark: ProcessMark): boolean {
  return isOwn(mark) || isRunning(mark) === false;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    if ((await lstat(path)).isFile()) return await readFile(path, "utf8");
    throw new InputError(`${path} is no file: remove it.`);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function whose(text: string, mark: ProcessMark | undefined, path: string): string {
  const [, said = ""] = text.split("\n");
  if (mark && isRunning(mark)) return `${said || `process ${mark.pid}`} is writing to it`;
  return `${said === "" ? "another process" : `${said}, on another machine,`} was writing to it; if that has ended, remove ${path}`;
}

function inUse(folder: string, why: string): InputError {
  return new InputError(`${folder} is in use: ${why}. Choose another folder, or wait for the other's end.`);
}
