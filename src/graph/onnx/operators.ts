/** @file The ONNX form of each operation. Standard operators only, so that any ONNX runtime runs them. */
import type { Dimension, Kind, Node } from "../tensor.ts";
import { doubleErf } from "./double-erf.ts";
import type { Emitter } from "./emit.ts";
import { TensorProto_DataType } from "./generated/onnx-ml_pb.ts";
import type { Program } from "./program.ts";

/** Writes one node; `inputs` are the ONNX names of its inputs. Returns the names of its outputs. */
type Operator = (emitter: Emitter, node: Node, inputs: readonly string[]) => readonly string[];

const plain =
  (type: string): Operator =>
  (emitter, _node, inputs) => [emitter.node(type, inputs)];

/** x * (erf(x / sqrt 2) + 1) / 2. ONNX Runtime has the fused operator in single precision only. */
const gelu: Operator = (emitter, _node, [x]) => {
  if (emitter.precision !== "float64") return [emitter.node("Gelu", [x])];
  const scalar = (value: number) => emitter.floats([value], []);
  const error = doubleErf(emitter, emitter.node("Mul", [x, scalar(Math.SQRT1_2)]));
  const doubled = emitter.node("Mul", [x, emitter.node("Add", [error, scalar(1)])]);
  return [emitter.node("Mul", [doubled, scalar(0.5)])];
};

/** x times the sigmoid: ONNX Runtime fuses the product into an operator that it has in single precision only. */
const silu: Operator = (emitter, _node, [x, sigmoid]) => {
  if (emitter.precision !== "float64") return [emitter.node("Mul", [x, sigmoid])];
  const raised = emitter.node("Add", [
    emitter.node("Exp", [emitter.node("Neg", [x])]),
    emitter.floats([1], []),
  ]);
  return [emitter.node("Div", [x, raised])];
};

/**
 * The largest share is exp(max - logSumExp). A softmax and two maxima take a sixth of the time of ONNX Runtime's own
 * ReduceLogSumExp, and the softmax is there for the derivative anyway.
 */
const logSumExp: Operator = (emitter, _node, [x, shares]) => {
  const largest = (of: string) => emitter.node("ReduceMax", [of, emitter.integers([-1])], { keepdims: 1 });
  return [emitter.node("Sub", [largest(x), emitter.node("Log", [largest(shares)])])];
};

/**
 * exp(-x^2 / 2) / sqrt(2 pi), but never below the smallest normal numbers: denormal ones, which it would be where x is
 * far from 0, take many times as long in every product they get into.
 */
const normalPdf: Operator = (emitter, _node, [x]) => {
  const scalar = (value: number) => emitter.floats([value], []);
  const scaled = emitter.node("Mul", [x, scalar(Math.SQRT1_2)]); // as gelu's derivative needs it too
  const square = emitter.node("Mul", [scaled, scaled]);
  const logPdf = emitter.node("Sub", [scalar(-0.5 * Math.log(2 * Math.PI)), square]);
  const smallest = scalar(emitter.precision === "float64" ? -700 : -80);
  return [emitter.node("Exp", [emitter.node("Max", [logPdf, smallest])])];
};

const layerNorm: Operator = (emitter, { attributes }, inputs) => {
  const epsilon = { float: attributes.epsilon! };
  if (emitter.precision !== "float64") {
    return emitter.nodes("LayerNormalization", inputs, { axis: -1, epsilon }, 3);
  }
  // In double precision ONNX Runtime keeps the statistics in single: write it out.
  const [x, gain, bias] = inputs as [string, string, string];
  const last = emitter.integers([-1]);
  const mean = emitter.node("ReduceMean", [x, last]);
  const centred = emitter.node("Sub", [x, mean]);
  const variance = emitter.node("ReduceMean", [emitter.node("Mul", [centred, centred]), last]);
  const deviation = emitter.node("Sqrt", [
    emitter.node("Add", [variance, emitter.floats([attributes.epsilon!], [])]),
  ]);
  const inverse = emitter.node("Div", [emitter.floats([1], []), deviation]);
  const scaled = emitter.node("Mul", [emitter.node("Mul", [centred, inverse]), gain]);
  return [emitter.node("Add", [scaled, bias]), mean, inverse];
};

/** A matrix product, in the short form of mixed precision if the program is in one. */
function matrixProduct(
  emitter: Emitter,
  type: "MatMul" | "Gemm",
  inputs: readonly string[],
  attributes: Parameters<Emitter["node"]>[2] = {},
): string {
  const short = SHORT[emitter.precision];
  if (short === undefined) return emitter.node(type, inputs, attributes);
  const product = emitter.node(
    type,
    inputs.map((name) => emitter.cast(name, short)),
    attributes,
  );
  return emitter.cast(product, TensorProto_DataType.FLOAT);
}

const SHORT: Partial<Record<Program["precision"], TensorProto_DataType>> = {
  float16: TensorProto_DataType.FLOAT16,
  bfloat16: TensorProto_DataType.BFLOAT16,
};

const gemm: Operator = (emitter, { attributes }, [a, b, c]) => {
  const { alpha, beta } = attributes as { alpha: number; beta: number };
  const turned = { transA: attributes.transposeA ? 1 : 0, transB: attributes.transposeB ? 1 : 0 };
  const times = (x: string, factor: number) =>
    factor === 1 ? x : emitter.node("Mul", [x, emitter.floats([factor], [])]);
  const plus = (x: string) => (c === undefined ? x : emitter.node("Add", [x, times(c, beta)]));
  if (emitter.precision === "float32") {
    const factors = { alpha: { float: alpha }, beta: { float: beta } };
    return [emitter.node("Gemm", c === undefined ? [a, b] : [a, b, c], { ...turned, ...factors })];
  }
  // ONNX keeps the factors of Gemm in single precision: in double they are written out.
  if (emitter.precision === "float64") return [plus(times(emitter.node("Gemm", [a, b], turned), alpha))];
  // What is added stays in single precision.
  return [plus(matrixProduct(emitter, "Gemm", [a, b], { ...turned, alpha: { float: alpha } }))];
};

