/** @file What numbers, integers, dates and angles share: a continuous part with point masses, standardised and transformed. */
import { InputError } from "../../base/errors.ts";
import { formatNumber, roundedTo } from "../../numeric/format.ts";
import type { Column, ColumnKind as TableKind } from "../../table/table.ts";
import { truthOf } from "../../table/truth-words.ts";
import { type Bounds, boundsText, findBounds, statedBounds } from "../bounds.ts";
import { type ColumnEncoding, numericClasses } from "../encoding.ts";
import { LINE } from "../geometry.ts";
import { type EncodedLimits, encodeLimits, refuseLimits } from "../limits.ts";
import { type PointMass, pointMassesOf, pointMassNotices, withoutPointMasses } from "../point-masses.ts";
import { measureScaling, presentValues } from "../scaling.ts";
import {
  coordinates,
  distortsErrors,
  FARTHEST,
  fitScale,
  held,
  narrowed,
  type TransformName,
} from "../transforms.ts";
import type { EncodedColumn, EncodingOptions, FittedEncoding, Kind, Where } from "./kind.ts";

/** A kind with a continuous part: `own` says what makes it another than a plain number. */
export function continuousKind(
  own: Pick<Kind, "name"> & Partial<Kind> & { readonly accepts?: readonly TableKind[] },
): Kind {
  const { accepts = ["number", "boolean"], ...given } = own;
  const kind: Kind = {
    inTable: "number",
    plural: "numbers",
    isCategorical: false,
    isInteger: false,
    isSummed: false,
    isText: false,
    formatVersion: 1,
    geometry: () => LINE,
    fit: (column, source, options) => fitContinuous(kind, column, source, options),
    encode: (column, from, encoding, where) => {
      const truths = from.inTable === "category" ? truthsAsNumbers(column, encoding) : undefined;
      if (!truths) refuseOtherKind(kind, accepts, column, from, where);
      return encodeContinuous(kind, truths ?? column, encoding, where);
    },
    givenCell: (name, value) => givenNumber(kind, name, value),
    tableColumn: (name) => (kind.inTable === "number" ? { name } : { name, kind: kind.inTable }),
    parse: (text) => numberOf(text),
    example: "a number",
    write: (value, _, spread) => (spread === undefined ? formatNumber(value) : roundedTo(value, spread)),
    describeCell: (_, value) => `the number ${value}`,
    nameOf: (_, value) => `${value}`,
    distanceUnit: "",
    round: (value, encoding) => kind.geometry(encoding).canonical(value),
    fillingOf: () => (value) => value,
    ...given,
  };
  return kind;
}

function numberOf(text: string): number | undefined {
  const value = Number(text || Number.NaN);
  return Number.isNaN(value) ? undefined : value;
}

/** Yes and no where the column has 1 and 0 and nothing else; undefined for other names. */
function truthsAsNumbers(
  column: Column,
  { onlyPointMasses, pointMasses }: ColumnEncoding,
): Column | undefined {
  if (!onlyPointMasses || String(pointMasses) !== "0,1") return undefined;
  const truths = column.categories?.map(truthOf);
  if (!truths || truths.includes(undefined)) return undefined;
  return {
    name: column.name,
    values: Float64Array.from(column.values, (index) => Number(truths[index] ?? Number.NaN)),
  };
}

/** A given number as a cell. @throws InputError for what is none, and for an infinite one. */
export function givenNumber(kind: Kind, name: string, value: number | string | boolean): Column {
  if (typeof value !== "number") {
    throw new InputError(`The given value of "${name}" is ${JSON.stringify(value)}; it must be a number.`);
  }
  if (Math.abs(value) === Number.POSITIVE_INFINITY) {
    throw new InputError(`The given value of "${name}" is infinite; leave it out if it is not known.`);
  }
  return { ...kind.tableColumn(name, { categories: [] }), values: Float64Array.of(value) };
}

/**
 * A column without any value fits everywhere: a reader can't know what it would have held.
 * @throws InputError for a column of another kind.
 */
