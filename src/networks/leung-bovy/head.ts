/** @file The denoising-diffusion head: which noise is in a noisy value, given the step and the condition. */
import * as op from "../../graph/operations.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { ParameterLookup } from "../parts/program-parts.ts";
import type { HeadConfig } from "./config.ts";
import { projectsCondition } from "./parameters.ts";

/**
 * Layer k: h = gelu(Linear_k(h) + E_k[t] + C_k(c)); then a linear output.
 * @param noisy (batch, dimension); @param step int32 (batch), 0 .. T-1.
 * @param condition (batch, conditionDimension); not used by an unconditional head.
 * @returns the predicted noise, (batch, dimension).
 */
export function predictedNoise(
  noisy: Tensor,
  step: Tensor,
  condition: Tensor | undefined,
  parameters: ParameterLookup,
  config: HeadConfig,
): Tensor {
  let h = noisy;
  for (let layer = 0; layer < config.layers; layer++) {
    const time = op.gather(parameters(`head.${layer}.time`), step);
    const shift =
      condition && config.conditionDimension > 0
        ? op.add(time, conditionShift(condition, layer, parameters, config))
        : time;
    const linear = op.linear(
      h,
      parameters(`head.${layer}.linear.weight`),
      parameters(`head.${layer}.linear.bias`),
    );
    h = op.gelu(op.add(linear, shift));
  }
  return op.linear(h, parameters("head.output.weight"), parameters("head.output.bias"));
}

/** C_k(c): what the condition adds in a layer, (batch, width). It depends on the row alone. */
export function conditionShift(
  condition: Tensor,
  layer: number,
  parameters: ParameterLookup,
  config: HeadConfig,
): Tensor {
  if (!projectsCondition(config.conditionDimension, config.width)) return condition;
  const name = `head.${layer}.condition`;
  return op.linear(condition, parameters(`${name}.weight`), parameters(`${name}.bias`));
}
