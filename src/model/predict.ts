/** @file Answers about every row of a table, block by block: median, scaled MAD, quantiles; categories; probabilities of events. */
import { COUNT, check } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { columnIndex, type ModelColumn } from "../columns/encoding.ts";
import { columnLike, inUnitOf, kindOf, writtenLike } from "../columns/kinds.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { NumberDistribution } from "../distribution/distribution.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { formatNumber } from "../numeric/format.ts";
import type { TableBlocks } from "../table/blocks.ts";
import type { Column, Table } from "../table/table.ts";
import type { RowsQuestion, SampleBatch, SamplingOptions } from "./answers.ts";
import type { DensityBatch, DensityModel } from "./density-model.ts";
import {
  type Described,
  describedClasses,
  describedValues,
  fewValues,
  mostProbable,
  quantileName,
} from "./describe.ts";
import { type Event, eventOf } from "./events.ts";
import type { Given } from "./question-table.ts";
import { sampledValues } from "./sampled-answers.ts";

export interface PredictQuestion extends RowsQuestion, SamplingOptions, PredictWishes {}

/** What is to be told of each target besides its median and spread. */
export interface PredictWishes {
  /** Shares, such as 0.05 and 0.95: each target NAME of numbers also gets NAME_q05 and NAME_q95. */
  readonly quantiles?: readonly number[];
  /**
   * What may be true of a target, as a question says what is given: `[{ teff: { below: 5000 } }, { kind: "giant" }]`. Its
   * probability becomes the column "P(teff < 5000)".
   */
  readonly probabilities?: readonly Given[];
  /** Of numbers: NAME_modes, how many peaks the density has, and NAME_mode_1 to NAME_mode_3, the highest first. */
  readonly modes?: boolean;
  /** Of numbers: the density at so many even steps over the training's range, as NAME_pdf_X. */
  readonly curve?: number;
}

/** What is needed of a `Model`. */
interface PredictingModel extends Pick<DensityModel, "config"> {
  densityBatches(rows: Table | TableBlocks, question: RowsQuestion): AsyncIterable<DensityBatch>;
  sampleBatches(
    rows: Table | TableBlocks,
    question: RowsQuestion & SamplingOptions,
  ): AsyncIterable<SampleBatch>;
}

/**
 * Answers about the targets for every row, as {@link predictedColumns} names them; some rows at a time, in the table's
 * order. The answers do not depend on the size of the table's blocks.
 * @throws InputError for an unknown column, a wrong quantile or cell.
 */
export async function* predictBlocks(
  model: PredictingModel,
  rows: Table | TableBlocks,
  { quantiles, probabilities, modes, curve, ...question }: PredictQuestion,
): AsyncGenerator<Table> {
  const of = [question.of].flat();
  const wishes = {
    ...(quantiles && { quantiles }),
    ...(probabilities && { probabilities }),
    ...(modes && { modes }),
    ...(curve && { curve }),
  };
  const answers = predictedAnswers(model.config, of, wishes); // refuses what can't be predicted, before any work
  const source = `predictions for ${rows.source}`;
  if (question.method !== "ancestral") {
    for await (const { rows: count, densities } of model.densityBatches(rows, question))
      yield {
        source,
        rows: count,
        columns: answers.map((each) => valued(each.column, each.valuesOf(densities[each.of]))),
      };
    return;
  }
  if (modes || curve)
    throw new InputError("Modes and curves are those of the density itself: leave `method` out.", {
      option: "method",
    });
  const readOff = { quantiles: quantiles ?? [], events: eventsOf(model.config, of, probabilities ?? []) };
  for await (const batch of model.sampleBatches(rows, question)) {
    const values = sampledValues(model.config, of, readOff, batch);
    yield { source, rows: batch.rows, columns: answers.map(({ column }, i) => valued(column, values[i])) };
  }
}

function valued({ isWhole: _, ...column }: Described[0], values: Float64Array): Column {
  return { ...column, values };
}

/** All answers of {@link predictBlocks} in one table. */
export async function predict(
  model: PredictingModel,
  table: Table | TableBlocks,
  question: PredictQuestion,
): Promise<Table> {
  const columns = predictedColumns(model.config, [question.of].flat(), question).map((column) =>
    valued(column, new Float64Array(table.rows)),
  );
  let start = 0;
  for await (const block of predictBlocks(model, table, question)) {
    for (const [i, { values }] of block.columns.entries()) columns[i].values.set(values, start);
    start += block.rows;
  }
  return { source: `predictions for ${table.source}`, rows: table.rows, columns };
}

/**
 * The columns of answers as a table has them: NAME, NAME_sd, NAME_q05 ... of a number, and NAME_p_VALUE if it has few values;
 * NAME, the most probable category, and NAME_p_CATEGORY of a category; then what `wishes` ask for.
 * @throws InputError for an unknown column, and wishes that can't be.
 */
export function predictedColumns(
  config: ModelConfig,
  of: readonly string[],
  wishes: PredictWishes = {},
): Described[0][] {
  return predictedAnswers(config, of, wishes).map(({ column }) => column);
}

