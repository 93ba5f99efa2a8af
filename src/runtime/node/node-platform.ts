/** @file Node as a platform. */
import { createHash } from "node:crypto";
import { withFolderLock } from "../../files/folder-lock.ts";
import { folderToAsk, readModelFile } from "../../files/model-files.ts";
import { writeTogether } from "../../files/written-together.ts";
import type { Platform } from "../platform.ts";
import { fastestDevice } from "./devices.ts";
import { openSession } from "./session.ts";
import { nodeThreads } from "./worker-thread.ts";

export const nodePlatform: Platform = {
  openSession,
  fastestDevice: async () => (await fastestDevice()).device,
  threads: nodeThreads,
  modelFolder: folderToAsk,
  readFile: readModelFile,
  writeFiles: (folder, files) =>
    withFolderLock(folder, { what: "a model being saved" }, () => writeTogether(folder, files)),
  sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
};
