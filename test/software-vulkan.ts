/** @file Where a WebGPU adapter for tests is found: SwiftShader, a Vulkan driver in software that comes with Chromium. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Folders that may hold it: what scripts/software-vulkan.sh made, and Debian's. */
const FOLDERS = [process.env.ANYGIVEN_VULKAN, "/usr/lib/chromium", "/usr/lib/chromium-browser"];

/**
 * The environment in which a process finds the software adapter, or undefined where there is none. The loader reads it
 * when a process starts, so it is of use to child processes only.
 */
export function softwareVulkan(): NodeJS.ProcessEnv | undefined {
  const folder = FOLDERS.find((each) => each && existsSync(join(each, DRIVER)));
  if (!folder) return undefined;
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return { ...process.env, VK_ICD_FILENAMES: join(folder, DRIVER), LD_LIBRARY_PATH: libraries };
}

const DRIVER = "vk_swiftshader_icd.json";
