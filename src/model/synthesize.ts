/** @file Whole tables made up: rows drawn jointly, with the missing cells' pattern, written as the training's table was. */
import { InputError } from "../base/errors.ts";
import { asWritten, writtenRange } from "../columns/as-written.ts";
import { columnIndex, encodingOfColumn, type ModelColumn } from "../columns/encoding.ts";
import { columnLike, inUnitOf, kindOf } from "../columns/kinds.ts";
import type { MissingCells } from "../columns/missing-cells.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { ChainLink } from "../networks/predictor.ts";
import { type Column, chosenRows, isKnown, type Table } from "../table/table.ts";
import { namesOfValues } from "./answers.ts";
import { cellsOf, checkCount, columnOf, type DensityModel, type TableWork } from "./density-model.ts";
import {
  type CellRandoms,
  cellRandoms,
  chainLink,
  chosenRandoms,
  drawCells,
  isWithoutLimits,
} from "./draw-cells.ts";
import { chainOrders, repeated } from "./joint.ts";
import { drawMissing } from "./missing-pattern.ts";
import { type Given, questionTable } from "./question-table.ts";

/**
 * The order in which the chain rule draws the columns: that of the training's table, a list of names (columns that it
 * doesn't name come after, in the table's order), or so many random orders, over which the rows are shared out.
 */
export type SynthesisOrder = "table" | number | readonly string[];

export interface SynthesisOptions extends TableWork {
  /** How many rows to make. */
  readonly rows: number;
  /** What all rows have: a subgroup. Default nothing. */
  readonly given?: Given;
  /** Default 8: no single order's error is in all rows. */
  readonly order?: SynthesisOrder;
  /** Default 1. The same seed makes the same rows, and more of them begin with the same. */
  readonly seed?: number;
  /** Whether no cell shall be missing; default false: cells are missing as they were in the training's table. */
  readonly complete?: boolean;
}

const DEFAULT_ORDERS = 8;
const DEFAULT_SEED = 1;
/** Rows that are made, and held in memory, at once. */
const ROWS_AT_ONCE = 32_768;

interface Plan {
  readonly config: ModelConfig;
  /** The columns of the made table, in its order. */
  readonly columns: readonly ModelColumn[];
  /** What is given, a row. */
  readonly given: readonly Column[];
  /** Each has all columns that are drawn, those that may be missing last. */
  readonly orders: readonly (readonly string[])[];
  readonly trees: readonly MissingCells[];
  readonly seed: number;
}

/**
 * Rows made up, some at a time; see `Model.synthesize`.
 * @throws InputError for a column that the model doesn't know, a number of rows or orders below 1.
 */
export async function* synthesizeBlocks(
  model: DensityModel,
  options: SynthesisOptions,
): AsyncGenerator<Table> {
  const { rows, onProgress, signal } = options;
  const plan = planOf(model.config, options);
  for (let start = 0; start < rows; start += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - start);
    const told = (share: number) => onProgress?.(start + Math.floor(share * count), rows);
    yield await madeBlock(model, plan, start, count, { told, ...(signal && { signal }) });
    told(1);
  }
}

/** All rows of {@link synthesizeBlocks} in one table. */
export async function synthesize(model: DensityModel, options: SynthesisOptions): Promise<Table> {
  let made: Table | undefined;
  let start = 0;
  for await (const block of synthesizeBlocks(model, options)) {
    made ??= {
      ...block,
      rows: options.rows,
      columns: block.columns.map((column) => ({ ...column, values: new Float64Array(options.rows) })),
    };
    for (const [i, { values }] of made.columns.entries()) values.set(block.columns[i].values, start);
    start += block.rows;
  }
  return made!;
}

/** The columns of made-up tables, in their order: those that the model answers for, and those given. */
export function synthesizedColumns({ columns }: ModelConfig, given: Given = {}): readonly ModelColumn[] {
  const isGiven = givenNames(given);
  return columns.filter(({ name, output }) => output || isGiven.includes(name));
}

function givenNames(given: Given): string[] {
  return Object.keys(given).filter((name) => given[name] !== null && given[name] !== undefined);
}

function planOf(config: ModelConfig, options: SynthesisOptions): Plan {
  const { rows, given = {}, order = DEFAULT_ORDERS, seed = DEFAULT_SEED, complete = false } = options;
  checkCount("number of rows", rows);
  const known = questionTable(config, given).columns.filter((column) => isKnown(column, 0));
  // A column of which only limits are given is drawn within them.
  const isGiven = new Set(namesOfValues(known));
  const columns = config.columns.filter(({ name, output }) => output || isGiven.has(name));
  const drawn = columns.map(({ name }) => name).filter((name) => !isGiven.has(name));
  // What is given is there, and so is what is drawn within given limits.
  const limited = known.map(({ name }) => name).filter((name) => !isGiven.has(name));
  const trees = complete ? [] : (config.missing ?? []).filter(({ column }) => !limited.includes(column));
  const lacking = new Set(trees.map(({ column }) => column));
  // What is missing depends on the columns that never are: these come first.
  const orders = ordersOf(config, drawn, order, seed).map((names) => [
    ...names.filter((name) => !lacking.has(name)),
    ...names.filter((name) => lacking.has(name)),
  ]);
  return { config, columns, given: known, orders, trees, seed };
}

