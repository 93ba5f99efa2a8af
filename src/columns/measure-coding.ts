/** @file Measuring, on a table's column, what it is to a model: kind, scale, transform, point masses. */
import { InputError } from "../base/errors.ts";
import type { Column } from "../table/table.ts";
import { type Atom, differentValues, findAtoms } from "./atoms.ts";
import { bendsErrors } from "./bends.ts";
import type { ColumnCoding } from "./coding.ts";
import { fitScale, narrowed, type TransformName } from "./fit-scale.ts";
import { dateOfDays } from "./iso-date.ts";
import { measureScaling } from "./scaling.ts";

export interface CodingOptions {
  /**
   * How a number is bent before the model sees it. "auto" (the default): "quantiles" if some values lie far out
   * (see {@link fitScale}), else "none"; where errors will be taken out, the first of "quantiles", "asinh" and "none"
   * that leaves them in shape (see {@link bendsErrors}).
   */
  readonly transform?: TransformName;
  /** Point masses: true (the default) finds them, false has none, a list names them in own units. */
  readonly atoms?: boolean | readonly number[];
  /** Whether a column of numbers is of whole numbers; by default what it looks like. */
  readonly whole?: boolean;
  /** Whether measurement errors will be taken out: then the scale is that of the true values. Default false. */
  readonly ofTrueValues?: boolean;
}

export interface MeasuredCoding {
  readonly coding: ColumnCoding;
  /** What a user should know was decided, one sentence each. */
  readonly notices: readonly string[];
}

/** A column of whole numbers with more different values than this is as good as continuous. */
const mostWholeValues = 1000;
/** One with only two neighbouring values, such as 0 and 1, has no use for widths. */
const leastWholeSpread = 2;

/**
 * Measures a column. In model scale the values that are no point masses have about mean 0 and standard
 * deviation 1.
 *
 * - Whole numbers are recognised if every value is one, they spread by 2 or more, and at most 1,000 differ.
 * - Point masses: see `findAtoms`. A column of at most 20 different values is made of them; its class 0 (the
 *   continuous part) then has no rows, and a model learns that its probability is about 0.
 *
 * @param source Where the column came from, for messages.
 * @throws InputError if the column has no value, the same one in every row, an infinite one, or spreads beyond
 *   what float64 can scale; if `options.whole` is demanded of a column that isn't; if `options.atoms` isn't finite.
 */
