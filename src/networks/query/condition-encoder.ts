/** @file What is given, encoded once for all targets of a row: what the head makes of each, and the targets' classes. */
import { Executable, type ExecutableOptions } from "../../runtime/executable.ts";
import type { EncodedTable } from "../encoded-table.ts";
import type { NamedWeights } from "../parts/parameter-layout.ts";
import type { QueryConfig } from "./config.ts";
import { type ContextMaker, contextMaker, contextOfRows } from "./context-layout.ts";
import type { Conditions, Head } from "./heads/head.ts";
import { conditionProgram } from "./programs.ts";

/** Cells of a hidden layer that one run works on. */
const CONTEXT_CELLS = 2048;

/** Of one target in all rows. */
export interface TargetConditions {
  readonly conditions: Conditions;
  /** (rows, all classes); none where no column has classes. */
  readonly probabilities?: Float32Array;
}

export class ConditionEncoder {
  readonly #context: ContextMaker;
  readonly #weights: NamedWeights;
  readonly #executable: Executable;

  private constructor(network: QueryConfig, weights: NamedWeights, executable: Executable) {
    this.#context = contextMaker(network);
    this.#weights = weights;
    this.#executable = executable;
  }

  /** @throws InputError if the device can't start here. */
  static async load(
    network: QueryConfig,
    head: Head,
    weights: NamedWeights,
    options: ExecutableOptions,
  ): Promise<ConditionEncoder> {
    const executable = await Executable.load(conditionProgram(network, head), options);
    return new ConditionEncoder(network, weights, executable);
  }

  /** For each target all rows, in order. @param targets indices of columns. */
  async encode(given: EncodedTable, targets: readonly number[]): Promise<TargetConditions[]> {
    const { program } = this.#executable;
    const outputs = program.outputs.map(({ name, shape }) => ({ name, width: shape[1] as number }));
    const found = targets.map(() =>
      Object.fromEntries(outputs.map(({ name, width }) => [name, new Float32Array(given.rows * width)])),
    );
    const atOnce = Math.max(1, Math.floor(CONTEXT_CELLS / (given.columns.length + 1 + targets.length)));
    for (let start = 0; start < given.rows; start += atOnce) {
      const rows = Math.min(atOnce, given.rows - start);
      const { feeds, sizes } = contextOfRows(given, { start, rows }, targets, this.#context);
      const made = await this.#executable.run({ ...this.#weights.feeds(program), ...feeds }, sizes);
      found.forEach((tensors, target) => {
        for (const { name, width } of outputs) {
          const cells = made[name].subarray(target * rows * width, (target + 1) * rows * width);
          tensors[name].set(cells, start * width);
        }
      });
    }
    return found.map(({ probabilities, ...tensors }) => ({
      conditions: { questions: given.rows, tensors },
      ...(probabilities && { probabilities }),
    }));
  }

  dispose(): Promise<void> {
    return this.#executable.dispose();
  }
}
