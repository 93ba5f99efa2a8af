/** @file One cell drawn in each row of a table, with its log density: a link of the chain rule. */
import { hasBounds } from "../columns/bounds.ts";
import { type ColumnEncoding, classCount, columnIndex, encodingOfColumn } from "../columns/encoding.ts";
import { isWhole, kindOf } from "../columns/kinds.ts";
import { type Coordinates, coordinates } from "../columns/transforms.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { ChainLink, Curves } from "../networks/predictor.ts";
import { generator } from "../numeric/generator.ts";
import { normalLogPdf } from "../numeric/normal-cdf.ts";
import { type Column, chosenRows, type Table } from "../table/table.ts";
import type { DensityModel, TableWork } from "./density-model.ts";
import { distinctRows } from "./distinct-rows.ts";
import { pick } from "./draw-values.ts";

/** Half the distance in level over which the map's slope is measured: far above rounding, far below the scale of its curvature. */
const LEVEL_STEP = 0.02;
/** No density of a drawn value is above a million times that of the whole column. */
const MIN_SLOPE = 1e-6;
/** Keeps the quantile of a uniform number finite. */
const MIN_UNIFORM = 2 ** -54;
const ROWS_AT_ONCE = 4096;

/** Two random numbers for each cell: one picks its class, one its level in the continuous part. */
export interface CellRandoms {
  readonly uniforms: Float64Array;
  readonly normals: Float64Array;
}

export interface DrawnCells {
  /** In data units; of a category column indices in the model's list. */
  readonly values: Float64Array;
  /** Log density per data unit, or log probability of a class or integer; NaN if not wanted. */
  readonly logLikelihoods: Float64Array;
}

export interface CellQuestion {
  readonly table: Table;
  readonly of: string;
  /** Columns of the table to be given. */
  readonly given: readonly string[];
  /** One of each for each row of the table. */
  readonly randoms: CellRandoms;
  /** Whether log likelihoods are wanted: three levels of a map for each row, not one. */
  readonly isScored: boolean;
  /** Least and greatest value that may be drawn, where the model's distributions are mixtures; see `CellDraws`. */
  readonly within?: readonly [least: number, greatest: number];
}

/** The first ones stay the same if more are asked for. @param from as many are left out before these. */
export function cellRandoms(
  count: number,
  seed: number,
  stream: readonly (string | number)[],
  from = 0,
): CellRandoms {
  const random = generator(seed, ...stream);
  for (let i = 0; i < from; i++) {
    random.uniform();
    random.normal();
  }
  const uniforms = new Float64Array(count);
  const normals = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    uniforms[i] = random.uniform();
    normals[i] = random.normal();
  }
  return { uniforms, normals };
}

/** A column of a chain, with the random numbers of its cells. */
export function chainLink({ columns }: ModelConfig, name: string, randoms: CellRandoms): ChainLink {
  const index = columnIndex(columns, name);
  return { column: columns[index], index, ...randoms };
}

/** Whether a column can't have limits: such columns may be given to a chain that the network draws. */
export function isWithoutLimits({ lower, upper }: Column): boolean {
  return !lower && !upper;
}

/** The random numbers of some cells. */
export function chosenRandoms({ uniforms, normals }: CellRandoms, cells: Uint32Array): CellRandoms {
  const chosen = (of: Float64Array) => Float64Array.from(cells, (cell) => of[cell]);
  return { uniforms: chosen(uniforms), normals: chosen(normals) };
}

/**
 * Draws one cell in each row, given the row's own cells of the given columns.
 *
 * A class is drawn by its probability. Of a mixture a normal is drawn, then a value of it; rows that are given the same
 * are asked about once. Otherwise a value x of the continuous part is the quantile map u(z) at a normal level
 * z, so that its log density is log phi(z) - log u'(z) - log dx/du, plus the log of the part's weight; u' is a
 * difference quotient over three levels. There, integers whose log mass is wanted, and values on a circle whose log density
 * is, and what has bounds or limits, are read off the whole distribution, at about ten times the cost: a mass needs the map from k - 1/2 to k + 1/2, a
 * density that of every turn.
 */
export async function drawCells(
  model: DensityModel,
  question: CellQuestion,
  work: TableWork = {},
): Promise<DrawnCells> {
  const { rows } = question.table;
  const drawn = {
    values: new Float64Array(rows),
    logLikelihoods: new Float64Array(rows).fill(Number.NaN),
  };
  if (rows === 0) return drawn;
  const encoding = encodingOfColumn(model.config, question.of);
  const given = question.table.columns.filter(({ name }) => question.given.includes(name));
  if (model.isMixture) await drawFromMixtures(model, question, drawn, work);
  else if (
    !given.every(isWithoutLimits) ||
    hasBounds(encoding) ||
    ((kindOf(encoding).isSummed || isWhole(encoding)) && question.isScored)
  )
    await drawFromDistribution(model, question, drawn, work);
  else await drawFromMap(model, encoding, question, drawn, work);
  return drawn;
}

