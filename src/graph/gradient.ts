/** @file Reverse mode: the gradient of a scalar with respect to any tensors it is made of. */
import { DERIVATIVES } from "./derivatives.ts";
import { add, constant, gemm } from "./operations.ts";
import type { Node, Tensor } from "./tensor.ts";

/** The nodes that lead to the tensors, each after all that it needs. */
export function orderedNodes(results: readonly Tensor[]): Node[] {
  const ordered: Node[] = [];
  const seen = new Set<Node>();
  // A stack of its own instead of recursion: a deep network must not overflow the call stack.
  const stack: { node: Node; next: number }[] = [];
  const visit = (node: Node) => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const result of results) {
    visit(result.node);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const inputOfTop = top.node.inputs[top.next++];
      if (inputOfTop) visit(inputOfTop.node);
      else ordered.push(stack.pop()!.node);
    }
  }
  return ordered;
}

/**
 * Gradients of a scalar.
 * @param scalar a tensor of one cell.
 * @param parameters the tensors to differentiate by; each gradient has its parameter's shape.
 * @throws if the scalar does not depend on one of the parameters.
 */
export function gradients(scalar: Tensor, parameters: readonly Tensor[]): Tensor[] {
  if (scalar.shape.some((dimension) => dimension !== 1)) {
    throw new Error(`gradients: [${scalar.shape}] is not a scalar`);
  }
  const nodes = orderedNodes([scalar]);
  const onTheWay = dependents(nodes, parameters);
  const found = new Map<Tensor, Tensor>([[scalar, ones(scalar)]]);
  for (const node of nodes.reverse()) {
    if (!onTheWay.has(node)) continue;
    const outputs = node.outputs.map((output) => found.get(output));
    if (outputs.every((gradient) => gradient === undefined)) continue;
    const derivative = DERIVATIVES[node.kind];
    if (!derivative) continue;
    derivative(node, outputs).forEach((gradient, index) => {
      const to = node.inputs[index];
      if (!gradient || !onTheWay.has(to.node)) return;
      const sofar = found.get(to);
      found.set(to, sofar ? sum(sofar, gradient, node) : gradient);
    });
  }
  return parameters.map((parameter) => {
    const gradient = found.get(parameter);
    if (!gradient)
      throw new Error(`gradients: nothing depends on ${parameter.node.attributes.name ?? "a tensor"}`);
    return gradient;
  });
}

/**
 * What came before plus what comes from a node. A product of matrices adds it on its way: one pass over the cells less.
 * Only a product that the node's own derivative has just made is nobody else's.
 */
function sum(sofar: Tensor, gradient: Tensor, from: Node): Tensor {
  const { kind, inputs, attributes } = gradient.node;
  if (from.kind !== "gemm" || kind !== "gemm" || inputs.length > 2) return add(sofar, gradient);
  return gemm(inputs[0], inputs[1], { ...attributes, c: sofar, beta: 1 });
}

function ones(scalar: Tensor): Tensor {
  return constant([1], scalar.shape as readonly number[]);
}

/** The nodes whose value depends on a parameter: no gradient is worked out for any other. */
function dependents(nodes: readonly Node[], parameters: readonly Tensor[]): Set<Node> {
  const dependent = new Set(parameters.map((parameter) => parameter.node));
  for (const node of nodes) {
    if (node.inputs.some((tensor) => dependent.has(tensor.node))) dependent.add(node);
  }
  return dependent;
}
