/**
 * @file How much each given column tells about a target: by how much its score rises where that column is not given. The
 * model answers for any given set, so nothing is trained anew, permuted or filled in.
 */
import type { LongWork } from "../base/async.ts";
import { checkFields, FINITE, LONG_WORK, listOf, NUMBER, TEXT } from "../base/checked.ts";
import type { Table } from "../table/table.ts";
import { checkResamples, DEFAULT_RESAMPLES } from "./bootstrap.ts";
import {
  chosenLosses,
  GivenLosses,
  isPossible,
  lossDifferences,
  type MeanLosses,
  type Questions,
} from "./given-losses.ts";
import { QuestionProgress } from "./progress.ts";
import { type GroupedRows, groupedRows } from "./row-groups.ts";
import { checkScoring, type ScoredModel } from "./scored-distributions.ts";
import type { Losses } from "./scores.ts";

export interface AttributionOptions extends LongWork {
  /** The targets; default all that model and table share. */
  readonly of?: readonly string[];
  /** Columns given in every row where they are present; default all others that model and table share. */
  readonly given?: readonly string[];
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

/** What one given column tells, over the rows that have a value of it. */
export interface GivenColumnAttribution {
  readonly column: string;
  readonly rows: number;
  /** How much higher (worse) the scores are where it is not given and the others are: what it alone knows. */
  readonly rise: MeanLosses;
  /** How much lower (better) the scores are where it is all that is given than where nothing is. */
  readonly alone: MeanLosses;
}

export interface ColumnAttribution {
  readonly name: string;
  readonly kind: "number" | "category";
  /** Rows that have a value of the target which the model does not hold impossible. */
  readonly questions: number;
  /** Rows whose value is held impossible: they take no part. */
  readonly impossible: number;
  /** Given all, and given nothing. */
  readonly scores: MeanLosses;
  readonly scoresOfNothing: MeanLosses;
  /** Those that tell most beside the others first. */
  readonly given: readonly GivenColumnAttribution[];
}

/** Scores are minus log probabilities and CRPS: lower is better. Each estimate has a 95 % bootstrap interval over rows. */
export interface Attribution {
  readonly source: string;
  readonly rows: number;
  readonly seed: number;
  readonly resamples: number;
  /** What rows are resampled by, where not each by itself. */
  readonly groups?: Pick<GroupedRows, "column" | "groups">;
  readonly columns: readonly ColumnAttribution[];
}

/**
 * What each given column tells about each target, measured on rows that the model may not have been trained on. The rise of the
 * log score where a column is left out is, of a perfect model, the information that it has about the target beyond the
 * others: the conditional mutual information. A model that has learnt noise of a column by heart answers worse with it: its
 * rise is then below 0. (Leaving a covariate out: Lei et al. 2018, "Distribution-free predictive inference for regression",
 * section 6; here without fitting a second model.)
 *
 * @throws InputError for a column that the model or the table lacks, and if no row has a value to ask about.
 * @example
 * const stars = await readTable("stars.parquet");
 * const model = await load("survey");
 * const { columns } = await evaluateAttribution(model, stars, { of: ["logg"], given: ["teff", "m_h"], bootstrap: 100 });
 * for (const { column, rise } of columns[0].given) console.log(column, rise.logScore.value);
 */
export async function evaluateAttribution(
  model: ScoredModel,
  table: Table,
  options: AttributionOptions = {},
): Promise<Attribution> {
  checkScoring(model, table);
  checkFields("the options", options, {
    optional: {
      ...LONG_WORK,
      of: listOf(TEXT),
      given: listOf(TEXT),
      bootstrap: NUMBER,
      seed: FINITE,
      groupBy: TEXT,
    },
  });
  const { seed = 1, bootstrap: resamples = DEFAULT_RESAMPLES } = options;
  checkResamples(resamples);
  const shared = table.columns.map(({ name }) => name).filter((name) => model.columns.includes(name));
  const given = options.given ?? shared;
  const progress = new QuestionProgress(options);
  const groups = options.groupBy === undefined ? undefined : groupedRows(table, options.groupBy);
  const targets = (options.of ?? shared).map((of) => {
    const losses = new GivenLosses(model, table, of, { seed, resamples, groups }, progress.onChunk);
    const columns = given
      .filter((name) => name !== of)
      .map((name) => ({ name, known: losses.knowing(name) }));
    progress.expect(2 * losses.every.length);
    for (const { known } of columns) progress.expect(2 * known.length);
    return { of, losses, columns };
  });
  const columns: ColumnAttribution[] = [];
  for (const target of targets) columns.push(await attributed(target));
  return {
    source: table.source,
    rows: table.rows,
    seed,
    resamples,
    ...(groups && { groups: { column: groups.column, groups: groups.groups } }),
    columns,
  };
}

/** One target with the columns that are given. */
interface AttributedTarget {
  readonly of: string;
  readonly losses: GivenLosses;
  readonly columns: readonly { readonly name: string; readonly known: Questions }[];
}

async function attributed({ of, losses, columns }: AttributedTarget): Promise<ColumnAttribution> {
  const { every, kind } = losses;
  const names = columns.map(({ name }) => name);
  const all = await losses.ask(names, every);
  const nothing = await losses.ask([], every);
  const isAsked = (question: number) => isPossible([all, nothing], question);
  const possible = every.filter(isAsked);
  const given: GivenColumnAttribution[] = [];
  for (const { name, known } of columns) {
    const without = await losses.ask(
      names.filter((each) => each !== name),
      known,
    );
    const alone = await losses.ask([name], known);
    const mean = (worse: Losses, better: Losses, part: string) =>
      losses.means(lossDifferences(worse, better), known, `${name}, ${part}`);
    given.push({
      column: name,
      rows: known.filter(isAsked).length,
      rise: mean(without, chosenLosses(all, known), "left out"),
      alone: mean(chosenLosses(nothing, known), alone, "alone"),
    });
  }
  return {
    name: of,
    kind,
    questions: possible.length,
    impossible: every.length - possible.length,
    scores: losses.means(chosenLosses(all, possible), possible, "all"),
    scoresOfNothing: losses.means(chosenLosses(nothing, possible), possible, "nothing"),
    given: given.sort((a, b) => b.rise.logScore.value - a.rise.logScore.value),
  };
}
