/** @file What the operating system's error codes mean to a user: what is wrong, and how to mend it. */
import { readFile } from "node:fs/promises";
import { InputError } from "../base/errors.ts";

/** What is wrong, and what to do about it. */
type Explanation = readonly [wrong: string, mend: string];

const OTHER_FOLDER = "choose another folder";
const NO_PERMISSION: Explanation = [
  "you may not write there",
  `change the folder's permissions or ${OTHER_FOLDER}`,
];
const WRITING: Readonly<Record<string, Explanation>> = {
  ENOSPC: ["the disk is full", `free some space or ${OTHER_FOLDER}`],
  EDQUOT: ["your disk quota is used up", `free some space or ${OTHER_FOLDER}`],
  EFBIG: ["the file system allows no file of this size", OTHER_FOLDER],
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  EROFS: ["the file system is read-only", OTHER_FOLDER],
  ENOENT: ["its folder does not exist", "create the folder first"],
  ENOTDIR: ["a part of the path is a file, not a folder", "correct the path"],
  EISDIR: ["it is a folder", "give the name of a file to write"],
  ENAMETOOLONG: ["the name is too long", "choose a shorter one"],
};

const ABSENT: Explanation = ["there is no such file", "correct the path"];
const FORBIDDEN: Explanation = ["permission denied", "change its permissions"];
const READING: Readonly<Record<string, Explanation>> = {
  ENOENT: ABSENT,
  ENOTDIR: ABSENT,
  ENAMETOOLONG: ABSENT,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EISDIR: ["it is a folder, not a file", "name a file"],
  EIO: ["the disk reports an error", "restore the file from a copy"],
  Z_BUF_ERROR: ["it ends in the middle of its gzip data", "it is cut off, fetch it again"],
  Z_DATA_ERROR: ["its gzip data cannot be unpacked", "it is damaged, fetch it again"],
};

/** The code of a system error ("ENOENT"); undefined for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether the error says that there is no file of this name. */
export function isAbsent(error: unknown): boolean {
  return READING[systemErrorCode(error) ?? ""] === ABSENT;
}

/**
 * What a failure to write means to the user; an error that is not the system's is given back as it is.
 * @param what the path that is written, or what is kept there in words.
 */
export function asWriteError(what: string, error: unknown): unknown {
  return explained(`Cannot write ${what}`, WRITING, error);
}

/** Runs work that writes `what`. @throws as {@link asWriteError} has it. */
export function writing<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asWriteError(what, error);
  }
}

/** What a failure to read `label` means to the user; an error that is not the system's is given back as it is. */
export function asReadError(label: string, error: unknown): unknown {
  return explained(`Cannot read ${label}`, READING, error);
}

function explained(
  failure: string,
  explanations: Readonly<Record<string, Explanation>>,
  error: unknown,
): unknown {
  const explanation = explanations[systemErrorCode(error) ?? ""];
  return explanation
    ? new InputError(`${failure}: ${explanation[0]}; ${explanation[1]}.`, { cause: error })
    : error;
}

/**
 * The contents of a file.
 * @param absent what to say if there is no such file; by default that there is none.
 * @throws InputError if it can't be read.
 */
export async function readWholeFile(path: string, absent?: string): Promise<Buffer> {
  return await readFile(path).catch((cause: unknown) => {
    throw absent !== undefined && isAbsent(cause)
      ? new InputError(absent, { cause })
      : asReadError(path, cause);
  });
}
