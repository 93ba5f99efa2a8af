/**
 * @file Embedding and encoder with shared context: the given cells read each other, each target reads the given
 * ones and itself, and nothing reads the targets. So one encoding of the given cells serves any number of targets,
 * in training and in use.
 */

import * as op from "../../graph/operations.ts";
import { type Dimension, product, type Tensor } from "../../graph/tensor.ts";
import type { Dropout } from "../parts/dropout.ts";
import { damped, type ParameterLookup } from "../parts/program-parts.ts";
import { circlesOf } from "./circles.ts";
import { type QueryConfig, totalClasses } from "./config.ts";
import { TARGETS } from "./heads/head.ts";
import { HIGHEST } from "./parameters.ts";

/** What is given, and the targets. Position 0 of the given is token 0, which is always there: attention needs a key. */
export interface QueryContext {
  /** (sequence, batch) int32: token 0, then the given columns' tokens, padded with 0. */
  readonly tokens: Tensor;
  /** (sequence, batch): values in standardised units; 0 for a class. */
  readonly values: Tensor;
  /** (sequence, batch): measurement errors in standardised units, 0 where there are none. */
  readonly errors?: Tensor;
  /** (sequence, batch) int32: class number counted through all columns plus 1; 0 where the value is a number. */
  readonly classes?: Tensor;
  /** (batch, 1, 1, sequence): 0 where there is a token, a large negative number at padding. */
  readonly keyMask: Tensor;
  /** (requests, batch) int32: the targets' tokens. */
  readonly targets: Tensor;
}

export function contextInputs(config: QueryConfig, masks: Dimension = 1): QueryContext {
  const shape = ["sequence", "batch"];
  return {
    tokens: op.input("tokens", shape, "int32"),
    values: op.input("values", shape),
    ...(config.errors && { errors: op.input("errors", shape) }),
    ...(totalClasses(config) > 0 && { classes: op.input("classes", shape, "int32") }),
    keyMask: op.input("keyMask", ["batch", 1, masks, "sequence"]),
    targets: op.input("targets", ["requests", "batch"], "int32"),
  };
}

const LAYER_NORM_EPSILON = 1e-5;

const GIVEN = product(["sequence", "batch"]);

/** @returns the condition of each target, (requests * batch, D). */
export function queryCondition(
  context: QueryContext,
  parameters: ParameterLookup,
  config: QueryConfig,
  dropout: Dropout,
): Tensor {
  let targets = op.gather(parameters("embedding.asked"), op.reshape(context.targets, [TARGETS]));
  const embedded = embedGiven(context, parameters, config);
  const dense = (t: Tensor, part: string) =>
    op.linear(t, parameters(`encoder.cell.${part}.weight`), parameters(`encoder.cell.${part}.bias`));
  const inner = op.silu(dense(normalised(embedded, "encoder.cell.norm1", parameters), "feedForward1"));
  const cells = op.add(embedded, dense(inner, "feedForward2"));
  const read = normalised(cells, "encoder.cell.norm2", parameters);
  for (let layer = 0; layer < config.encoderLayers; layer++) {
    targets = encoderLayer(`encoder.${layer}`, targets, read, context.keyMask, parameters, config, dropout);
  }
  return normalised(targets, "encoder.norm", parameters);
}


/**
 * silu(W[token] v + b[token] + periodic(v)) + given[token] (+ class): (cells, D).
 * Periodic features with learnt frequencies of each column: Gorishniy, Rubachev & Babenko (2022), "On
 * embeddings for numerical features", sec. 3.3. A measurement error s damps sin(f v) to its mean over the
 * error, exp(-(f s)^2 / 2) sin(f v): what is finer than the error is not seen.
 */
