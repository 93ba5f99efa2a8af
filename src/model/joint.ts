/** @file Several columns together, by the chain rule: p(a, b | g) = p(a | g) p(b | a, g). */

import { encodingOfColumn } from "../columns/encoding.ts";
import { generator } from "../numeric/generator.ts";
import type { Column, Table } from "../table/table.ts";
import { chosenRows, isKnown, tableColumn, withCells } from "../table/table.ts";
import {
  cellsOf,
  checkCount,
  columnOf,
  type DensityModel,
  knownColumns,
  passOf,
  type TableWork,
} from "./density-model.ts";
import {
  type CellRandoms,
  cellRandoms,
  chainLink,
  chosenRandoms,
  drawCells,
  isWithoutLimits,
} from "./draw-cells.ts";
import { type Given, questionTable } from "./question-table.ts";
import { checkTargets } from "./questions.ts";

/**
 * The order in which the chain rule takes the targets: as they are named, or so many random orders, over which
 * the density is averaged. A true density is the same in any order; a model's differ a little, and their mean is
 * as a rule better than any one.
 */
export type ChainOrder = "given" | number;

export interface JointQuestion {
  /** The targets, together. */
  readonly of: readonly string[];
  /** Given values, in data units. */
  readonly given?: Given;
  /** Default 1000. */
  readonly size?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Default "given". The samples are shared out over random orders. */
  readonly order?: ChainOrder;
}

export interface JointSamples {
  /**
   * `size` values of each target, in data units; integers rounded; dates in days since 1970-01-01; categories as
   * indices in the column's list in `model.config` (of a boolean column 0 is false, 1 true).
   */
  readonly samples: Readonly<Record<string, Float64Array>>;
  /**
   * The log density of each sample in the order of columns it was drawn in: per data unit of each number, mixed with
   * log probabilities where a point mass, category or integer was drawn.
   */
  readonly logPdf: Float64Array;
}

export interface JointPointQuestion extends TableWork {
  /** The columns of the table that make the point at which the joint density is wanted. */
  readonly of: readonly string[];
  /** Columns of the table to be given; default all others that the model knows. May be empty. */
  readonly given?: readonly string[];
  /** Default "given". Densities are averaged over random orders. */
  readonly order?: ChainOrder;
  /** Of the random orders; default 1. */
  readonly seed?: number;
}

export interface JointRowsQuestion extends TableWork {
  /** The targets, together. */
  readonly of: readonly string[];
  /** Columns of the table to be given; default all others that the model knows. May be empty. */
  readonly given?: readonly string[];
  /** Samples for each row; default 1000. */
  readonly size?: number;
  /** Default 1. What is drawn for a row depends on the seed and the row's number alone. */
  readonly seed?: number;
  /** Default "given". */
  readonly order?: ChainOrder;
  /** Of a table that is a part of a longer one: the index there of its first row, by which its samples are drawn. */
  readonly firstRow?: number;
}

/** Joint samples of some consecutive rows: `size` of each row, row by row. */
export interface JointRows extends JointSamples {
  readonly start: number;
  readonly rows: number;
}

const DEFAULT_SIZE = 1000;
const DEFAULT_SEED = 1;
/** Samples of several columns that are in memory at once. */
const SAMPLES_AT_ONCE = 65_536;

/**
 * Samples of several columns together. The same seed gives the same samples, and more of them begin with the same.
 * @throws InputError for a column the model doesn't know or that is a target twice or given too, a size or number of
 * orders below 1.
 */
export async function sampleJoint(
  model: DensityModel,
  { given = {}, ...question }: JointQuestion,
): Promise<JointSamples> {
  const table = questionTable(model.config, given);
  const known = table.columns.filter((column) => isKnown(column, 0)).map(({ name }) => name);
  for await (const { samples, logPdf } of sampleJointRows(model, table, { ...question, given: known })) {
    return { samples, logPdf };
  }
  throw new Error("a table of one row has no batch");
}

/**
 * Samples of several columns together for every row of a table, from the row's own given cells, some rows at a time.
 * @throws InputError as {@link sampleJoint}, and for a given column that the table lacks.
 */