function ordersOf(
  config: ModelConfig,
  drawn: readonly string[],
  order: SynthesisOrder,
  seed: number,
): string[][] {
  if (order === "table") return [[...drawn]];
  if (typeof order === "number") return chainOrders(drawn, order, seed);
  for (const name of order) columnIndex(config.columns, name, config.inspection);
  const twice = order.find((name, i) => order.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError(`The order names "${twice}" twice: name each column once.`);
  const first = order.filter((name) => drawn.includes(name));
  return [[...first, ...drawn.filter((name) => !first.includes(name))]];
}

interface BlockWork {
  /** Called with the share of the block that is done. */
  readonly told: (share: number) => void;
  readonly signal?: AbortSignal;
}

async function madeBlock(
  model: DensityModel,
  plan: Plan,
  start: number,
  rows: number,
  { told, signal }: BlockWork,
): Promise<Table> {
  const { columns, orders, seed, given, config } = plan;
  const made = new Map(columns.map(({ name }) => [name, new Float64Array(rows)]));
  const names = orders[0];
  const stream = start / ROWS_AT_ONCE;
  const randoms = new Map(names.map((name) => [name, cellRandoms(rows, seed, ["synthesis", name, stream])]));
  let links = 0;
  const onLink = () => {
    signal?.throwIfAborted();
    told(++links / (orders.length * names.length));
  };
  for (const [k, order] of orders.entries()) {
    // Every so-many-th row of all, so that a row's order does not depend on how many are made.
    const own = Uint32Array.from({ length: rows }, (_, row) => row).filter(
      (row) => (start + row) % orders.length === k,
    );
    if (own.length === 0) continue;
    const drawn = await drawnRows(model, plan, order, { own, start, randoms, onLink });
    for (const [name, values] of drawn) {
      const all = made.get(name)!;
      own.forEach((row, i) => {
        all[row] = values[i];
      });
    }
  }
  for (const column of given.filter(({ values }) => !Number.isNaN(values[0]))) {
    const [value] = cellsOf(column, encodingOfColumn(config, column.name), "the question");
    made.get(column.name)!.fill(value);
  }
  return {
    source: "synthesized rows",
    rows,
    columns: columns.map(({ name, encoding, unit }) => ({
      ...inUnitOf({ unit }, columnLike(name, encoding)),
      values: made.get(name)!,
    })),
  };
}

interface RowsOfOrder {
  /** Their indices in the block, and that of the block's first row among all. */
  readonly own: Uint32Array;
  readonly start: number;
  readonly randoms: ReadonlyMap<string, CellRandoms>;
  readonly onLink: () => void;
}

/** The values of each column, in the rows that are drawn in one order; NaN where they are missing. */
async function drawnRows(
  model: DensityModel,
  { config, given, trees, seed }: Plan,
  order: readonly string[],
  { own, start, randoms, onLink }: RowsOfOrder,
): Promise<Map<string, Float64Array>> {
  let known = given.map((column) => repeated(column, own.length));
  const made = new Map<string, Float64Array>();
  const lacking = new Set(trees.map(({ column }) => column));
  const drawAll = async (names: readonly string[], missing?: ReadonlyMap<string, Uint8Array>) => {
    const links = names.map((name) => {
      const isMissing = missing?.get(name);
      const link = chainLink(config, name, chosenRandoms(randoms.get(name)!, own));
      return { ...link, ...(isMissing && { isMissing }) };
    });
    const drawn = await drawLinks(model, known, own.length, links);
    for (const [i, name] of names.entries()) {
      made.set(name, drawn[i]);
      const column = columnOf(name, encodingOfColumn(config, name), drawn[i]);
      known = [...known.filter((each) => each.name !== name), column];
      onLink();
    }
  };
  await drawAll(order.filter((name) => !lacking.has(name)));
  const others = order.filter((name) => lacking.has(name));
  if (others.length > 0) {
    const rows = own.map((row) => start + row);
    await drawAll(others, drawMissing(config, { trees, known, rows, seed }));
  }
  return made;
}

/** Columns one after the other, as the training's table writes them; NaN where they shall be missing. */
async function drawLinks(
  model: DensityModel,
  known: readonly Column[],
  rows: number,
  links: readonly ChainLink[],
): Promise<Float64Array[]> {
  if (links.length === 0) return [];
  const table = { source: "synthesized rows", rows, columns: [...known] };
  if (model.isMixture && model.drawChain && known.every(isWithoutLimits)) {
    const given = known.map(({ name }) => name);
    const chain = { links, isScored: false, isWritten: true };
    const drawn = await model.drawChain({ table, given, start: 0, rows }, chain);
    return drawn.map(({ values }) => values);
  }
  const made: Float64Array[] = [];
  for (const link of links) {
    const values = await drawColumn(model, table, link);
    made.push(values);
    const { name, encoding } = link.column;
    const others = table.columns.filter((column) => column.name !== name);
    table.columns = [...others, columnOf(name, encoding, values)];
  }
  return made;
}

/** One link, in the rows in which its cell is not missing. */
async function drawColumn(
  model: DensityModel,
  { source, rows, columns }: Table,
  { column, uniforms, normals, isMissing }: ChainLink,
): Promise<Float64Array> {
  const there = Uint32Array.from({ length: rows }, (_, row) => row).filter((row) => !isMissing?.[row]);
  const within = writtenRange(column);
  const { values } = await drawCells(model, {
    table: { ...chosenRows({ source, columns }, there), rows: there.length },
    of: column.name,
    given: columns.map(({ name }) => name),
    randoms: chosenRandoms({ uniforms, normals }, there),
    isScored: false,
    ...(within && { within }),
  });
  const written = kindOf(column.encoding).isCategorical ? values : asWritten(column, values);
  const all = new Float64Array(rows).fill(Number.NaN);
  there.forEach((row, i) => {
    all[row] = written[i];
  });
  return all;
}
