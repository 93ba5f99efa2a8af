/** @file The parameters: their names, shapes and start values, and their places in one flat array. */
import { generator } from "../random/generator.ts";
import type { HeadConfig, NetworkConfig } from "./config.ts";

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Start;
  /** First cell in the flat array of all parameters. */
  readonly offset: number;
  readonly size: number;
}

/** Start values: uniform between two bounds, or one number; `zeroRow` sets the first row (padding) to 0. */
type Start = { readonly low: number; readonly high: number; readonly zeroRow?: boolean };

type Draft = Omit<Parameter, "offset" | "size">;

/** All parameters of the network, in the order of the flat array. Weights are (out, in), as in PyTorch. */
export function networkParameters(config: NetworkConfig): readonly Parameter[] {
  return laidOut([...embedding(config), ...encoder(config), ...headDrafts(config.head)]);
}

/** The parameters of a diffusion head alone. */
export function headParameters(config: HeadConfig): readonly Parameter[] {
  return laidOut(headDrafts(config));
}

export function parameterCount(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { size }) => sum + size, 0);
}

/** Draws the start values into a flat array, each parameter from its own stream of the seed. */
export function initialise(parameters: readonly Parameter[], flat: Float32Array, seed: number): void {
  for (const { name, shape, start, offset, size } of parameters) {
    const random = generator(seed, "parameter", name);
    const zeros = start.zeroRow ? shape.at(-1)! : 0;
    for (let i = 0; i < size; i++) {
      const draw = start.low + (start.high - start.low) * random.uniform();
      flat[offset + i] = i < zeros ? 0 : draw;
    }
  }
}

/** One parameter's cells, as a view into the flat array. */
export function cells(flat: Float32Array, { offset, size }: Parameter): Float32Array {
  return flat.subarray(offset, offset + size);
}

function laidOut(drafts: readonly Draft[]): readonly Parameter[] {
  let offset = 0;
  return drafts.map((draft) => {
    const size = draft.shape.reduce((a, b) => a * b, 1);
    const parameter = { ...draft, offset, size };
    offset += size;
    return parameter;
  });
}

function embedding({ columns, embeddingDim }: NetworkConfig): Draft[] {
  const shape = [columns + 1, embeddingDim];
  const start = { ...xavier(shape[0]!, shape[1]!), zeroRow: true };
  return [
    { name: "embedding.weight", shape, start },
    { name: "embedding.bias", shape, start },
  ];
}

function encoder({ embeddingDim: d, ffnDim, encoderLayers }: NetworkConfig): Draft[] {
  // The original keeps query, key and value in one (3 D, D) matrix, and starts it as such.
  const projection = xavier(3 * d, d);
  return Array.from({ length: encoderLayers }, (_, layer): Draft[] => {
    const name = `encoder.${layer}`;
    return [
      ...["query", "key", "value"].flatMap((part): Draft[] => [
        { name: `${name}.${part}.weight`, shape: [d, d], start: projection },
        { name: `${name}.${part}.bias`, shape: [d], start: value(0) },
      ]),
      { name: `${name}.attentionOutput.weight`, shape: [d, d], start: fanIn(d) },
      { name: `${name}.attentionOutput.bias`, shape: [d], start: value(0) },
      { name: `${name}.norm1.weight`, shape: [d], start: value(1) },
      { name: `${name}.norm1.bias`, shape: [d], start: value(0) },
      ...dense(`${name}.feedForward1`, d, ffnDim),
      ...dense(`${name}.feedForward2`, ffnDim, d),
      { name: `${name}.norm2.weight`, shape: [d], start: value(1) },
      { name: `${name}.norm2.bias`, shape: [d], start: value(0) },
    ];
  }).flat();
}

function headDrafts({ dimension, conditionDimension, width, layers, steps }: HeadConfig): Draft[] {
  const hidden = Array.from({ length: layers }, (_, layer): Draft[] => {
    const name = `head.${layer}`;
    return [
      ...dense(`${name}.linear`, layer === 0 ? dimension : width, width),
      { name: `${name}.time`, shape: [steps, width], start: { low: 0, high: 1 } },
      ...(projectsCondition(conditionDimension, width)
        ? dense(`${name}.condition`, conditionDimension, width)
        : []),
    ];
  });
  return [...hidden.flat(), ...dense("head.output", width, dimension)];
}

/** A condition as wide as the head is added as it is (see ALGORITHM: the original drops it by mistake). */
export function projectsCondition(conditionDimension: number, width: number): boolean {
  return conditionDimension > 0 && conditionDimension !== width;
}

function dense(name: string, inputs: number, outputs: number): Draft[] {
  const start = fanIn(inputs);
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], start },
    { name: `${name}.bias`, shape: [outputs], start },
  ];
}

const value = (number: number): Start => ({ low: number, high: number });
/** PyTorch's nn.Linear. */
const fanIn = (inputs: number): Start => ({ low: -1 / Math.sqrt(inputs), high: 1 / Math.sqrt(inputs) });
/** Glorot & Bengio (2010), uniform. */
const xavier = (outputs: number, inputs: number): Start => {
  const bound = Math.sqrt(6 / (inputs + outputs));
  return { low: -bound, high: bound };
};
