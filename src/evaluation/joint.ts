/** @file How well joint samples of several columns, and their joint density, fit held-out rows. */

import type { LongWork } from "../base/async.ts";
import { COUNT, checkFields, FINITE, LONG_WORK, listOf, NUMBER, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { LINE } from "../columns/geometry.ts";
import { geometryOf, kindInTable } from "../columns/kinds.ts";
import { generator } from "../numeric/generator.ts";
import { meanOf } from "../numeric/statistics.ts";
import type { Column, Table } from "../table/table.ts";
import { chosenRows } from "../table/table.ts";
import { bootstrap, DEFAULT_RESAMPLES, type Estimate } from "./bootstrap.ts";
import { energyScore } from "./energy-score.ts";
import { groupedRows } from "./row-groups.ts";
import { checkScoring } from "./scored-distributions.ts";
import { columnScale } from "./scores.ts";

/** Anything that draws several columns together for the rows of a table, and tells their joint density there. */
export interface JointModel {
  /** The names of the columns that it knows. */
  readonly columns: readonly string[];
  /** What its columns are, where distances depend on that (on a circle); numbers on a line where it is not said. */
  readonly config?: { readonly columns: readonly Pick<ModelColumn, "name" | "encoding">[] };
  /** Whether what it answers of a column is the true value, without measurement errors. */
  isDeconvolved?(column: string): boolean;
  sample(
    table: Table,
    question: JointRequest & { readonly joint: true; readonly size: number; readonly seed: number },
  ): AsyncIterable<{
    readonly start: number;
    readonly rows: number;
    readonly samples: Readonly<Record<string, Float64Array>>;
  }>;
  logPdf(table: Table, question: JointRequest & { readonly joint: true }): Promise<Float64Array>;
}

/** The question about each row of a table. */
export interface JointRequest {
  readonly of: readonly string[];
  readonly given: readonly string[];
}

export interface JointOptions extends LongWork {
  /** The targets, together; numbers, not categories. */
  readonly of: readonly string[];
  /** Columns given in every row where they are present; default all others that model and table share. */
  readonly given?: readonly string[];
  /** Joint samples for each row; default 100. */
  readonly size?: number;
  /** Resamples for the intervals; default 500; 0 for none. */
  readonly bootstrap?: number;
  /** Of samples and resamples; default 1. */
  readonly seed?: number;
  /**
   * A column of the table whose equal values make rows belong together, whether or not the model knows it: whole groups are then
   * resampled, not rows. Default: each row by itself.
   */
  readonly groupBy?: string;
}

export interface JointEvaluation {
  readonly of: readonly string[];
  readonly given: readonly string[];
  /** Rows in which all targets are known. */
  readonly questions: number;
  /** Mean energy score, each column in units of its scale: see {@link energyScore}. */
  readonly energyScore: Estimate;
  /**
   * Mean negative joint log density, nats, per data unit; left out where the densities are of true values and what was
   * found has been measured with errors.
   */
  readonly nll?: Estimate;
}

/**
 * Scores the answers about several columns together. Where they are of true values, the measurement errors of what was
 * found are added to the samples.
 *
 * @throws InputError for a column that model or table lacks or that has categories, and if no row knows all of them.
 * @example
 * const stars = await readTable("stars.parquet");
 * const model = await load("survey");
 * const question = { of: ["teff", "logg"], given: ["bprp"], size: 20, bootstrap: 0 };
 * const { energyScore } = await evaluateJoint(model, chosenRows(stars, [0, 1, 2]), question);
 * console.log(energyScore.value);
 */
export async function evaluateJoint(
  model: JointModel,
  table: Table,
  options: JointOptions,
): Promise<JointEvaluation> {
  checkScoring(model, table);
  checkFields("the options", options, {
    needed: { of: listOf(TEXT) },
    optional: {
      ...LONG_WORK,
      given: listOf(TEXT),
      size: COUNT,
      bootstrap: NUMBER,
      seed: FINITE,
      groupBy: TEXT,
    },
  });
  const { of, given, size = 100, bootstrap: resamples = DEFAULT_RESAMPLES, seed = 1, ...rest } = options;
  const { groupBy, ...work } = rest;
  const groups = groupBy === undefined ? undefined : groupedRows(table, groupBy);
  const known = table.columns.filter(({ name }) => model.columns.includes(name));
  const targets = of.map((name) => numberColumn(name, known, table.source));
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row).filter((row) =>
    targets.every(({ values }) => !Number.isNaN(values[row])),
  );
  if (rows.length === 0) {
    throw new InputError(`No row of ${table.source} has a value of all of ${of.join(", ")}: ask for fewer.`);
  }
  const others = known.map(({ name }) => name).filter((name) => !of.includes(name));
  const question = { of, given: given ?? others };
  const chosen = chosenRows(table, rows);
  const scores = await energyScores(model, chosen, question, { ...work, size, seed });
  const isMeasured = targets.some(({ name, errors }) => errors && model.isDeconvolved?.(name));
  const logs = isMeasured ? undefined : await model.logPdf(chosen, { ...question, joint: true });
  const statistics = { energyScore: meanOf(scores), nll: meanOf((logs ?? scores).map((log) => -log)) };
  const { energyScore: energy, nll } = bootstrap(statistics, rows.length, {
    seed,
    resamples,
    stream: "joint",
    ...(groups && { rowOf: Float64Array.from(rows, (row) => groups.of[row]) }),
  });
  return { ...question, questions: rows.length, energyScore: energy, ...(logs && { nll }) };
}

async function energyScores(
  model: JointModel,
  table: Table,
  question: JointRequest,
  { size, seed, onProgress, signal }: LongWork & { readonly size: number; readonly seed: number },
): Promise<Float64Array> {
  const columns = question.of.map((name) => table.columns.find((column) => column.name === name)!);
  const geometries = columns.map(({ name }) => {
    const encoding = model.config?.columns.find((each) => each.name === name)?.encoding;
    return encoding ? geometryOf(encoding) : LINE;
  });
  const scales = columns.map((column, index) => columnScale(column, table.source, geometries[index]));
  const differences = geometries.map(({ difference }) => difference);
  const noise = generator(seed, "joint", "errors");
  const scores = new Float64Array(table.rows);
  const drawn = new Float64Array(size * columns.length);
  for await (const { start, rows, samples } of model.sample(table, {
    ...question,
    joint: true,
    size,
    seed,
  })) {
    for (let row = 0; row < rows; row++) {
      columns.forEach(({ name, errors }, index) => {
        const error = model.isDeconvolved?.(name) ? (errors?.[start + row] ?? 0) : 0;
        for (let i = 0; i < size; i++) {
          const added = error > 0 ? error * noise.normal() : 0;
          drawn[i * columns.length + index] = samples[name][row * size + i] + added;
        }
      });
      const truth = columns.map(({ values }) => values[start + row]);
      scores[start + row] = energyScore(drawn, truth, scales, differences);
    }
    onProgress?.(start + rows, table.rows);
    signal?.throwIfAborted();
  }
  return scores;
}

function numberColumn(name: string, known: readonly Column[], source: string): Column {
  const column = known.find((each) => each.name === name);
  const names = known.map((each) => each.name);
  if (!column) throw new InputError(unknownName("column", name, names, source));
  if (!kindInTable(column).isCategorical) return column;
  throw new InputError(
    `"${name}" has categories, which have no distance: the energy score is for numbers only.`,
  );
}
