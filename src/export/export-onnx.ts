/**
 * @file A model as one ONNX file that any ONNX runtime answers with: raw cells in, the parameters of distributions out, and in
 * its metadata all that a reader needs to make distributions of them.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { classCount } from "../columns/encoding.ts";
import { valueInfo } from "../graph/onnx/emit.ts";
import {
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
} from "../graph/onnx/generated/onnx-ml_pb.ts";
import { targetIndices } from "../model/questions.ts";
import type { TrainedModel } from "../model/trained-model.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { cells } from "../networks/parts/parameter-layout.ts";
import type { QueryConfig } from "../networks/query/config.ts";
import { headOf } from "../networks/query/heads/registry.ts";
import { queryParameters } from "../networks/query/parameters.ts";
import { conditionProgram } from "../networks/query/programs.ts";
import { standardisedCells } from "./cell-nodes.ts";
import { contextNodes } from "./context-nodes.ts";
import { describedModel } from "./described.ts";
import { NodeWriter } from "./node-writer.ts";
import { type ColumnAnswer, checkHasQuantiles, quantileNodes } from "./quantile-nodes.ts";

export interface ExportOptions {
  /** The columns that the file answers for. Default: any, named by an input of the file. */
  readonly of?: readonly string[];
  /** Shares, strictly between 0 and 1, of which it also works out the quantiles, of columns named by `of`. Default none. */
  readonly quantiles?: readonly number[];
}

/** Its inputs and outputs, as they are called in the file. */
const CELLS = "cells";
const ERRORS = "errors";
const TARGETS = "of";
const QUANTILES = "quantiles";
const OUTPUTS = ["shares", "means", "widths", "probabilities"] as const;

/**
 * A trained model as one ONNX file, opset 21, IR version 10.
 *
 * Inputs: `cells`, double (rows, columns), in data units, NaN where a cell is not given; of a category the index in its list, of
 * a date days since 1970-01-01. `errors`, likewise, one standard deviation of each, of a model with measurement errors. `of`,
 * int64 (targets), the indices of the columns asked, unless they are fixed. A target's own cell is never read.
 *
 * Outputs, each (targets, rows, ...): `shares`, `means` and `widths` of the mixture of normals, in standardised units, and
 * `probabilities` of all columns' classes, those of other columns 0; with `quantiles` these, double, in data units. The metadata has a JSON under `anygiven`: columns, units,
 * categories, scales, transforms, point masses, bounds, recalibration.
 * @throws InputError for a model of another network than the default one, an unknown column, quantiles of what has none.
 * @example
 * import { writeFile } from "node:fs/promises";
 * const model = await Model.load("survey");
 * await writeFile("survey.onnx", exportOnnx(model, { of: ["logg"] }));
 */
export function exportOnnx(
  { config, weights }: Pick<TrainedModel, "config" | "weights">,
  { of, quantiles = [] }: ExportOptions = {},
): Uint8Array {
  const network = exportable(config);
  const outputs = [...config.columns.keys()].filter((index) => config.columns[index].output);
  const targets = of ? targetIndices(config, of) : outputs;
  if (quantiles.length > 0) checkQuantiles(config, of && targets, quantiles);
  const head = headOf(network.head);
  const model = fromBinary(ModelProtoSchema, conditionProgram(network, head, { masks: "requests" }).bytes);
  const graph = model.graph;
  if (!graph) throw new Error("the program has no graph");

  const before = new NodeWriter("in.");
  const hasErrors = network.errors;
  const standardised = standardisedCells(before, config.columns, CELLS, hasErrors ? ERRORS : undefined);
  const asking = of ? before.integers(targets) : TARGETS;
  const fed = contextNodes(before, network, standardised, asking);
  const named = new NodeWriter("fed.");
  for (const [name, from] of Object.entries(fed))
    named.writer.nodeNamed("Identity", [from], `network.${name}`);

  const after = new NodeWriter("out.");
  const made = OUTPUTS.filter((name) => graph.output.some((output) => output.name === name));
  const leading = after.join(
    0,
    after.nodeOf("Shape", { start: 0, end: 1 }, asking),
    after.nodeOf("Shape", { start: 0, end: 1 }, CELLS),
    after.integers([-1]),
  );
  for (const name of made) after.writer.nodeNamed("Reshape", [`network.${name}`, leading], name);

  if (quantiles.length > 0) {
    const all = targets.map((index, which) => {
      const own = answerOf(
        after,
        config,
        { index, which, known: standardised.known },
        made.includes("probabilities"),
      );
      return after.unsqueeze(quantileNodes(after, config.columns[index], own, quantiles), 0);
    });
    after.writer.nodeNamed("Identity", [after.join(0, ...all)], QUANTILES);
  }

  // The program's own names begin with "network.", so that none is met twice.
  const own = (name: string) => (name === "" ? "" : `network.${name}`);
  const parameters = parameterTensors(network, weights, own);
  const isFed = new Set([...Object.keys(fed).map(own), ...parameters.map(({ name }) => name)]);
  for (const { name } of graph.input)
    if (!isFed.has(own(name))) throw new Error(`nothing feeds the input "${name}" of the program`);
  const inner = graph.node.map((node) => ({
    ...node,
    name: own(node.name),
    input: node.input.map(own),
    output: node.output.map(own),
  }));
  const constants = graph.initializer.map((tensor) => ({ ...tensor, name: own(tensor.name) }));
  const parts = [before, named, after].map(({ writer }) => writer.written);
  const asked = of ? targets.length : "targets";
  const described = describedModel(config, targets, { quantiles, isFree: !of, version: VERSION });
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: model.irVersion,
      opsetImport: model.opsetImport,
      producerName: "anygiven",
      producerVersion: VERSION,
      docString: `p(any | given) of a table of ${config.columns.length} columns, made by anygiven ${VERSION}.`,
      metadataProps: Object.entries({
        anygiven: JSON.stringify(described),
        anygiven_version: VERSION,
        anygiven_opset: `${model.opsetImport[0].version}`,
        anygiven_ir_version: `${model.irVersion}`,
      }).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
      graph: {
        name: "anygiven",
        node: [...parts[0].nodes, ...parts[1].nodes, ...inner, ...parts[2].nodes],
        initializer: [...parameters, ...constants, ...parts.flatMap((part) => part.constants)],
        input: [
          valueInfo(CELLS, ["rows", config.columns.length], TensorProto_DataType.DOUBLE),
          ...(hasErrors
            ? [valueInfo(ERRORS, ["rows", config.columns.length], TensorProto_DataType.DOUBLE)]
            : []),
          ...(of ? [] : [valueInfo(TARGETS, ["targets"], TensorProto_DataType.INT64)]),
        ],
        output: [
          ...made.map((name) =>
            valueInfo(name, [asked, "rows", widthOf(model, name)], TensorProto_DataType.FLOAT),
          ),
          ...(quantiles.length > 0
            ? [valueInfo(QUANTILES, [asked, "rows", quantiles.length], TensorProto_DataType.DOUBLE)]
            : []),
        ],
      },
    }),
  );
}

