/** @file A compiled program: ONNX bytes with the names, shapes and types of what goes in and comes out. */
import type { Dimension, ElementType, Shape } from "../tensor.ts";

export interface Port {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

export interface Program {
  readonly name: string;
  /** A serialised ONNX ModelProto: any ONNX runtime can load it. */
  readonly bytes: Uint8Array;
  readonly precision: Precision | MixedPrecision;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** With `sizes: "given"`, the inputs besides `inputs` that hold sizes: int64 vectors, one entry for each. */
  readonly sizeInputs: readonly SizePort[];
  /** The same computation emitted in another form. */
  inForm(form: Form): Program;
}

/** An input of sizes. */
export interface SizePort {
  readonly name: string;
  readonly entries: readonly SizeSum[];
}

/** A size that is the sum of these; numbers may be negative. */
export type SizeSum = readonly Dimension[];

/** How a computation is emitted. */
export interface Form {
  /** Default "float32". */
  readonly precision?: Precision | MixedPrecision;
  /**
   * Where shapes that hold named sizes come from: "computed" (default) by nodes of the program, from its inputs'
   * shapes, so that any ONNX runtime can run it; or "given" as inputs: those nodes would be integer arithmetic that GPU
   * providers leave to the CPU.
   */
  readonly sizes?: "computed" | "given";
}

/** What "float" is in a program. */
export type Precision = "float32" | "float64";
/**
 * Mixed precision: inputs, outputs and all operations are float32, but matrix products, which are nearly all of the
 * work, take and give numbers of 16 bits.
 */
type MixedPrecision = "float16" | "bfloat16";
