/** @file What each verb answers about rows, as pieces of a table: the same calls of the library as on the command line. */
import { defined } from "../base/defined.ts";
import { columnLike, inUnitOf } from "../columns/kinds.ts";
import { DEFAULT_QUANTILES, describedColumns, sampledColumns } from "../model/describe.ts";
import { filledLayout, filledValues } from "../model/filled-layout.ts";
import type { Model } from "../model/model.ts";
import { predictedColumns } from "../model/predict.ts";
import type { Given } from "../model/question-table.ts";
import type { KeptCells, TableBlocks } from "../table/blocks.ts";
import { hasValues, type WrittenColumn } from "../table/files/written-cells.ts";
import { numberedLayout, numbersOfRows } from "../table/numbered-rows.ts";
import type { Column, Table } from "../table/table.ts";
import { inMemory } from "./asked-rows.ts";
import { Refusal } from "./refusals.ts";

/** Arrays for all columns that have values, of rows that follow on those before. */
export type Pieces = Readonly<Record<string, Float32Array | Float64Array>>;

/** A table that is answered. */
export interface TableAnswer {
  readonly columns: readonly WrittenColumn[];
  readonly pieces: AsyncIterable<Pieces>;
  /** Cells that are passed on beside them. */
  readonly kept?: KeptCells | undefined;
}

/** What a verb is told beside its question. */
export interface Asking {
  readonly signal: AbortSignal;
  /** Values that may be drawn. */
  readonly samples: number;
}

type Undefinable<T> = { readonly [K in keyof T]?: T[K] | undefined };

interface RowsOptions {
  readonly of: string | readonly string[];
  readonly given?: readonly string[] | undefined;
}

type PredictOptions = RowsOptions &
  Undefinable<{
    quantiles: readonly number[];
    probabilities: readonly Given[];
    modes: boolean;
    curve: number;
    method: "flow" | "ancestral";
    size: number;
    seed: number;
  }>;

interface Drawing {
  readonly size?: number | undefined;
  readonly seed?: number | undefined;
  readonly method?: "flow" | "ancestral" | undefined;
  readonly joint?: boolean | undefined;
  readonly order?: "given" | number | undefined;
}

/** Median, spread and what else is wished of each row. */
export function predictedRows(
  model: Model,
  blocks: TableBlocks,
  { of, given, quantiles, probabilities, modes, curve, method, size, seed }: PredictOptions,
  asking: Asking,
): TableAnswer {
  const wishes = defined({ quantiles, probabilities, modes, curve });
  if (method === "ancestral")
    refuseSamples((size ?? DEFAULT_SIZE) * [of].flat().length * blocks.rows, asking);
  const question = { of, ...wishes, ...defined({ given, method, size, seed }), signal: asking.signal };
  return numbered(blocks, predictedColumns(model.config, [of].flat(), wishes), async function* () {
    for await (const { columns } of model.predict(blocks, question)) yield valuesByName(columns);
  });
}

/** Mean, standard deviation and quantiles of each row. */
export function describedRows(
  model: Model,
  blocks: TableBlocks,
  {
    of,
    given,
    quantiles = DEFAULT_QUANTILES,
  }: RowsOptions & { readonly quantiles?: readonly number[] | undefined },
  { signal }: Asking,
): TableAnswer {
  const described = describedColumns(model.config, [of].flat(), quantiles);
  const columns = described.map(({ column }) => column);
  return numbered(blocks, columns, async function* () {
    for await (const { densities } of model.density(blocks, { ...defined({ of, given }), signal }))
      yield Object.fromEntries(described.map(({ column, valuesOf }) => [column.name, valuesOf(densities)]));
  });
}

const DEFAULT_SIZE = 1000;

/** `size` lines for each row. */
export function sampledRows(
  model: Model,
  blocks: TableBlocks,
  { of: asked, given, joint = false, order, ...drawing }: RowsOptions & Drawing,
  asking: Asking,
): TableAnswer {
  const of = [asked].flat();
  const { size = DEFAULT_SIZE } = drawing;
  refuseSamples(size * of.length * blocks.rows, asking);
  refuseJointOptions({ joint, order, ...drawing });
  const { signal } = asking;
  const columns = sampledColumns(model.config, of, joint);
  const times = { times: size };
  return numbered(
    blocks,
    columns,
    async function* () {
      const { method, ...others } = drawing;
      const question = { of, signal, ...defined({ given, ...others }) };
      const table = await inMemory(blocks);
      const batches = joint
        ? model.sample(table, { ...question, joint, ...defined({ order }) })
        : model.sample(table, { ...question, ...defined({ method }) });
      for await (const { samples, logPdf } of batches)
        yield { ...samples, ...(logPdf && { log_density: logPdf }) };
    },
    times,
  );
}