interface PredictedAnswer {
  readonly of: string;
  readonly column: Described[0];
  readonly valuesOf: (answers: ColumnDistributions) => Float64Array;
}

function predictedAnswers(
  config: ModelConfig,
  of: readonly string[],
  { quantiles = [], probabilities = [], modes = false, curve = 0 }: PredictWishes,
): PredictedAnswer[] {
  checkQuantiles(quantiles);
  check("the points of a curve", curve, COUNT);
  const columnOf = (name: string) => config.columns[columnIndex(config.columns, name)];
  const events = eventsOf(config, of, probabilities);
  return of.flatMap((name) => {
    const column = columnOf(name);
    const { encoding } = column;
    const described: Described[] = kindOf(encoding).isCategorical
      ? [[columnLike(name, encoding), mostProbable], ...describedClasses(name, encoding)]
      : [
          ...summaries(column, quantiles),
          ...(modes && !fewValues(encoding) ? peaks(column) : []),
          ...(curve > 0 && !fewValues(encoding) ? curvePoints(column, curve) : []),
        ];
    const asked = events.filter((event) => event.of === name).map(eventProbability);
    return [...described, ...asked].map(([made, valuesOf]) => ({ of: name, column: made, valuesOf }));
  });
}

/** What probabilities are asked of. @throws InputError for one of a column that is not asked. */
export function eventsOf(
  config: ModelConfig,
  of: readonly string[],
  probabilities: readonly Given[],
): Event[] {
  return probabilities.map((said) => {
    const event = eventOf(said, (name) => config.columns[columnIndex(config.columns, name)].encoding);
    if (!of.includes(event.of))
      throw new InputError(
        `The probability of ${event.text} is about "${event.of}", which is not asked: name it with \`of\`.`,
      );
    return event;
  });
}

/** What all of a batch is worked out for when the first column wants it. */
function once<Made>(make: (of: ColumnDistributions) => Made): (of: ColumnDistributions) => Made {
  let last: { readonly of: ColumnDistributions; readonly made: Made } | undefined;
  return (of) => {
    if (last?.of !== of) last = { of, made: make(of) };
    return last.made;
  };
}

function summaries(about: ModelColumn, quantiles: readonly number[]): Described[] {
  const { name, encoding } = about;
  const all = once((of) => of.quantiles(quantiles));
  return [
    [inUnitOf(about, writtenLike(name, encoding)), (of) => of.medians()],
    [inUnitOf(about, { name: `${name}_sd` }), (of) => of.mads()],
    ...quantiles.map(
      (share, i): Described => [
        inUnitOf(about, writtenLike(`${name}_${quantileName(share)}`, encoding)),
        (of) => all(of)[i],
      ],
    ),
    ...describedValues(name, encoding),
  ];
}

/** So many peaks are told. */
const MAX_MODES = 3;

function peaks(about: ModelColumn): Described[] {
  const { name, encoding } = about;
  const all = once((of) =>
    Array.from({ length: of.rows }, (_, row) => highestFirst(of.at(row) as NumberDistribution)),
  );
  return [
    [{ name: `${name}_modes`, isWhole: true }, (of) => Float64Array.from(all(of), (found) => found.length)],
    ...Array.from(
      { length: MAX_MODES },
      (_, i): Described => [
        inUnitOf(about, writtenLike(`${name}_mode_${i + 1}`, encoding)),
        (of) => Float64Array.from(all(of), (found) => found[i] ?? Number.NaN),
      ],
    ),
  ];
}

/** Exact values before densities, which can't be compared with them. */
function highestFirst(distribution: NumberDistribution): number[] {
  const height = (x: number) => [distribution.probability(x), distribution.pdf(x)] as const;
  return distribution
    .modes()
    .map((at) => ({ at, height: height(at) }))
    .sort((a, b) => b.height[0] - a.height[0] || b.height[1] - a.height[1])
    .map(({ at }) => at);
}

function curvePoints({ name, encoding, written }: ModelColumn, points: number): Described[] {
  const { center, scale } = encoding;
  const { least = center - 3 * scale, greatest = center + 3 * scale } = written ?? {};
  const { isText, write } = kindOf(encoding);
  return Array.from({ length: points }, (_, i): Described => {
    const x = points === 1 ? (least + greatest) / 2 : least + ((greatest - least) * i) / (points - 1);
    const pdf = (of: ColumnDistributions) =>
      Float64Array.from({ length: of.rows }, (_, row) => of.pdf(row, x));
    return [{ name: `${name}_pdf_${isText ? write(x, {}) : formatNumber(x)}` }, pdf];
  });
}

function eventProbability({ text, probability }: Event): Described {
  return [
    { name: `P(${text})` },
    (of) => Float64Array.from({ length: of.rows }, (_, row) => probability(of.at(row))),
  ];
}

function checkQuantiles(quantiles: readonly number[]): void {
  for (const [i, share] of quantiles.entries()) {
    if (!(share > 0 && share < 1))
      throw new InputError(`The quantile ${share} is not between 0 and 1: write 0.05 for 5 %.`);
    if (quantiles.indexOf(share) !== i) throw new InputError(`The quantile ${share} is asked for twice.`);
  }
}
