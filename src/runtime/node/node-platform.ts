/** @file Node as a platform. */
import { folderToAsk, readModelFile, writeModelFile } from "../../files/model-files.ts";
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
  writeFile: writeModelFile,
};
