/**
 * @file Embedding and encoder: each given cell is embedded by itself, and each target reads, layer by layer, the cells that
 * it may. Cells read nothing, so one embedding of a row serves any number of targets, each with a context of its own: in
 * training every column of a row is a target at once, from "given nothing" to "given all others".
 */

import * as op from "../../graph/operations.ts";
import { type Dimension, product, type Tensor } from "../../graph/tensor.ts";
import type { Dropout } from "../parts/dropout.ts";
import { damped, type ParameterLookup } from "../parts/program-parts.ts";
import { circlesOf } from "./circles.ts";
import { type QueryConfig, totalClasses } from "./config.ts";
import { TARGETS } from "./heads/head.ts";
import { HIGHEST, INTERVAL_ENDS } from "./parameters.ts";
import type { Summaries } from "./summary.ts";

/** What is given, and the targets. Position 0 of the given is token 0, which is always there: attention needs a key. */
export interface QueryContext {
  /** (sequence, batch) int32: token 0, then the given columns' tokens, padded with 0. */
  readonly tokens: Tensor;
  /** (sequence, batch): values in standardised units; 0 for a class. */
  readonly values: Tensor;
  /** (sequence, batch): measurement errors in standardised units, 0 where there are none. */
  readonly errors?: Tensor;
  /** Where intervals are learnt. */
  readonly intervals?: IntervalTensors;
  /** (sequence, batch) int32: class number counted through all columns plus 1; 0 where the value is a number. */
  readonly classes?: Tensor;
  /**
   * (batch, 1, masks, sequence): 0 where a target may read the cell, else a large negative number. A mask for each target,
   * or one for all.
   */
  readonly keyMask: Tensor;
  /** (requests, batch) int32: the targets' tokens. */
  readonly targets: Tensor;
  /** Where the network has it, what each target is given as a whole. */
  readonly summary?: SummaryTensors;
}

/** Each (requests * batch, width): see `Summaries`. */
interface SummaryTensors {
  readonly values: Tensor;
  readonly given: Tensor;
  readonly residuals: Tensor;
  readonly classes?: Tensor;
}

/** Each (sequence, batch). Ends are in standardised units, 0 where there is none. */
interface IntervalTensors {
  /** 1 where the cell has a value, 0 where it has an interval. */
  readonly isExact: Tensor;
  readonly lower: Tensor;
  readonly upper: Tensor;
  /** 1 where the interval has that end, else 0. */
  readonly hasLower: Tensor;
  readonly hasUpper: Tensor;
}

function intervalInputs(shape: ["sequence", "batch"]): IntervalTensors {
  const input = (name: keyof IntervalTensors) => op.input(name, shape);
  return {
    isExact: input("isExact"),
    lower: input("lower"),
    upper: input("upper"),
    hasLower: input("hasLower"),
    hasUpper: input("hasUpper"),
  };
}

/** The given cells of a context. */
export type GivenContext = Omit<QueryContext, "keyMask" | "targets" | "summary">;

/** @param masks of a row: "requests", or 1 where all targets read the same cells. */
export function contextInputs(config: QueryConfig, masks: "requests" | 1): QueryContext {
  const shape: ["sequence", "batch"] = ["sequence", "batch"];
  return {
    tokens: op.input("tokens", shape, "int32"),
    values: op.input("values", shape),
    ...(config.errors && { errors: op.input("errors", shape) }),
    ...(config.intervals && { intervals: intervalInputs(shape) }),
    ...(totalClasses(config) > 0 && { classes: op.input("classes", shape, "int32") }),
    keyMask: op.input("keyMask", ["batch", 1, masks, "sequence"]),
    targets: op.input("targets", ["requests", "batch"], "int32"),
    ...(config.normal && { summary: summaryInputs(config) }),
  };
}

