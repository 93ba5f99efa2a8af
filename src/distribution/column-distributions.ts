/** @file The distributions of one target column for many rows. */

import { InputError } from "../base/errors.ts";
import { hasBounds } from "../columns/bounds.ts";
import { type ColumnEncoding, classCount } from "../columns/encoding.ts";
import { geometryOf, isWhole, kindOf } from "../columns/kinds.ts";
import type { Coordinates } from "../columns/transforms.ts";
import { generator } from "../numeric/generator.ts";
import { normalMass } from "../numeric/normal-cdf.ts";
import { type Normals, repeatedNormals, widenedNormals } from "../numeric/normal-mixtures.ts";
import { averagedParts, type RowSets } from "./averaged.ts";
import { Blur } from "./blur.ts";
import { BoundedCurves } from "./bounded-curves.ts";
import { categoryDistribution, categoryIndex, drawIndex } from "./category-distribution.ts";
import { circularDistribution } from "./circular-distribution.ts";
import type { CategoryDistribution, Distribution, DistributionJson, NumericRow } from "./distribution.ts";
import { type CellDraws, drawnValues } from "./draws.ts";
import { levelOf, type Mixture, mixture, valueAt } from "./mixture.ts";
import { MixtureCurves } from "./mixture-curves.ts";
import { numberDistribution } from "./number-distribution.ts";
import { type ContinuousParts, QuantileCurves } from "./quantile-curves.ts";
import { RecalibratedCurves, type RowMaps } from "./recalibrated-curves.ts";
import { boundsWithin, cutClasses, endsWithin, type RowLimits, standardisedWithin } from "./row-limits.ts";
import { checkMass } from "./spread.ts";

type Numbers = Float32Array | Float64Array;

export interface ColumnDistributionsParts {
  readonly name: string;
  readonly encoding: ColumnEncoding;
  readonly coordinates: Coordinates;
  /** N standard normal quantile levels z, strictly ascending. */
  readonly levels: Float64Array;
  /** rows * N values u(z) in standardised units, each row non-decreasing; absent for categories ... */
  readonly nodes?: Numbers;
  /** ... and where the continuous part is a mixture of these, in standardised units. */
  readonly normals?: Normals;
  /** rows * classCount(encoding) probabilities, each row summing to 1; absent if that is 0. */
  readonly classes?: Float64Array;
  /** Where answers are cut, row by row; `classes` are those after the cut. */
  readonly limits?: RowLimits;
  /** How the continuous part is recalibrated, row by row; `classes` are recalibrated already. Absent where it is not. */
  readonly recalibrated?: RowMaps;
  /** Whether these are of true values, measurement errors taken out; default false. */
  readonly ofTrueValues?: boolean;
}

/** The continuous parts of the rows: as the network has them, cut at the column's bounds, recalibrated, cut at the rows' limits. */
export function curvesOf(parts: Omit<ColumnDistributionsParts, "name">): ContinuousParts {
  const { levels, nodes, normals, encoding, limits, coordinates, recalibrated } = parts;
  const curves = normals
    ? new MixtureCurves(levels, normals)
    : new QuantileCurves(levels, nodes ?? new Float64Array(0));
  const cut = (of: ContinuousParts, by: RowLimits | undefined) => {
    const ends = standardisedWithin(encoding, isWhole(encoding), by, coordinates);
    return ends ? new BoundedCurves(levels, of, ends) : of;
  };
  if (!recalibrated) return cut(curves, limits);
  // What was compared with held-out values is the answer as it is given without limits.
  const made = new RecalibratedCurves(levels, cut(curves, undefined), recalibrated, hasBounds(encoding));
  return limits ? cut(made, limits) : made;
}

/**
 * The distributions of one column, one for each row of a table: `NumericRow` or
 * {@link CategoryDistribution}, with the row as the first argument of their methods, and methods that answer for all
 * rows at once. Everything stays in the few arrays it is made of; nothing is kept per row.
 *
 * What only numbers have (densities, quantiles, ...) throws InputError for a category column, where values and
 * samples are indices in `encoding.categories`. A value that is NaN, as missing cells are, gives NaN.
 */
export class ColumnDistributions {
  readonly name: string;
  readonly encoding: ColumnEncoding;
  readonly rows: number;
  /** rows * classCount(encoding) probabilities; empty if that is 0. See `classCount` for the order. */
  readonly classes: Float64Array;
  /** Whether these are of true values, without measurement errors: measured ones follow {@link observed}. */
  readonly ofTrueValues: boolean;
  readonly #parts: ColumnDistributionsParts;
  /** Of a column that has a continuous part: that part, unrolled, and a row's distribution. */
  readonly #line: Mixture | undefined;
  readonly #numberAt: ((row: number) => NumericRow) | undefined;
  readonly #curves: ContinuousParts | undefined;

