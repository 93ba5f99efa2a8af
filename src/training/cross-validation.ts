/** @file Cross-validation: a model trained anew on all rows but a part of them, as often as there are parts, and scored on each. */
import type { LongWork } from "../base/async.ts";
import { COUNT, checkFields, FUNCTION, LONG_WORK, OBJECT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { type Evaluation, type EvaluationOptions, evaluate } from "../evaluation/evaluate.ts";
import { Model } from "../model/model.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { generator } from "../numeric/generator.ts";
import { checkTable } from "../table/checked-table.ts";
import { chosenRows, type Table } from "../table/table.ts";
import type { TrainOptions } from "./options.ts";
import { storedSettings } from "./presets.ts";
import { partsOfGroups, rowGroupsOf } from "./split-groups.ts";
import { trainTable } from "./train-table.ts";

export interface CrossValidationOptions extends LongWork {
  /** How many parts there are; default 5. */
  readonly folds?: number;
  /**
   * How each model is trained. Its `splitBy` parts the rows as well: whole groups, or by time, where each part is scored by a model of
   * the rows before it. Its `seed` shuffles the rows. Models are not kept, and start from nothing: no `out`, `resume`, `from`.
   */
  readonly training?: TrainOptions;
  /** What is asked of the rows left out, as of `evaluate`. */
  readonly evaluation?: Omit<EvaluationOptions, keyof LongWork>;
  /** Called after each fold. */
  readonly onFold?: (fold: Fold) => void;
}

/** One of the trainings. */
export interface Fold {
  /** 1 is the first. */
  readonly fold: number;
  readonly folds: number;
  readonly trainedRows: number;
  readonly steps: number;
  readonly evaluation: Evaluation;
}

/** The mean of the folds, and the standard deviation from fold to fold. */
export interface FoldScore {
  readonly mean: number;
  readonly sd: number;
  readonly folds: readonly number[];
}

/** A column's scores by their names in `evaluate`; `coverage68`, `coverage90`: the share of values in the central intervals. */
export interface CrossValidatedColumn {
  readonly name: string;
  readonly kind: "number" | "category";
  readonly scores: Readonly<Record<string, FoldScore>>;
  /** What the same rows are worth by the column's own distribution. */
  readonly baseline?: Readonly<Record<string, FoldScore>>;
}

export interface CrossValidation {
  readonly source: string;
  readonly rows: number;
  readonly splitBy: string;
  readonly folds: readonly Fold[];
  readonly columns: readonly CrossValidatedColumn[];
}

/**
 * Trains and scores once for each part of the rows; each training measures the columns, holds out rows to choose its weights by, and
 * recalibrates anew, so that nothing of the rows it is scored on is known to it.
 *
 * @throws InputError for settings that can't be used, and if there are fewer rows or groups than folds; the signal's reason.
 * @example
 * const houses = await readTable("houses.csv");
 * const training = { epochs: 1 };
 * const { columns } = await crossValidate(houses, { folds: 2, training, evaluation: { bootstrap: 0 } });
 * for (const { name, scores } of columns) console.log(name, scores.crps?.mean, scores.crps?.sd);
 */
export async function crossValidate(
  table: Table,
  options: CrossValidationOptions = {},
): Promise<CrossValidation> {
  checkTable(table);
  checkFields("the options", options, {
    optional: { ...LONG_WORK, folds: COUNT, training: OBJECT, evaluation: OBJECT, onFold: FUNCTION },
  });
  const { folds = 5, training = {}, evaluation = {}, signal, onProgress, onFold } = options;
  const { splitBy = "", seed = 1 } = training;
  const useless = (["out", "resume", "from"] as const).find((name) => training[name] !== undefined);
  if (useless !== undefined)
    throw new InputError(
      `The models of a cross-validation are not kept, and start from nothing: leave out \`${useless}\`.`,
      { option: useless },
    );
  const parts = foldsOf(table, folds, splitBy, seed);
  const made: Fold[] = [];
  for (const [i, part] of parts.entries()) {
    signal?.throwIfAborted();
    const [known, left] = [part.training, part.test].map((rows) => chosenRows(table, rows));
    const run = await trainTable(known, {
      ...training,
      ...(signal && { signal }),
      onProgress: (done, steps) => onProgress?.(Math.floor(100 * (i + done / steps)) || 100 * i, 100 * folds),
    });
    signal?.throwIfAborted();
    const model = new Model(run.model);
    try {
      const asked = { ...evaluation, ...(signal && { signal }) };
      const fold = {
        fold: i + 1,
        folds,
        trainedRows: known.rows,
        steps: run.steps,
        evaluation: await evaluate(model, left, asked),
      };
      made.push(fold);
      onFold?.(fold);
    } finally {
      await model.dispose();
    }
    onProgress?.(100 * (i + 1), 100 * folds);
  }
  return { source: table.source, rows: table.rows, splitBy, folds: made, columns: columnsOf(made) };
}

/** How a model was trained, to train others like it. @throws InputError for a model that does not tell, or that began with another. */
export function trainingLike({ preset, training, columns, startedFrom }: ModelConfig): TrainOptions {
  if (!training)
    throw new InputError(
      "The model does not tell how it was trained (imported?), so that no other can be trained like it.",
    );
  if (startedFrom)
    throw new InputError(
      `The model started from ${startedFrom.model}, which has seen rows of its own: cross-validate a model that was trained from nothing.`,
    );
  const { architecture: _, ...settings } = storedSettings(preset, training);
  const circles = columns.flatMap(({ name, encoding: { kind, period } }) =>
    kind === "circular" && period !== undefined ? [[name, { kind: "circular", period } as const]] : [],
  );
  const outputs = columns.flatMap(({ name, output }) => (output ? [name] : []));
  return {
    preset,
    ...settings,
    ...(circles.length > 0 && { kinds: Object.fromEntries(circles) }),
    ...(outputs.length < columns.length && { outputs }),
  } as TrainOptions;
}

interface Part {
  readonly training: Uint32Array;
  readonly test: Uint32Array;
}

function foldsOf(table: Table, folds: number, splitBy: string, seed: number): Part[] {
  if (folds < 2)
    throw new InputError(`Cross-validation needs 2 folds at least, not ${folds}.`, { option: "folds" });
  if (table.rows < 2 * folds)
    throw new InputError(
      `${table.source} has ${table.rows} rows, too few for ${folds} folds: ask for fewer.`,
      { option: "folds" },
    );
  const groups = rowGroupsOf(table, splitBy);
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  if (groups?.isOrdered) {
    const parts = partsOfGroups(groups, folds + 1, seed);
    return Array.from({ length: folds }, (_, i) => ({
      training: rows.filter((row) => parts[row] <= i),
      test: rows.filter((row) => parts[row] === i + 1),
    }));
  }
  const parts = groups ? partsOfGroups(groups, folds, seed) : partsByChance(table.rows, folds, seed);
  return Array.from({ length: folds }, (_, i) => ({
    training: rows.filter((row) => parts[row] !== i),
    test: rows.filter((row) => parts[row] === i),
  }));
}

function partsByChance(rows: number, folds: number, seed: number): Int32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  generator(seed, "folds").shuffle(order);
  const parts = new Int32Array(rows);
  order.forEach((row, i) => {
    parts[row] = i % folds;
  });
  return parts;
}

