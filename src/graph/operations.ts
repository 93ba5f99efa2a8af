/** @file The operations: one builder per kind, which checks shapes and says what shape comes out. */
import {
  type Attributes,
  broadcastShape,
  type Dimension,
  type ElementType,
  type Kind,
  makeNode,
  product,
  type Shape,
  sameShape,
  type Tensor,
} from "./tensor.ts";

function one(
  kind: Kind,
  inputs: readonly Tensor[],
  attributes: Attributes,
  shape: Shape,
  type: ElementType = "float",
): Tensor {
  return makeNode(kind, inputs, attributes, [shape], type)[0];
}

/** A tensor that is given when the program runs. */
export function input(name: string, shape: Shape, type: ElementType = "float"): Tensor {
  return one("input", [], { name }, shape, type);
}

/** A number, or numbers of a shape, fixed in the program. */
export function constant(value: number | readonly number[], shape: readonly number[] = []): Tensor {
  const values = typeof value === "number" ? [value] : value;
  if (values.length !== shape.reduce((size, dimension) => size * dimension, 1)) {
    throw new Error(`constant: ${values.length} values do not fill the shape [${shape}]`);
  }
  return one("constant", [], { values }, shape);
}

type Operand = Tensor | number;
const asTensor = (operand: Operand) => (typeof operand === "number" ? constant(operand) : operand);

function binary(kind: Kind) {
  return (a: Operand, b: Operand): Tensor => {
    const [left, right] = [asTensor(a), asTensor(b)];
    return one(kind, [left, right], {}, broadcastShape(left.shape, right.shape));
  };
}

/** Elementwise, with broadcasting: a + b, a - b, a * b, a / b. */
export const add = binary("add");
export const subtract = binary("subtract");
export const multiply = binary("multiply");
export const divide = binary("divide");

function unary(kind: Kind) {
  return (x: Tensor): Tensor => one(kind, [x], {}, x.shape);
}

export const negate = unary("negate");
export const exp = unary("exp");
export const log = unary("log");
export const sqrt = unary("sqrt");
/** The error function. */
export const erf = unary("erf");
export const tanh = unary("tanh");
/** Of radians. */
export const sin = unary("sin");
export const cos = unary("cos");
/** 1 / (1 + exp(-x)). */
export const sigmoid = unary("sigmoid");
/** The standard normal density. */
export const normalPdf = unary("normalPdf");
/** x * Phi(x), exact: Phi through the error function, not its tanh approximation. */
export const gelu = unary("gelu");
/**
 * s (1 + erf(s)), which is sqrt(2) gelu(sqrt(2) s). A dense layer before it can give s = x / sqrt(2), and one behind it
 * take the other sqrt(1/2), by their `alpha`; then the way there and back is four passes over the cells shorter than
 * gelu's own. 1 + erf is an input so that the derivative finds it; that derivative is whole.
 */
export function wideGelu(s: Tensor): Tensor {
  const error = erf(s);
  return one("wideGelu", [s, error, add(error, 1)], {}, s.shape);
}
/**
 * x / (1 + exp(-x)) (Elfwing, Uchibe & Doya 2018). The sigmoid is an input so that the derivative finds it; that
 * derivative is whole, none goes by way of the sigmoid.
 */
export function silu(x: Tensor): Tensor {
  return one("silu", [x, sigmoid(x)], {}, x.shape);
}
/** exp(x) / sum(exp(x)) along the last axis. */
export const softmax = unary("softmax");
/**
 * ln(sum(exp(x))) along the last axis, which becomes size 1; no overflow. The softmax is an input so that the derivative
 * finds it; that derivative is whole.
 */
export function logSumExp(x: Tensor): Tensor {
  return one("logSumExp", [x, softmax(x)], {}, x.shape.with(x.shape.length - 1, 1));
}

