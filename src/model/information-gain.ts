/** @file Which column, if it were measured, would tell most about another. */

import { kindOf } from "../columns/kinds.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import { generator } from "../numeric/generator.ts";
import type { Column, Table } from "../table/table.ts";
import { chosenRows, isKnown } from "../table/table.ts";
import { namesOfValues } from "./answers.ts";
import { checkCount, columnOf, type DensityModel, knownColumns, type TableWork } from "./density-model.ts";
import { repeated } from "./joint.ts";
import { type MixedAnswer, mixtureInformation } from "./mixture-information.ts";
import { type Given, questionTable } from "./question-table.ts";
import { answerable, checkTargets } from "./questions.ts";

export interface AdviseQuestion {
  /** The column of interest. */
  readonly of: string;
  /** What is known already, in data units. */
  readonly given?: Given;
  /** The columns that could be measured; default all that the model answers for and that aren't given. */
  readonly candidates?: readonly string[];
  /** How many values of a candidate are tried: quantiles, evenly spread; default 64. Categories are all tried. */
  readonly size?: number;
  /** Shifts the quantiles by a random part of their distance; without it they are in the middles. */
  readonly seed?: number;
}

/** In nats. The entropy of a number is that of its density per data unit, so only differences mean something. */
export interface InformationGain {
  readonly column: string;
  /** Of the target, before anything is measured. */
  readonly entropyNow: number;
  /** entropyNow - reduction: what is to be expected after the column is measured. */
  readonly expectedEntropy: number;
  /** What is expected to be learnt: the mutual information, never below 0. */
  readonly reduction: number;
  /**
   * How far that can be trusted: the mutual information by answers about the target, given the candidate, and that by answers
   * about the candidate, given the target, are the same of a model without errors; their difference over the root of 2 is
   * the standard error of either, were both as wrong. Errors that they share don't show in it: rows do, see `evaluateAdvice`.
   */
  readonly error: number;
}

/**
 * For each candidate c how much is expected to be learnt about the target y from measuring it, as the model
 * has it: the mutual information of y and c given what is known (expected information gain: Lindley 1956, "On a measure of the
 * information provided by an experiment"). It is the mean divergence of p(y | given, c = v) from the mean of
 * these over v, spread as p(c | given).
 *
 * @returns the most informative first
 * @throws InputError for a column the model doesn't answer for, a candidate that is the target or given, a size below 1.
 */
export async function advise(
  model: DensityModel,
  { given = {}, ...question }: AdviseQuestion,
): Promise<InformationGain[]> {
  return informativeRow(model, questionTable(model.config, given), question);
}

/** The same for what is known in a table of one row. */
async function informativeRow(
  model: DensityModel,
  table: Table,
  { of, candidates, size = 64, seed }: Omit<AdviseQuestion, "given">,
): Promise<InformationGain[]> {
  checkCount("size", size);
  const known = table.columns.filter((column) => isKnown(column, 0));
  const knownNames = namesOfValues(known);
  const names = candidates ?? candidatesByDefault(model, [of, ...knownNames]);
  checkTargets(model.config, [of, ...names], knownNames);
  const now = await atOnce(model, { ...table, columns: known }, [of, ...names]);
  const entropyNow = now[of].entropy(0);
  const shift = seed === undefined ? 0.5 : Math.max(2 ** -20, generator(seed, "informative").uniform());
  const valuesOf = (name: string) => possibleValues(now[name], size, shift);
  const backwards = await informationAbout(model, known, names, valuesOf(of));
  const found: InformationGain[] = [];
  for (const [i, column] of names.entries()) {
    const [reduction] = await informationAbout(model, known, [of], valuesOf(column));
    const error = Math.abs(reduction - backwards[i]) / Math.SQRT2;
    found.push({ column, entropyNow, expectedEntropy: entropyNow - reduction, reduction, error });
  }
  return found.sort((a, b) => b.reduction - a.reduction);
}

export interface AdviseRowsQuestion extends TableWork {
  /** The column of interest; its own cells are not used. */
  readonly of: string;
  /** The columns that could be measured; default all others that the model answers for. */
  readonly candidates?: readonly string[];
  /** As in {@link AdviseQuestion}. */
  readonly size?: number;
  readonly seed?: number;
}

