/** @file The smallest network that a test can train: for what is about rows and files, not about answers. */
import type { TrainOptions } from "../src/training/options.ts";

/** With few normals. */
export const TINY_MIXTURE = {
  workers: 1,
  embeddingDim: 8,
  heads: 1,
  ffnDim: 8,
  encoderLayers: 1,
  headDim: 8,
  headLayers: 1,
  members: 1,
  fixedNormals: 8,
  freeNormals: 4,
} as const satisfies TrainOptions;
