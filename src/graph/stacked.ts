/**
 * @file The same computation for several networks at once: whatever depends on their parameters gets a first axis with one
 * entry for each of them. (JAX calls it vmap.) A small network's program costs by its nodes, not by their cells.
 */
import { orderedNodes } from "./gradient.ts";
import * as op from "./operations.ts";
import type { Dimension, Kind, Node, Shape, Tensor } from "./tensor.ts";

/** What stands for a tensor: the tensor itself where nothing stacked leads to it. */
interface Twin {
  readonly tensor: Tensor;
  readonly isStacked: boolean;
}

/** The outputs of a node of which some inputs are stacked; all of them are then. */
type Rule = (node: Node, inputs: readonly Twin[], count: Dimension) => readonly Tensor[];

/**
 * The outputs, with a first axis of `count` before the shape of those that depend on a stacked input.
 * @param names of the inputs that are stacked: each becomes one of shape (count, ...shape).
 * @throws Error for a kind of node that has no stacked form.
 */
export function stacked(
  outputs: Readonly<Record<string, Tensor>>,
  names: ReadonlySet<string>,
  count: Dimension,
): Record<string, Tensor> {
  const twins = new Map<Tensor, Twin>();
  for (const node of orderedNodes(Object.values(outputs))) {
    twinsOf(node, twins, names, count).forEach((twin, index) => {
      twins.set(node.outputs[index], twin);
    });
  }
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, found(twins, tensor).tensor]),
  );
}

function twinsOf(
  node: Node,
  twins: ReadonlyMap<Tensor, Twin>,
  names: ReadonlySet<string>,
  count: Dimension,
): Twin[] {
  const { name } = node.attributes;
  if (node.kind === "input" && name !== undefined && names.has(name)) {
    const [{ shape, type }] = node.outputs;
    return [{ tensor: op.input(name, [count, ...shape], type), isStacked: true }];
  }
  const inputs = node.inputs.map((tensor) => found(twins, tensor));
  if (!inputs.some(({ isStacked }) => isStacked))
    return node.outputs.map((tensor) => ({ tensor, isStacked: false }));
  const rule = RULES[node.kind];
  if (!rule) throw new Error(`stacked: "${node.kind}" has no stacked form`);
  return rule(node, inputs, count).map((tensor) => ({ tensor, isStacked: true }));
}

function found(twins: ReadonlyMap<Tensor, Twin>, tensor: Tensor): Twin {
  const twin = twins.get(tensor);
  if (!twin) throw new Error("stacked: a node came before its inputs");
  return twin;
}

/** As it broadcasts against others of a rank: axes of size 1 behind the first. What is not stacked broadcasts as it is. */
function ofRank({ tensor, isStacked }: Twin, rank: number): Tensor {
  if (!isStacked) return tensor;
  const [count, ...shape] = tensor.shape;
  return op.reshape(tensor, [count, ...Array<number>(rank - shape.length).fill(1), ...shape]);
}

/** Stacked, by copies where it was not. */
function filled({ tensor, isStacked }: Twin, count: Dimension): Tensor {
  if (isStacked) return tensor;
  return op.broadcast(op.reshape(tensor, [1, ...tensor.shape]), [count, ...tensor.shape]);
}

/** As a factor of a product: a plain matrix is shared by all, a stack of them is not. */
const factor = (twin: Twin, count: Dimension) =>
  twin.tensor.shape.length === 2 ? twin.tensor : filled(twin, count);

const first =
  (make: (x: Tensor, node: Node, count: Dimension) => Tensor): Rule =>
  (node, [{ tensor }], count) => [make(tensor, node, count)];

const binary =
  (make: (a: Tensor, b: Tensor) => Tensor): Rule =>
  ({ outputs: [{ shape }] }, [a, b]) => [make(ofRank(a, shape.length), ofRank(b, shape.length))];

const later = (axes: readonly number[]) => axes.map((axis) => axis + 1);

const gemm: Rule = ({ attributes }, [a, b, c], count) => {
  const { transposeA, transposeB, alpha = 1, beta = 1 } = attributes;
  const turned = (twin: Twin, isTurned: boolean | undefined) =>
    isTurned ? op.matrixTranspose(factor(twin, count)) : factor(twin, count);
  const product = op.matmul(turned(a, transposeA), turned(b, transposeB));
  const scaled = alpha === 1 ? product : op.multiply(product, alpha);
  if (!c) return [scaled];
  const added = ofRank(c, 2);
  return [op.add(scaled, beta === 1 ? added : op.multiply(added, beta))];
};

/** Gain and bias by themselves: they differ by network. */
const layerNorm: Rule = ({ attributes: { epsilon = 0 } }, [x, gain, bias], count) => {
  const width = x.tensor.shape.at(-1) as number;
  const plain = (value: number) => op.constant(Array<number>(width).fill(value), [width]);
  const { y, mean, inverseDeviation } = op.layerNorm(filled(x, count), plain(1), plain(0), epsilon);
  const rank = y.shape.length - 1;
  return [op.add(op.multiply(y, ofRank(gain, rank)), ofRank(bias, rank)), mean, inverseDeviation];
};

const shaped = (count: Dimension, { outputs: [{ shape }] }: Node): Shape => [count, ...shape];

const RULES: Partial<Record<Kind, Rule>> = {
  add: binary(op.add),
  subtract: binary(op.subtract),
  multiply: binary(op.multiply),
  divide: binary(op.divide),
  negate: first(op.negate),
  exp: first(op.exp),
  log: first(op.log),
  sqrt: first(op.sqrt),
  erf: first(op.erf),
  tanh: first(op.tanh),
  sin: first(op.sin),
  cos: first(op.cos),
  sigmoid: first(op.sigmoid),
  normalPdf: first(op.normalPdf),
  gelu: first(op.gelu),
  wideGelu: first(op.wideGelu),
  silu: first(op.silu),
  softmax: first(op.softmax),
  logSumExp: first(op.logSumExp),
  mean: first(op.mean),
  matmul: (_node, [a, b], count) => [op.matmul(factor(a, count), factor(b, count))],
  gemm,
  layerNorm,
  transpose: first((x, { attributes: { permutation = [] } }) => op.transpose(x, [0, ...later(permutation)])),
  reshape: first((x, node, count) => op.reshape(x, shaped(count, node))),
  broadcast: (node, [x], count) => [
    op.broadcast(ofRank(x, node.outputs[0].shape.length), shaped(count, node)),
  ],
  slice: first((x, { attributes: { axis = 0, start = 0, end = 0 } }) => op.slice(x, axis + 1, start, end)),
  unslice: first((x, { attributes: { axis = 0, start = 0 }, outputs: [y] }) =>
    op.unslice(x, axis + 1, start, y.shape[axis]),
  ),
  split: ({ attributes: { axis = 0 }, outputs }, [{ tensor }]) =>
    op.split(
      tensor,
      axis + 1,
      outputs.map(({ shape }) => shape[axis] as number),
    ),
  join: ({ attributes: { axis = 0 } }, pieces, count) => [
    op.join(
      pieces.map((piece) => filled(piece, count)),
      axis + 1,
    ),
  ],
  sum: first((x, { attributes: { axes = [], keep = true } }) => op.sum(x, later(axes), { keep })),
  gather: (_node, [table, indices]) => {
    if (indices.isStacked) throw new Error("stacked: indices are the same for all");
    return [op.gather(table.tensor, indices.tensor)];
  },
};
