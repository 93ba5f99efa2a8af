/** @file Symbolic tensors: what a program computes, without saying how or on what. */

/**
 * One size of a shape. A number is known when the program is written; a name ("batch") stands for a size
 * that is known only when the program runs, the same wherever the name stands. Names may be products of sums of
 * names ("4*batch*requests+sequence": a sum binds closer).
 */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** "float" becomes float32 or float64 when a program is emitted. */
export type ElementType = "float" | "int32";

/** What a node does. Each kind has one builder, one ONNX form and, where it has one, one derivative. */
export type Kind =
  | "input"
  | "constant"
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "negate"
  | "exp"
  | "log"
  | "sqrt"
  | "erf"
  | "tanh"
  | "sin"
  | "cos"
  | "sigmoid"
  | "normalPdf"
  | "gelu"
  | "wideGelu"
  | "silu"
  | "matmul"
  | "gemm"
  | "softmax"
  | "logSumExp"
  | "layerNorm"
  | "transpose"
  | "reshape"
  | "broadcast"
  | "slice"
  | "unslice"
  | "split"
  | "join"
  | "concat"
  | "part"
  | "extend"
  | "sum"
  | "mean"
  | "gather"
  | "oneHot";

/** The constants of a node, by kind; see the builder of each kind in operations.ts. */
export interface Attributes {
  readonly name?: string;
  readonly values?: readonly number[];
  readonly permutation?: readonly number[];
  readonly axes?: readonly number[];
  readonly axis?: number;
  readonly start?: number;
  readonly end?: number;
  /** Rows before and after. */
  readonly before?: Dimension;
  readonly after?: Dimension;
  readonly count?: number;
  readonly keep?: boolean;
  readonly epsilon?: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
}

export interface Node {
  readonly id: number;
  readonly kind: Kind;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly outputs: readonly Tensor[];
}

export interface Tensor {
  readonly node: Node;
  /** Which of the node's outputs this is. */
  readonly index: number;
  readonly shape: Shape;
  readonly type: ElementType;
}

let nodesMade = 0;

/** Makes a node and its output tensors. Only operations.ts calls this: elsewhere use its builders. */
export function makeNode(
  kind: Kind,
  inputs: readonly Tensor[],
  attributes: Attributes,
  shapes: readonly Shape[],
  type: ElementType,
): readonly Tensor[] {
  const outputs: Tensor[] = [];
  const node: Node = { id: nodesMade++, kind, inputs, attributes, outputs };
  shapes.forEach((shape, index) => {
    outputs.push({ node, index, shape, type });
  });
  return outputs;
}

/** The product of dimensions; names multiply into a name ("4*batch") that is equal for equal factors. */
export function product(dimensions: readonly Dimension[]): Dimension {
  let number = 1;
  const names: string[] = [];
  for (const dimension of dimensions) {
    for (const factor of typeof dimension === "number" ? [dimension] : dimension.split("*")) {
      const value = Number(factor);
      if (Number.isNaN(value)) names.push(String(factor));
      else number *= value;
    }
  }
  if (names.length === 0 || number === 0) return number;
  names.sort();
  return number === 1 ? names.join("*") : [number, ...names].join("*");
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/**
 * The shape two tensors broadcast to (numpy's rule). A name never broadcasts against another name or a
 * number other than 1: what can't be known now is refused now.
 */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new Error(`shapes [${a}] and [${b}] do not broadcast: ${left} against ${right}`);
  });
}

/** The axes of `full` that a tensor of shape `part` was broadcast along. */
export function broadcastAxes(part: Shape, full: Shape): number[] {
  const missing = full.length - part.length;
  return full.flatMap((dimension, axis) =>
    axis < missing || (part[axis - missing] === 1 && dimension !== 1) ? [axis] : [],
  );
}
