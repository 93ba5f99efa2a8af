/** @file A default network before its first training: how columns are measured for it, and its sizes. */
import { InputError } from "../../base/errors.ts";
import type { StatedBounds } from "../../columns/bounds.ts";
import { type ColumnEncoding, classCount, type ModelColumn } from "../../columns/encoding.ts";
import { encodeColumn, fitEncoding } from "../../columns/kinds.ts";
import { hasLimits, limitNotices } from "../../columns/limits.ts";
import { medianOfSorted } from "../../numeric/statistics.ts";
import type { Column, Table } from "../../table/table.ts";
import type { EncodedTable } from "../encoded-table.ts";
import type { ColumnFit, NetworkPlan } from "../network.ts";
import { circlesAmong } from "./circles.ts";
import type { QueryConfig } from "./config.ts";
import { fitCounted } from "./counted.ts";
import { encodeForQuery } from "./encode.ts";
import { type HeadSettings, headOf, plannedHead } from "./heads/registry.ts";
import { fitNormalModel, type NormalModel } from "./normal-model.ts";

export type QuerySettings = HeadSettings & {
  readonly embeddingDim: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly encoderLayers: number;
  readonly dropout: number;
  readonly frequencies: number;
  readonly transform: "auto" | "none" | "asinh" | "quantiles";
  readonly pointMasses: boolean;
  readonly bounds: Readonly<Record<string, StatedBounds>> | "none";
  readonly measurementErrors: "deconvolve" | "given" | "ignore";
  readonly intervals: number;
  readonly summary: boolean;
  readonly counted: boolean;
};

export function queryPlan(settings: QuerySettings): NetworkPlan<QueryConfig> {
  return {
    fitColumn: (column, fit) => codedColumn(column, fit, settings),
    config(columns, table, base) {
      const config = configOf(columns, settings);
      const known = () => encodedOf(table, columns, config);
      const normal = base ? base.normal : settings.summary && normalModelOf(known(), config);
      // Counted shares are of one table; a network that goes on with another one learns its questions alone.
      const isCounted = normal && !base && settings.counted && headOf(config.head).isMixture;
      const counted = isCounted ? fitCounted(known(), config) : undefined;
      return { ...config, ...(normal && { normal }), ...(counted && { counted }) };
    },
  };
}

function encodedOf(table: Table, columns: readonly ModelColumn[], config: QueryConfig): EncodedTable {
  const given = columns.map(({ name }) => name);
  return encodeForQuery({ table, given, start: 0, rows: table.rows }, columns, config);
}

function normalModelOf(encoded: EncodedTable, config: QueryConfig): NormalModel | undefined {
  const straight = encoded.columns.filter(({ index }) => !config.circular?.[index]);
  return fitNormalModel({ ...encoded, columns: straight });
}

function codedColumn(
  column: Column,
  { source, output, as, integer, onNotice }: ColumnFit,
  { transform, pointMasses, bounds, measurementErrors }: QuerySettings,
): ModelColumn {
  const { name, unit } = column;
  const stated = bounds !== "none" && Object.hasOwn(bounds, name) ? bounds[name] : undefined;
  const ofTrueValues = measurementErrors === "deconvolve";
  const limits = hasLimits(column);
  const { encoding, notices } = fitEncoding(column, source, {
    transform,
    // Beyond its limits a column is another than its values show, and limits say nothing of one class alone.
    pointMasses: pointMasses && !limits,
    ofTrueValues,
    findsBounds: bounds !== "none" && !limits,
    ...(stated && { bounds: stated }),
    ...(as && { as }),
    ...(integer !== undefined && { integer }),
  });
  for (const notice of [...notices, ...limitNotices(column)]) onNotice?.(notice);
  const hasErrors = measurementErrors !== "ignore" && column.errors !== undefined;
  const typicalError = hasErrors ? medianError(column, encoding, source) : undefined;
  return {
    name,
    output,
    encoding,
    ...(hasErrors && { errors: true }),
    ...(typicalError !== undefined && { typicalError }),
    ...(limits && { limits }),
    ...(unit !== undefined && { unit }),
  };
}

function configOf(columns: readonly ModelColumn[], settings: QuerySettings): QueryConfig {
  const limited = columns.find(({ output, limits }) => output && limits);
  if (limited && settings.head === "diffusion") {
    throw new InputError(
      `Cells of "${limited.name}" have limits and no value, which the diffusion head can't be trained on: leave \`head\` out, or the limits.`,
      { option: "head" },
    );
  }
  // Limits of a column that is answered for are averaged over when they are given. What a table has itself must be understood.
  const isLearnt = settings.intervals > 0 && columns.some(({ output }) => !output);
  const intervals = isLearnt || columns.some(({ limits }) => limits);
  const { embeddingDim, heads, ffnDim, encoderLayers, dropout, frequencies } = settings;
  return {
    kind: "query",
    columns: columns.length,
    classes: columns.map(({ encoding }) => classCount(encoding)),
    ...circlesAmong(columns),
    errors: columns.some((column) => column.errors),
    ...(intervals && { intervals: true }),
    embeddingDim,
    heads,
    ffnDim,
    encoderLayers,
    dropout,
    ...(settings.head === "mixture" && settings.members > 1 && { members: settings.members }),
    frequencies,
    head: plannedHead(settings, columns),
  };
}

/** In standardised units; undefined where no cell has an error. */
function medianError(column: Column, encoding: ColumnEncoding, source: string): number | undefined {
  const errors = encodeColumn(column, encoding, source)
    .errors?.filter((error) => error > 0)
    .sort();
  return errors && errors.length > 0 ? medianOfSorted(errors) : undefined;
}
