/**
 * @file Temporary files: named by the process that writes them, so that those of a run that was killed are known for what
 * they are, and taken away by the next.
 */
import { randomUUID } from "node:crypto";
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isOwn, isRunning, markIn, markText, ownMark } from "./process-mark.ts";

/** What temporary files and folders end in: half-written files, rows that wait, a folder put aside, a file that waits for its name. */
const ENDINGS = ["tmp", "partial", "waiting", "old", "new"] as const;
const NAME = new RegExp(
  `^(?:\\.(.*)\\.)?anygiven-[0-9a-f]{6}-\\d+-[0-9a-z]+-[0-9a-f]{8}(?:\\.(?:${ENDINGS.join("|")}))*$`,
);
/** Names may have 255 bytes, and a temporary file's must not be too long where its target's is not. */
const KEPT_OF_NAME = 40;
/** Of another machine's process nobody can tell whether it runs; what it has not touched for so long is a leftover. */
const A_DAY = 86_400_000;

let tell: (sentence: string) => void = () => undefined;

/** Who is told, in a sentence, of leftovers that were taken away; nobody by default. */
export function onLeftovers(listener: (sentence: string) => void): void {
  tell = listener;
}

const swept = new Set<string>();

/** A name beside `target` that no other process uses. The first in a folder takes away what killed runs left there. */
export function temporaryBeside(target: string, ending: (typeof ENDINGS)[number]): string {
  const folder = dirname(target);
  if (!swept.has(folder)) {
    swept.add(folder);
    sweep(folder);
  }
  return join(folder, `.${startOf(basename(target))}.${temporaryMark()}.${ending}`);
}

/** What makes a name this process's own, and no two the same. */
export function temporaryMark(): string {
  return `${markText(ownMark())}-${randomUUID().slice(0, 8)}`;
}

/** Characters are kept whole. */
function startOf(name: string): string {
  return Array.from(name).slice(0, KEPT_OF_NAME).join("");
}

/** Takes away the temporary files in a folder whose processes have ended, and tells of it. */
export function sweep(folder: string): void {
  remove(
    folder,
    // Files that wait for their names may be what a manifest counts on (`written-together.ts`).
    leftoversIn(folder).filter((name) => !name.endsWith(".new") && !isPutBack(folder, name)),
  );
}

/** The same of files that wait for names that they will not get. */
export function sweepStaged(folder: string): void {
  remove(
    folder,
    leftoversIn(folder).filter((name) => name.endsWith(".new")),
  );
}

function leftoversIn(folder: string): string[] {
  return namesIn(folder).filter((name) => NAME.test(name) && isLeftover(join(folder, name)));
}

/**
 * A folder is put aside while a new one takes its name (`atomic-folder.ts`): where the process was killed in between, it
 * gets its name again.
 */
function isPutBack(folder: string, name: string): boolean {
  const target = NAME.exec(name)?.[1];
  if (!name.endsWith(".partial.old") || target === undefined) return false;
  if (Array.from(target).length >= KEPT_OF_NAME) return true; // its name is not known any more: it stays
  if (existsSync(join(folder, target))) return false;
  renameSync(join(folder, name), join(folder, target));
  tell(`${join(folder, target)} is put back, which a run that was ended was about to replace.`);
  return true;
}

function remove(folder: string, gone: readonly string[]): void {
  for (const name of gone) rmSync(join(folder, name), { recursive: true, force: true });
  if (gone.length > 0)
    tell(
      gone.length === 1
        ? `${join(folder, gone[0])}, which a run that was ended left behind, is removed.`
        : `${gone.length} temporary files in ${folder}, which runs that were ended left behind, are removed.`,
    );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no folder, or none to look into: what is written there says so itself
  }
}

function isLeftover(path: string): boolean {
  const mark = markIn(basename(path));
  if (!mark || isOwn(mark)) return false;
  const runs = isRunning(mark);
  if (runs !== undefined) return !runs;
  try {
    return Date.now() - lstatSync(path).mtimeMs > A_DAY;
  } catch {
    return false; // gone by now
  }
}
