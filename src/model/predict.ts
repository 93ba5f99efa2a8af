/** @file Answers about every row of a table, block by block: median, scaled MAD, quantiles. */
import { InputError } from "../base/errors.ts";
import { encodingOfColumn } from "../columns/encoding.ts";
import { kindOf, writtenLike } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { sampleQuantile, summarise } from "../numeric/samples.ts";
import type { TableBlocks } from "../table/blocks.ts";
import type { Table } from "../table/table.ts";
import type { RowsQuestion, SampleBatch, SamplingOptions } from "./answers.ts";
import type { DensityBatch, DensityModel } from "./density-model.ts";

export interface PredictQuestion extends RowsQuestion, SamplingOptions {
  /** Shares, such as 0.05 and 0.95: each target NAME also gets NAME_q05 and NAME_q95. */
  readonly quantiles?: readonly number[];
}

/** What is needed of a `Model`. */
interface PredictingModel extends Pick<DensityModel, "config"> {
  densityBatches(rows: Table | TableBlocks, question: RowsQuestion): AsyncIterable<DensityBatch>;
  sampleBatches(
    rows: Table | TableBlocks,
    question: RowsQuestion & SamplingOptions,
  ): AsyncIterable<SampleBatch>;
}

type Answers = Record<string, Float64Array>;

/**
 * Median and scaled MAD of the targets for every row, as columns NAME and NAME_sd, and quantiles; some
 * rows at a time, in the table's order. The answers do not depend on the size of the table's blocks.
 * @throws InputError for an unknown column, one of categories, a wrong quantile or cell.
 */
export async function* predictBlocks(
  model: PredictingModel,
  rows: Table | TableBlocks,
  { quantiles = [], ...question }: PredictQuestion,
): AsyncGenerator<Table> {
  checkQuantiles(quantiles);
  const of = [question.of].flat();
  predictedColumns(model.config, of, quantiles); // refuses what can't be predicted, before any work
  const answers =
    question.method === "ancestral"
      ? sampledAnswers(model, model.sampleBatches(rows, question), of, quantiles)
      : exactAnswers(model.densityBatches(rows, question), of, quantiles);
  for await (const { rows: count, made } of answers) {
    const columns = Object.entries(made).map(([name, values]) => ({ name, values }));
    yield { source: `predictions for ${rows.source}`, rows: count, columns };
  }
}

/** All answers of {@link predictBlocks} in one table. */
export async function predict(
  model: PredictingModel,
  table: Table | TableBlocks,
  question: PredictQuestion,
): Promise<Table> {
  const names = [question.of].flat().flatMap((name) => predictedNames(name, question.quantiles ?? []));
  const columns = names.map((name) => ({ name, values: new Float64Array(table.rows) }));
  let start = 0;
  for await (const block of predictBlocks(model, table, question)) {
    for (const [i, { values }] of block.columns.entries()) columns[i].values.set(values, start);
    start += block.rows;
  }
  return { source: `predictions for ${table.source}`, rows: table.rows, columns };
}

/** The columns of answers about a column: NAME, NAME_sd, NAME_q05 ... */
function predictedNames(of: string, quantiles: readonly number[]): string[] {
  return [of, `${of}_sd`, ...quantiles.map((share) => `${of}_${quantileName(share)}`)];
}

/** These columns as a table has them: medians and quantiles are of the target's kind. @throws InputError for an unknown one, and one of categories. */
export function predictedColumns(
  config: ModelConfig,
  of: readonly string[],
  quantiles: readonly number[],
): ReturnType<typeof writtenLike>[] {
  return of.flatMap((target) => {
    const encoding = encodingOfColumn(config, target);
    if (kindOf(encoding).isCategorical)
      throw new InputError(
        `"${target}" has categories, which have no median: ask for its density (anygiven density).`,
      );
    return predictedNames(target, quantiles).map((name) =>
      name === `${target}_sd` ? { name } : writtenLike(name, encoding),
    );
  });
}

/** The digits after the point, at least two: q05, q50, q975. */
export function quantileName(share: number): string {
  return `q${share.toFixed(12).slice(2).replace(/0+$/, "").padEnd(2, "0")}`;
}

function checkQuantiles(quantiles: readonly number[]): void {
  for (const [i, share] of quantiles.entries()) {
    if (!(share > 0 && share < 1))
      throw new InputError(`The quantile ${share} is not between 0 and 1: write 0.05 for 5 %.`);
    if (quantiles.indexOf(share) !== i) throw new InputError(`The quantile ${share} is asked for twice.`);
  }
}

async function* exactAnswers(
  batches: AsyncIterable<DensityBatch>,
  of: readonly string[],
  quantiles: readonly number[],
) {
  for await (const { rows, densities } of batches) {
    const made: Answers = {};
    for (const name of of) {
      const each = densities[name];
      put(made, name, quantiles, [each.medians(), each.mads(), ...each.quantiles(quantiles)]);
    }
    yield { rows, made };
  }
}

async function* sampledAnswers(
  { config }: PredictingModel,
  batches: AsyncIterable<SampleBatch>,
  of: readonly string[],
  quantiles: readonly number[],
) {
  for await (const { rows, samples } of batches) {
    const made: Answers = {};
    for (const name of of) {
      const encoding = encodingOfColumn(config, name);
      const { round } = kindOf(encoding);
      const size = samples[name].length / rows;
      const columns = Array.from({ length: 2 + quantiles.length }, () => new Float64Array(rows));
      for (let row = 0; row < rows; row++) {
        const drawn = samples[name].slice(row * size, (row + 1) * size);
        const { median, mad } = summarise(drawn, encoding);
        const sorted = quantiles.length > 0 ? drawn.sort() : drawn;
        const shares = quantiles.map((share) => sampleQuantile(sorted, share));
        // What lies between two samples is none that occurs, of whole numbers.
        const [middle, ...others] = [median, ...shares].map((value) => round(value, encoding));
        for (const [i, value] of [middle, mad, ...others].entries()) columns[i][row] = value;
      }
      put(made, name, quantiles, columns);
    }
    yield { rows, made };
  }
}

function put(
  made: Answers,
  of: string,
  quantiles: readonly number[],
  columns: readonly Float64Array[],
): void {
  for (const [i, name] of predictedNames(of, quantiles).entries()) made[name] = columns[i];
}
