/** @file The published system's real numbers, where this machine has them: tests that need them skip elsewhere. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const shared = new URL("../../shared/", import.meta.url);

/** The path of a file or folder beside the repository, and whether it is there. */
export function sharedPath(path: string): string {
  return fileURLToPath(new URL(path, shared));
}

export function isShared(path: string): boolean {
  return existsSync(sharedPath(path));
}

export function sharedJson<T>(path: string): T {
  return JSON.parse(readFileSync(sharedPath(path), "utf8")) as T;
}

/** Appended to the names of tests that skip where the reference is absent. */
export const NEEDS_SHARED = "(needs ../shared, which only the developers' machines have)";
