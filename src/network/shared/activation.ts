/** @file The nonlinearity of the shared-context network. */
import * as op from "../../graph/operations.ts";
import type { Tensor } from "../../graph/tensor.ts";

/** x / (1 + exp(-x)) (SiLU, Elfwing et al. 2018): forwards and back half the passes over memory that GELU takes. */
export function silu(x: Tensor): Tensor {
  return op.multiply(x, op.sigmoid(x));
}