export async function* sampleJointRows(
  model: DensityModel,
  table: Table,
  question: JointRowsQuestion,
): AsyncGenerator<JointRows> {
  const { of, size = DEFAULT_SIZE, seed = DEFAULT_SEED, order = "given", firstRow = 0 } = question;
  const { signal, onProgress } = question;
  checkCount("size", size);
  const columns = knownColumns(model.config, table).filter(({ name }) => !of.includes(name));
  const known = question.given?.map((name) => tableColumn(table, name)) ?? columns;
  // A target with limits is drawn within them, and until then the others are drawn given these.
  const isOther = ({ name, lower, upper }: Column) => !(of.includes(name) && (lower || upper));
  checkTargets(
    model.config,
    of,
    known.filter(isOther).map(({ name }) => name),
  );
  const orders = chainOrders(of, order, seed);
  const atOnce = Math.max(1, Math.floor(SAMPLES_AT_ONCE / size));
  for (let start = 0; start < table.rows; start += atOnce) {
    signal?.throwIfAborted();
    const rows = Math.min(atOnce, table.rows - start);
    const samples = Object.fromEntries(of.map((name) => [name, new Float64Array(rows * size)]));
    const logPdf = new Float64Array(rows * size);
    const randoms = new Map(of.map((name) => [name, rowRandoms(name, firstRow + start, rows, size, seed)]));
    for (const [k, names] of orders.entries()) {
      // Every so-many-th sample of a row, so that a sample's order does not depend on how many are drawn.
      const cells = Uint32Array.from({ length: rows * size }, (_, cell) => cell).filter(
        (cell) => (cell % size) % orders.length === k,
      );
      const cellRows = cells.map((cell) => start + Math.floor(cell / size));
      const given = chosenRows({ source: table.source, columns: known }, cellRows).columns;
      if (cells.length > 0) await drawChain(model, given, names, { cells, randoms, samples, logPdf });
    }
    yield { start, rows, samples, logPdf };
    onProgress?.(start + rows, table.rows);
  }
}

/** Of one column: those of each row in turn. */
function rowRandoms(name: string, start: number, rows: number, size: number, seed: number): CellRandoms {
  const all = { uniforms: new Float64Array(rows * size), normals: new Float64Array(rows * size) };
  for (let row = 0; row < rows; row++) {
    const own = cellRandoms(size, seed, ["joint", name, start + row]);
    all.uniforms.set(own.uniforms, row * size);
    all.normals.set(own.normals, row * size);
  }
  return all;
}

interface ChainDraw {
  /** Which of all samples are drawn. */
  readonly cells: Uint32Array;
  readonly randoms: ReadonlyMap<string, CellRandoms>;
  /** Written at `cells`. */
  readonly samples: Readonly<Record<string, Float64Array>>;
  readonly logPdf: Float64Array;
}

/** @param known what is given, a row for each of the cells. */
async function drawChain(
  model: DensityModel,
  known: readonly Column[],
  names: readonly string[],
  { cells, randoms, samples, logPdf }: ChainDraw,
): Promise<void> {
  if (model.isMixture && model.drawChain && known.every(isWithoutLimits)) {
    const links = names.map((name) =>
      chainLink(model.config, name, chosenRandoms(randoms.get(name)!, cells)),
    );
    const table = { source: "joint samples", rows: cells.length, columns: [...known] };
    const given = known.map((column) => column.name);
    const rows = { table, given, start: 0, rows: cells.length };
    const drawn = await model.drawChain(rows, { links, isScored: true, isWritten: false });
    drawn.forEach(({ values, logLikelihoods }, i) => {
      cells.forEach((cell, row) => {
        samples[names[i]][cell] = values[row];
        logPdf[cell] += logLikelihoods![row];
      });
    });
    return;
  }
  let columns = [...known];
  for (const name of names) {
    const given = columns.map((column) => column.name);
    const { values, logLikelihoods } = await drawCells(model, {
      table: { source: "joint samples", rows: cells.length, columns },
      of: name,
      given,
      randoms: chosenRandoms(randoms.get(name)!, cells),
      isScored: true,
    });
    cells.forEach((cell, i) => {
      samples[name][cell] = values[i];
      logPdf[cell] += logLikelihoods[i];
    });
    const drawn = columnOf(name, encodingOfColumn(model.config, name), values);
    columns = [...columns.filter((column) => column.name !== name), drawn];
  }
}

