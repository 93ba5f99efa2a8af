/** @file The sizes of a Transformer encoder, which every network has: their checks, and in words. */
import { shown } from "../../base/checked.ts";
import { InputError } from "../../base/errors.ts";

export interface EncoderSizes {
  /** Number of columns V; tokens 1 .. V name them, token 0 is padding or a cell that is always there. */
  readonly columns: number;
  /** Width D of embeddings, encoder and condition. */
  readonly embeddingDim: number;
  readonly heads: number;
  /** Width of the feed-forward layers. */
  readonly ffnDim: number;
  readonly encoderLayers: number;
  /** Share of cells dropped in training, 0 <= p < 1. */
  readonly dropout: number;
}

/** A size in words, its value, and the least that it may be. */
export type CheckedSize = readonly [what: string, value: number, min: number];

/** @throws InputError naming the first size that can't be. */
export function checkSizes(sizes: readonly CheckedSize[]): void {
  for (const [what, value, min] of sizes) {
    if (!Number.isInteger(value) || value < min) {
      throw new InputError(`The ${what} is ${shown(value)}; it must be a whole number of at least ${min}.`);
    }
  }
}

/** @param others further sizes to check. @throws InputError naming the first size that can't be. */
export function checkEncoder(sizes: EncoderSizes, others: readonly CheckedSize[]): void {
  const { embeddingDim, heads, dropout } = sizes;
  const own: CheckedSize[] = [
    ["number of columns", sizes.columns, 1],
    ["embedding dimension", embeddingDim, 1],
    ["number of heads", heads, 1],
    ["feed-forward dimension", sizes.ffnDim, 1],
    ["number of encoder layers", sizes.encoderLayers, 1],
  ];
  checkSizes([...own, ...others]);
  if (embeddingDim % heads !== 0) {
    throw new InputError(
      `The embedding dimension (${embeddingDim}) must be a multiple of the number of heads (${heads}).`,
    );
  }
  if (!(dropout >= 0 && dropout < 1)) {
    throw new InputError(`The dropout rate is ${shown(dropout)}; it must be at least 0 and below 1.`);
  }
}

export function describeEncoder({
  encoderLayers,
  embeddingDim,
  heads,
  ffnDim,
  dropout,
}: EncoderSizes): string {
  return `encoder: ${encoderLayers} layers, width ${embeddingDim}, ${heads} heads, feed-forward ${ffnDim}, dropout ${dropout}`;
}