/** Samples of one question. */
export async function sampledOnce(
  model: Model,
  {
    of: asked,
    given = {},
    joint = false,
    order,
    ...drawing
  }: Omit<RowsOptions, "given"> & Drawing & { given?: Given | undefined },
  asking: Asking,
): Promise<TableAnswer> {
  const of = [asked].flat();
  refuseSamples((drawing.size ?? DEFAULT_SIZE) * of.length, asking);
  refuseJointOptions({ joint, order, ...drawing });
  const { method, ...others } = drawing;
  const question = { of, given, ...defined(others) };
  const { samples, logPdf } = joint
    ? await model.sample({ ...question, joint, ...defined({ order }) })
    : await model.sample({ ...question, ...defined({ method }) });
  return whole(sampledColumns(model.config, of, joint), {
    ...samples,
    ...(logPdf && { log_density: logPdf }),
  });
}

function refuseSamples(asked: number, { samples }: Asking): void {
  if (asked > samples)
    throw new Refusal(
      422,
      `${asked} values would be drawn, and ${samples} can be at once: ask for a smaller \`size\`, or about fewer rows.`,
    );
}

function refuseJointOptions({ joint, order, method }: Drawing): void {
  if (order !== undefined && !joint)
    throw new Refusal(422, "`order` is for samples drawn together: add `joint`.");
  if (joint && method === "ancestral")
    throw new Refusal(422, "Samples drawn together come from the density itself: leave `method` out.");
}

/** The log density and tail probability of each known cell. */
export async function scoredRows(
  model: Model,
  blocks: TableBlocks,
  options: Undefinable<{ of: readonly string[] }>,
  { signal }: Asking,
): Promise<TableAnswer> {
  const { columns } = await model.score(await inMemory(blocks), { ...defined(options), signal });
  return numbered(blocks, columns, async function* () {
    yield valuesByName(columns);
  });
}

/** The rows with their missing cells filled in; of a table that was sent all other cells as they stood there. */
export async function filledRows(
  model: Model,
  blocks: TableBlocks,
  options: Undefinable<{
    method: "median" | "mean" | "draw";
    interval: number;
    seed: number;
    columns: readonly string[];
  }>,
  { signal }: Asking,
): Promise<TableAnswer> {
  const table = await inMemory(blocks);
  const made = await model.impute(table, { ...defined(options), signal });
  const { kept } = blocks;
  if (!kept)
    return whole(
      made.columns.map((column) => ofModel(model, column)),
      valuesByName(made.columns),
    );
  const file = kept.columns.map(({ name }) => name);
  const columns = filledLayout(model.config, table, made, file);
  return { ...whole(columns, filledValues(table, made, columns.filter(hasValues))), kept };
}

/** What to measure next in each row. */
export async function advisedRows(
  model: Model,
  blocks: TableBlocks,
  {
    of,
    ...options
  }: { of: string } & Undefinable<{ candidates: readonly string[]; size: number; seed: number }>,
  { signal }: Asking,
): Promise<TableAnswer> {
  const { columns } = await model.advise(await inMemory(blocks), { of, ...defined(options), signal });
  return whole(columns, valuesByName(columns));
}

/** Rows made up. */
export async function madeUpRows(
  model: Model,
  {
    rows,
    ...options
  }: { rows: number } & Undefinable<{
    given: Given;
    order: "table" | number | readonly string[];
    seed: number;
    complete: boolean;
  }>,
  { signal, samples }: Asking,
): Promise<TableAnswer> {
  refuseSamples(rows * model.columns.length, { signal, samples });
  const blocks = model.synthesizeBlocks({ rows, ...defined(options), signal })[Symbol.asyncIterator]();
  const first = await blocks.next();
  if (first.done) return whole([], {});
  async function* pieces() {
    for (let next: IteratorResult<Table> = first; !next.done; next = await blocks.next())
      yield valuesByName(next.value.columns);
  }
  return { columns: first.value.columns, pieces: pieces() };
}

/** A column that the library made, with the unit that the model knows. */
function ofModel({ config }: Model, column: Column): WrittenColumn {
  const { name, kind, categories } = column;
  const known = config.columns.find((each) => each.name === name);
  const like = known && !kind ? columnLike(name, known.encoding) : {};
  return inUnitOf(known ?? {}, { ...like, name, ...defined({ kind, categories }) });
}

/** Each line with the number of its row. */
function numbered(
  blocks: TableBlocks,
  columns: readonly WrittenColumn[],
  answers: () => AsyncIterable<Pieces>,
  { times = 1 }: { readonly times?: number } = {},
): TableAnswer {
  const { layout, rowName } = numberedLayout(columns);
  const numbers = numbersOfRows(blocks, times);
  async function* pieces() {
    for await (const piece of answers())
      yield { ...piece, [rowName]: numbers(Object.values(piece)[0].length) };
  }
  return { columns: layout, pieces: pieces() };
}

function whole(columns: readonly WrittenColumn[], values: Pieces): TableAnswer {
  async function* pieces() {
    yield values;
  }
  return { columns, pieces: pieces() };
}

function valuesByName(columns: readonly Column[]): Pieces {
  return Object.fromEntries(columns.map(({ name, values }) => [name, values]));
}
