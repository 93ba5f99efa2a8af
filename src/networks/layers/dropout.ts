/** @file Dropout as a product with masks that are given when the program runs. */
import * as op from "../../graph/operations.ts";
import type { Shape, Tensor } from "../../graph/tensor.ts";

/** Drops cells of a tensor at a named place of the network. */
export type Dropout = (index: string, x: Tensor) => Tensor;

export const noDropout: Dropout = (_place, x) => x;

export interface MaskInput {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * Masks as inputs of the program: ONNX's own Dropout draws on one thread and three times slower than the
 * SIMD kernel. A mask holds 0 or 1 / (1 - rate); `masks` collects what the program will want.
 */
export function maskedDropout(masks: MaskInput[]): Dropout {
  return (index, x) => {
    const name = `mask.${index}`;
    masks.push({ name, shape: x.shape });
    return op.multiply(x, op.input(name, x.shape));
  };
}
