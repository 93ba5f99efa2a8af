/** @file A head's weights, and what of them its programs take at each diffusion step. */
import type { Precision } from "../graph/onnx/program.ts";
import type { Parameter } from "../networks/layers/parameter-layout.ts";
import type { HeadConfig } from "../networks/leung-bovy/config.ts";
import { headParameters } from "../networks/leung-bovy/parameters.ts";
import { shiftName, shiftProgram, timeName } from "../networks/leung-bovy/programs.ts";
import { Executable } from "../runtime/executable.ts";
import { diffusion, type NoiseLevels } from "../sampling/ddpm-schedule.ts";

export type Cells = Float32Array | Float64Array;
type Named = Record<string, Cells>;

/** Cells of a hidden layer that one run works on: as many as stay in a core's cache. */
const CELLS_AT_ONCE = 131_072;

/**
 * The weights that answers are made with. They are one array that is written in place, so that programs bound to it
 * see a training that goes on.
 */
export class HeadWeights {
  readonly head: HeadConfig;
  readonly precision: Precision;
  readonly flat: Cells;
  readonly levels: NoiseLevels;
  readonly #byName: ReadonlyMap<string, Cells>;
  #shift: Promise<Executable> | undefined;

  /** @param precision "float64" only to check the rest against. */
  constructor(head: HeadConfig, flat: Float32Array, precision: Precision = "float32") {
    this.head = head;
    this.precision = precision;
    this.flat = this.cells(flat);
    this.levels = diffusion(head.schedule, head.steps, head.betaStart, head.betaEnd);
    const view = ({ offset, size }: Parameter) => this.flat.subarray(offset, offset + size);
    this.#byName = new Map(headParameters(head).map((p) => [p.name, view(p)]));
  }

  /** Numbers in the weights' precision: a copy of some, or as many zeros. */
  cells(from: ArrayLike<number> | number): Cells {
    const array = this.precision === "float64" ? Float64Array : Float32Array;
    return typeof from === "number" ? new array(from) : array.from(from);
  }

  /** How many points a run works on. */
  get pointsAtOnce(): number {
    return Math.max(8, Math.floor(CELLS_AT_ONCE / this.head.width));
  }

  /** The weights among a program's inputs, and the layers' vectors of step t. */
  feeds({ program }: Executable, t?: number): Named {
    const feeds: Named = {};
    for (const { name } of program.inputs) {
      const weights = this.#byName.get(name);
      if (weights) feeds[name] = weights;
    }
    const { layers, width } = this.head;
    for (let layer = 0; t !== undefined && layer < layers; layer++) {
      const times = this.#byName.get(`head.${layer}.time`)!;
      feeds[timeName(layer)] = times.subarray(t * width, (t + 1) * width);
    }
    return feeds;
  }

  /**
   * What conditions add in each layer: `shift.K` (rows, width), the layer's bias with them; of a head without a
   * condition one row of biases.
   * @param conditions (rows, conditionDimension) in the model's scale.
   */
  async shifts(conditions: Float64Array | undefined): Promise<Named> {
    const { layers, conditionDimension } = this.head;
    if (!conditions) {
      const bias = (layer: number) => this.#byName.get(`head.${layer}.linear.bias`)!;
      return Object.fromEntries(
        Array.from({ length: layers }, (_, layer) => [shiftName(layer), bias(layer).slice()]),
      );
    }
    this.#shift ??= Executable.load(shiftProgram(this.head, { precision: this.precision }));
    const shift = await this.#shift;
    const feeds = { ...this.feeds(shift), condition: this.cells(conditions) };
    return shift.run(feeds, { rows: conditions.length / conditionDimension });
  }

  async dispose(): Promise<void> {
    await (await this.#shift)?.dispose();
  }
}