function columnsOf(folds: readonly Fold[]): CrossValidatedColumn[] {
  const names = new Set(folds.flatMap(({ evaluation }) => evaluation.columns.map(({ name }) => name)));
  return [...names].map((name) => {
    const each = folds.flatMap(({ evaluation }) =>
      evaluation.columns.filter((column) => column.name === name),
    );
    const baselines = each.flatMap(({ baseline }) => (baseline ? [numbersOf(baseline)] : []));
    return {
      name,
      kind: each[0].kind,
      scores: meansOf(each.map(scoresOf)),
      ...(baselines.length > 0 && { baseline: meansOf(baselines) }),
    };
  });
}

/** Without its estimates. */
const numbersOf = (scores: object): Record<string, number> =>
  Object.fromEntries(Object.entries(scores).filter(([, value]) => typeof value === "number"));

/** The numbers of a column that are told of each fold. */
function scoresOf(column: Evaluation["columns"][number]): Record<string, number> {
  if (column.kind === "category") {
    const { logScore, brier, accuracy, auc, calibrationError } = column;
    const values = { logScore, brier, accuracy, auc };
    const told = Object.entries(values).map(([name, { value }]) => [name, value] as const);
    return { ...Object.fromEntries(told), calibrationError };
  }
  const { nll, intervalNll, crps, rmse, mae, ks, intervals } = column;
  const values = { nll, intervalNll, crps, rmse, mae, ks };
  const covered = intervals
    .filter(({ mass }) => mass === 0.68 || mass === 0.9)
    .map(({ mass, coverage }) => [`coverage${Math.round(100 * mass)}`, coverage.value] as const);
  const told = Object.entries(values).map(([name, { value }]) => [name, value] as const);
  return Object.fromEntries([...told, ...covered]);
}

function meansOf(folds: readonly Readonly<Record<string, number>>[]): Record<string, FoldScore> {
  const names = Object.keys(folds[0]);
  return Object.fromEntries(names.map((name) => [name, foldScore(folds.map((fold) => fold[name]))]));
}

/** The standard deviation is that of a sample, by one less than there are; NaN of a single fold. */
function foldScore(folds: readonly number[]): FoldScore {
  const mean = folds.reduce((sum, value) => sum + value, 0) / folds.length;
  const squares = folds.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (folds.length - 1)), folds };
}