/**
 * Reshape's target: 0 keeps the size at that index, -1 stands for the one that is left; only where two
 * sizes are unknown and have moved is the shape worked out while running.
 */
const reshape: Operator = (emitter, { inputs: [x], outputs: [y] }, [name]) => {
  const target = y.shape.map((dimension: Dimension, axis) =>
    typeof dimension === "number" ? dimension : x.shape[axis] === dimension ? 0 : -1,
  );
  const unknown = target.filter((size) => size === -1).length;
  const shape = unknown <= 1 ? emitter.integers(target) : emitter.shape(y.shape);
  return [emitter.node("Reshape", [name, shape])];
};

const slice: Operator = (emitter, { attributes: { axis, start, end } }, [x]) => [
  emitter.node("Slice", [x, emitter.integers([start!]), emitter.integers([end!]), emitter.integers([axis!])]),
];

/** Slices instead of Split, which WebGPU has for a few outputs only. */
const split: Operator = (emitter, { attributes: { axis }, outputs }, [x]) => {
  let start = 0;
  return outputs.map(({ shape }) => {
    const end = start + (shape[axis!] as number);
    const bounds = [[start], [end], [axis!]].map((bound) => emitter.integers(bound));
    start = end;
    return emitter.node("Slice", [x, ...bounds]);
  });
};

const unslice: Operator = (emitter, { attributes: { axis, start, end }, outputs: [y] }, [x]) => {
  const size = y.shape[axis!];
  const pads = emitter.sums([[start!], [size, -end!]]);
  return [emitter.node("Pad", [x, pads, "", emitter.integers([axis!])])];
};

/** From `before` rows on, as many as the result has. */
const part: Operator = (emitter, { attributes: { before }, outputs: [y] }, [x]) => {
  const start = emitter.shape([before!]);
  const rows = y.shape[0];
  const end = emitter.sums([before === 0 ? [rows] : [before!, rows]]);
  return [emitter.node("Slice", [x, start, end, emitter.integers([0])])];
};

const extend: Operator = (emitter, { attributes: { before, after } }, [x]) => [
  emitter.node("Pad", [x, emitter.shape([before!, after!]), "", emitter.integers([0])]),
];

const oneHot: Operator = (emitter, { inputs: [indices], attributes: { count } }, [name]) => {
  // Equal and Cast instead of OneHot: WebGPU has no OneHot, and this broadcasts well everywhere.
  const values = emitter.integers([...Array(count!).keys()], "int32");
  const column = emitter.node("Unsqueeze", [name, emitter.integers([indices.shape.length])]);
  const to = emitter.precision === "float64" ? TensorProto_DataType.DOUBLE : TensorProto_DataType.FLOAT;
  return [emitter.node("Cast", [emitter.node("Equal", [column, values])], { to })];
};

export const OPERATORS: Record<Kind, Operator> = {
  input: () => {
    throw new Error("an input is not a node of the program");
  },
  constant: (emitter, { attributes, outputs }) => [
    emitter.floats(attributes.values!, outputs[0].shape as readonly number[]),
  ],
  add: plain("Add"),
  subtract: plain("Sub"),
  multiply: plain("Mul"),
  divide: plain("Div"),
  negate: plain("Neg"),
  exp: plain("Exp"),
  log: plain("Log"),
  sqrt: plain("Sqrt"),
  erf: (emitter, _node, [x]) => [
    emitter.precision === "float64" ? doubleErf(emitter, x) : emitter.node("Erf", [x]),
  ],
  tanh: plain("Tanh"),
  sin: plain("Sin"),
  cos: plain("Cos"),
  sigmoid: plain("Sigmoid"),
  normalPdf,
  gelu,
  wideGelu: (emitter, _node, [s, , raised]) => [emitter.node("Mul", [s, raised])],
  silu,
  matmul: (emitter, _node, inputs) => [matrixProduct(emitter, "MatMul", inputs)],
  gemm,
  softmax: (emitter, _node, inputs) => [emitter.node("Softmax", inputs, { axis: -1 })],
  logSumExp,
  layerNorm,
  transpose: (emitter, { attributes }, inputs) => [
    emitter.node("Transpose", inputs, { perm: attributes.permutation! }),
  ],
  reshape,
  broadcast: (emitter, { outputs: [y] }, [x]) => [emitter.node("Expand", [x, emitter.shape(y.shape)])],
  slice,
  unslice,
  split,
  join: (emitter, { attributes: { axis } }, inputs) => [emitter.node("Concat", inputs, { axis: axis! })],
  concat: (emitter, _node, inputs) => [emitter.node("Concat", inputs, { axis: 0 })],
  part,
  extend,
  sum: (emitter, { attributes: { axes, keep } }, [x]) => [
    emitter.node("ReduceSum", [x, emitter.integers(axes!)], { keepdims: keep ? 1 : 0 }),
  ],
  mean: (emitter, { attributes: { axes } }, [x]) => [
    emitter.node("ReduceMean", [x, emitter.integers(axes!)], { keepdims: 1 }),
  ],
  gather: (emitter, { attributes: { axis } }, inputs) => [emitter.node("Gather", inputs, { axis: axis! })],
  oneHot,
};
