/** @file All that is fuzzed. */
import type { Target } from "../target.ts";
import { MODEL_TARGETS } from "./models.ts";
import { TABLE_TARGETS } from "./tables.ts";

export const TARGETS: readonly Target[] = [...TABLE_TARGETS, ...MODEL_TARGETS];
