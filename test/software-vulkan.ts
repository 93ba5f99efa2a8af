/** @file A WebGPU adapter for tests: the machine's own, one in software that a script fetched, or Chromium's. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { tryDevice } from "../src/runtime/node/devices.ts";

/** Folders that may hold a driver and its loader: what scripts/software-vulkan.sh made, and Debian's chromium. */
const FOLDERS = [process.env.ANYGIVEN_VULKAN, "/usr/lib/chromium"];

export interface Adapter {
  /**
   * The environment in which a process finds the adapter: loaders read it when a process starts, so it is of use to child
   * processes only.
   */
  readonly environment: NodeJS.ProcessEnv;
  readonly precisions: readonly string[];
}

/** The first adapter that starts, or undefined. */
export async function webgpuAdapter(): Promise<Adapter | undefined> {
  for (const environment of environments()) {
    const report = await tryDevice("webgpu", environment);
    if (report.starts) return { environment, precisions: report.precisions };
  }
  return;
}

function environments(): NodeJS.ProcessEnv[] {
  const [fetched, chromium] = FOLDERS.map((folder) => {
    if (!folder || !existsSync(folder)) return [];
    const driver = readdirSync(folder).find((name) => name.endsWith("_icd.json"));
    if (!driver) return [];
    const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
    return [{ ...process.env, VK_ICD_FILENAMES: join(folder, driver), LD_LIBRARY_PATH: libraries }];
  });
  return [...fetched, process.env, ...chromium];
}
