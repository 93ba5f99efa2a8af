/** @file What a model's answers about one column are worth, row by row, given one set of columns or another. */
import { kindInTable } from "../columns/kinds.ts";
import { meanOf } from "../numeric/statistics.ts";
import type { Table } from "../table/table.ts";
import { askLosses } from "./ask.ts";
import { bootstrap, type Estimate } from "./bootstrap.ts";
import { type EvaluationPlan, planEvaluation } from "./plan.ts";
import type { GroupedRows } from "./row-groups.ts";
import type { ScoredModel } from "./scored-distributions.ts";
import type { Losses } from "./scores.ts";

/** Mean scores, or differences of them. */
export interface MeanLosses {
  /** Nats per row: minus the log of the probability, or of the density per data unit, of what was found. */
  readonly logScore: Estimate;
  /** Of numbers, in data units. */
  readonly crps?: Estimate;
}

/** How scores become estimates with intervals. */
export interface Resampling {
  readonly seed: number;
  readonly resamples: number;
  /** Where rows belong together, whole groups are resampled. */
  readonly groups?: GroupedRows | undefined;
}

/** A question is a row with a value of the target; they are the same, in the same order, whatever is given. */
export type Questions = Uint32Array<ArrayBuffer>;

export class GivenLosses {
  readonly #model: ScoredModel;
  readonly #table: Table;
  readonly #of: string;
  readonly #resampling: Resampling;
  readonly #onChunk: (questions: number) => void;
  readonly kind: "number" | "category";
  /** All questions. */
  readonly every: Questions;
  /** The row of each. */
  readonly #rows: Uint32Array;

  /**
   * @param onChunk called with the number of questions of each chunk; may throw to end the work.
   * @throws InputError for a column that model or table lacks, and if no row has a value of it.
   */
  constructor(
    model: ScoredModel,
    table: Table,
    of: string,
    resampling: Resampling,
    onChunk: (questions: number) => void,
  ) {
    this.#model = model;
    this.#table = table;
    this.#of = of;
    this.#resampling = resampling;
    this.#onChunk = onChunk;
    const { contexts, columns } = this.#plan([]);
    this.kind = kindInTable(columns[contexts.targets[0]]).isCategorical ? "category" : "number";
    this.every = Uint32Array.from(contexts.rows.keys());
    this.#rows = contexts.rows;
  }

  /** The questions about rows that have a value of a column. */
  knowing(column: string): Questions {
    const { contexts, columns } = this.#plan([column]);
    const index = columns.findIndex(({ name }) => name === column);
    return this.every.filter((question) => contexts.given[question * contexts.columns + index] === 1);
  }

  ask(given: readonly string[], questions: Questions): Promise<Losses> {
    const plan = this.#plan(given);
    const target = plan.contexts.targets[0];
    return askLosses(this.#model, { plan, target, questions, onChunk: this.#onChunk });
  }

  /** Over the rows whose score is finite. @param questions that the losses are of. @param stream names the resamples. */
  means({ logScores, crps }: Losses, questions: Questions, stream: string): MeanLosses {
    const rows = Uint32Array.from(logScores.keys()).filter((row) => Number.isFinite(logScores[row]));
    const finite = (values: Float64Array) => meanOf(Float64Array.from(rows, (row) => values[row]));
    const { seed, resamples, groups } = this.#resampling;
    const rowOf = groups && Float64Array.from(rows, (row) => groups.of[this.#rows[questions[row]]]);
    const scoring = {
      seed,
      resamples,
      stream: `losses, ${this.#of}, ${stream}`,
      ...(rowOf && { rowOf }),
    };
    const logScore = finite(logScores);
    return crps
      ? bootstrap({ logScore, crps: finite(crps) }, rows.length, scoring)
      : bootstrap({ logScore }, rows.length, scoring);
  }

  #plan(given: readonly string[]): EvaluationPlan {
    const { seed } = this.#resampling;
    return planEvaluation(this.#model.columns, this.#table, { of: [this.#of], given }, seed);
  }
}

/** Whether all of some answers hold what was found possible. */
export const isPossible = (all: readonly Losses[], question: number) =>
  all.every(({ logScores }) => Number.isFinite(logScores[question]));

/** Those of some of the questions. */
export function chosenLosses({ logScores, crps }: Losses, questions: Questions): Losses {
  const these = (values: Float64Array) => Float64Array.from(questions, (question) => values[question]);
  return { logScores: these(logScores), ...(crps && { crps: these(crps) }) };
}

/** By how much the first are higher than the second, question by question. */
export function lossDifferences(a: Losses, b: Losses): Losses {
  const [crps, others] = [a.crps, b.crps];
  return {
    logScores: a.logScores.map((value, i) => value - b.logScores[i]),
    ...(crps && others && { crps: crps.map((value, i) => value - others[i]) }),
  };
}