function checkQuantiles(
  { columns }: ModelConfig,
  targets: readonly number[] | undefined,
  quantiles: readonly number[],
): void {
  const wrong = quantiles.find((share) => !(share > 0 && share < 1));
  if (wrong !== undefined)
    throw new InputError(`A quantile of the file is between 0 and 1, such as 0.95, not ${wrong}.`, {
      option: "quantiles",
    });
  if (!targets)
    throw new InputError("Quantiles are worked out of columns that are fixed: name them with `of`.", {
      option: "of",
    });
  for (const index of targets) checkHasQuantiles(columns[index]);
}

/** What the graph knows of the column that is asked as number `which`. */
function answerOf(
  n: NodeWriter,
  { columns }: ModelConfig,
  { index, which, known }: { readonly index: number; readonly which: number; readonly known: string },
  hasClasses: boolean,
): ColumnAnswer {
  const own = (name: string) =>
    n.cast(n.node("Squeeze", n.gather(name, [which], 0), n.integers([0])), "double");
  const counts = columns.map(({ encoding }) => classCount(encoding));
  const first = counts.slice(0, index).reduce((a, b) => a + b, 0);
  const places = Array.from({ length: counts[index] }, (_, k) => first + k);
  const others = [...columns.keys()].filter((each) => each !== index);
  return {
    shares: own("shares"),
    means: own("means"),
    widths: own("widths"),
    ...(hasClasses && places.length > 0 && { classes: n.gather(own("probabilities"), places, 1) }),
    given: n.sum(n.cast(n.gather(known, others, 1), "int64"), 1),
  };
}

/** @throws InputError, one sentence, for a model that has no such file. */
function exportable({ network }: ModelConfig): QueryConfig {
  if (network.kind !== "query")
    throw new InputError(
      "This model has the published network, whose answers take many evaluations of it, so that no single file can give them: train with the default preset to export.",
    );
  if (!headOf(network.head).isMixture)
    throw new InputError(
      "This model has the diffusion head, whose answers take many evaluations of it, so that no single file can give them: train with the mixture head to export.",
    );
  return network;
}

function parameterTensors(
  network: QueryConfig,
  weights: Float32Array,
  own: (name: string) => string,
): TensorProto[] {
  return queryParameters(network, headOf(network.head)).map((parameter) => {
    const { buffer, byteOffset, byteLength } = cells(weights, parameter);
    return create(TensorProtoSchema, {
      name: own(parameter.name),
      dataType: TensorProto_DataType.FLOAT,
      dims: parameter.shape.map(BigInt),
      rawData: new Uint8Array(buffer, byteOffset, byteLength),
    });
  });
}

function widthOf({ graph }: ModelProto, name: string): number {
  const type = graph?.output.find((output) => output.name === name)?.type?.value;
  const size = type?.case === "tensorType" ? type.value.shape?.dim[1]?.value : undefined;
  if (size?.case !== "dimValue") throw new Error(`the program's output "${name}" has no width`);
  return Number(size.value);
}
