/**
 * @file Several files of a model's folder replaced together, so that a reader, a crash or a full disk only ever meets all
 * the old ones or all the new ones, and a manifest that tells their checksums.
 *
 * The new files are written beside the old ones, under names of their own. Then the manifest is replaced: from that moment on
 * they hold, be they called what they shall be called or not yet. Then they get their names, and the manifest says no more
 * than their checksums. Who reads in between takes a file by either name (`model/model-bytes.ts`); who writes next finishes
 * what a killed process had begun.
 */
import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  decodeManifest,
  encodeManifest,
  type FileMark,
  MANIFEST,
  type Manifest,
  type StagedMark,
} from "../base/manifest.ts";
import { type FileContent, pieces, syncFolder, writeFileAtomic } from "./atomic-file.ts";
import { sweepStaged, temporaryBeside } from "./leftovers.ts";
import { asReadError, asWriteError, isAbsent, readWholeFile } from "./system-errors.ts";

/** Files by their names in the folder: "config.json", "checkpoints/epoch-000002.safetensors". */
export type NamedFiles = Readonly<Record<string, FileContent>>;

/**
 * Writes them all, or none. The folder is locked by the caller.
 * @throws InputError if that can't be; the old files are then as they were.
 */
export async function writeTogether(folder: string, files: NamedFiles): Promise<void> {
  const before = (await finishWriting(folder)) ?? { files: await marksOfFiles(folder) };
  const next: Record<string, StagedMark> = {};
  try {
    for (const [name, content] of Object.entries(files)) next[name] = await staged(folder, name, content);
    await writeManifest(folder, { ...before, next });
  } catch (error) {
    await Promise.all(Object.values(next).map((each) => rm(join(folder, each.staged), { force: true })));
    throw asWriteError(folder, error);
  }
  await finishWriting(folder);
}

/**
 * Gives files their names that a manifest says are the folder's now.
 * @returns the manifest as it then is; undefined if there is none.
 */
async function finishWriting(folder: string): Promise<Manifest | undefined> {
  const manifest = await readManifest(folder);
  if (!manifest?.next) return manifest;
  for (const [name, { staged: waiting }] of Object.entries(manifest.next)) {
    await rename(join(folder, waiting), join(folder, name)).catch((error: unknown) => {
      if (!isAbsent(error)) throw asWriteError(join(folder, name), error); // it has its name already
    });
    syncFolder(dirname(join(folder, name)));
  }
  const marks = Object.entries(manifest.next).map(([name, { sha256, bytes }]) => [name, { sha256, bytes }]);
  const finished = { files: { ...manifest.files, ...Object.fromEntries(marks) } };
  await writeManifest(folder, finished);
  return finished;
}

/** As a process that was killed left it: what it had decided is finished, what it had only begun is removed. */
export async function recoverWriting(folder: string): Promise<void> {
  await finishWriting(folder);
  sweepStaged(folder);
  sweepStaged(join(folder, "checkpoints"));
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST);
  const text = await readWholeFile(path).catch((error: unknown) => {
    if (error instanceof Error && isAbsent(error.cause)) return undefined;
    throw error;
  });
  return text && decodeManifest(text.toString("utf8"), path);
}

const writeManifest = (folder: string, manifest: Manifest) =>
  writeFileAtomic(join(folder, MANIFEST), encodeManifest(manifest), { follow: false });

async function staged(folder: string, name: string, content: FileContent): Promise<StagedMark> {
  const target = join(folder, name);
  await mkdir(dirname(target), { recursive: true });
  const path = temporaryBeside(target, "new");
  const sum = createHash("sha256");
  let bytes = 0;
  let file: FileHandle | undefined;
  try {
    file = await open(path, "wx");
    for (const piece of pieces(content)) {
      const data = typeof piece === "string" ? Buffer.from(piece) : piece;
      sum.update(data);
      bytes += data.byteLength;
      await file.writeFile(data);
    }
    await file.sync();
  } catch (error) {
    if (file) await rm(path, { force: true });
    throw asWriteError(target, error);
  } finally {
    await file?.close();
  }
  syncFolder(dirname(path));
  return { sha256: sum.digest("hex"), bytes, staged: path.slice(join(folder, "/").length) };
}

/** Of a folder that has no manifest yet: an older anygiven wrote it. */
async function marksOfFiles(folder: string): Promise<Record<string, FileMark>> {
  const checkpoints = await readdir(join(folder, "checkpoints")).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw asReadError(join(folder, "checkpoints"), error);
  });
  const names = [
    "config.json",
    "weights.safetensors",
    ...checkpoints.filter((name) => name.endsWith(".safetensors")).map((name) => `checkpoints/${name}`),
  ];
  const marks: Record<string, FileMark> = {};
  for (const name of names) {
    const bytes = await readWholeFile(join(folder, name)).catch((error: unknown) => {
      if (error instanceof Error && isAbsent(error.cause)) return undefined;
      throw error;
    });
    if (bytes)
      marks[name] = { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
  }
  return marks;
}