/**
 * What to measure next in each row of a table. For each candidate a column NAME_learnt, the nats expected to be learnt
 * about the target (NaN where the cell is known), and a category column `next`, the most informative one.
 *
 * @throws InputError for a column the model doesn't answer for, a size below 1, and a cell its column can't have.
 */
export async function adviseRows(
  model: DensityModel,
  table: Table,
  { of, candidates, signal, onProgress, ...question }: AdviseRowsQuestion,
): Promise<Table> {
  const known = knownColumns(model.config, table).filter(({ name }) => name !== of);
  const names = candidates ?? candidatesByDefault(model, [of]);
  checkTargets(model.config, [of, ...names], []);
  const missing = () => new Float64Array(table.rows).fill(Number.NaN);
  const learnt = new Map(names.map((name) => [name, missing()]));
  const next = missing();
  for (let row = 0; row < table.rows; row++) {
    signal?.throwIfAborted();
    const one = chosenRows({ source: table.source, columns: known }, Uint32Array.of(row));
    const isKnown = new Set(
      one.columns.flatMap(({ name, values }) => (Number.isNaN(values[0]) ? [] : [name])),
    );
    const open = names.filter((name) => !isKnown.has(name));
    const found =
      open.length > 0 ? await informativeRow(model, one, { ...question, of, candidates: open }) : [];
    for (const { column, reduction } of found) learnt.get(column)![row] = reduction;
    if (found[0]) next[row] = names.indexOf(found[0].column);
    onProgress?.(row + 1, table.rows);
  }
  const columns = names.map((name): Column => ({ name: `${name}_learnt`, values: learnt.get(name)! }));
  const best: Column = { name: "next", kind: "category", categories: names, values: next };
  return { source: `what to measure in ${table.source}`, rows: table.rows, columns: [best, ...columns] };
}

function candidatesByDefault(model: DensityModel, taken: readonly string[]): string[] {
  return answerable(model.config, model.config).filter((name) => !taken.includes(name));
}

/** Values that a column may have, as cells of a table, and how much each counts. */
interface PossibleValues {
  readonly column: Column;
  /** Summing to 1. */
  readonly weights: Float64Array;
}

function possibleValues(of: ColumnDistributions, size: number, shift: number): PossibleValues {
  const { name, encoding, classes } = of;
  if (kindOf(encoding).isCategorical) {
    const indices = Float64Array.from(classes.keys()).filter((index) => classes[index] > 0);
    const weights = indices.map((index) => classes[index]);
    return { column: columnOf(name, encoding, indices), weights };
  }
  const quantiles = Float64Array.from({ length: size }, (_, i) => of.quantile(0, (i + shift) / size));
  return { column: columnOf(name, encoding, quantiles), weights: new Float64Array(size).fill(1 / size) };
}

/** What some columns tell of which of the values it is that is given besides what is known: nats, one for each column. */
async function informationAbout(
  model: DensityModel,
  known: readonly Column[],
  of: readonly string[],
  { column, weights }: PossibleValues,
): Promise<number[]> {
  const rows = weights.length;
  if (of.length === 0) return [];
  const others = known.filter(({ name }) => name !== column.name); // limits, until it is measured
  const columns = [...others.map((each) => repeated(each, rows)), column];
  const given = columns.map(({ name }) => name);
  const answers = of.map((): MixedAnswer[] => []);
  const table = { source: `possible values of ${column.name}`, rows, columns };
  for await (const { start, densities, ...batch } of model.densityBatches(table, { of, given })) {
    for (const [i, name] of of.entries())
      for (let row = 0; row < batch.rows; row++)
        answers[i].push({ of: densities[name], row, weight: weights[start + row] });
  }
  return answers.map(mixtureInformation);
}

/** The distributions of some columns in a table of one row. */
async function atOnce(
  model: DensityModel,
  table: Table,
  of: readonly string[],
): Promise<Readonly<Record<string, ColumnDistributions>>> {
  const given = table.columns.map(({ name }) => name);
  for await (const { densities } of model.densityBatches(table, { of, given })) return densities;
  throw new Error("a table of one row has no batch");
}