function summaryInputs(config: QueryConfig): SummaryTensors {
  const classes = totalClasses(config);
  const input = (name: keyof Summaries, width: number) =>
    op.reshape(op.input(name, ["requests", "batch", width]), [TARGETS, width]);
  return {
    values: input("summaryValues", 1 + config.columns),
    given: input("summaryGiven", 1 + config.columns),
    residuals: input("summaryResiduals", 1 + config.columns),
    ...(classes > 0 && { classes: input("summaryClasses", 1 + classes) }),
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
  const read = whatIsRead(context, parameters, config, dropout);
  return conditionFrom(read, context, parameters, config, dropout);
}

/** What the targets of a layer read of the given cells: keys and values, each (sequence * batch, D). */
export interface ReadCells {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** What each layer reads. It depends on the given cells alone, so it serves all targets, and all that come to be given later. */
export function whatIsRead(
  context: GivenContext,
  parameters: ParameterLookup,
  config: QueryConfig,
  dropout: Dropout,
): ReadCells[] {
  const given = givenCells(context, parameters, config, dropout);
  return Array.from({ length: config.encoderLayers }, (_, layer) => ({
    keys: linear(given, `encoder.${layer}.key`, parameters),
    values: linear(given, `encoder.${layer}.value`, parameters),
  }));
}

/** @param read by layer. @returns the condition of each target, (requests * batch, D). */
export function conditionFrom(
  read: readonly ReadCells[],
  { targets: asked, keyMask, summary }: Pick<QueryContext, "targets" | "keyMask" | "summary">,
  parameters: ParameterLookup,
  config: QueryConfig,
  dropout: Dropout,
): Tensor {
  const columns = op.reshape(asked, [TARGETS]);
  let targets = op.gather(parameters("embedding.asked"), columns);
  if (summary) targets = op.add(targets, embedSummary(summary, columns, parameters, dropout));
  for (const [layer, cells] of read.entries())
    targets = encoderLayer(`encoder.${layer}`, targets, cells, keyMask, parameters, config, dropout);
  return normalised(targets, "encoder.norm", parameters);
}

/** A perceptron of two layers, the second around the first, of the summary and the target's column: (targets, D). */
function embedSummary(
  { values, given, residuals, classes }: SummaryTensors,
  columns: Tensor,
  parameters: ParameterLookup,
  dropout: Dropout,
): Tensor {
  const of = (x: Tensor, name: string) => op.gemm(x, parameters(`summary.${name}`));
  let x = op.add(of(values, "values"), of(given, "given"));
  x = op.add(x, op.add(of(residuals, "residuals"), op.gather(parameters("summary.target"), columns)));
  if (classes) x = op.add(x, of(classes, "classes"));
  const first = dropout("summary.first", op.silu(x));
  const second = dropout("summary.hidden", op.silu(linear(first, "summary.hidden", parameters)));
  return linear(op.add(first, second), "summary.output", parameters);
}

/** What the layers read: the embedded cells after a feed-forward layer of their own, normalised. */
function givenCells(
  context: GivenContext,
  parameters: ParameterLookup,
  config: QueryConfig,
  dropout: Dropout,
): Tensor {
  const embedded = embedGiven(context, parameters, config);
  const cells = feedForward("encoder.cell", embedded, "norm1", parameters, dropout);
  return normalised(cells, "encoder.cell.norm2", parameters);
}

/**
 * silu(W[token] v + b[token] + periodic(v)) + given[token] (+ class): (cells, D).
 * Periodic features with learnt frequencies of each column: Gorishniy, Rubachev & Babenko (2022), "On
 * embeddings for numerical features", sec. 3.3. A measurement error s damps sin(f v) to its mean over the
 * error, exp(-(f s)^2 / 2) sin(f v): what is finer than the error is not seen.
 */
function embedGiven(context: GivenContext, parameters: ParameterLookup, config: QueryConfig): Tensor {
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
  if (context.intervals) x = orInterval(x, context.intervals, of, frequency, parameters);
  const cell = op.add(op.silu(x), of("given"));
  if (!context.classes) return cell;
  return op.add(cell, op.gather(parameters("embedding.class"), op.reshape(context.classes, [GIVEN])));
}

/**
 * Where a cell is an interval, the sum over its ends instead: each of W[token] v + b[token] + periodic(v), as a value has
 * them, but with weights of its own.
 */
function orInterval(
  exact: Tensor,
  { isExact, hasLower, hasUpper, ...ends }: IntervalTensors,
  of: (name: string) => Tensor,
  frequency: Tensor,
  parameters: ParameterLookup,
): Tensor {
  const column = (t: Tensor) => op.reshape(t, [GIVEN, 1]);
  const has = { lower: column(hasLower), upper: column(hasUpper) };
  const [lower, upper] = INTERVAL_ENDS.map((end) => {
    const value = column(ends[end]);
    const angle = op.multiply(frequency, value);
    const periodic = (wave: Tensor, name: string) =>
      op.gemm(wave, parameters(`embedding.${end}.${name}.weight`), { transposeB: true });
    const straight = op.add(op.multiply(of(`${end}.weight`), value), of(`${end}.bias`));
    const waves = op.add(periodic(op.sin(angle), "sine"), periodic(op.cos(angle), "cosine"));
    return op.multiply(op.add(straight, waves), has[end]);
  });
  return op.add(op.multiply(exact, column(isExact)), op.add(lower, upper));
}

/** Below a thousandth of a column's spread an error changes nothing any more. */
const SMALLEST_ERROR = 1e-3;
/** No error of any table is as small as this. */
const NO_ERROR = 1e-12;

/** One pre-norm layer (Xiong et al. 2020) of cross attention: the targets read the given cells. */
function encoderLayer(
  name: string,
  targets: Tensor,
  read: ReadCells,
  keyMask: Tensor,
  parameters: ParameterLookup,
  { embeddingDim, heads }: QueryConfig,
  dropout: Dropout,
): Tensor {
  const width = embeddingDim / heads;
  const dense = (t: Tensor, part: string) => linear(t, `${name}.${part}`, parameters);
  const split = (t: Tensor, positions: Dimension) => op.reshape(t, [positions, "batch", heads, width]);

  const keys = op.transpose(split(read.keys, "sequence"), [1, 2, 3, 0]);
  const values = op.transpose(split(read.values, "sequence"), [1, 2, 0, 3]);
  const asking = dense(normalised(targets, `${name}.norm1`, parameters), "query");
  const scaled = op.multiply(asking, 1 / Math.sqrt(width));
  const queries = op.transpose(split(scaled, "requests"), [1, 2, 0, 3]);
  const scores = op.add(op.matmul(queries, keys), keyMask);
  const weights = dropout(`${name}.attention`, op.softmax(scores));
  const mixed = op.reshape(op.transpose(op.matmul(weights, values), [2, 0, 1, 3]), targets.shape);
  const part = `${name}.attentionOutput`;
  const middle = op.add(targets, dropout(part, linear(mixed, part, parameters)));
  return feedForward(name, middle, "norm2", parameters, dropout);
}

/** x + W2 silu(W1 norm(x) + b1) + b2. */
function feedForward(
  name: string,
  x: Tensor,
  norm: string,
  parameters: ParameterLookup,
  dropout: Dropout,
): Tensor {
  const [first, second] = [`${name}.feedForward1`, `${name}.feedForward2`];
  const hidden = op.silu(linear(normalised(x, `${name}.${norm}`, parameters), first, parameters));
  return op.add(x, dropout(second, linear(dropout(first, hidden), second, parameters)));
}

function linear(x: Tensor, name: string, parameters: ParameterLookup): Tensor {
  return op.linear(x, parameters(`${name}.weight`), parameters(`${name}.bias`));
}

function normalised(x: Tensor, name: string, parameters: ParameterLookup): Tensor {
  return op.layerNorm(x, parameters(`${name}.weight`), parameters(`${name}.bias`), LAYER_NORM_EPSILON).y;
}