/** Matrix product over the last two axes; the axes before them must be equal, or one is a matrix, which serves them all. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const inner = a.shape.at(-1);
  if (a.shape.length < 2 || b.shape.length < 2 || inner !== b.shape.at(-2)) {
    throw new Error(`matmul: shapes [${a.shape}] and [${b.shape}] do not fit`);
  }
  const [stack, other] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  if (stack.length > 0 && other.length > 0 && !sameShape(stack, other)) {
    throw new Error(`matmul: the stacks of [${a.shape}] and [${b.shape}] differ`);
  }
  const axes = stack.length > 0 ? stack : other;
  return one("matmul", [a, b], {}, [...axes, a.shape.at(-2)!, b.shape.at(-1)!]);
}

interface GemmOptions {
  readonly transposeA?: boolean | undefined;
  readonly transposeB?: boolean | undefined;
  /** Added: a row for every row of the product, or a matrix of its shape. */
  readonly c?: Tensor;
  /** What the product counts, default 1; it costs nothing. */
  readonly alpha?: number | undefined;
  /** What `c` counts. */
  readonly beta?: number | undefined;
}

/** Product of two matrices, either transposed on the fly, plus a row or a matrix: alpha op(a) op(b) + beta c. */
export function gemm(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false, c, alpha = 1, beta = 1 }: GemmOptions = {},
): Tensor {
  const [rows, innerA] = transposeA ? [a.shape[1], a.shape[0]] : [a.shape[0], a.shape[1]];
  const [innerB, columns] = transposeB ? [b.shape[1], b.shape[0]] : [b.shape[0], b.shape[1]];
  if (a.shape.length !== 2 || b.shape.length !== 2 || innerA !== innerB) {
    throw new Error(`gemm: shapes [${a.shape}] and [${b.shape}] do not fit`);
  }
  if (c && !sameShape(c.shape, [columns]) && !sameShape(c.shape, [rows, columns])) {
    throw new Error(`gemm: [${c.shape}] is neither a row of ${columns} nor a matrix [${rows},${columns}]`);
  }
  const attributes = { transposeA, transposeB, alpha, beta };
  return one("gemm", c ? [a, b, c] : [a, b], attributes, [rows, columns]);
}

/**
 * A dense layer on the last axis: alpha x W' + beta b.
 * @param weight (out, in), as PyTorch's nn.Linear keeps it; @param bias (out).
 */
export function linear(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { alpha, beta }: Pick<GemmOptions, "alpha" | "beta"> = {},
): Tensor {
  const leading = x.shape.slice(0, -1);
  const rows = reshape(x, [product(leading), x.shape.at(-1)!]);
  const made = gemm(rows, weight, { transposeB: true, c: bias, alpha, beta });
  return reshape(made, [...leading, weight.shape[0]]);
}

export interface Normalised {
  readonly y: Tensor;
  /** Mean and 1 / sqrt(variance + epsilon) of each row, last axis 1: kept for the derivative. */
  readonly mean: Tensor;
  readonly inverseDeviation: Tensor;
}

/** Layer normalisation of the last axis (Ba, Kiros & Hinton 2016), gain and bias of shape (last). */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, epsilon: number): Normalised {
  const statistics = [...x.shape.slice(0, -1), 1];
  const [y, mean, inverseDeviation] = makeNode(
    "layerNorm",
    [x, gain, bias],
    { epsilon },
    [x.shape, statistics, statistics],
    "float",
  );
  return { y: y, mean: mean, inverseDeviation: inverseDeviation };
}

/** Axes in a new order. A transpose of a transpose becomes one, or none. */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  if (x.node.kind === "transpose") {
    const before = x.node.attributes.permutation!;
    return transpose(
      x.node.inputs[0],
      permutation.map((axis) => before[axis]),
    );
  }
  if (permutation.every((axis, index) => axis === index)) return x;
  return one(
    "transpose",
    [x],
    { permutation },
    permutation.map((axis) => x.shape[axis]),
    x.type,
  );
}

/** The last two axes exchanged. */
export function matrixTranspose(x: Tensor): Tensor {
  const rank = x.shape.length;
  return transpose(x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}

/** The same cells in the same order under another shape of as many cells. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (product(x.shape) !== product(shape)) {
    throw new Error(`reshape: [${x.shape}] has ${product(x.shape)} cells, [${shape}] ${product(shape)}`);
  }
  if (x.node.kind === "reshape") return reshape(x.node.inputs[0], shape);
  return one("reshape", [x], {}, shape, x.type);
}

/** x repeated along axes of size 1 (and new leading axes) to fill the shape. */
export function broadcast(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShape(x.shape, shape), shape)) {
    throw new Error(`broadcast: [${x.shape}] does not fill [${shape}]`);
  }
  return one("broadcast", [x], {}, shape);
}

