/** @file A compiled program: ONNX bytes with the names, shapes and types of what goes in and comes out. */
import type { ElementType, Shape } from "../tensor.ts";

export interface Port {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

export interface Program {
  readonly name: string;
  /** A serialised ONNX ModelProto: any ONNX runtime can load it. */
  readonly bytes: Uint8Array;
  readonly precision: Precision;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** What "float" is in a program. */
export type Precision = "float32" | "float64";
