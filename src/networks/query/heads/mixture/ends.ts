/** @file What normals have between the bounds of their columns, in the graph. */
import * as op from "../../../../graph/operations.ts";
import type { Tensor } from "../../../../graph/tensor.ts";
import { type Ends, TARGETS, type TargetTensors } from "../head.ts";

/** Where a column has no bound, in standardised units: so far out that nothing lies beyond. */
const NOWHERE = 1000;
/** Keeps the logarithm finite, and above what the float32 error function leaves of a difference. */
const SMALLEST_INSIDE = 1e-6;

/** The lower and the upper ends of rows, (rows, 1) each; absent where no column has one. */
export interface EndTensors {
  readonly low?: Tensor;
  readonly high?: Tensor;
}

/** By token: of no column, then of each. */
export function endsByToken(ends: readonly Ends[]): EndTensors {
  const side = (which: 0 | 1, none: number) =>
    ends.every((each) => each[which] === null)
      ? undefined
      : op.constant([none, ...ends.map((each) => each[which] ?? none)], [ends.length + 1, 1]);
  return both(side(0, -NOWHERE), side(1, NOWHERE));
}

/** Of each target's column. */
export function endsOf({ tokens }: Pick<TargetTensors, "tokens">, ends: readonly Ends[]): EndTensors {
  const columns = op.reshape(tokens, [TARGETS]);
  const of = (end: Tensor | undefined) => end && op.gather(end, columns);
  const { low, high } = endsByToken(ends);
  return both(of(low), of(high));
}

const both = (low: Tensor | undefined, high: Tensor | undefined): EndTensors => ({
  ...(low && { low }),
  ...(high && { high }),
});

/** The logarithm of what each normal has between the ends: (rows, normals), as means and variances are. */
export function logInside(means: Tensor, variances: Tensor, { low, high }: EndTensors): Tensor {
  const scale = op.divide(1, op.sqrt(op.multiply(variances, 2)));
  const upTo = (end: Tensor) => op.erf(op.multiply(op.subtract(end, means), scale));
  const twice = op.subtract(high ? upTo(high) : 1, low ? upTo(low) : -1);
  return op.log(op.add(op.multiply(twice, 0.5), SMALLEST_INSIDE));
}