function embedGiven(context: QueryContext, parameters: ParameterLookup, config: QueryConfig): Tensor {
  const tokens = op.reshape(context.tokens, [GIVEN]);
  const of = (name: string) => op.gather(parameters(`embedding.${name}`), tokens);
  const column = (t: Tensor) => op.reshape(t, [GIVEN, 1]);
  const value = column(context.values);
  const circle = circlesOf(config, tokens, HIGHEST);
  const frequency = circle ? circle.frequencies(of("frequency")) : of("frequency");
  const angle = op.multiply(frequency, value);
  const damping = context.errors && damped(op.multiply(frequency, column(context.errors)));
  const periodic = (wave: Tensor, name: string) =>
    op.gemm(damping ? op.multiply(wave, damping) : wave, parameters(`embedding.${name}.weight`), {
      transposeB: true,
    });
  const straight = circle ? circle.straight(value, context.errors && column(context.errors)) : value;
  let x = op.add(op.multiply(of("weight"), straight), of("bias"));
  if (circle)
    x = op.add(x, op.multiply(of("cosine"), circle.cosine(value, context.errors && column(context.errors))));
  x = op.add(x, op.add(periodic(op.sin(angle), "sine"), periodic(op.cos(angle), "cosine")));
  if (context.errors) {
    const error = column(context.errors);
    // Errors span decades: their size enters by the logarithm, 0 where there is none ...
    const size = op.log(op.add(op.multiply(error, 1 / SMALLEST_ERROR), 1));
    // ... which is not a small error, but one that isn't known: so that there is one enters too, as 0 or 1.
    const isKnown = op.divide(error, op.add(error, NO_ERROR));
    x = op.add(x, op.add(op.multiply(of("error"), size), op.multiply(of("errorKnown"), isKnown)));
  }
  const cell = op.add(op.silu(x), of("given"));
  if (!context.classes) return cell;
  return op.add(cell, op.gather(parameters("embedding.class"), op.reshape(context.classes, [GIVEN])));
}

/** Below a thousandth of a column's spread an error changes nothing any more. */
const SMALLEST_ERROR = 1e-3;
/** No error of any table is as small as this. */
const NO_ERROR = 1e-12;

/** One pre-norm layer (Xiong et al. 2020). */
function encoderLayer(
  name: string,
  targets: Tensor,
  read: Tensor,
  keyMask: Tensor,
  parameters: ParameterLookup,
  { embeddingDim, heads }: QueryConfig,
  dropout: Dropout,
): Tensor {
  const width = embeddingDim / heads;
  const dense = (t: Tensor, part: string) =>
    op.linear(t, parameters(`${name}.${part}.weight`), parameters(`${name}.${part}.bias`));
  const split = (t: Tensor, positions: Dimension) => op.reshape(t, [positions, "batch", heads, width]);
  const drop = (part: string, t: Tensor) => dropout(`${name}.${part}`, t);

  const keys = op.transpose(split(dense(read, "key"), "sequence"), [1, 2, 3, 0]);
  const values = op.transpose(split(dense(read, "value"), "sequence"), [1, 2, 0, 3]);
  const x = normalised(targets, `${name}.norm1`, parameters);
  const scaled = op.multiply(dense(x, "query"), 1 / Math.sqrt(width));
  const queries = op.transpose(split(scaled, "requests"), [1, 2, 0, 3]);
  const weights = drop("attention", op.softmax(op.add(op.matmul(queries, keys), keyMask)));
  const mixed = op.reshape(op.transpose(op.matmul(weights, values), [2, 0, 1, 3]), targets.shape);
  const middle = op.add(targets, drop("attentionOutput", dense(mixed, "attentionOutput")));
  const hidden = op.silu(dense(normalised(middle, `${name}.norm2`, parameters), "feedForward1"));
  return op.add(middle, drop("feedForward2", dense(drop("feedForward1", hidden), "feedForward2")));
}

function normalised(x: Tensor, name: string, parameters: ParameterLookup): Tensor {
  return op.layerNorm(x, parameters(`${name}.weight`), parameters(`${name}.bias`), LAYER_NORM_EPSILON).y;
}
