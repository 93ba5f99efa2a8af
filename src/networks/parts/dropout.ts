/** @file Dropout as a product with masks that are given when the program runs. */
import * as op from "../../graph/operations.ts";
import type { Shape, Tensor } from "../../graph/tensor.ts";

/** Drops cells of a tensor; the name says which of the network's. */
export type Dropout = (name: string, x: Tensor) => Tensor;

export const noDropout: Dropout = (_name, x) => x;

export interface MaskInput {
  readonly name: string;
  readonly shape: Shape;
}

/**
 * Masks as inputs of the program: ONNX's own Dropout draws on one thread and three times slower than the
 * SIMD kernel. A mask holds 0 or 1 / (1 - rate); `masks` collects what the program will want.
 */
export function maskedDropout(masks: MaskInput[]): Dropout {
  return (name, x) => {
    const mask = `mask.${name}`;
    masks.push({ name: mask, shape: x.shape });
    return op.multiply(x, op.input(mask, x.shape));
  };
}
