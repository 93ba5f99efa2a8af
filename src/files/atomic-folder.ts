/** @file Writing a folder so that its name only ever means the whole old one or the whole new one. */
import { open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "./atomic-file.ts";
import { isAbsent } from "./system-errors.ts";

/**
 * Gives a finished folder its name. All bytes reach the disk before the name does. A folder that has the name is put aside
 * first and removed at the end: between the two renamings, a moment, neither is there under its name.
 */
export async function moveFolderIntoPlace(temporary: string, target: string): Promise<void> {
  await syncAll(temporary);
  const aside = `${temporary}.old`;
  const isOld = await rename(target, aside).then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );
  try {
    await rename(temporary, target);
  } catch (error) {
    if (isOld) await rename(aside, target);
    throw error;
  }
  syncFolder(dirname(target));
  if (isOld) await rm(aside, { recursive: true, force: true });
}

async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncAll(path);
    else {
      const file = await open(path, "r");
      await file.sync().finally(() => file.close());
    }
  }
  syncFolder(folder);
}