  constructor(parts: ColumnDistributionsParts) {
    const { name, encoding, coordinates, classes } = parts;
    const count = classCount(encoding);
    const isCategory = kindOf(encoding).isCategorical;
    const curves = isCategory ? undefined : curvesOf(parts);
    const rows = curves ? curves.rows : (classes?.length ?? 0) / count;
    if (!Number.isInteger(rows) || (classes?.length ?? 0) !== rows * count) {
      throw new Error(`column "${name}": nodes and class probabilities don't have the same number of rows`);
    }
    this.name = name;
    this.encoding = encoding;
    this.rows = rows;
    this.ofTrueValues = parts.ofTrueValues ?? false;
    this.#parts = parts;
    this.classes = classes ?? new Float64Array(0);
    this.#curves = curves;
    if (!curves) return;
    const { period } = geometryOf(encoding);
    if (period === undefined) {
      const line = mixture(encoding, coordinates, parts.levels, curves, classes, parts.limits);
      this.#line = line;
      this.#numberAt = (row) => numberDistribution(name, line, row);
    } else {
      const { pointMasses } = encoding;
      // Point masses stand on the circle, not on the line that is laid around it.
      const line = mixture({ ...encoding, pointMasses: [] }, coordinates, parts.levels, curves, undefined);
      const circle = { period, line, pointMasses, ...(classes && { weights: classes }) };
      this.#line = line;
      this.#numberAt = (row) => circularDistribution(name, circle, row);
    }
  }

  /** The log density of the continuous part by itself, whatever its weight beside point masses. */
  logContinuousPdf(row: number, x: number): number {
    const weight = this.encoding.pointMasses.length > 0 ? this.classes[row * classCount(this.encoding)] : 1;
    return this.#number(row).logPdf(x) - Math.log(weight);
  }

  /** The logarithm of what a row's continuous part had between its ends before it was cut there; 0 where nothing is cut. */
  logInside(row: number): number {
    this.#checkRow(row);
    return this.#curves instanceof BoundedCurves ? this.#curves.logInside(row) : 0;
  }

