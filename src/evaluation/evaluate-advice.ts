/** @file What rows show of a column that could be measured: by how much true values become more probable when it is known. */
import type { LongWork } from "../base/async.ts";
import { checkFields, FINITE, LONG_WORK, listOf, NUMBER, TEXT } from "../base/checked.ts";
import type { Table } from "../table/table.ts";
import { checkResamples, DEFAULT_RESAMPLES, type Estimate } from "./bootstrap.ts";
import { chosenLosses, GivenLosses, lossDifferences } from "./given-losses.ts";
import { QuestionProgress } from "./progress.ts";
import { groupedRows } from "./row-groups.ts";
import { checkScoring, type ScoredModel } from "./scored-distributions.ts";

export interface AdviceOptions extends LongWork {
  /** The column of interest. */
  readonly of: string;
  /** Columns given in every row where they are present; default none. */
  readonly given?: readonly string[];
  /** The columns that could be measured; default all others that model and table share. */
  readonly candidates?: readonly string[];
  /** Resamples for the intervals; default 500; 0 for none. */
  readonly bootstrap?: number;
  /** Of the resamples; default 1. */
  readonly seed?: number;
  /**
   * A column of the table whose equal values make rows belong together, whether or not the model knows it: whole groups are then
   * resampled, not rows. Default: each row by itself.
   */
  readonly groupBy?: string;
}

/** What rows show of one candidate. */
export interface ShownGain {
  readonly column: string;
  /** Rows that have a value of it and of the column of interest. */
  readonly rows: number;
  /**
   * By how many nats the true values are more probable with it than without, on average. Unlike what a model expects of itself it
   * is not pushed up by what the model has learnt by heart: such a column makes it negative.
   */
  readonly learnt: Estimate;
}

/**
 * Holds the advice of a model against rows that it may not have been trained on: the mean rise of the log likelihood of the
 * column of interest when each candidate is given, too.
 *
 * @throws InputError for a column that the model or the table lacks, and if no row has a value of the column of interest.
 * @example
 * const stars = await readTable("stars.parquet");
 * const model = await load("survey");
 * const shown = await evaluateAdvice(model, stars, { of: "logg", given: ["teff"], candidates: ["m_h"] });
 * console.log(shown[0].learnt.value, shown[0].learnt.lower, shown[0].learnt.upper);
 */
export async function evaluateAdvice(
  model: ScoredModel,
  table: Table,
  options: AdviceOptions,
): Promise<ShownGain[]> {
  checkScoring(model, table);
  checkFields("the options", options, {
    needed: { of: TEXT },
    optional: {
      ...LONG_WORK,
      given: listOf(TEXT),
      candidates: listOf(TEXT),
      bootstrap: NUMBER,
      seed: FINITE,
      groupBy: TEXT,
    },
  });
  const { of, given = [], seed = 1, bootstrap: resamples = DEFAULT_RESAMPLES } = options;
  checkResamples(resamples);
  const shared = table.columns.map(({ name }) => name).filter((name) => model.columns.includes(name));
  const candidates = options.candidates ?? shared.filter((name) => name !== of && !given.includes(name));
  const progress = new QuestionProgress(options);
  const groups = options.groupBy === undefined ? undefined : groupedRows(table, options.groupBy);
  const losses = new GivenLosses(model, table, of, { seed, resamples, groups }, progress.onChunk);
  const asked = candidates.map((column) => ({ column, known: losses.knowing(column) }));
  progress.expect(losses.every.length);
  for (const { known } of asked) progress.expect(known.length);
  const before = await losses.ask(given, losses.every);
  const shown: ShownGain[] = [];
  for (const { column, known } of asked) {
    const gains = lossDifferences(chosenLosses(before, known), await losses.ask([...given, column], known));
    const { logScore } = losses.means(gains, known, column);
    shown.push({ column, rows: gains.logScores.filter(Number.isFinite).length, learnt: logScore });
  }
  return shown;
}
