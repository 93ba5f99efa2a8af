/** @file The diffusion head: it learns to clean noisy copies of a number, at every level of noise, and follows that to answers. */
import { dense, type ParameterDraft, still, uniform } from "../../../parts/parameter-layout.ts";
import type { Asking, Head } from "../head.ts";
import { checkDenoiser, type DenoiserConfig } from "./config.ts";
import { modulationOf, NOISE_FEATURES, namedModulation } from "./denoiser.ts";
import { DiffusionPredictor } from "./diffusion-predictor.ts";
import { noisyCopies } from "./noise.ts";
import { denoisingLoss } from "./programs.ts";

/** Evaluations of the denoiser that a number takes, about. */
const EVALUATIONS: Readonly<Record<Asking, number>> = {
  levels: 10,
  "own levels": 15,
  samples: 100,
  "log density": 200,
};

/** @throws InputError naming the first size that can't be. */
export function diffusionHead(config: DenoiserConfig): Head {
  checkDenoiser(config);
  const { blocks, width, sigmaMin, sigmaMax } = config;
  const parameters = (conditionWidth: number) => drafts(conditionWidth, config);
  return {
    isMixture: false,
    parameters,
    loss: ({ condition }, lookup) => ({ loss: denoisingLoss(condition, lookup, config) }),
    lossWeights: ["weight"],
    lossFeeds: (targets, { copies }, random) => noisyCopies(targets, copies, config, random),
    conditioned: ({ condition }, lookup) => namedModulation(modulationOf(condition, lookup, config)),
    openPredictor: (conditionWidth, weights, options) =>
      DiffusionPredictor.open(config, parameters(conditionWidth), weights, options),
    work: (asking, numbers) => EVALUATIONS[asking] * numbers * 2 * (blocks + 1) * width * width,
    describe: () => `head: ${blocks} blocks, width ${width}, noise levels ${sigmaMin} to ${sigmaMax}`,
  };
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
