/** @file The bytes of a model's files, compared with the checksums of the folder's manifest. */
import { InputError } from "../base/errors.ts";
import { decodeManifest, type FileMark, MANIFEST, type Manifest } from "../base/manifest.ts";
import { platform } from "../runtime/platform.ts";

/** How the files of a folder are read. */
export interface ReadingOptions {
  /** Whether they are compared with the checksums of the folder's manifest, where it has one; default true. */
  readonly verify?: boolean | undefined;
}

/** A folder is read anew where it has been written to meanwhile, but not for ever. */
const MOST_READINGS = 10;

/**
 * Files of a model's folder, as they were together at one time; undefined for those that there are not. Where files are being
 * replaced, or a process was killed while it did that, it is those that the manifest names (`files/written-together.ts`).
 * @throws InputError for one that can't be read, or is not as it was written.
 */
export async function modelFiles<Name extends string>(
  folder: string,
  names: readonly Name[],
  { verify = true }: ReadingOptions = {},
): Promise<Readonly<Record<Name, Uint8Array | undefined>>> {
  for (let reading = 1; ; reading++) {
    const before = await manifestText(folder);
    const manifest = before === undefined ? undefined : decodeManifest(before, pathIn(folder, MANIFEST));
    const found = {} as Record<Name, Uint8Array | undefined>;
    for (const name of names) found[name] = await fileOf(folder, name, manifest);
    const fault = verify && manifest && firstFault(folder, manifest, found);
    const isSame = before === (await manifestText(folder));
    if (isSame && !fault) return found;
    if (isSame || reading === MOST_READINGS) {
      throw fault || new InputError(`${folder} is written to again and again: try later.`);
    }
  }
}

async function manifestText(folder: string): Promise<string | undefined> {
  const bytes = await platform().readFile(folder, MANIFEST);
  return bytes && new TextDecoder().decode(bytes);
}

/** The new one, by whichever name it has. */
async function fileOf(folder: string, name: string, manifest: Manifest | undefined) {
  const staged =
    manifest?.next && Object.hasOwn(manifest.next, name) ? manifest.next[name].staged : undefined;
  return (staged && (await platform().readFile(folder, staged))) || (await platform().readFile(folder, name));
}

function firstFault(
  folder: string,
  manifest: Manifest,
  found: Readonly<Record<string, Uint8Array | undefined>>,
): InputError | undefined {
  for (const [name, bytes] of Object.entries(found)) {
    const fault = bytes && faultOf(bytes, name, manifest, folder);
    if (fault) return fault;
  }
  return undefined;
}

/** What is wrong with a file's bytes by the manifest, if something is. @param folder for messages. */
export function faultOf(
  bytes: Uint8Array,
  name: string,
  { files, next = {} }: Manifest,
  folder?: string,
): InputError | undefined {
  const mark: FileMark | undefined = Object.hasOwn(next, name)
    ? next[name]
    : Object.hasOwn(files, name)
      ? files[name]
      : undefined;
  const path = pathIn(folder, name);
  if (!mark)
    return new InputError(
      `${path} is not in the folder's ${MANIFEST}, which tells the checksums of its files: ${MEND}.`,
    );
  if (mark.bytes !== bytes.length)
    return new InputError(
      `${path} has ${bytes.length} bytes, and had ${mark.bytes} when it was written: ${MEND}.`,
    );
  if (mark.sha256 !== platform().sha256(bytes))
    return new InputError(
      `${path} is not as it was written (its SHA-256 is not that of ${MANIFEST}): ${MEND}.`,
    );
  return undefined;
}

const MEND =
  "restore it from a copy, or open it with --no-verify (in the library: verify: false) if it was changed on purpose";

export const pathIn = (folder: string | undefined, file: string) =>
  folder ? `${folder.replace(/\/$/, "")}/${file}` : file;
