/** @file The models that come with the package, to be asked by name. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A model of the simulated survey; `scripts/train-survey-model.ts` made it. */
const SHIPPED_MODELS = ["survey"] as const;

/**
 * The folder of a model to be asked: one's own of that name, or else the one that comes with the package.
 * What trains or writes takes names as they are.
 */
export function folderToAsk(name: string): string {
  const isShipped = (SHIPPED_MODELS as readonly string[]).includes(name);
  if (!isShipped || existsSync(join(name, "config.json"))) return name;
  return dirname(createRequire(import.meta.url).resolve(`#models/${name}/config.json`));
}
