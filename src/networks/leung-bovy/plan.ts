/** @file A published network before its first training: how columns are measured for it, and its sizes. */
import { InputError } from "../../base/errors.ts";
import { type ModelColumn, plainEncoding } from "../../columns/encoding.ts";
import { measureScaling } from "../../columns/scaling.ts";
import type { NoiseSchedule } from "../../sampling/ddpm-schedule.ts";
import type { Column } from "../../table/table.ts";
import type { ColumnFit, NetworkPlan } from "../network.ts";
import type { LeungBovyConfig } from "./config.ts";

export interface LeungBovySettings {
  readonly embeddingDim: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly encoderLayers: number;
  readonly dropout: number;
  readonly headDim: number;
  readonly headLayers: number;
  /** Diffusion steps. */
  readonly steps: number;
  readonly noiseSchedule: NoiseSchedule;
  readonly betaStart: number;
  readonly betaEnd: number;
}

export function leungBovyPlan(settings: LeungBovySettings): NetworkPlan<LeungBovyConfig> {
  return {
    fitColumn: scaledColumn,
    config: (columns) => leungBovyConfig(columns.length, settings),
  };
}

/** A column as the published network sees it: a number, standardised. */
function scaledColumn(column: Column, { source, output, onNotice }: ColumnFit): ModelColumn {
  const { name, unit } = column;
  // A boolean is a number to it, 0 or 1; only names are not.
  if (column.kind === "category") {
    throw new InputError(
      `Column "${name}" of ${source} holds text, and the published network (presets "paper" and "paper-stellar") ` +
        'learns numbers only: train with the preset "default", or leave the column out with `columns`.',
      { option: "preset" },
    );
  }
  const { center, scale, by } = measureScaling(column, source);
  if (by !== "mad") {
    onNotice?.(
      `More than half of the values of "${name}" are equal, so it is scaled by its standard deviation instead of its MAD.`,
    );
  }
  return { name, output, encoding: plainEncoding({ center, scale }), ...(unit !== undefined && { unit }) };
}

/** The sizes for a table of so many columns. */
export function leungBovyConfig(columns: number, settings: LeungBovySettings): LeungBovyConfig {
  const { embeddingDim, heads, ffnDim, encoderLayers, dropout } = settings;
  return {
    kind: "leung-bovy",
    columns,
    embeddingDim,
    heads,
    ffnDim,
    encoderLayers,
    dropout,
    head: {
      dimension: 1,
      conditionDimension: embeddingDim,
      width: settings.headDim,
      layers: settings.headLayers,
      steps: settings.steps,
      schedule: settings.noiseSchedule,
      betaStart: settings.betaStart,
      betaEnd: settings.betaEnd,
    },
  };
}
