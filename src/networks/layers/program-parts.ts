/** @file What the programs of every network have in common: parameters as inputs, gradients as outputs. */
import type { Precision, Program } from "../../graph/onnx/program.ts";
import * as op from "../../graph/operations.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { Parameters } from "../leung-bovy/encoder.ts";
import type { MaskInput } from "./dropout.ts";
import type { Parameter } from "./parameter-layout.ts";

export interface ProgramOptions {
  readonly precision?: Precision;
}

/** The name under which a program returns a parameter's gradient. */
export const gradientName = (parameter: string) => `gradient.${parameter}`;

export interface LossProgram {
  readonly program: Program;
  readonly parameters: readonly Parameter[];
  /** The dropout masks that the program wants as inputs. */
  readonly masks: readonly MaskInput[];
}

/** The parameters as inputs of a program, and a way to find them by name. */
export function parameterInputs(parameters: readonly Parameter[]): { tensors: Tensor[]; lookup: Parameters } {
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