async function drawFromMixtures(
  model: DensityModel,
  { table, of, given, randoms, isScored, within }: CellQuestion,
  drawn: DrawnCells,
  work: TableWork,
): Promise<void> {
  const columns = table.columns.filter(({ name }) => given.includes(name));
  const distinct = distinctRows(columns, table.rows);
  if (!distinct) {
    for await (const { start, rows, densities } of model.densityBatches(table, { of, given, ...work })) {
      const part = (numbers: Float64Array) => numbers.subarray(start, start + rows);
      const draws = { uniforms: part(randoms.uniforms), normals: part(randoms.normals) };
      const values = densities[of].drawn({ ...draws, ...(within && { within }) });
      drawn.values.set(values, start);
      if (isScored) drawn.logLikelihoods.set(densities[of].logLikelihoods(values), start);
    }
    return;
  }
  const { first, setOf } = distinct;
  const asked = { ...chosenRows({ source: table.source, columns }, first), rows: first.length };
  const byBatch = rowsBySet(setOf, first.length);
  for await (const { start, rows, densities } of model.densityBatches(asked, { of, given, ...work })) {
    const cells = byBatch(start, start + rows);
    const draws = chosenRandoms(randoms, cells);
    const sets = cells.map((cell) => setOf[cell] - start);
    const values = densities[of].drawn({ ...draws, rows: sets, ...(within && { within }) });
    cells.forEach((cell, i) => {
      drawn.values[cell] = values[i];
      if (isScored) drawn.logLikelihoods[cell] = densities[of].logLikelihood(sets[i], values[i]);
    });
  }
}

/** @returns what finds the rows, by set, of the sets from .. to - 1. */
function rowsBySet(setOf: Uint32Array, sets: number): (from: number, to: number) => Uint32Array {
  const ends = new Uint32Array(sets + 1);
  for (const set of setOf) ends[set + 1]++;
  for (let set = 0; set < sets; set++) ends[set + 1] += ends[set];
  const next = ends.slice();
  const rows = new Uint32Array(setOf.length);
  setOf.forEach((set, row) => {
    rows[next[set]++] = row;
  });
  return (from, to) => rows.subarray(ends[from], ends[to]);
}

async function drawFromDistribution(
  model: DensityModel,
  { table, of, given, randoms }: CellQuestion,
  drawn: DrawnCells,
  work: TableWork,
): Promise<void> {
  for await (const { start, rows, densities } of model.densityBatches(table, { of, given, ...work })) {
    for (let row = 0; row < rows; row++) {
      const uniform = Math.max(MIN_UNIFORM, randoms.uniforms[start + row]);
      const value = densities[of].quantile(row, uniform);
      drawn.values[start + row] = value;
      drawn.logLikelihoods[start + row] = densities[of].logLikelihood(row, value);
    }
  }
}

async function drawFromMap(
  model: DensityModel,
  encoding: ColumnEncoding,
  { table, of, given, randoms, isScored }: CellQuestion,
  drawn: DrawnCells,
  { onProgress, signal }: TableWork,
): Promise<void> {
  const index = columnIndex(model.config.columns, of);
  const map = coordinates(model.config.columns[index].encoding);
  const steps = isScored && !kindOf(encoding).isCategorical ? [-LEVEL_STEP, 0, LEVEL_STEP] : [0];
  for (let start = 0; start < table.rows; start += ROWS_AT_ONCE) {
    signal?.throwIfAborted();
    const rows = Math.min(ROWS_AT_ONCE, table.rows - start);
    const levels = new Float32Array(rows * steps.length);
    for (let i = 0; i < levels.length; i++) {
      levels[i] = randoms.normals[start + Math.floor(i / steps.length)] + steps[i % steps.length];
    }
    const curves = await model.curvesAt({ table, given, start, rows }, index, levels);
    for (let row = 0; row < rows; row++) {
      const uniform = randoms.uniforms[start + row];
      const { value, log } = cell(row, encoding, map, curves, levels, steps.length, uniform);
      drawn.values[start + row] = value;
      if (isScored) drawn.logLikelihoods[start + row] = log;
    }
    onProgress?.(start + rows, table.rows);
  }
}

/** The value of a row: its class, or its middle node. */
function cell(
  row: number,
  encoding: ColumnEncoding,
  { toData, slope }: Coordinates,
  { nodes, classes }: Curves,
  levels: Float32Array,
  perRow: number,
  uniform: number,
): { readonly value: number; readonly log: number } {
  const count = classCount(encoding);
  const probabilities = classes?.subarray(row * count, (row + 1) * count);
  const picked = probabilities ? pick(probabilities, uniform) : 0;
  const log = probabilities ? Math.log(probabilities[picked]) : 0;
  if (kindOf(encoding).isCategorical) return { value: picked, log };
  if (picked > 0) return { value: encoding.pointMasses[picked - 1], log };
  const [first, last] = [row * perRow, (row + 1) * perRow - 1];
  const middle = (first + last) / 2;
  const rise = (nodes[last] - nodes[first]) / (levels[last] - levels[first]);
  const stretch = Math.log(Math.max(MIN_SLOPE, rise)) + Math.log(slope(nodes[middle]));
  const value = toData(nodes[middle]);
  return {
    value: kindOf(encoding).round(value, encoding),
    log: log + normalLogPdf(levels[middle]) - stretch,
  };
}