function refuseOtherKind(
  kind: Kind,
  accepts: readonly TableKind[],
  column: Column,
  from: Kind,
  where: Where,
): void {
  const first = column.values.findIndex((value) => !Number.isNaN(value));
  if (first < 0 || accepts.includes(from.inTable)) return;
  const held = from.describeCell(column, column.values[first]);
  const wanted = kind.isText ? `${kind.plural} (such as 2024-05-01)` : kind.plural;
  throw new InputError(`${where(first)}: the model has ${wanted} here, not ${held}.`);
}

/**
 * Errors are carried over with the map's slope at the value: right where they are small against its curvature.
 * @throws InputError for an infinite value.
 */
function encodeContinuous(
  { isInteger, geometry }: Kind,
  column: Column,
  encoding: ColumnEncoding,
  where: Where,
): EncodedColumn {
  const rows = column.values.length;
  const { canonical, unrolled } = geometry(encoding);
  const { toStandardised, slope } = coordinates(encoding);
  const classOf = numericClasses(encoding);
  const values = new Float32Array(rows);
  const classes = new Int32Array(rows);
  const errors = column.errors && new Float32Array(rows);
  const widths = isInteger || encoding.whole ? new Float32Array(rows) : undefined;
  for (let row = 0; row < rows; row++) {
    const cell = column.values[row];
    if (cell - cell !== 0 && !Number.isNaN(cell)) {
      throw new InputError(`${where(row)}: the value is infinite; make it missing or finite.`);
    }
    const value = canonical(cell);
    classes[row] = classOf(value);
    values[row] = classes[row] < 0 ? Number.NaN : 0;
    if (classes[row] !== 0) continue;
    const u = held(toStandardised(unrolled(value, encoding.center)));
    values[row] = u;
    if (widths) widths[row] = toStandardised(value + 0.5) - toStandardised(value - 0.5) || 0; // far out there is none
    const error = column.errors?.[row] ?? Number.NaN;
    if (errors && !Number.isNaN(error)) errors[row] = Math.min(FARTHEST, error / slope(u));
  }
  if (geometry(encoding).period !== undefined) refuseLimits(column, "angles", where);
  const limits = encodeLimits(column, encoding, widths !== undefined, where);
  if (limits && errors) errorsOfLimited(column, limits, errors, slope);
  return { values, classes, ...(errors && { errors }), ...(widths && { widths }), ...limits };
}

/** The error of a limited cell, with the map's slope at its nearer end. */
function errorsOfLimited(
  column: Column,
  { lower, upper }: EncodedLimits,
  errors: Float32Array,
  slope: (u: number) => number,
): void {
  for (let row = 0; row < errors.length; row++) {
    const error = column.errors?.[row] ?? Number.NaN;
    if (Number.isNaN(lower[row]) || Number.isNaN(error)) continue;
    const isLower = Math.abs(lower[row]) < Math.abs(upper[row]);
    errors[row] = Math.min(FARTHEST, error / slope(isLower ? lower[row] : upper[row]));
  }
}

/**
 * Scale, transform and point masses. In standardised units the values that are no point masses have about mean 0 and
 * standard deviation 1. A column of at most 20 different values is made of point masses only; its class 0 (the continuous
 * part) then has no rows, and no answer contains it.
 */