/** A column of one row as one of many equal rows. */
export function repeated(column: Column, rows: number): Column {
  const all = (cells: Float32Array | Float64Array) => new Float64Array(rows).fill(cells[0]);
  return withCells(column, all);
}

/**
 * The log density of the point that the targets make in each row, given other columns of the row: mixed with log
 * probabilities as {@link JointSamples.logPdf}. NaN where a cell of the point is missing. The point is taken as exact:
 * measurement errors of the targets are left out, those of given ones count.
 * @throws InputError for a column that the model or the table doesn't have, or that is a target twice or given too.
 */
export async function logPdfJoint(
  model: DensityModel,
  table: Table,
  { of, given, order = "given", seed = DEFAULT_SEED, ...work }: JointPointQuestion,
): Promise<Float64Array> {
  const points = of.map((name) => tableColumn(table, name));
  const columns = knownColumns(model.config, table).map((column) =>
    of.includes(column.name) ? withoutErrors(column) : column,
  );
  const others = columns.map(({ name }) => name).filter((name) => !of.includes(name));
  checkTargets(model.config, of, given ?? []);
  const orders = chainOrders(of, order, seed);
  const links = orders.map((names) => chainLinks(names, given ?? others));
  // Orders that take a column after the same others share the answer.
  const passes = new Map(links.flat().map((link) => [link.key, link]));
  const logs = new Map<string, Float64Array>();
  for (const { key, name, given: conditions } of passes.values()) {
    const encoding = encodingOfColumn(model.config, name);
    const values = cellsOf(points[of.indexOf(name)], encoding, table.source);
    const pass = passOf(work, logs.size, passes.size, table.rows);
    const question = { of: name, given: conditions, ...pass };
    const found = new Float64Array(table.rows);
    for await (const { start, rows, densities } of model.densityBatches({ ...table, columns }, question)) {
      found.set(densities[name].logLikelihoods(values.subarray(start, start + rows)), start);
    }
    logs.set(key, found);
  }
  const chains = links.map((chain) => sums(chain.map(({ key }) => logs.get(key)!)));
  return Float64Array.from({ length: table.rows }, (_, row) => logMeanExp(chains.map((sum) => sum[row])));
}

interface ChainLink {
  /** The same for the same column given the same others. */
  readonly key: string;
  readonly name: string;
  readonly given: readonly string[];
}

function chainLinks(names: readonly string[], given: readonly string[]): ChainLink[] {
  return names.map((name, k) => {
    const before = names.slice(0, k).sort();
    return { key: JSON.stringify([name, ...before]), name, given: [...given, ...before] };
  });
}

function withoutErrors({ errors: _, ...column }: Column): Column {
  return column;
}

/**
 * Every second random order is the one before it backwards: what an order gains by taking a column early, its reverse
 * loses, so their mean varies less.
 */
export function chainOrders(of: readonly string[], order: ChainOrder, seed: number): string[][] {
  if (order === "given") return [[...of]];
  checkCount("number of random orders", order);
  const orders: string[][] = [];
  while (orders.length < order) {
    const indices = Uint32Array.from(of.keys());
    generator(seed, "chain order", orders.length / 2).shuffle(indices);
    const names = Array.from(indices, (index) => of[index]);
    orders.push(names, names.toReversed());
  }
  return orders.slice(0, order);
}

function sums(parts: readonly Float64Array[]): Float64Array {
  return parts[0].map((_, row) => parts.reduce((sum, part) => sum + part[row], 0));
}

/** log of the mean of e^x, without overflow; NaN if one is. */
function logMeanExp(logs: readonly number[]): number {
  const max = Math.max(...logs);
  if (!Number.isFinite(max)) return max;
  return max + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - max), 0) / logs.length);
}
