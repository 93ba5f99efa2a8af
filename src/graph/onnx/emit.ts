/** @file From symbolic tensors to the bytes of an ONNX model. */
import { create, toBinary } from "@bufbuild/protobuf";
import { orderedNodes } from "../gradient.ts";
import {
  type Dimension,
  type ElementType,
  type Node,
  type Shape,
  sameShape,
  type Tensor,
} from "../tensor.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./generated/onnx-ml_pb.ts";
import { OPERATORS } from "./operators.ts";
import type { Form, Port, Program, SizePort, SizeSum } from "./program.ts";

// Opset 21 has Gelu (20) and slicing Shape (15); IR 10 is its match. Both are older than ONNX Runtime 1.20.
const OPSET = 21n;
const IR_VERSION = 10n;

type AttributeValue =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly graph: GraphProto };

/** What operators.ts writes ONNX nodes through. Names in, names out. */
export interface Emitter {
  readonly precision: Program["precision"];
  /** Adds an ONNX node and gives the name of its first output. */
  node(type: string, inputs: readonly string[], attributes?: Record<string, AttributeValue>): string;
  /** Adds an ONNX node of several outputs. */
  nodes(
    type: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeValue>,
    outputs: number,
  ): string[];
  /** A tensor in another number format; the same cast twice is one node. */
  cast(name: string, to: TensorProto_DataType): string;
  floats(values: readonly number[], shape: readonly number[]): string;
  integers(values: readonly number[], type?: "int32" | "int64"): string;
  /** An int64 vector of a shape, its named sizes known when the program runs. */
  shape(shape: Shape): string;
  /** An int64 vector of which each entry is a sum of sizes. */
  sums(entries: readonly SizeSum[]): string;
}

/**
 * Compiles the computation of the outputs.
 * Inputs are those that the outputs need, in the order in which they were made.
 */
export function compile(name: string, outputs: Readonly<Record<string, Tensor>>, form: Form = {}): Program {
  const { precision = "float32", sizes = "computed" } = form;
  const nodes = orderedNodes(Object.values(outputs));
  const inputs = inputsAmong(nodes);
  const writer = new Writer(precision, inputs, sizes);
  const names = new Map<Tensor, string>();
  const known = new Map<string, readonly string[]>();
  for (const node of nodes) {
    const made = emitOnce(node, names, known, writer);
    node.outputs.forEach((tensor, index) => {
      names.set(tensor, made[index]);
    });
  }
  const results = Object.entries(outputs).map(([output, tensor]): Port => {
    writer.nodeNamed("Identity", [names.get(tensor)!], output);
    return { name: output, shape: tensor.shape, type: tensor.type };
  });
  return {
    name,
    bytes: writer.finish(name, results),
    precision,
    inputs,
    outputs: results,
    sizeInputs: writer.sizeInputs,
    inForm: (other) => compile(name, outputs, { ...form, ...other }),
  };
}

/** In the order in which they were made; those of one name are one input. @throws Error where they differ in shape or type. */
function inputsAmong(nodes: readonly Node[]): Port[] {
  const inputs = new Map<string, Port>();
  for (const node of nodes.filter(({ kind }) => kind === "input").sort((a, b) => a.id - b.id)) {
    const [{ shape, type }] = node.outputs;
    const name = node.attributes.name!;
    const known = inputs.get(name) ?? { name, shape, type };
    if (known.type !== type || !sameShape(known.shape, shape)) {
      throw new Error(`the input "${name}" is [${known.shape}] in one place and [${shape}] in another`);
    }
    inputs.set(name, known);
  }
  return [...inputs.values()];
}

/** Emits a node, or finds the equal one emitted before: gradients ask for many things twice. */
function emitOnce(
  node: Node,
  names: ReadonlyMap<Tensor, string>,
  known: Map<string, readonly string[]>,
  writer: Writer,
): readonly string[] {
  if (node.kind === "input") return [node.attributes.name!];
  const inputs = node.inputs.map((tensor) => names.get(tensor)!);
  const key = JSON.stringify([node.kind, inputs, node.attributes, node.outputs[0].shape]);
  const before = known.get(key);
  if (before) return before;
  const made = OPERATORS[node.kind](writer, node, inputs);
  known.set(key, made);
  return made;
}

/** Collects ONNX nodes and constants; also for a graph that is put before or behind a compiled one, under names of its own. */
export class Writer implements Emitter {
  readonly #nodes: NodeProto[] = [];
  readonly #constants: TensorProto[] = [];
  readonly #constantNames = new Map<string, string>();
  readonly #sizes = new Map<string, string>();
  readonly sizeInputs: SizePort[] = [];
  #count = 0;

  constructor(
    readonly precision: Program["precision"],
    readonly inputs: readonly Port[],
    readonly sizes: NonNullable<Form["sizes"]>,
    /** What the names that it makes begin with. */
    readonly prefix = "",
  ) {}

  get written(): { readonly nodes: readonly NodeProto[]; readonly constants: readonly TensorProto[] } {
    return { nodes: this.#nodes, constants: this.#constants };
  }

  node(type: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}): string {
    return this.nodes(type, inputs, attributes, 1)[0];
  }

  nodes(
    type: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeValue>,
    count: number,
  ): string[] {
    const outputs = Array.from({ length: count }, () => `${this.prefix}t${this.#count++}`);
    this.#push(type, inputs, attributes, outputs);
    return outputs;
  }

  cast(name: string, to: TensorProto_DataType): string {
    return this.#known(`cast ${name} ${to}`, () => this.node("Cast", [name], { to }));
  }

  nodeNamed(type: string, inputs: readonly string[], output: string): void {
    this.#push(type, inputs, {}, [output]);
  }

