/** @file A column that the model to start from knows: what it keeps, what the new table adds to it, and what contradicts. */
import { InputError } from "../base/errors.ts";
import { boundsText, isBeyond } from "../columns/bounds.ts";
import { asPointMass, type ColumnEncoding, type ModelColumn } from "../columns/encoding.ts";
import type { StatedKind } from "../columns/kinds/registry.ts";
import { encodeColumn, kindInTable, kindOf, statedKind } from "../columns/kinds.ts";
import { hasLimits } from "../columns/limits.ts";
import { statedOf } from "../columns/said.ts";
import { coordinates } from "../columns/transforms.ts";
import { type WrittenValues, writtenValues } from "../columns/written-values.ts";
import { medianOfSorted } from "../numeric/statistics.ts";
import type { Column } from "../table/table.ts";
import type { TrainOptions } from "./options.ts";

export interface GrowthOptions extends Pick<TrainOptions, "outputs" | "kinds" | "onNotice"> {
  /** Whether the model uses measurement errors at all. */
  readonly usesErrors: boolean;
}

/**
 * The column of the other model as it goes on: with its scale, transform and point masses, and with the table's categories
 * behind its own. What it was found never to have (values beyond a bound, or between its few values) is given up if the
 * table has it.
 * @throws InputError for a column that holds something else in the table.
 */
export function grownColumn(
  old: ModelColumn,
  column: Column,
  source: string,
  options: GrowthOptions,
): ModelColumn {
  checkKind(old, column, source, statedOf(options.kinds?.[old.name]));
  if (old.unit !== undefined && column.unit !== undefined && old.unit !== column.unit) {
    throw new InputError(
      `Column "${old.name}" of ${source} is in ${column.unit}, in the model to start from in ${old.unit}: convert or rename it.`,
    );
  }
  const encoding = withNewValues(withCategories(old.encoding, column), old, column, options);
  const unit = old.unit ?? column.unit;
  const grown: ModelColumn = {
    ...old,
    encoding,
    output: options.outputs?.includes(old.name) ?? old.output,
    ...(unit !== undefined && { unit }),
    ...(hasLimits(column) || old.limits ? { limits: true } : writtenIn(old.written, column)),
  };
  if (hasLimits(column) && encoding.pointMasses.length > 0) {
    throw new InputError(
      `Column "${old.name}" of ${source} has cells with limits, and point masses in the model to start from: leave the limits out, or train without \`from\`.`,
    );
  }
  const encoded = encodeColumn(column, encoding, source);
  tellOfRange(grown, encoded.values, options);
  if (column.errors === undefined || old.errors || !options.usesErrors) return grown;
  const errors = encoded.errors?.filter((error) => error > 0).sort();
  return {
    ...grown,
    errors: true,
    ...(errors && errors.length > 0 && { typicalError: medianOfSorted(errors) }),
  };
}

function withCategories(encoding: ColumnEncoding, column: Column): ColumnEncoding {
  const own = kindInTable(column);
  if (kindOf(encoding).name !== "category" || !own.isCategorical) return encoding;
  const found = new Set(Array.from(column.values).filter((value) => !Number.isNaN(value)));
  const names =
    own.name === "category"
      ? (column.categories ?? [])
      : [...found].map((value) => own.nameOf(column, value));
  const added = names.filter((name) => !encoding.categories.includes(name));
  return { ...encoding, categories: [...encoding.categories, ...added] };
}

/** What the model had found never to occur is given up where it does; beyond a bound, an error may have taken a value. */
function withNewValues(
  encoding: ColumnEncoding,
  { name, errors }: ModelColumn,
  { values }: Column,
  { onNotice, usesErrors }: GrowthOptions,
): ColumnEncoding {
  const { bounds, whole, onlyPointMasses, pointMasses, ...others } = encoding;
  const present = Array.from(values).filter((value) => !Number.isNaN(value));
  const hasBeyond = (end: number | null, side: 0 | 1) =>
    end !== null &&
    present.some((value) => isBeyond(side === 0 ? [end, null] : [null, end], value) !== undefined);
  const isKept =
    bounds && ([0, 1] as const).map((side) => (usesErrors && errors) || !hasBeyond(bounds[side], side));
  if (bounds && isKept?.includes(false)) {
    onNotice?.(
      `Column "${name}" has values beyond the bounds ${boundsText(bounds)} of the model to start from, which are given up.`,
    );
  }
  const isMass = asPointMass(encoding);
  const masses = new Set(pointMasses);
  return {
    ...others,
    pointMasses,
    ...(bounds && { bounds: [isKept?.[0] ? bounds[0] : null, isKept?.[1] ? bounds[1] : null] as const }),
    ...(whole && present.every(Number.isInteger) && { whole }),
    ...(onlyPointMasses && present.every((value) => masses.has(isMass(value))) && { onlyPointMasses }),
  };
}

