/** @file The derivative of each operation: from the gradients of its outputs to those of its inputs. */
import * as op from "./operations.ts";
import { broadcastAxes, type Kind, type Node, product, type Shape, type Tensor } from "./tensor.ts";

/** The gradients of a node's inputs; undefined where an input has none (indices) or gets none. */
type Derivative = (node: Node, gradients: readonly (Tensor | undefined)[]) => readonly (Tensor | undefined)[];

/** Undoes a broadcast: sums the gradient back to the shape of what was repeated. */
function sumTo(gradient: Tensor, shape: Shape): Tensor {
  const axes = broadcastAxes(shape, gradient.shape);
  const keep = shape.length === gradient.shape.length;
  return op.reshape(op.sum(gradient, axes, { keep }), shape);
}

/** A binary operation's rule, from the two partial gradients before broadcasting is undone. */
function binary(partial: (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => [Tensor, Tensor]): Derivative {
  return ({ inputs: [a, b], outputs }, [dy]) => {
    const [da, db] = partial(dy!, a, b, outputs[0]);
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  };
}

function unary(partial: (dy: Tensor, x: Tensor, y: Tensor) => Tensor): Derivative {
  return ({ inputs: [x], outputs }, [dy]) => [partial(dy!, x, outputs[0])];
}

/** y = a b. Of the two ways to write each product, the one that transposes the smaller matrices. */
const matmul: Derivative = ({ inputs: [a, b] }, [dy]) => {
  const t = op.matrixTranspose;
  const da = op.matmul(dy!, t(b));
  const inner = a.shape.at(-1)!;
  // Attention's (queries x keys) matrices are the large ones, and their key axis has no fixed size.
  const db = typeof inner === "number" ? op.matmul(t(a), dy!) : t(op.matmul(t(dy!), a));
  return [sumTo(da, a.shape), sumTo(db, b.shape)];
};

const gemm: Derivative = ({ inputs: [a, b, c], attributes }, [dy]) => {
  const { transposeA, transposeB, alpha, beta } = attributes;
  const da = transposeA
    ? op.gemm(b, dy!, { transposeA: transposeB!, transposeB: true, alpha: alpha! })
    : op.gemm(dy!, b, { transposeB: !transposeB, alpha: alpha! });
  const db = transposeB
    ? op.gemm(dy!, a, { transposeA: true, transposeB: transposeA!, alpha: alpha! })
    : op.gemm(a, dy!, { transposeA: !transposeA, alpha: alpha! });
  if (!c) return [da, db];
  const dc = sumTo(dy!, c.shape);
  return [da, db, beta === 1 ? dc : op.multiply(dc, beta!)];
};

/** d softmax: y * (dy - sum(dy * y)). */
const softmax = unary((dy, _x, y) => {
  const weighted = op.multiply(dy, y);
  return op.subtract(weighted, op.multiply(y, op.sum(weighted, [y.shape.length - 1])));
});

/** With n = (x - mean) / deviation and g = dy * gain: dx = (g - mean(g) - n mean(g n)) / deviation. */
const layerNorm: Derivative = ({ inputs: [x, gain, bias], outputs }, [dy, dMean, dInverse]) => {
  if (dMean || dInverse) throw new Error("layerNorm: the statistics are not to be differentiated");
  const [, mean, inverseDeviation] = outputs as [Tensor, Tensor, Tensor];
  const normalised = op.multiply(op.subtract(x, mean), inverseDeviation);
  const g = op.multiply(dy!, gain);
  const slope = op.mean(op.multiply(g, normalised));
  const centred = op.subtract(op.subtract(g, op.mean(g)), op.multiply(normalised, slope));
  return [
    op.multiply(centred, inverseDeviation),
    sumTo(op.multiply(dy!, normalised), gain.shape),
    sumTo(dy!, bias.shape),
  ];
};

const gather: Derivative = ({ inputs: [table, indices], attributes: { axis } }, [dy]) => {
  const [count, width] = table.shape.slice(axis) as [number, number];
  const rows = product(indices.shape);
  const picks = op.reshape(op.oneHot(indices, count), [rows, count]);
  const of = op.reshape(dy!, [...table.shape.slice(0, axis), rows, width]);
  if (axis === 0) return [op.gemm(picks, of, { transposeA: true }), undefined];
  return [op.matmul(op.matrixTranspose(picks), of), undefined];
};

const SQRT_HALF = Math.SQRT1_2;

/**
 * d gelu: Phi(x) + x phi(x). Summed so that it is exactly 0 far below 0: a product as small as 1e-35 would make
 * denormal numbers of all that is multiplied with it, in the optimizer's moments too.
 */
const gelu = unary((dy, x) => {
  const half = op.multiply(op.erf(op.multiply(x, SQRT_HALF)), 0.5);
  return op.multiply(dy, op.add(half, op.add(op.multiply(x, op.normalPdf(x)), 0.5)));
});

const ERF_SLOPE = 2 / Math.sqrt(Math.PI);

/**
 * d s (1 + erf s) = erf(s) + 1 + s erf'(s), erf' = 2 / sqrt(pi) / exp(s^2): where exp overflows the quotient is 0, and
 * no denormal number comes up. Summed in this order for the reason that gelu's is.
 */
const wideGelu: Derivative = ({ inputs: [s, error] }, [dy]) => {
  const bell = op.multiply(op.divide(s, op.exp(op.multiply(s, s))), ERF_SLOPE);
  return [op.multiply(dy!, op.add(error, op.add(bell, 1))), undefined, undefined];
};

/** Every kind that can be differentiated. "input", "constant" and "oneHot" end the way back. */
export const DERIVATIVES: Partial<Record<Kind, Derivative>> = {
  add: binary((dy) => [dy, dy]),
  subtract: binary((dy) => [dy, op.negate(dy)]),
  multiply: binary((dy, a, b) => [op.multiply(dy, b), op.multiply(dy, a)]),
  divide: binary((dy, _a, b, y) => [op.divide(dy, b), op.negate(op.divide(op.multiply(dy, y), b))]),
  negate: unary((dy) => op.negate(dy)),
  exp: unary((dy, _x, y) => op.multiply(dy, y)),
  log: unary((dy, x) => op.divide(dy, x)),
  sqrt: unary((dy, _x, y) => op.divide(op.multiply(dy, 0.5), y)),
  erf: unary((dy, x) =>
    op.multiply(dy, op.multiply(op.exp(op.negate(op.multiply(x, x))), 2 / Math.sqrt(Math.PI))),
  ),
  tanh: unary((dy, _x, y) => op.multiply(dy, op.subtract(1, op.multiply(y, y)))),
  sin: unary((dy, x) => op.multiply(dy, op.cos(x))),
  cos: unary((dy, x) => op.negate(op.multiply(dy, op.sin(x)))),
  sigmoid: unary((dy, _x, y) => op.multiply(dy, op.multiply(y, op.subtract(1, y)))),
  normalPdf: unary((dy, x, y) => op.negate(op.multiply(dy, op.multiply(x, y)))),
  gelu,
  wideGelu,
  silu: ({ inputs: [, s], outputs: [y] }, [dy]) => [
    op.multiply(dy!, op.add(s, op.subtract(y, op.multiply(y, s)))),
    undefined,
  ],
  matmul,
  gemm,
  softmax,
  logSumExp: ({ inputs: [, shares] }, [dy]) => [op.multiply(dy!, shares), undefined],
  layerNorm,
  transpose: ({ attributes: { permutation } }, [dy]) => {
    const inverse = permutation!.map((_, index) => permutation!.indexOf(index));
    return [op.transpose(dy!, inverse)];
  },
  reshape: ({ inputs: [x] }, [dy]) => [op.reshape(dy!, x.shape)],
  broadcast: ({ inputs: [x] }, [dy]) => [sumTo(dy!, x.shape)],
  slice: ({ inputs: [x], attributes: { axis, start } }, [dy]) => [
    op.unslice(dy!, axis!, start!, x.shape[axis!]),
  ],
  unslice: ({ attributes: { axis, start, end } }, [dy]) => [op.slice(dy!, axis!, start!, end!)],
  split: ({ attributes: { axis } }, pieces) => {
    if (pieces.some((piece) => !piece)) throw new Error("split: every piece must have a gradient");
    return [op.join(pieces as readonly Tensor[], axis!)];
  },
  join: ({ inputs, attributes: { axis } }, [dy]) => {
    const sizes = inputs.map(({ shape }) => shape[axis!] as number);
    return op.split(dy!, axis!, sizes);
  },
  concat: ({ inputs: [a, b] }, [dy]) => {
    const [first, second] = [a.shape[0], b.shape[0]];
    return [op.part(dy!, 0, first, second), op.part(dy!, first, second, 0)];
  },
  part: ({ inputs: [x], attributes: { before, after } }, [dy]) => [
    op.extend(dy!, before!, x.shape[0], after!),
  ],
  extend: ({ inputs: [x], attributes: { before, after } }, [dy]) => [
    op.part(dy!, before!, x.shape[0], after!),
  ],
  sum: ({ inputs: [x], attributes: { axes } }, [dy]) => {
    const kept = x.shape.map((dimension, axis) => (axes!.includes(axis) ? 1 : dimension));
    return [op.broadcast(op.reshape(dy!, kept), x.shape)];
  },
  mean: ({ inputs: [x] }, [dy]) => {
    const size = x.shape.at(-1) as number;
    return [op.broadcast(op.multiply(dy!, 1 / size), x.shape)];
  },
  gather,
};
