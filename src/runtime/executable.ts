/** @file A program loaded into ONNX Runtime, ready to run on a device. */

import type { Port, Program, SizePort } from "../graph/onnx/program.ts";
import type { Dimension } from "../graph/tensor.ts";
import type { Device } from "./device-names.ts";
import { type Cells, platform, type Session, type Tensor } from "./platform.ts";

/** Values of the named sizes of a program's shapes: `{ batch: 128, sequence: 9 }`. */
export type Sizes = Readonly<Record<string, number>>;
export type Feeds = Readonly<Record<string, Cells>>;

export interface ExecutableOptions {
  /** Default "cpu". */
  readonly device?: Device;
  /** Threads inside one run; default 1, because several workers of one thread each are faster. */
  readonly threads?: number;
}

export class Executable {
  readonly program: Program;
  readonly #session: Session;

  private constructor(program: Program, session: Session) {
    this.program = program;
    this.#session = session;
  }

  /** @throws InputError if the device can't start here. */
  static async load(
    program: Program,
    { device = "cpu", threads = 1 }: ExecutableOptions = {},
  ): Promise<Executable> {
    const emitted = device === "cpu" ? program : program.inForm({ sizes: "given" });
    return new Executable(emitted, await platform().openSession(emitted.bytes, { device, threads }));
  }

  /**
   * Runs the program once.
   * @param feeds cells of each input, row-major; @param sizes the named sizes.
   * @returns the cells of each output, in new arrays.
   */
  async run(feeds: Feeds, sizes: Sizes = {}): Promise<Record<string, Float32Array | Float64Array>> {
    const given = this.#tensors(this.program.inputs, feeds, sizes);
    const made = await this.#session.run({ ...given, ...this.#sizeTensors(sizes) });
    return Object.fromEntries(
      this.program.outputs.map(({ name }) => [name, made[name].data as Float32Array | Float64Array]),
    );
  }

  /**
   * Binds arrays to inputs and outputs once, to run many times without a copy: each call of the returned
   * function reads what the inputs then hold and writes the outputs in place. Inputs that are other arrays
   * in each run, or have other sizes, are given with the call.
   */
  bind(inputs: Feeds, outputs: Feeds, sizes: Sizes = {}): (feeds?: Feeds, sizes?: Sizes) => Promise<void> {
    const { program } = this;
    const kept = program.inputs.filter(({ name }) => inputs[name]);
    const changing = program.inputs.filter(({ name }) => !inputs[name]);
    const bound = this.#tensors(kept, inputs, sizes);
    const results = this.#tensors(program.outputs, outputs, sizes);
    return async (feeds = {}, changingSizes = {}) => {
      const given = this.#tensors(changing, feeds, changingSizes);
      const known = this.#sizeTensors({ ...sizes, ...changingSizes });
      await this.#session.run({ ...bound, ...given, ...known }, results);
    };
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  #tensors(ports: readonly Port[], arrays: Feeds, sizes: Sizes): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const port of ports) {
      const cells = arrays[port.name];
      if (!cells) throw new Error(`${this.program.name}: nothing given for "${port.name}"`);
      tensors[port.name] = this.#tensor(port, cells, sizes);
    }
    return tensors;
  }

  #sizeTensors(sizes: Sizes): Record<string, Tensor> {
    return Object.fromEntries(
      this.program.sizeInputs.map((port) => {
        const cells = sizeCells(port, sizes);
        return [port.name, this.#session.tensor(cells, [cells.length])];
      }),
    );
  }

  #tensor({ name, shape }: Port, cells: Cells, sizes: Sizes): Tensor {
    const dimensions = shape.map((dimension) => sizeOf(dimension, sizes));
    const count = dimensions.reduce((a, b) => a * b, 1);
    if (cells.length !== count) {
      throw new Error(
        `${this.program.name}: "${name}" has ${cells.length} cells where [${dimensions}] wants ${count}`,
      );
    }
    return this.#session.tensor(cells, dimensions);
  }
}

function sizeCells({ entries }: SizePort, sizes: Sizes): BigInt64Array {
  const values = entries.map((sum) => sum.reduce<number>((value, term) => value + sizeOf(term, sizes), 0));
  return BigInt64Array.from(values, BigInt);
}

/** The value of a size: a number, a named size, or a product of sums of them ("4*batch*requests+sequence"). */
export function sizeOf(dimension: Dimension, sizes: Sizes): number {
  if (typeof dimension === "number") return dimension;
  const named = (name: string) => {
    const value = sizes[name] ?? Number(name);
    if (Number.isNaN(value)) throw new Error(`the size "${name}" is not given`);
    return value;
  };
  const added = (factor: string) => factor.split("+").reduce((size, name) => size + named(name), 0);
  return dimension.split("*").reduce((size, factor) => size * added(factor), 1);
}