export function measureCoding(column: Column, source: string, options: CodingOptions = {}): MeasuredCoding {
  const kind = column.kind ?? "number";
  if (options.whole && kind !== "number") {
    throw new InputError(
      `column "${column.name}" of ${source} is not of numbers, so it can't be of whole ones; leave "whole" out`,
    );
  }
  if (kind === "category" || kind === "boolean")
    return { coding: measureClasses(column, source), notices: [] };
  const sorted = Float64Array.from(column.values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  refuseInfinite(column, sorted, source);
  if (!(sorted[0] < sorted.at(-1)!)) measureScaling(column, source); // says what is wrong with it
  const whole = kind === "number" && isWhole(column, sorted, source, options.whole);
  const atoms = atomsOf(column, sorted, source, options.atoms ?? true);
  const rest = withoutAtoms(sorted, atoms);
  const spreads = rest.length > 0 && rest[0] !== rest.at(-1);
  const continuous = { name: column.name, values: spreads ? rest : sorted };
  const transform = spreads ? options.transform : "none"; // next to nothing to bend
  const codingBy = (by: TransformName): ColumnCoding => ({
    kind: kind === "date" ? "date" : whole ? "whole" : "number",
    ...fitScale(continuous, source, by),
    atoms: atoms.map(({ value }) => value),
    categories: [],
  });
  return {
    coding: options.ofTrueValues
      ? codingOfTrueValues(column, codingBy, transform ?? "auto")
      : codingBy(transform ?? "auto"),
    notices: atomNotices(column, atoms, sorted.length, rest.length === 0),
  };
}

/** For a column whose errors will be taken out: a transform that leaves them in shape, and the true values' scale. */
function codingOfTrueValues(
  column: Column,
  codingBy: (by: TransformName) => ColumnCoding,
  transform: TransformName,
): ColumnCoding {
  const bends = (coding: ColumnCoding) => transform === "auto" && bendsErrors(column, coding);
  const asked = codingBy(transform);
  const gentler = bends(asked) ? codingBy("asinh") : asked;
  const straight = bends(gentler) ? codingBy("none") : gentler;
  return { ...straight, ...narrowed(straight, trueShare(column)) };
}

/** No column is taken for narrower than this share of what is measured: errors may be overestimated. */
const leastTrueShare = 0.3;

/** The true values' standard deviation as a share of the measured ones': variance less the mean squared error. */
function trueShare({ values, errors }: Column): number {
  if (!errors) return 1;
  const present = Uint32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const meanOf = (each: (row: number) => number) =>
    present.reduce((sum, row) => sum + each(row), 0) / present.length;
  const mean = meanOf((row) => values[row]);
  const variance = meanOf((row) => (values[row] - mean) ** 2);
  const noise = meanOf((row) => (errors[row] > 0 ? errors[row] ** 2 : 0));
  if (!Number.isFinite(noise / variance)) return 1; // beyond what float64 can square
  return Math.max(leastTrueShare, Math.sqrt(Math.max(0, 1 - noise / variance)));
}

/** @throws InputError if the column has no value or the same one in every row. */
function measureClasses(column: Column, source: string): ColumnCoding {
  const kind = column.kind === "boolean" ? "boolean" : "category";
  const categories = kind === "boolean" ? ["false", "true"] : [...(column.categories ?? [])];
  const found = new Set<number>();
  for (const value of column.values) if (!Number.isNaN(value)) found.add(value);
  const [first] = found;
  if (first === undefined) {
    throw new InputError(
      `column "${column.name}" has no value in any row of ${source}; leave it out with --columns`,
    );
  }
  if (found.size === 1) {
    throw new InputError(
      `column "${column.name}" has the same value (${categories[first]}) in every row of ${source}, so there is nothing to learn of it; leave it out with --columns`,
    );
  }
  return { kind, center: 0, scale: 1, transform: { by: "none" }, atoms: [], categories };
}

function refuseInfinite(column: Column, sorted: Float64Array, source: string): void {
  if (sorted.length === 0 || (Number.isFinite(sorted[0]) && Number.isFinite(sorted.at(-1)))) return;
  const row = column.values.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  throw new InputError(
    `column "${column.name}" of ${source} is infinite in row ${row + 1}; make such cells missing or finite`,
  );
}

function isWhole(column: Column, sorted: Float64Array, source: string, asked: boolean | undefined): boolean {
  if (asked === false) return false;
  const other = sorted.find((value) => !Number.isSafeInteger(value));
  if (other !== undefined && asked) {
    throw new InputError(
      `column "${column.name}" of ${source} has the value ${other}, so it is not of whole numbers; leave "whole" out`,
    );
  }
  if (other !== undefined || asked) return other === undefined;
  if (sorted.at(-1)! - sorted[0] < leastWholeSpread) return false;
  return differentValues(sorted).values.length <= mostWholeValues;
}

/**
 * What is kept of a float32 column's atom is the shortest decimal that rounds to it (5.00001, not
 * 5.000010013580322): so it is met again in a table read as float64, and in questions.
 */
function atomsOf(
  column: Column,
  sorted: Float64Array,
  source: string,
  asked: boolean | readonly number[],
): Atom[] {
  if (asked === false) return [];
  if (asked === true) {
    const found = findAtoms(sorted);
    if (column.values instanceof Float64Array) return found;
    return found.map(({ value, rows }) => ({ value: shortestDecimal(value), rows }));
  }
  return [...new Set(asked)]
    .sort((a, b) => a - b)
    .map((value) => {
      if (!Number.isFinite(value)) {
        throw new InputError(
          `the point masses of column "${column.name}" of ${source} must be finite numbers`,
        );
      }
      const held = Math.fround(value);
      return { value, rows: sorted.filter((each) => each === value || each === held).length };
    });
}

function shortestDecimal(float32: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(float32.toPrecision(digits));
    if (Math.fround(decimal) === float32) return decimal;
  }
  return float32;
}

function withoutAtoms(sorted: Float64Array, atoms: readonly Atom[]): Float64Array {
  const values = new Set(atoms.flatMap(({ value }) => [value, Math.fround(value)]));
  return values.size === 0 ? sorted : sorted.filter((each) => !values.has(each));
}

function atomNotices(column: Column, atoms: readonly Atom[], rows: number, only: boolean): string[] {
  if (atoms.length === 0) return [];
  const written = (value: number) => (column.kind === "date" ? dateOfDays(value) : `${value}`);
  if (only) {
    return [
      `${column.name}: only ${atoms.length} different values (${written(atoms[0].value)} to ${written(atoms.at(-1)!.value)}); each modelled as a point mass.`,
    ];
  }
  const [first, ...others] = [...atoms].sort((a, b) => b.rows - a.rows);
  const share = (atom: Atom) => `${((100 * atom.rows) / rows).toFixed(1)} %`;
  const which = rows === column.values.length ? "rows" : "rows with a value";
  const also = others.slice(0, 3).map((atom) => `, ${share(atom)} ${written(atom.value)}`);
  const more = others.length > 3 ? `, and ${others.length - 3} more` : "";
  const modelled = others.length === 0 ? "modelled as a point mass" : "modelled as point masses";
  return [
    `${column.name}: ${share(first)} of the ${which} are exactly ${written(first.value)}${also.join("")}${more}; ${modelled}.`,
  ];
}
