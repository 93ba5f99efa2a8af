/**
 * @file Weights of 16 bits: half the size, for pages. Rounded to float16, matrices move answers by some hundredths of a column's
 * spread; as whole numbers of 16 bits with a scale for each row, by some thousandths, and those that matter most stay as they are.
 */
import { InputError } from "../base/errors.ts";
import type { Distribution } from "../distribution/distribution.ts";
import type { Parameter } from "../networks/parts/parameter-layout.ts";
import { networkOf } from "../networks/registry.ts";
import type { Table } from "../table/table.ts";
import type { Model } from "./model.ts";
import type { TrainedModel } from "./trained-model.ts";

/** Whole numbers of 16 bits, and by row what each is multiplied by. */
export interface ScaledRows {
  readonly numbers: Int16Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
}

const LARGEST = 32_767;

/** @param row cells of a row. */
export function scaledRows(cells: Float32Array, row: number): ScaledRows {
  const numbers = new Int16Array(cells.length);
  const scales = new Float32Array(cells.length / row);
  for (let i = 0; i < scales.length; i++) {
    const own = cells.subarray(i * row, (i + 1) * row);
    const largest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    scales[i] = largest / LARGEST;
    if (scales[i] > 0) for (let j = 0; j < row; j++) numbers[i * row + j] = Math.round(own[j] / scales[i]);
  }
  return { numbers, scales };
}

export function unscaledRows({ numbers, scales }: ScaledRows): Float32Array<ArrayBuffer> {
  const row = numbers.length / scales.length;
  return Float32Array.from(numbers, (number, i) => number * scales[Math.floor(i / row)]);
}

/** Whether a parameter is worth it: biases and the like are small, and matter much. */
function isMatrix({ shape, size }: Parameter): boolean {
  return shape.length > 1 && size >= 128;
}

export function rowOf({ shape, size }: Pick<Parameter, "shape" | "size">): number {
  return shape.at(-1) ?? size;
}

/** Which parameters may have 16 bits, and by how much answers move then. */
export interface SixteenBits {
  readonly parameters: ReadonlySet<string>;
  /** The largest move of a quantile, in distances of the column's quartiles, or of a probability. */
  readonly shift: number;
}

/** By so much answers may move. */
export const LARGEST_SHIFT = 1e-3;
/** And those that are looked at by half of it, as others move more. */
const LOOKED_AT_SHIFT = LARGEST_SHIFT / 2;

/** Rows made up by the model that are asked about, from the seed 1. */
const ROWS = 32;

/**
 * Finds the parameters that may have 16 bits: all matrices, without as many of those that matter most as it takes.
 * @param open makes a model of other weights.
 * @throws InputError if answers move by more than {@link LARGEST_SHIFT} all the same.
 */
export async function sixteenBits(
  model: Model,
  open: (trained: TrainedModel) => Model,
): Promise<SixteenBits> {
  const { config, weights } = model;
  const rows = await model.synthesize({ rows: ROWS, seed: 1, complete: true });
  const asked = questionsAbout(model, rows);
  const known = await asked(model);
  const shiftOf = async (parameters: readonly Parameter[]) => {
    const rounded = open({ config, weights: roundedWeights(weights, parameters) });
    try {
      return largestShift(known, await asked(rounded));
    } finally {
      await rounded.dispose();
    }
  };
  let left = networkOf(config.network).parameters.filter(isMatrix);
  let shift = await shiftOf(left);
  if (shift > LOOKED_AT_SHIFT) {
    const alone = new Map<string, number>();
    for (const each of left) alone.set(each.name, await shiftOf([each]));
    // By what is won for each cell that stays as it is.
    const worth = ({ name, size }: Parameter) => (alone.get(name) ?? 0) ** 2 / size;
    left = left.toSorted((a, b) => worth(a) - worth(b));
    while (shift > LOOKED_AT_SHIFT && left.length > 0) {
      left = left.slice(0, -1);
      shift = await shiftOf(left);
    }
  }
  if (left.length === 0)
    throw new InputError(
      "With weights of 16 bits this model's answers would move by more than a thousandth of a column's quartile distance: leave its weights in 32 bits.",
    );
  return { parameters: new Set(left.map(({ name }) => name)), shift };
}

function roundedWeights(
  weights: TrainedModel["weights"],
  parameters: readonly Parameter[],
): TrainedModel["weights"] {
  const rounded = weights.slice();
  for (const parameter of parameters) {
    const cells = weights.subarray(parameter.offset, parameter.offset + parameter.size);
    rounded.set(unscaledRows(scaledRows(cells, rowOf(parameter))), parameter.offset);
  }
  return rounded;
}

const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95];

interface Asked {
  readonly scale: number;
  readonly answers: readonly Distribution[];
  /** Whether its quantiles jump, so that probabilities are compared. */
  readonly jumps: boolean;
}

/** Each column given nothing, half of the others and all of them, in every row. */
function questionsAbout({ config, columns }: Model, rows: Table): (model: Model) => Promise<Asked[]> {
  const outputs = config.columns.filter(({ output }) => output);
  return async (model) => {
    const made: Asked[] = [];
    for (const { name: of, encoding } of outputs) {
      const own = await model.density({ of });
      const scale = "quantile" in own ? own.quantile(0.75) - own.quantile(0.25) : 1;
      const jumps = encoding.pointMasses.length > 0 || encoding.kind === "integer";
      const others = columns.filter((name) => name !== of);
      const answers = [own];
      for (const given of [others, others.filter((_, i) => i % 2 === 0)]) {
        const asked = await model.density(rows, { of, given });
        for (let row = 0; row < rows.rows; row++) answers.push(asked.at(row));
      }
      made.push({ scale, answers, jumps });
    }
    return made;
  };
}

function largestShift(known: readonly Asked[], found: readonly Asked[]): number {
  const shifts = known.flatMap(({ scale, answers, jumps }, i) =>
    answers.flatMap((answer, k) => {
      const other = found[i].answers[k];
      if (!("quantile" in answer && "quantile" in other))
        return "categories" in answer && "categories" in other
          ? answer.categories.map((name) => Math.abs(answer.probability(name) - other.probability(name)))
          : [];
      return LEVELS.map((level) => {
        const value = answer.quantile(level);
        const isMoved = jumps || !(scale > 0);
        return isMoved
          ? Math.abs(answer.cdf(value) - other.cdf(value))
          : Math.abs(other.quantile(level) - value) / scale;
      });
    }),
  );
  return Math.max(...shifts);
}