  #push(
    type: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeValue>,
    outputs: string[],
  ) {
    this.#nodes.push(
      create(NodeProtoSchema, {
        name: `${type}_${outputs[0]}`,
        opType: type,
        input: [...inputs],
        output: outputs,
        attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
      }),
    );
  }

  floats(values: readonly number[], shape: readonly number[]): string {
    const array = this.precision === "float64" ? Float64Array.from(values) : Float32Array.from(values);
    const type = elementCode("float", this.precision);
    return this.#constant(type, shape, new Uint8Array(array.buffer));
  }

  integers(values: readonly number[], type: "int32" | "int64" = "int64"): string {
    const array = type === "int64" ? BigInt64Array.from(values, BigInt) : Int32Array.from(values);
    const code = type === "int64" ? TensorProto_DataType.INT64 : TensorProto_DataType.INT32;
    return this.#constant(code, [values.length], new Uint8Array(array.buffer));
  }

  bytes(values: Uint8Array, shape: readonly number[]): string {
    return this.#constant(TensorProto_DataType.UINT8, shape, values);
  }

  #constant(dataType: TensorProto_DataType, shape: readonly number[], rawData: Uint8Array): string {
    const key = `${dataType}:${shape}:${rawData}`;
    const known = this.#constantNames.get(key);
    if (known) return known;
    const name = `${this.prefix}c${this.#count++}`;
    this.#constants.push(create(TensorProtoSchema, { name, dataType, dims: shape.map(BigInt), rawData }));
    this.#constantNames.set(key, name);
    return name;
  }

  shape(shape: Shape): string {
    return this.sums(shape.map((dimension) => [dimension]));
  }

  sums(entries: readonly SizeSum[]): string {
    const numbers = entries.map((entry) => numberOf(entry));
    if (numbers.every((number) => number !== undefined)) return this.integers(numbers);
    if (this.sizes === "given") return this.#sizeInput(entries);
    const parts = entries.map((entry) =>
      entry.map((dimension) => this.#size(dimension)).reduce((a, b) => this.#sum(a, b)),
    );
    return parts.length === 1
      ? parts[0]
      : this.#known(`shape ${parts}`, () => this.node("Concat", parts, { axis: 0 }));
  }

  #sum(a: string, b: string): string {
    return this.#known(`sum ${a} ${b}`, () => this.node("Add", [a, b]));
  }

  #sizeInput(entries: readonly SizeSum[]): string {
    return this.#known(`given ${JSON.stringify(entries)}`, () => {
      const name = `sizes.${this.sizeInputs.length}`;
      this.sizeInputs.push({ name, entries });
      return name;
    });
  }

  /** One size as an int64 vector of length 1. A name is read off the first input that has it. */
  #size(dimension: Dimension): string {
    if (typeof dimension === "number") return this.integers([dimension]);
    return this.#known(dimension, () => {
      for (const port of this.inputs) {
        const axis = port.shape.indexOf(dimension);
        if (axis >= 0) return this.node("Shape", [port.name], { start: axis, end: axis + 1 });
      }
      const [type, separator] = dimension.includes("*") ? ["Mul", "*"] : ["Add", "+"];
      const parts = dimension
        .split(separator)
        .map((part) => (Number.isNaN(Number(part)) ? part : Number(part)));
      if (parts.length === 1) throw new Error(`no input of the program has the size "${dimension}"`);
      return parts.map((part) => this.#size(part)).reduce((a, b) => this.node(type, [a, b]));
    });
  }

  #known(key: string, make: () => string): string {
    const before = this.#sizes.get(key);
    if (before) return before;
    const name = make();
    this.#sizes.set(key, name);
    return name;
  }

  finish(name: string, outputs: readonly Port[]): Uint8Array {
    const model = create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: "anygiven",
      opsetImport: [{ domain: "", version: OPSET }],
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#constants,
        input: [
          ...this.inputs.map((port) => this.#value(port)),
          ...this.sizeInputs.map(({ name, entries }) =>
            valueInfo(name, [entries.length], TensorProto_DataType.INT64),
          ),
        ],
        output: outputs.map((port) => this.#value(port)),
      },
    });
    return toBinary(ModelProtoSchema, model);
  }

  #value({ name, shape, type }: Port): ValueInfoProto {
    return valueInfo(name, shape, elementCode(type, this.precision));
  }
}

export function valueInfo(name: string, shape: Shape, elemType: TensorProto_DataType): ValueInfoProto {
  const dim = shape.map((dimension) =>
    typeof dimension === "number"
      ? { value: { case: "dimValue" as const, value: BigInt(dimension) } }
      : { value: { case: "dimParam" as const, value: dimension } },
  );
  const value = { elemType, shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value } } });
}

/** The sum, if none of its terms is a name. */
function numberOf(sum: SizeSum): number | undefined {
  let value = 0;
  for (const term of sum) {
    if (typeof term !== "number") return;
    value += term;
  }
  return value;
}

function elementCode(type: ElementType, precision: Program["precision"]): TensorProto_DataType {
  if (type === "int32") return TensorProto_DataType.INT32;
  return precision === "float64" ? TensorProto_DataType.DOUBLE : TensorProto_DataType.FLOAT;
}

function attributeProto(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === "number") {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
  }
  if (typeof value === "string") {
    const s = new TextEncoder().encode(value);
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s });
  }
  if (typeof value === "object" && "graph" in value) {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g: value.graph });
  }
  if ("float" in value) {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value.float });
  }
  return create(AttributeProtoSchema, {
    name,
    type: AttributeProto_AttributeType.INTS,
    ints: value.map(BigInt),
  });
}
