/** @file Parameters in one flat array: their offsets, shapes and start values. */
import type { Program } from "../../graph/onnx/program.ts";
import { generator } from "../../numeric/generator.ts";

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Start;
  /**
   * What its rows (its first axis) belong to, where that is not the network as a whole: to "columns", behind a first row for
   * none; to "classes", counted through all columns; or to "classes and none", behind a first row for none.
   */
  readonly rowsOf?: "columns" | "classes" | "classes and none";
  /** First cell in the flat array of all parameters. */
  readonly offset: number;
  readonly size: number;
}

/**
 * Start values: uniform between two bounds, or one number; `zeroRow` sets the first row (padding) to 0.
 * `row`: the same numbers in each row.
 */
type Start =
  | { readonly low: number; readonly high: number; readonly zeroRow?: boolean }
  | { readonly row: readonly number[] };

export type ParameterDraft = Omit<Parameter, "offset" | "size">;

export function parameterCount(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { size }) => sum + size, 0);
}

/** Draws the start values into a flat array, each parameter from its own stream of the seed. */
export function initialise(parameters: readonly Parameter[], flat: Float32Array, seed: number): void {
  for (const { name, shape, start, offset, size } of parameters) {
    if ("row" in start) {
      for (let i = 0; i < size; i++) flat[offset + i] = start.row[i % start.row.length];
      continue;
    }
    const random = generator(seed, "parameter", name);
    const zeros = start.zeroRow ? shape.at(-1)! : 0;
    for (let i = 0; i < size; i++) {
      const draw = start.low + (start.high - start.low) * random.uniform();
      flat[offset + i] = i < zeros ? 0 : draw;
    }
  }
}

/** One parameter's cells, as a view into the flat array. */
export function cells<Cells extends Float32Array | Float64Array>(
  flat: Cells,
  { offset, size }: Parameter,
): Cells {
  return flat.subarray(offset, offset + size) as Cells;
}

/** A network's weights by name: views into the flat array, so that what is written there is seen. */
export class NamedWeights<Cells extends Float32Array | Float64Array = Float32Array> {
  readonly flat: Cells;
  readonly #byName: ReadonlyMap<string, Cells>;

  constructor(parameters: readonly Parameter[], flat: Cells) {
    this.flat = flat;
    this.#byName = new Map(parameters.map((parameter) => [parameter.name, cells(flat, parameter)]));
  }

  get(name: string): Cells {
    const weights = this.#byName.get(name);
    if (!weights) throw new Error(`no parameter is called ${name}`);
    return weights;
  }

  /** Those that a program wants among its inputs. */
  feeds({ inputs }: Program): Record<string, Cells> {
    const feeds: Record<string, Cells> = {};
    for (const { name } of inputs) {
      const weights = this.#byName.get(name);
      if (weights) feeds[name] = weights;
    }
    return feeds;
  }
}

export function laidOut(drafts: readonly ParameterDraft[]): readonly Parameter[] {
  let offset = 0;
  return drafts.map((draft) => {
    const size = draft.shape.reduce((a, b) => a * b, 1);
    const parameter = { ...draft, offset, size };
    offset += size;
    return parameter;
  });
}

/** A dense layer as PyTorch's nn.Linear starts it. */
export function dense(name: string, inputs: number, outputs: number): ParameterDraft[] {
  const start = fanIn(inputs);
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], start },
    { name: `${name}.bias`, shape: [outputs], start },
  ];
}

/** A dense layer that starts as zero: it changes nothing until it has learnt to. */
export function still(name: string, inputs: number, outputs: number): ParameterDraft[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], start: value(0) },
    { name: `${name}.bias`, shape: [outputs], start: value(0) },
  ];
}

export const value = (number: number): Start => ({ low: number, high: number });
export const uniform = (bound: number): Start => ({ low: -bound, high: bound });
export const repeated = (row: readonly number[]): Start => ({ row });
/** PyTorch's nn.Linear. */
export const fanIn = (inputs: number): Start => uniform(1 / Math.sqrt(inputs));
/** Glorot & Bengio (2010), uniform. */
export const xavier = (outputs: number, inputs: number): Start => uniform(Math.sqrt(6 / (inputs + outputs)));
