/** @file A head in use: its weights, what conditions add in its layers, and the steps of its diffusion chain. */
import { Lazy } from "../../base/async.ts";
import type { Precision } from "../../graph/onnx/program.ts";
import { Executable, type ExecutableOptions, type Sizes } from "../../runtime/executable.ts";
import type { BindStep, ChainArrays, ChainCells } from "../../sampling/ddpm-chain.ts";
import { diffusion, type NoiseLevels } from "../../sampling/ddpm-schedule.ts";
import { NamedWeights } from "../parts/parameter-layout.ts";
import type { HeadConfig } from "./config.ts";
import { headParameters } from "./parameters.ts";
import { shiftName, shiftProgram, timeName } from "./programs.ts";

type Named = Readonly<Record<string, ChainCells>>;

/** Cells of a hidden layer that one run works on: as many as stay in a core's cache. */
const CELLS_AT_ONCE = 131_072;

/** How many numbers are sampled together. */
export function blockSize({ width }: HeadConfig): number {
  return Math.max(8, Math.floor(CELLS_AT_ONCE / width));
}

interface HeadOptions extends ExecutableOptions {
  /** "float64" only to check the rest against. */
  readonly precision?: Precision;
}

/**
 * The weights that a head answers with. They are one array that is written in place, so that programs bound to it
 * see a training that continues.
 */
export class HeadWeights {
  readonly head: HeadConfig;
  readonly precision: Precision;
  readonly levels: NoiseLevels;
  readonly #weights: NamedWeights<ChainCells>;
  readonly #shift: Lazy<Executable>;

  /** @param weights a network's; those of its head are used. */
  constructor(
    head: HeadConfig,
    weights: NamedWeights<ChainCells>,
    { precision = "float32", ...options }: HeadOptions = {},
  ) {
    this.head = head;
    this.precision = precision;
    this.levels = diffusion(head.schedule, head.steps, head.betaStart, head.betaEnd);
    this.#weights = weights;
    this.#shift = new Lazy(() => Executable.load(shiftProgram(head, { precision }), options));
  }

  /** A head that stands alone, with a copy of its weights. */
  static alone(head: HeadConfig, flat: Float32Array, precision: Precision = "float32"): HeadWeights {
    const weights = new NamedWeights(headParameters(head), cellsOf(precision, flat));
    return new HeadWeights(head, weights, { precision });
  }

  /** The weights' own array. */
  get flat(): ChainCells {
    return this.#weights.flat;
  }

  /** Numbers in the weights' precision: a copy of some, or as many zeros. */
  cells(from: ArrayLike<number> | number): ChainCells {
    return cellsOf(this.precision, from);
  }

  /** Arrays for the chains of so many numbers. */
  chainArrays(size: number): ChainArrays {
    return { x: [this.cells(size), this.cells(size)], z: this.cells(size) };
  }

  /** The weights among a program's inputs, and the layers' vectors of step t. */
  feeds({ program }: Executable, t: number): Named {
    return { ...this.#weights.feeds(program), ...this.#times(t) };
  }

  /**
   * What each row adds in each layer, worked out once per row and not per sample and step: `shift.K` (rows, width), the
   * layer's bias with the condition's part. Without a condition every row adds the bias alone.
   * @param conditions (rows, conditionDimension), standardised; not used by a head that has none.
   */
  async shifts(conditions: ArrayLike<number> | undefined, rows: number): Promise<Named> {
    const { layers, conditionDimension, width } = this.head;
    if (conditions && conditionDimension > 0) {
      const shift = await this.#shift.get();
      const feeds = { ...this.#weights.feeds(shift.program), condition: this.cells(conditions) };
      return shift.run(feeds, { rows });
    }
    return perLayer(layers, (layer) => {
      const repeated = this.cells(rows * width);
      const bias = this.#weights.get(`head.${layer}.linear.bias`);
      for (let row = 0; row < rows; row++) repeated.set(bias, row * width);
      return [shiftName(layer), repeated];
    });
  }

  /**
   * Steps of the chain by a program made by denoiseProgram.
   * @param shifts see {@link shifts}; each step reads what they then hold. @param sizes how many rows and samples.
   */
  bindStep(executable: Executable, shifts: Named, sizes: Sizes): BindStep {
    return (t, { keep, remove, spread }, { x, z, next }) => {
      const coefficients = {
        keep: this.cells([keep]),
        remove: this.cells([remove]),
        spread: this.cells([spread]),
      };
      const feeds = { ...this.feeds(executable, t), ...shifts, ...coefficients, x, z };
      return executable.bind(feeds, { next }, sizes);
    };
  }

  async dispose(): Promise<void> {
    await this.#shift.dispose((shift) => shift.dispose());
  }

  #times(t: number): Named {
    const { layers, width } = this.head;
    return perLayer(layers, (layer) => {
      const times = this.#weights.get(`head.${layer}.time`);
      return [timeName(layer), times.subarray(t * width, (t + 1) * width)];
    });
  }
}

function cellsOf(precision: Precision, from: ArrayLike<number> | number): ChainCells {
  const array = precision === "float64" ? Float64Array : Float32Array;
  return typeof from === "number" ? new array(from) : array.from(from);
}

function perLayer(layers: number, made: (layer: number) => [string, ChainCells]): Named {
  return Object.fromEntries(Array.from({ length: layers }, (_, layer) => made(layer)));
}
