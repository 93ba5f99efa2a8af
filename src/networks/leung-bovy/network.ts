/** @file The published network (Leung & Bovy 2024): one target a row, read from the cells that are given beside it. */

import type { BatchCapacity, BatchSettings, Network } from "../network.ts";
import { describeEncoder } from "../parts/sizes.ts";
import { leungBovyBatches } from "./batch.ts";
import { LeungBovyBatchSampler } from "./batch-sampler.ts";
import type { LeungBovyConfig } from "./config.ts";
import { encodeForLeungBovy } from "./encode.ts";
import { networkParameters } from "./parameters.ts";
import { LeungBovyPredictor } from "./predictor.ts";
import { lossProgram } from "./programs.ts";

/** PyTorch's defaults, which the published models were trained with. */
export const OPTIMIZER = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 } as const;

export function leungBovyNetwork(config: LeungBovyConfig): Network {
  const { head, dropout } = config;
  const isBlind = head.conditionDimension === 0;
  return {
    parameters: networkParameters(config),
    members: 1,
    dropout,
    optimizer: OPTIMIZER,
    // It learns to copy a column that is both.
    takesTargetsAsGiven: true,
    isMixture: false,
    ...(isBlind && { untrainable: "was trained blind to its inputs and can't learn to see" }),
    describe: () => [
      describeEncoder(config),
      `head: ${head.layers} layers, width ${head.width}, ${head.steps} steps, ${head.schedule} noise`,
      ...(isBlind ? ["The head does not see what is given (trained blind to its inputs)."] : []),
    ],
    encode: encodeForLeungBovy,
    capacity: capacityFor,
    batches: leungBovyBatches,
    sampler({ data }, outputs, settings) {
      const columns = data.columns.length;
      const capacity = capacityFor(columns, outputs, settings);
      const contextRange = [Math.min(settings.contextRange[0], columns), capacity.given] as const;
      const batches = leungBovyBatches(capacity);
      const batch = batches.over(new ArrayBuffer(batches.bytes));
      return new LeungBovyBatchSampler(data, outputs, contextRange, head, batch);
    },
    lossProgram: (training) => lossProgram(config, { training }),
    openPredictor: (columns, weights, options) => LeungBovyPredictor.open(config, columns, weights, options),
  };
}

function capacityFor(columns: number, _outputs: Int32Array, settings: BatchSettings): BatchCapacity {
  return {
    rows: settings.batchSize,
    given: Math.min(settings.contextRange[1], columns),
    targets: 1,
    copies: 1,
  };
}
