/**
 * @file Reading one file out of a tar archive (POSIX ustar). Our own: a screenful, for one archive; see
 * docs/decisions.md.
 */
import { InputError } from "../errors.ts";

/** Headers and the contents after them are padded to whole blocks. */
const BLOCK = 512;
/** Types of an ordinary file: "0", and NUL in archives older than POSIX. */
const FILE_TYPES = ["0", "\0"];

/**
 * The contents of the file `name`, without copying them.
 * @param label What the archive is called in messages.
 * @throws InputError if there is no such file in it, or the archive ends within it.
 */
export function tarFile(archive: Uint8Array, name: string, label: string): Uint8Array {
  const text = (start: number, end: number) => Buffer.from(archive.subarray(start, end)).toString("latin1");
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const upToNul = (from: number, to: number) => text(at + from, at + to).replace(/\0.*$/s, "");
    const prefix = text(at + 257, at + 262) === "ustar" ? upToNul(345, 500) : "";
    const found = prefix === "" ? upToNul(0, 100) : `${prefix}/${upToNul(0, 100)}`;
    if (found === "") break; // blocks of zeros end an archive
    const size = Number.parseInt(upToNul(124, 136), 8);
    const start = at + BLOCK;
    if (!(size >= 0 && start + size <= archive.length))
      throw new InputError(`${label} ends in the middle of ${found}: fetch it again.`);
    if (found === name && FILE_TYPES.includes(text(at + 156, at + 157)))
      return archive.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new InputError(`${label} holds no file ${name}.`);
}
