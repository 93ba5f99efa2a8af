/**
 * @file Distributions of many rows as columns of a table: mean, standard deviation and quantiles of numbers and dates;
 * the most probable category and the probability of each.
 */
import { type ColumnEncoding, columnNamed, type ModelColumn } from "../columns/encoding.ts";
import { columnLike, inUnitOf, kindOf, writtenLike } from "../columns/kinds.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { indexOfMax } from "../numeric/statistics.ts";
import type { DensityBatch } from "./density-model.ts";

/** The quantiles that describe a distribution of numbers where none are named. */
export const DEFAULT_QUANTILES = [0.05, 0.16, 0.5, 0.84, 0.95];

/** A column of the description: what it is in a table, and its values for a batch of rows. */
export interface DescribedColumn {
  /** The target that it is about. */
  readonly of: string;
  readonly column: ReturnType<typeof writtenLike> & { readonly unit?: string };
  readonly valuesOf: (densities: DensityBatch["densities"]) => Float64Array;
}

/**
 * What describes the answers about each target NAME, in data units:
 * - a number or date: NAME_mean, NAME_sd and a column for each of the `quantiles` (0.05: NAME_q05); of one with few values
 *   also NAME_p_VALUE for each;
 * - a category: NAME_mode and, for each category, NAME_p_CATEGORY.
 * @throws InputError for a column that the model does not know.
 */
export function describedColumns(
  config: ModelConfig,
  of: readonly string[],
  quantiles: readonly number[],
): DescribedColumn[] {
  return of.flatMap((name) => {
    const column = columnNamed(config, name);
    const described = kindOf(column.encoding).isCategorical
      ? describedCategories(name, column.encoding)
      : describedNumbers(column, quantiles);
    return described.map(([made, values]) => ({
      of: name,
      column: made,
      valuesOf: (densities: DensityBatch["densities"]) => values(densities[name]),
    }));
  });
}

/** A column, and its values out of the distributions of a batch. */
export type Described = readonly [
  column: DescribedColumn["column"],
  values: (of: ColumnDistributions) => Float64Array,
];

function describedNumbers(about: ModelColumn, quantiles: readonly number[]): Described[] {
  const { name, encoding } = about;
  // All quantiles of a batch are worked out when the first is wanted.
  let batch: ColumnDistributions | undefined;
  let found: readonly Float64Array[] = [];
  const quantilesOf = (of: ColumnDistributions) => {
    if (of !== batch) [batch, found] = [of, of.quantiles(quantiles)];
    return found;
  };
  return [
    [inUnitOf(about, columnLike(`${name}_mean`, encoding)), (of) => of.means()],
    [inUnitOf(about, { name: `${name}_sd` }), (of) => of.stds()],
    ...quantiles.map(
      (share, i): Described => [
        inUnitOf(about, writtenLike(`${name}_${quantileName(share)}`, encoding)),
        (of) => quantilesOf(of)[i],
      ],
    ),
    ...describedValues(name, encoding),
  ];
}

/** The values of a column that has no others, few enough to be listed; undefined of any other column. */
export function fewValues({ onlyPointMasses, pointMasses }: ColumnEncoding): readonly number[] | undefined {
  return onlyPointMasses ? pointMasses : undefined;
}

/** The probability of each value, of a column with few. */
export function describedValues(name: string, encoding: ColumnEncoding): Described[] {
  const { isText, write } = kindOf(encoding);
  return (fewValues(encoding) ?? []).map(
    (value): Described => [
      { name: `${name}_p_${isText ? write(value, {}) : value}` },
      (of) => Float64Array.from({ length: of.rows }, (_, row) => of.probability(row, value)),
    ],
  );
}

function describedCategories(name: string, encoding: ColumnEncoding): Described[] {
  return [[columnLike(`${name}_mode`, encoding), mostProbable], ...describedClasses(name, encoding)];
}

/** The probability of each category. */
export function describedClasses(name: string, { categories }: ColumnEncoding): Described[] {
  return categories.map(
    (category, index): Described => [{ name: `${name}_p_${category}` }, eachRow((row) => row[index])],
  );
}

/** The index of each row's most probable category. */
export const mostProbable = eachRow(indexOfMax);

/** The digits after the point, at least two: q05, q50, q975. */
export function quantileName(share: number): string {
  return `q${share.toFixed(12).slice(2).replace(/0+$/, "").padEnd(2, "0")}`;
}

function eachRow(answer: (probabilities: Float64Array) => number) {
  return ({ rows, classes }: ColumnDistributions): Float64Array => {
    const count = classes.length / rows;
    return Float64Array.from({ length: rows }, (_, row) =>
      answer(classes.subarray(row * count, (row + 1) * count)),
    );
  };
}

/** What samples of these columns are in a table; those drawn jointly have their log density beside them. */
export function sampledColumns(
  config: ModelConfig,
  of: readonly string[],
  joint = false,
): DescribedColumn["column"][] {
  const columns = of.map((name) => {
    const column = columnNamed(config, name);
    return inUnitOf(column, writtenLike(name, column.encoding));
  });
  return [...columns, ...(joint ? [{ name: "log_density" }] : [])];
}
