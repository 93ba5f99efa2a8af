/** @file Embedding and Transformer encoder: from the given cells to the condition vector. */
import * as op from "../../graph/operations.ts";
import { product, type Tensor } from "../../graph/tensor.ts";
import type { Dropout } from "../parts/dropout.ts";
import type { ParameterLookup } from "../parts/program-parts.ts";
import type { LeungBovyConfig } from "./config.ts";

/**
 * The cells of a batch. Sequence first: position 0 of each row is the request, so that it is one contiguous
 * slice; the given cells follow in any order, padded with token 0 at the end.
 */
export interface Context {
  /** (sequence, batch) int32: the requested column's token, then the given columns'. */
  readonly tokens: Tensor;
  /** (sequence, batch): standardised values; anything at position 0 and at padding. */
  readonly values: Tensor;
  /** (sequence, batch): 1 at position 0, 0 elsewhere. */
  readonly isRequest: Tensor;
  /** (batch, 1, 1, sequence): 0 where there is a token, a large negative number at padding. */
  readonly keyMask: Tensor;
}

const LAYER_NORM_EPSILON = 1e-5;

/** @returns the condition vectors, (batch, embeddingDim). */
export function conditionOf(
  context: Context,
  parameters: ParameterLookup,
  config: LeungBovyConfig,
  dropout: Dropout,
): Tensor {
  let x = embed(context, parameters);
  for (let layer = 0; layer < config.encoderLayers; layer++) {
    const isLast = layer === config.encoderLayers - 1;
    x = encoderLayer(x, context, layer, isLast, parameters, config, dropout);
  }
  return x;
}

/** All positions of all rows of a batch, one after the other: activations are matrices (cells, width). */
const CELLS = product(["sequence", "batch"]);

/** gelu(W[token] value + b[token]) for given cells, W[token] for the request: (cells, D). */
function embed({ tokens, values, isRequest }: Context, parameters: ParameterLookup): Tensor {
  const flat = op.reshape(tokens, [CELLS]);
  const weight = op.gather(parameters("embedding.weight"), flat);
  const bias = op.gather(parameters("embedding.bias"), flat);
  const given = op.gelu(op.add(op.multiply(weight, op.reshape(values, [CELLS, 1])), bias));
  return op.add(given, op.multiply(op.reshape(isRequest, [CELLS, 1]), op.subtract(weight, given)));
}

/**
 * One post-norm encoder layer. Only position 0 of the last layer is used, so there queries, feed-forward and
 * norms are worked out for position 0 alone: 0.58 of the whole encoder's work for the same result.
 */
function encoderLayer(
  x: Tensor,
  context: Context,
  layer: number,
  isLast: boolean,
  parameters: ParameterLookup,
  config: LeungBovyConfig,
  dropout: Dropout,
): Tensor {
  const name = `encoder.${layer}`;
  const dense = (t: Tensor, part: string, factors = {}) =>
    op.linear(t, parameters(`${name}.${part}.weight`), parameters(`${name}.${part}.bias`), factors);
  const norm = (t: Tensor, part: string) =>
    op.layerNorm(
      t,
      parameters(`${name}.${part}.weight`),
      parameters(`${name}.${part}.bias`),
      LAYER_NORM_EPSILON,
    ).y;
  const queried = isLast ? firstPlace(x, config) : x;
  const scale = Math.sqrt(config.heads / config.embeddingDim); // 1 / sqrt(width of a head)
  const mixed = attention(
    {
      queries: dense(queried, "query", { alpha: scale, beta: scale }),
      keys: dense(x, "key"),
      values: dense(x, "value"),
    },
    context.keyMask,
    config,
    (weights) => dropout(`${name}.attention`, weights),
  );
  const attended = dropout(`${name}.attentionOutput`, dense(mixed, "attentionOutput"));
  const middle = norm(op.add(queried, attended), "norm1");
  const fed = feedForward(middle, name, isLast ? config.ffnDim : UNITS_AT_ONCE, parameters, config, dropout);
  return norm(op.add(middle, dropout(`${name}.feedForward2`, fed)), "norm2");
}

/** Hidden units worked on at once where there are many cells: with the cells of a part, what fits a core's cache. */
const UNITS_AT_ONCE = 192;

/** W2 drop(gelu(W1 x + b1)) + b2, some hidden units at a time: the sum over them is made by the products. */
function feedForward(
  x: Tensor,
  name: string,
  unitsAtOnce: number,
  parameters: ParameterLookup,
  { ffnDim }: LeungBovyConfig,
  dropout: Dropout,
): Tensor {
  const sizes: number[] = [];
  for (let done = 0; done < ffnDim; done += unitsAtOnce) sizes.push(Math.min(unitsAtOnce, ffnDim - done));
  const pieces = (part: string, axis: number) => op.split(parameters(`${name}.${part}`), axis, sizes);
  const [biases, outgoing] = [pieces("feedForward1.bias", 0), pieces("feedForward2.weight", 1)];
  // Both products take a factor sqrt(1/2), which makes gelu of wideGelu.
  const alpha = Math.SQRT1_2;
  return pieces("feedForward1.weight", 0).reduce(
    (sum, incoming, i) => {
      const wide = op.wideGelu(op.linear(x, incoming, biases[i], { alpha, beta: alpha }));
      const hidden = dropout(`${name}.feedForward1.${i}`, wide);
      return op.gemm(hidden, outgoing[i], { transposeB: true, c: sum, alpha });
    },
    parameters(`${name}.feedForward2.bias`),
  );
}

/** The request's row of each question: (batch, D). */
function firstPlace(x: Tensor, { embeddingDim }: LeungBovyConfig): Tensor {
  const indices = op.reshape(x, ["sequence", "batch", embeddingDim]);
  return op.reshape(op.slice(indices, 0, 0, 1), ["batch", embeddingDim]);
}

interface Projections {
  /** (cells, D), or (batch, D) of the first position alone; divided by the root of a head's width. */
  readonly queries: Tensor;
  /** (cells, D), as are the values. */
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** Multi-head attention (Vaswani et al. 2017): as many rows as the queries. */
function attention(
  { queries, keys, values }: Projections,
  keyMask: Tensor,
  { embeddingDim, heads }: LeungBovyConfig,
  drop: (weights: Tensor) => Tensor,
): Tensor {
  const width = embeddingDim / heads;
  const split = (t: Tensor) => op.reshape(t, [t.shape[0] === CELLS ? "sequence" : 1, "batch", heads, width]);
  const query = op.transpose(split(queries), [1, 2, 0, 3]);
  const key = op.transpose(split(keys), [1, 2, 3, 0]);
  const value = op.transpose(split(values), [1, 2, 0, 3]);
  const mixed = op.matmul(drop(op.softmax(op.add(op.matmul(query, key), keyMask))), value);
  return op.reshape(op.transpose(mixed, [2, 0, 1, 3]), queries.shape);
}
