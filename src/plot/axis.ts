/** @file Axes: what a column is called, its units, dates as dates. */

import type { ScaleOptions } from "@observablehq/plot";
import { check, checkFields, listOf, OBJECT, objectWith, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import type { KindName } from "../columns/kinds/registry.ts";
import { geometryOf, kindOf } from "../columns/kinds.ts";
import type { Model } from "../model/model.ts";
import { checkShape, checkUnits } from "./checked-plots.ts";
import { FONT_SIZE, textWidth } from "./theme.ts";

/** A column as a picture names it. */
export interface PlottedColumn {
  readonly name: string;
  /** As it stands on the axis, in brackets: "K", "mas". */
  readonly unit?: string | undefined;
  /** Default "number". */
  readonly kind?: KindName;
  /** Of values on a circle. */
  readonly period?: number | undefined;
  /** The names of a column of categories, whose values are indices in this list. */
  readonly categories?: readonly string[] | undefined;
  /** The values of a column that has few and no others. */
  readonly values?: readonly number[] | undefined;
  /** Whether its axis is logarithmic. */
  readonly log?: boolean | undefined;
  /** From where to where its axis goes, in data units; default: nearly all of what is drawn. */
  readonly range?: readonly [number, number] | undefined;
}

/** How columns are drawn, by name. */
export interface AxisChoices {
  /** Those with a logarithmic axis. */
  readonly log?: readonly string[] | undefined;
  /** From where to where the others' axes go, in data units. */
  readonly range?: Readonly<Record<string, readonly [number, number]>> | undefined;
}

/**
 * A model's column, with its unit in training or another, on a plain axis or as the choices say.
 * @example
 * const model = await load("survey");
 * console.log(axisLabel(plottedOf(model, "teff"))); // "teff [K]"
 */
export function plottedOf(
  model: Pick<Model, "config">,
  name: string,
  units: Readonly<Record<string, string>> = {},
  { log = [], range = {} }: AxisChoices = {},
): PlottedColumn {
  check("the name of the column", name, TEXT);
  checkUnits(units);
  checkFields("the model", model, {
    needed: { config: objectWith({ needed: { columns: listOf(OBJECT) } }) },
  });
  const { config } = model;
  const column = config.columns.find((each) => each.name === name);
  const unit = Object.hasOwn(units, name) ? units[name] : column?.unit;
  return {
    name,
    unit,
    ...(column && levelsOf(column.encoding)),
    ...(column && { kind: column.encoding.kind, period: geometryOf(column.encoding).period }),
    ...(log.includes(name) && { log: true }),
    ...(Object.hasOwn(range, name) && { range: range[name] }),
  };
}

function levelsOf({
  categories,
  onlyPointMasses,
  pointMasses,
}: ColumnEncoding): Pick<PlottedColumn, "categories" | "values"> {
  if (categories.length > 0) return { categories };
  return onlyPointMasses ? { values: pointMasses } : {};
}

/**
 * "teff [K]"
 * @example
 * console.log(axisLabel({ name: "parallax", unit: "mas" })); // "parallax [mas]"
 */
export function axisLabel(column: PlottedColumn): string {
  checkShape("column", column);
  const { name, unit } = column;
  return unit ? `${name} [${unit}]` : name;
}

/** "density [1/K]", if there is room for it along an axis of that height. */
export function densityLabel({ unit, log }: PlottedColumn, height: number): string {
  if (log) return "density [1/dex]";
  if (!unit) return "density";
  const label = /[ */^]/.test(unit) ? `density [1/(${unit})]` : `density [1/${unit}]`;
  return textWidth(label, FONT_SIZE) < height - 48 ? label : "density";
}

/**
 * For pictures whose marks are numbers on both axes.
 * @throws InputError for dates and categories.
 */
export function checkNumbers(columns: readonly PlottedColumn[]): void {
  for (const { name, kind = "number" } of columns) {
    const { isText, plural } = kindOf({ kind });
    if (isText)
      throw new InputError(`"${name}" holds ${plural}, which this picture can't show: use plot density.`);
  }
}

/** A value of a column where Plot wants it: dates are days in a table and dates on an axis. */
export function onAxis({ kind = "number" }: PlottedColumn): (value: number) => number | Date {
  return kindOf({ kind }).toTime ?? ((value) => value);
}

/** The horizontal axis of a column from low to high. */
export function xAxis(
  column: PlottedColumn,
  [low, high]: readonly [number, number],
  width: number,
): ScaleOptions {
  const toAxis = onAxis(column);
  const isTime = kindOf({ kind: column.kind ?? "number" }).toTime !== undefined;
  return {
    type: isTime ? "utc" : "linear",
    domain: [toAxis(low), toAxis(high)],
    ticks: Math.max(2, Math.round(width / 90)),
    ...(!isTime && { tickFormat: tickText }),
    label: axisLabel(column),
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: 34,
    tickSize: 4,
  };
}

/**
 * A tick's label with as many digits as distinguish it from its neighbours: "12000", "0.05", "−2", "2.452e6".
 * @param ticks all of the axis, as Plot hands them over.
 */
export function tickText(value: number, _place = 0, ticks: readonly number[] = []): string {
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : Math.abs(value) || 1;
  const largest = Math.max(...ticks.map(Math.abs), Math.abs(value));
  const [order, finest] = [largest, step].map((size) => Math.floor(Math.log10(size) + 1e-9)) as [
    number,
    number,
  ];
  const isPlain = largest === 0 || (order < 6 && order >= -3);
  const text = isPlain
    ? String(Number(value.toFixed(Math.min(20, Math.max(0, -finest)))))
    : value === 0
      ? "0"
      : value.toExponential(Math.min(20, Math.max(0, order - finest)));
  return text.replace("e+", "e").replaceAll("-", "−");
}

export function yAxis(label: string, domain: readonly [number, number], height: number): ScaleOptions {
  return {
    domain: [...domain],
    ticks: Math.max(2, Math.round(height / 55)),
    tickFormat: tickText,
    label,
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: 60,
    tickSize: 4,
  };
}