/** How the values of both tables stand there, as far as both are known. */
function writtenIn(before: WrittenValues | undefined, column: Column): { readonly written?: WrittenValues } {
  const now = hasLimits(column) ? undefined : writtenValues(column);
  const written =
    before && now
      ? {
          least: Math.min(before.least, now.least),
          greatest: Math.max(before.greatest, now.greatest),
          ...(before.step && now.step && { step: Math.min(before.step, now.step) }),
        }
      : (before ?? now);
  return written ? { written } : {};
}

/** @throws InputError for a column that can't be the one that the model knows. */
function checkKind(
  { name, encoding }: ModelColumn,
  column: Column,
  source: string,
  said: StatedKind | undefined,
): void {
  const kind = kindOf(encoding);
  const inTable = kindInTable(column);
  const refused = (holds: string, has: string, mend = "rename it, or leave it out with `columns`") =>
    new InputError(
      `Column "${name}" of ${source} holds ${holds}, in the model to start from it holds ${has}: ${mend}.`,
    );
  const before = statedKind(encoding);
  if (said !== undefined && (said.kind !== before?.kind || said.period !== before.period)) {
    throw new InputError(
      `The kind of "${name}" is ${describe(before ?? encoding)} in the model to start from, not ${describe(said)}: leave it out, or rename the column.`,
    );
  }
  const first = column.values.find((value) => !Number.isNaN(value));
  if (first === undefined) return;
  if (kind.isCategorical) {
    if (inTable.name === kind.name || (kind.name === "category" && inTable.isCategorical)) return;
    const names = new Set(encoding.categories);
    const isNamed = (value: number) => Number.isNaN(value) || names.has(inTable.nameOf(column, value));
    const isTruth = (value: number) => Number.isNaN(value) || value === 0 || value === 1;
    if (inTable.isCategorical || !column.values.every(kind.name === "boolean" ? isTruth : isNamed)) {
      const codes =
        kind.name === "category"
          ? "rename it, or name it in `categories` if its numbers are codes"
          : undefined;
      throw refused(inTable.plural, kind.name === "boolean" ? "truth values" : "categories", codes);
    }
    return;
  }
  if (
    inTable.isCategorical
      ? inTable.name !== "boolean" || kind.inTable !== "number"
      : inTable.inTable !== kind.inTable
  )
    throw refused(inTable.plural, kind.plural);
  const fraction = kind.isInteger && column.values.find((value) => value % 1 !== 0 && !Number.isNaN(value));
  if (fraction) throw refused(`the number ${fraction}`, "integers");
}

function describe({ kind, period }: { readonly kind: string; readonly period?: number }): string {
  return period === undefined ? kind : `${kind} (period ${period})`;
}

/** Standard normal levels of 5 % and 95 %: about where a column has them that its scale was measured on. */
const LEVEL = 1.645;
/** Values are noted that reach further than this in standardised units, or that share less than this part of the unit. */
const FAR = 4;
const NARROW = 0.2;
const FEWEST = 20;

/** Tells of a known column whose values lie elsewhere than those that its scale was measured on. */
function tellOfRange(
  { name, encoding }: ModelColumn,
  values: Float32Array,
  { onNotice }: GrowthOptions,
): void {
  if (kindOf(encoding).isCategorical || kindOf(encoding).geometry(encoding).period !== undefined) return;
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length < FEWEST) return;
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  const [low, high] = [at(0.05), at(0.95)];
  if (low > -FAR && high < FAR && high - low > NARROW) return;
  const { toData } = coordinates(encoding);
  const range = (from: number, to: number) =>
    [from, to]
      .map((u) => kindOf(encoding).write(toData(u), encoding, toData(to) - toData(from)))
      .join(" .. ");
  onNotice?.(
    `Column "${name}": nine tenths of the values lie in ${range(low, high)}, of those that the model to start from knew in ` +
      `about ${range(-LEVEL, LEVEL)}; it keeps its scale (a new name would have it measured anew).`,
  );
}