  /** One row's distribution: a view, cheap to make. Throws InputError if there is no such row. */
  at(row: number): Distribution {
    this.#checkRow(row);
    if (this.#numberAt) return this.#numberAt(row);
    return categoryDistribution(this.name, this.encoding, this.#probabilities(row), row);
  }

  pdf(row: number, x: number): number {
    return this.#number(row).pdf(x);
  }

  logPdf(row: number, x: number): number {
    return this.#number(row).logPdf(x);
  }

  cdf(row: number, x: number): number {
    return this.#number(row).cdf(x);
  }

  quantile(row: number, p: number): number {
    return this.#number(row).quantile(p);
  }

  /** Of a number, or of a category by name or index. */
  probability(row: number, value: number | string): number {
    if (!this.#numberAt) return this.#categoryProbability(row, value);
    if (typeof value === "number") return this.#number(row).probability(value);
    throw new InputError(`Column "${this.name}" has numbers; it can't have the value "${value}".`);
  }

  /** Of a number, or of a category by name or index. */
  logLikelihood(row: number, value: number | string): number {
    if (!this.#numberAt) return Math.log(this.#categoryProbability(row, value));
    if (typeof value === "number") return this.#number(row).logLikelihood(value);
    throw new InputError(`Column "${this.name}" has numbers; it can't have the value "${value}".`);
  }

  mean(row: number): number {
    return this.#number(row).mean();
  }

  std(row: number): number {
    return this.#number(row).std();
  }

  median(row: number): number {
    return this.#number(row).median();
  }

  mad(row: number): number {
    return this.#number(row).mad();
  }

  interval(row: number, mass: number): [low: number, high: number] {
    return this.#number(row).interval(mass);
  }

  highestDensity(row: number, mass: number): [low: number, high: number][] {
    return this.#number(row).highestDensity(mass);
  }

  modes(row: number): number[] {
    return this.#number(row).modes();
  }

  crps(row: number, x: number): number {
    return this.#number(row).crps(x);
  }

  /** The probability of a value at least as far out as x, on either side. */
  tail(row: number, x: number): number {
    return this.#number(row).tail(x);
  }

  entropy(row: number): number {
    return this.at(row).entropy();
  }

  /** Values in data units; of a category column indices in `encoding.categories`. */
  sample(row: number, size: number, seed: number, stream?: readonly (string | number)[]): Float64Array {
    this.#checkRow(row);
    if (this.#numberAt) return this.#number(row).sample(size, seed, stream);
    const random = generator(seed, ...(stream ?? ["density", row]));
    const probabilities = this.#probabilities(row);
    return Float64Array.from({ length: size }, () => drawIndex(random, probabilities));
  }

  /**
   * A value of each row, by two random numbers of its own: of a category column indices in `encoding.categories`.
   * A class is chosen by its probability, and in the continuous part a normal of the mixture, or a normal level.
   */
  drawn(draws: CellDraws): Float64Array {
    const { encoding, coordinates, limits } = this.#parts;
    const bounds = boundsWithin(encoding, isWhole(encoding), limits);
    return drawnValues({ encoding, coordinates, bounds, curves: this.#curves, classes: this.classes }, draws);
  }

  /** One row's summary; without a row number, as JSON.stringify calls it, all rows'. */
  toJSON(row: number): DistributionJson;
  toJSON(key?: string): DistributionJson[];
  toJSON(row?: number | string): DistributionJson | DistributionJson[] {
    if (typeof row === "number") return this.at(row).toJSON();
    return Array.from({ length: this.rows }, (_, each) => this.at(each).toJSON());
  }

  medians(): Float64Array {
    return this.#all((row) => row.median());
  }

  means(): Float64Array {
    return this.#all((row) => row.mean());
  }

  stds(): Float64Array {
    return this.#all((row) => row.std());
  }

  mads(): Float64Array {
    return this.#all((row) => row.mad());
  }

  /**
   * The values below which the probability is p.
   * @param p between 0 and 1, or several of them, for which one array each is returned: cheaper than one after the other, for
   * what is worked out once of a row's distribution.
   */
  quantiles(p: number): Float64Array;
  quantiles(p: readonly number[]): Float64Array[];
  quantiles(p: number | readonly number[]): Float64Array | Float64Array[] {
    if (typeof p === "number") return this.#all((row) => row.quantile(p));
    this.#checkNumbers();
    const found = p.map(() => new Float64Array(this.rows));
    for (let row = 0; row < this.rows; row++) {
      const own = this.#number(row);
      for (const [i, share] of p.entries()) found[i][row] = own.quantile(share);
    }
    return found;
  }

  intervals(mass: number): { low: Float64Array; high: Float64Array } {
    checkMass(mass);
    const [low, high] = [new Float64Array(this.rows), new Float64Array(this.rows)];
    for (let row = 0; row < this.rows; row++) [low[row], high[row]] = this.#number(row).interval(mass);
    return { low, high };
  }

  /** @param values one per row, as in all that follow */
  cdfs(values: Float32Array | Float64Array): Float64Array {
    return this.#each(values, (row, x) => row.cdf(x));
  }

  /** Of a category column too: `values` are then indices in `encoding.categories`. */
  logLikelihoods(values: Float32Array | Float64Array): Float64Array {
    if (this.#numberAt) return this.#each(values, (row, x) => row.logLikelihood(x));
    this.#checkLength(values);
    const likelihood = (value: number, row: number) =>
      Number.isNaN(value) ? Number.NaN : this.logLikelihood(row, value);
    return Float64Array.from(values, likelihood);
  }

  /** Uniform on [0, 1] if the distributions are right: P(X < x), plus a random part of P(X = x). */
  pits(values: Float32Array | Float64Array, seed: number): Float64Array {
    const random = generator(seed, "pit", this.name);
    return this.#each(values, (row, x) => row.pit(x, random.uniform()));
  }

  /** Continuous ranked probability scores, in data units. */
  crpses(values: Float32Array | Float64Array): Float64Array {
    return this.#each(values, (row, x) => row.crps(x));
  }

  /**
   * The distributions of what would be measured: of the value plus normal noise. Point masses stay as they are; bounds are
   * those of the value, and what is measured may lie beyond them.
   *
   * @param errors one standard deviation per row, in data units; a row without a positive one keeps its distribution
   */
  observed(errors: Float32Array | Float64Array): ColumnDistributions {
    this.#checkLength(errors);
    const { normals, nodes: quantiles, limits, recalibrated, ...rest } = this.#parts;
    const { levels, coordinates, encoding } = rest;
    this.#checkNumbers();
    const isChanged = hasBounds(encoding) || limits !== undefined || recalibrated !== undefined;
    if (normals && encoding.transform.by === "none" && !isChanged) {
      const widened = widenedNormals(normals, (row) => errors[row] / encoding.scale);
      return new ColumnDistributions({ ...rest, normals: widened, ofTrueValues: false });
    }
    const line = this.#line!;
    const blur = new Blur(levels);
    const nodes = quantiles ? Float64Array.from(quantiles) : new Float64Array(this.rows * levels.length);
    for (let row = 0; row < this.rows; row++) {
      const hasError = errors[row] > 0;
      if (quantiles && !hasError && !isChanged) continue;
      const curve = (level: number) => valueAt(line, row, level);
      const own = hasError ? blur.nodes(curve, errors[row]) : levels.map(curve);
      nodes.set(own.map(coordinates.toStandardised), row * levels.length);
    }
    const { bounds: _, ...unbounded } = encoding;
    return new ColumnDistributions({ ...rest, encoding: unbounded, nodes, ofTrueValues: false });
  }

  /**
   * The distributions given that each row's value lies within limits of its own, exactly: cut there, and what is inside
   * scaled up to 1.
   * @param limits by row, in data units, both ends inside; infinite where there is none.
   * @throws InputError for a column of categories or angles.
   */
  within(limits: RowLimits): ColumnDistributions {
    return this.cutWithin(limits).cut;
  }

  /** As {@link within}, with the probability that each row's value lies there. @internal */
  cutWithin(limits: RowLimits): { readonly cut: ColumnDistributions; readonly masses: Float64Array } {
    this.#checkLength(limits.lower);
    const line = this.#line;
    const { encoding } = this;
    if (!line || geometryOf(encoding).period !== undefined)
      throw new InputError(
        `Column "${this.name}" has ${kindOf(encoding).plural}, which no limits can be given for: give a value, or leave it out.`,
      );
    const ends = endsWithin(encoding, isWhole(encoding), limits);
    const count = classCount(encoding);
    const classes = count > 0 ? this.classes.slice() : new Float64Array(this.rows).fill(1);
    const masses = new Float64Array(this.rows);
    const width = Math.max(1, count);
    for (let row = 0; row < this.rows; row++) {
      const [from, to] = ends(row).map((end) => (Number.isFinite(end) ? levelOf(line, row, end) : end));
      const own = classes.subarray(row * width, (row + 1) * width);
      const within = [limits.lower[row], limits.upper[row]] as const;
      masses[row] = cutClasses(own, normalMass(from, to), encoding.pointMasses, within);
    }
    const cut = new ColumnDistributions({ ...this.#parts, limits, ...(count > 0 && { classes }) });
    return { cut, masses };
  }

  /**
   * The distributions of several rows averaged, as one row's each. Answers that are cut at limits can't be averaged.
   * @param sets which rows make one.
   * @internal
   */
  averaged(sets: RowSets): ColumnDistributions {
    if (this.#parts.limits)
      throw new Error(`column "${this.name}": answers are averaged before they are cut`);
    return new ColumnDistributions(averagedParts(this.#parts, this.#curves, sets));
  }

  /**
   * One row's distribution for each of several rows: of rows that are given the same, one answer is enough.
   * Throws InputError if there are several rows already.
   */
  repeated(rows: number): ColumnDistributions {
    if (this.rows !== 1)
      throw new InputError(`Only a single row's answer can be repeated; here are ${this.rows}.`);
    const times = (cells: Numbers) => {
      const all = new Float64Array(cells.length * rows);
      for (let row = 0; row < rows; row++) all.set(cells, row * cells.length);
      return all;
    };
    const { nodes, normals, classes, limits, recalibrated, ...rest } = this.#parts;
    return new ColumnDistributions({
      ...rest,
      ...(recalibrated && {
        recalibrated: { ...recalibrated, which: new Uint8Array(rows).fill(recalibrated.which[0]) },
      }),
      ...(limits && { limits: { lower: times(limits.lower), upper: times(limits.upper) } }),
      ...(nodes && { nodes: times(nodes) }),
      ...(normals && { normals: repeatedNormals(normals, rows) }),
      ...(classes && { classes: times(classes) }),
    });
  }

  #all(answer: (row: NumericRow) => number): Float64Array {
    this.#checkNumbers();
    return Float64Array.from({ length: this.rows }, (_, row) => answer(this.#number(row)));
  }

  #each(values: Numbers, answer: (row: NumericRow, x: number) => number): Float64Array {
    this.#checkLength(values);
    this.#checkNumbers();
    return Float64Array.from(values, (value, row) => answer(this.#number(row), value));
  }

  #checkNumbers(): (row: number) => NumericRow {
    if (this.#numberAt) return this.#numberAt;
    throw new InputError(
      `Column "${this.name}" has categories, not numbers: ask for their probabilities, with at(row).probabilities.`,
    );
  }

  #number(row: number): NumericRow {
    this.#checkRow(row);
    return this.#checkNumbers()(row);
  }

  #probabilities(row: number): Float64Array {
    const { length } = this.encoding.categories;
    return this.classes.subarray(row * length, (row + 1) * length);
  }

  #categoryProbability(row: number, value: number | string): number {
    this.#checkRow(row);
    return this.#probabilities(row)[categoryIndex(this.name, this.encoding, value)];
  }

  #checkRow(row: number): void {
    if (Number.isInteger(row) && row >= 0 && row < this.rows) return;
    throw new InputError(`Column "${this.name}": there is no row ${row}; rows are 0 to ${this.rows - 1}.`);
  }

  #checkLength(values: Numbers): void {
    if (values.length === this.rows) return;
    throw new InputError(
      `Column "${this.name}": ${values.length} values for ${this.rows} rows; give one for each row.`,
    );
  }
}