function fitContinuous(kind: Kind, column: Column, source: string, options: EncodingOptions): FittedEncoding {
  const sorted = presentValues(column);
  refuseInfinite(column, sorted, source);
  if (!(sorted[0] < sorted[sorted.length - 1])) measureScaling(column, source); // says what is wrong with it
  const masses = pointMassesOf(column, sorted, source, options.pointMasses ?? true);
  const rest = withoutPointMasses(sorted, masses);
  const spreads = rest.length > 0 && rest[0] !== rest[rest.length - 1];
  const continuous = { name: column.name, values: spreads ? rest : sorted };
  const transform = spreads ? (options.transform ?? "auto") : "none"; // next to nothing to transform
  const whole = kind.isWholeIn?.(column);
  const onlyPointMasses = masses.length > 0 && rest.length === 0;
  const bounds = onlyPointMasses ? undefined : boundsOf(kind, column, sorted, masses, source, options);
  const encodingBy = (by: TransformName): ColumnEncoding => ({
    kind: kind.name,
    ...fitScale(continuous, source, by),
    pointMasses: masses.map(({ value }) => value),
    ...(bounds && { bounds }),
    ...(whole && { whole }),
    ...(onlyPointMasses && { onlyPointMasses }),
    categories: [],
  });
  const written = (value: number) => (kind.isText ? kind.write(value, {}) : `${value}`);
  return {
    encoding: options.ofTrueValues
      ? encodingOfTrueValues(column, encodingBy, transform)
      : encodingBy(transform),
    notices: [
      ...pointMassNotices(column, masses, sorted.length, onlyPointMasses, written),
      ...(bounds && options.bounds === undefined ? [boundsNotice(column.name, bounds, written)] : []),
    ],
  };
}

/** Those that a user says, or else those that are found: of values without errors that are more than dates. */
function boundsOf(
  kind: Kind,
  column: Column,
  sorted: Float64Array,
  masses: readonly PointMass[],
  source: string,
  { bounds, findsBounds = true, ofTrueValues = false }: EncodingOptions,
): Bounds | undefined {
  const found = (): Bounds =>
    findsBounds && !column.errors && !kind.isText ? findBounds(sorted, masses, kind.isInteger) : [null, null];
  const isNoisy = ofTrueValues && column.errors !== undefined;
  const own =
    bounds === undefined
      ? found()
      : statedBounds(column, sorted, source, bounds, { parse: kind.parse, isNoisy });
  return own[0] === null && own[1] === null ? undefined : own;
}

function boundsNotice(name: string, bounds: Bounds, written: (value: number) => string): string {
  const ends = boundsText(bounds, written);
  return `${name}: bounded, ${ends}; no answer lies outside. Where values can, say so: \`bounds\` ${name}=none.`;
}

export function refuseInfinite(column: Column, sorted: Float64Array, source: string): void {
  if (sorted.length === 0 || (Number.isFinite(sorted[0]) && Number.isFinite(sorted[sorted.length - 1])))
    return;
  const row = column.values.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  throw new InputError(
    `Column "${column.name}" of ${source} is infinite in row ${row + 1}; make such cells missing or finite.`,
  );
}

/** For a column whose errors will be deconvolved: a transform that leaves them in shape, and the true values' scale. */
function encodingOfTrueValues(
  column: Column,
  encodingBy: (by: TransformName) => ColumnEncoding,
  transform: TransformName,
): ColumnEncoding {
  const distorts = (encoding: ColumnEncoding) => transform === "auto" && distortsErrors(column, encoding);
  const first = encodingBy(transform);
  const gentler = distorts(first) ? encodingBy("asinh") : first;
  const straight = distorts(gentler) ? encodingBy("none") : gentler;
  return { ...straight, ...narrowed(straight, trueShare(column)) };
}

/** No column is taken for narrower than this share of what is measured: errors may be overestimated. */
const MIN_TRUE_SHARE = 0.3;

/** The true values' standard deviation as a share of the measured ones': variance less the mean squared error. */
export function trueShare({ values, errors }: Column): number {
  if (!errors) return 1;
  const present = Uint32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const meanOf = (each: (row: number) => number) =>
    present.reduce((sum, row) => sum + each(row), 0) / present.length;
  const mean = meanOf((row) => values[row]);
  const variance = meanOf((row) => (values[row] - mean) ** 2);
  const noise = meanOf((row) => (errors[row] > 0 ? errors[row] ** 2 : 0));
  if (!Number.isFinite(noise / variance)) return 1; // beyond what float64 can square
  return Math.max(MIN_TRUE_SHARE, Math.sqrt(Math.max(0, 1 - noise / variance)));
}
