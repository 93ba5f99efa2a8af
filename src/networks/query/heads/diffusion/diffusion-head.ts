/** @file The diffusion head: it learns to clean noisy copies of a number, at every level of noise. */
import * as op from "../../../../graph/operations.ts";
import { product, type Tensor } from "../../../../graph/tensor.ts";
import { dense, type ParameterDraft, uniform, value } from "../../../layers/parameter-layout.ts";
import type { ParameterLookup } from "../../../layers/program-parts.ts";
import type { DenoiserConfig } from "../../config.ts";
import { ASKED } from "../../encoder.ts";
import { denoiserOutput, NOISE_FEATURES, steeringOf } from "../../head.ts";
import type { Head } from "../head.ts";
import { noisyCopies } from "./noise.ts";

export function diffusionHead(config: DenoiserConfig): Head {
  const { blocks, width, sigmaMin, sigmaMax } = config;
  return {
    parameters: (conditionWidth) => drafts(conditionWidth, config),
    loss: (condition, parameters) => denoisingLoss(condition, parameters, config),
    lossWeights: ["weight"],
    lossFeeds: (targets, copies, random) => noisyCopies(targets, copies, config, random),
    conditioned(condition, parameters) {
      const { first, gains, shifts } = steeringOf(condition, parameters, config);
      const tensors: Record<string, Tensor> = { first };
      gains.forEach((gain, block) => {
        tensors[`gain.${block}`] = gain;
        tensors[`shift.${block}`] = shifts[block];
      });
      return tensors;
    },
    describe: () => `head: ${blocks} blocks, width ${width}, noise levels ${sigmaMin} to ${sigmaMax}`,
  };
}

function denoisingLoss(condition: Tensor, parameters: ParameterLookup, config: DenoiserConfig): Tensor {
  const cells = product(["requests", "batch", "draws"]);
  const column = (name: string) => op.reshape(op.input(name, ["requests", "batch", "draws"]), [cells, 1]);
  const [noisy, scaled, sigma, logSigma] = ["noisy", "scaled", "sigma", "logSigma"].map(column);
  const steering = steeringOf(condition, parameters, config);
  const shape = [ASKED, "draws"] as const;
  const output = denoiserOutput(noisy, scaled, { sigma, logSigma }, steering, parameters, config, shape);
  const error = op.subtract(output, column("target"));
  return op.sum(op.multiply(op.multiply(error, error), column("weight")), [0, 1]);
}

function drafts(d: number, head: DenoiserConfig): ParameterDraft[] {
  const { width, frequencies } = head;
  const weights = (name: string, inputs: number): ParameterDraft => ({
    name,
    shape: [width, inputs],
    start: uniform(1 / Math.sqrt(inputs)),
  });
  return [
    { name: "head.value", shape: [width], start: uniform(1) },
    weights("head.sine", frequencies),
    weights("head.cosine", frequencies),
    weights("head.noiseSine", NOISE_FEATURES),
    weights("head.noiseCosine", NOISE_FEATURES),
    ...dense("head.condition", d, width),
    ...Array.from({ length: head.blocks }, (_, block): ParameterDraft[] => [
      ...dense(`head.${block}.in`, width, width),
      ...still(`head.${block}.gain`, d, width),
      ...still(`head.${block}.shift`, d, width),
      ...dense(`head.${block}.out`, width, width),
    ]).flat(),
    // Zeros: the untrained network answers with the best linear guess (Karras et al. 2022, eq. 7).
    ...still("head.output", width, 1),
  ];
}

/** A dense layer that starts as zero: it changes nothing until it has learnt to. */
function still(name: string, inputs: number, outputs: number): ParameterDraft[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], start: value(0) },
    { name: `${name}.bias`, shape: [outputs], start: value(0) },
  ];
}