/** Indices start .. end-1 of one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const size = x.shape[axis];
  if (size === undefined || start < 0 || end <= start || (typeof size === "number" && end > size)) {
    throw new Error(`slice: ${start}..${end} of axis ${axis} is not inside [${x.shape}]`);
  }
  if (start === 0 && end === size) return x;
  return one("slice", [x], { axis, start, end }, x.shape.with(axis, end - start), x.type);
}

/** The opposite of a slice: x at indices start .. of an axis of the given size, zeros elsewhere. */
export function unslice(x: Tensor, axis: number, start: number, size: Dimension): Tensor {
  const end = start + (x.shape[axis] as number);
  return one("unslice", [x], { axis, start, end }, x.shape.with(axis, size));
}

/** x cut along an axis into pieces of these sizes, one after the other. */
export function split(x: Tensor, axis: number, sizes: readonly number[]): readonly Tensor[] {
  if (sizes.reduce((sum, size) => sum + size, 0) !== x.shape[axis]) {
    throw new Error(`split: sizes [${sizes}] do not make up axis ${axis} of [${x.shape}]`);
  }
  if (sizes.length === 1) return [x];
  const shapes = sizes.map((size) => x.shape.with(axis, size));
  return makeNode("split", [x], { axis }, shapes, x.type);
}

/** The opposite: pieces of known sizes one after the other along an axis. */
export function join(pieces: readonly Tensor[], axis: number): Tensor {
  const first = pieces[0];
  const size = pieces.reduce((sum, piece) => sum + (piece.shape[axis] as number), 0);
  for (const { shape } of pieces) {
    if (!sameShape(shape.with(axis, 1), first.shape.with(axis, 1))) {
      throw new Error(`join: [${shape}] and [${first.shape}] differ in more than axis ${axis}`);
    }
  }
  return one("join", pieces, { axis }, first.shape.with(axis, size));
}

/** The rows of a, then those of b; `rows` is how many that makes. */
export function concat(a: Tensor, b: Tensor, rows: Dimension): Tensor {
  if (!sameShape(a.shape.slice(1), b.shape.slice(1))) {
    throw new Error(`concat: rows of [${a.shape}] and [${b.shape}] differ`);
  }
  return one("concat", [a, b], {}, [rows, ...a.shape.slice(1)]);
}

/** The rows of x that are left without some before and some after them, `rows` of them. */
export function part(x: Tensor, before: Dimension, rows: Dimension, after: Dimension): Tensor {
  return one("part", [x], { before, after }, [rows, ...x.shape.slice(1)]);
}

/** The opposite: rows of zeros before and after x, `rows` in all. */
export function extend(x: Tensor, before: Dimension, rows: Dimension, after: Dimension): Tensor {
  return one("extend", [x], { before, after }, [rows, ...x.shape.slice(1)]);
}

/** The sum along axes, which become size 1 or, with `keep: false`, are gone. */
export function sum(x: Tensor, axes: readonly number[], { keep = true } = {}): Tensor {
  if (axes.length === 0) return x;
  const shape = x.shape.flatMap((dimension, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [dimension]));
  return one("sum", [x], { axes, keep }, shape);
}

/** The mean of the last axis, which becomes size 1. */
export function mean(x: Tensor): Tensor {
  const last = x.shape.length - 1;
  return one("mean", [x], { axes: [last] }, x.shape.with(last, 1));
}

/** Rows of a table by number: table (n, d), indices (...) give (..., d); of a stack of tables (k, n, d), (k, ..., d). */
export function gather(table: Tensor, indices: Tensor): Tensor {
  const axis = table.shape.length - 2;
  if ((axis !== 0 && axis !== 1) || indices.type !== "int32") {
    throw new Error("gather: wants a matrix, or a stack of them, and int32 indices");
  }
  const shape = [...table.shape.slice(0, axis), ...indices.shape, table.shape[axis + 1]];
  return one("gather", [table, indices], { axis }, shape);
}

/** Rows with a 1 at the index and 0 elsewhere: indices (...) give (..., count). */
export function oneHot(indices: Tensor, count: number): Tensor {
  return one("oneHot", [indices], { count }, [...indices.shape, count]);
}
