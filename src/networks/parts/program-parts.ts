/** @file What the programs of every network have in common: parameters as inputs, gradients as outputs. */
import type { Precision, Program } from "../../graph/onnx/program.ts";
import * as op from "../../graph/operations.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { MaskInput } from "./dropout.ts";
import type { Parameter } from "./parameter-layout.ts";

export interface ProgramOptions {
  readonly precision?: Precision;
}

/** exp(-x^2 / 2). */
export function damped(x: Tensor): Tensor {
  return op.exp(op.multiply(op.multiply(x, x), -0.5));
}

/** Gives the tensor of a parameter by its name. */
export type ParameterLookup = (name: string) => Tensor;

/** Added to the attention scores of padding: exp of it is 0 in either precision. */
export const PADDING_SCORE = -1e9;

/** The name under which a program returns a parameter's gradient. */
export const gradientName = (parameter: string) => `gradient.${parameter}`;

/**
 * The output of a loss program that tells minus the log likelihood of each target, times its weight: (requests * batch,
 * 1), target by target.
 */
export const EACH_TARGET = "each";

/** The name of the size that says how many networks a program trains. */
export const MEMBERS = "members";

export interface LossProgram {
  readonly program: Program;
  readonly parameters: readonly Parameter[];
  /**
   * Of a program that trains several networks: for each of them the network's parameters that stand for the program's own,
   * in their order. It takes any number of them, {@link MEMBERS}, along a first axis of parameters, masks and gradients;
   * the loss is their sum. Absent where the network is one, which has no such axis.
   */
  readonly members?: readonly (readonly Parameter[])[];
  /** The dropout masks that the program wants as inputs. */
  readonly masks: readonly MaskInput[];
  /** Names of the inputs that scale the loss linearly. */
  readonly weights: readonly string[];
}

/** The parameters as inputs of a program, and a way to find them by name. */
export function parameterInputs(parameters: readonly Pick<Parameter, "name" | "shape">[]): {
  tensors: Tensor[];
  lookup: ParameterLookup;
} {
  const tensors = parameters.map(({ name, shape }) => op.input(name, shape));
  const byName = new Map(parameters.map(({ name }, i) => [name, tensors[i]]));
  return {
    tensors,
    lookup(name) {
      const tensor = byName.get(name);
      if (!tensor) throw new Error(`no parameter is called ${name}`);
      return tensor;
    },
  };
}
