/** @file The published objective: one asked column a row, one noisy value of it. */
import type { NetworkConfig } from "../networks/leung-bovy/config.ts";
import { contextFeeds, contextSizes } from "../networks/leung-bovy/context-feeds.ts";
import { lossProgram } from "../networks/leung-bovy/programs.ts";
import { type Batch, batchBytes, batchIn, largestPart, microBatches } from "./batch.ts";
import type { BatchRoom, Objective } from "./objective.ts";

export function singleObjective(
  network: NetworkConfig,
  { capacity, width, tokens }: BatchRoom,
): Objective<Batch> {
  return {
    bytes: batchBytes(capacity, width),
    batchIn: (memory) => batchIn(memory, capacity, width),
    lossProgram: (training) => lossProgram(network, { training }),
    parts: (batch, rows, workers) =>
      microBatches(batch.given, rows, tokens, workers).map((part) => ({ ...part, requests: 1 })),
    feeds(batch, part) {
      const own = <T extends Float32Array | Int32Array>(shared: T) =>
        shared.slice(part.start, part.start + part.rows) as T;
      return {
        ...contextFeeds(batch, part),
        noisy: own(batch.noisy),
        step: own(batch.step),
        noise: own(batch.noise),
        weight: own(batch.weight),
      };
    },
    sizes: contextSizes,
    cost: ({ rows, length }) => rows * (length + 1),
    largest: () =>
      Array.from({ length: Math.max(1, width) }, (_, i) => {
        const sequence = i + 2;
        return { sequence, batch: largestPart(tokens, sequence, width, capacity) };
      }),
  };
}
