/** @file The floating-point operations that a training step of the published network can't do without. */
import type { LeungBovyConfig } from "../../src/networks/leung-bovy/config.ts";
import { projectsCondition } from "../../src/networks/leung-bovy/parameters.ts";

export interface WorkOptions {
  /**
   * "first place" (default): in the last encoder layer queries, output, feed-forward for the request's place alone, as
   * nothing reads the others. "all places": as the original does it.
   */
  readonly lastLayer?: "first place" | "all places";
}

/** Forward once; backward once for the gradient of the weights and once for that of what comes in. */
const PASSES = 3;
/** Of the first layer of the head, whose input is data: forward and the weights' gradient. */
const PASSES_OF_DATA = 2;

/**
 * Floating-point operations of one row's loss and gradient: a multiplication and an addition for each cell that a
 * matrix product passes over. A batch does as many times this as it has rows.
 *
 * Counted: the products of the linear layers, and of attention (scores, weighted values), with sequence length
 * S = given + 1, without padding. Not counted: all that goes cell by cell (norms, gelu, softmax, dropout, embedding,
 * biases, AdamW), though it takes time: the floor made of this is a little low, never high.
 *
 * @param given columns given in the row.
 * @see bench/peers/count_flops.py: PyTorch's own counter on the peer gives the same numbers.
 */
export function workOfRow(
  network: LeungBovyConfig,
  given: number,
  { lastLayer = "first place" }: WorkOptions = {},
): number {
  const { encoderLayers } = network;
  const sequence = given + 1;
  let work = 0;
  for (let layer = 0; layer < encoderLayers; layer++) {
    const isShort = lastLayer === "first place" && layer === encoderLayers - 1;
    work += encoderLayerWork(network, sequence, isShort ? 1 : sequence);
  }
  return work + headWork(network);
}

/** @param places how many of the sequence's places are worked out; all of them are read. */
function encoderLayerWork(
  { embeddingDim: d, ffnDim }: LeungBovyConfig,
  sequence: number,
  indices: number,
): number {
  const keysAndValues = 2 * product(sequence, d, d);
  const queriesAndOutput = 2 * product(indices, d, d);
  // All heads together are as wide as the embedding.
  const attention = 2 * product(indices, d, sequence);
  const feedForward = 2 * product(indices, d, ffnDim);
  return PASSES * (keysAndValues + queriesAndOutput + attention + feedForward);
}

function headWork({ head }: LeungBovyConfig): number {
  const { dimension, width, layers, conditionDimension } = head;
  const first = PASSES_OF_DATA * product(1, dimension, width);
  const others = PASSES * ((layers - 1) * product(1, width, width) + product(1, width, dimension));
  const conditions = projectsCondition(conditionDimension, width)
    ? PASSES * layers * product(1, conditionDimension, width)
    : 0;
  return first + others + conditions;
}

/** (rows, inner) times (inner, columns). */
function product(rows: number, inner: number, columns: number): number {
  return 2 * rows * inner * columns;
}
