/** @file Short words for ONNX nodes in double precision: what is written around a network's own program. */
import { doubleErf } from "../graph/onnx/double-erf.ts";
import { Writer } from "../graph/onnx/emit.ts";
import { TensorProto_DataType } from "../graph/onnx/generated/onnx-ml_pb.ts";

const TYPES = {
  float: TensorProto_DataType.FLOAT,
  double: TensorProto_DataType.DOUBLE,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
} as const;

type Attributes = Parameters<Writer["node"]>[2];

/** Names in, names out. Constants are doubles. */
export class NodeWriter {
  readonly writer: Writer;

  constructor(prefix: string) {
    this.writer = new Writer("float64", [], "computed", prefix);
  }

  node(type: string, ...inputs: readonly string[]): string {
    return this.writer.node(type, inputs);
  }

  nodeOf(type: string, attributes: Attributes, ...inputs: readonly string[]): string {
    return this.writer.node(type, inputs, attributes);
  }

  numbers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.writer.floats(values, shape);
  }

  number(value: number): string {
    return this.writer.floats([value], []);
  }

  /** As unsigned bytes. */
  bytes(values: Uint8Array, shape: readonly number[]): string {
    return this.writer.bytes(values, shape);
  }

  integers(values: readonly number[]): string {
    return this.writer.integers(values);
  }

  cast(name: string, to: keyof typeof TYPES): string {
    return this.writer.cast(name, TYPES[to]);
  }

  where(condition: string, then: string, otherwise: string): string {
    return this.node("Where", condition, then, otherwise);
  }

  add = (a: string, b: string) => this.node("Add", a, b);
  subtract = (a: string, b: string) => this.node("Sub", a, b);
  multiply = (a: string, b: string) => this.node("Mul", a, b);
  divide = (a: string, b: string) => this.node("Div", a, b);

  /** With axes of size 1 at these places of the result. */
  unsqueeze(name: string, ...axes: readonly number[]): string {
    return this.node("Unsqueeze", name, this.integers(axes));
  }

  /** Some places of an axis. */
  gather(name: string, places: readonly number[], axis: number): string {
    return this.nodeOf("Gather", { axis }, name, this.integers(places));
  }

  sum(name: string, axis: number): string {
    return this.nodeOf("ReduceSum", { keepdims: 0 }, name, this.integers([axis]));
  }

  join(axis: number, ...names: readonly string[]): string {
    return names.length === 1 ? names[0] : this.nodeOf("Concat", { axis }, ...names);
  }

  erf(name: string): string {
    return doubleErf(this.writer, name);
  }
}
