/** @file The sizes of the mixture head: what config.json keeps of it, their check, and what settings make of them. */
import type { ModelColumn } from "../../../../columns/encoding.ts";
import { kindOf } from "../../../../columns/kinds.ts";
import { checkSizes } from "../../../parts/sizes.ts";

/** From a condition to a mixture of normals, the density of the target. */
export interface MixtureConfig {
  readonly kind: "mixture";
  /** Width of the hidden layers, and how many there are. */
  readonly width: number;
  readonly layers: number;
  /** Normals whose places and widths the condition moves. */
  readonly free: number;
  /** Normals at places and with widths of the column, of which the condition only says how much each counts. */
  readonly fixed: number;
  /** Whether some columns are of integers, which are intervals. */
  readonly intervals: boolean;
}

export interface MixtureSettings {
  readonly headDim: number;
  readonly headLayers: number;
  readonly freeNormals: number;
  readonly fixedNormals: number;
}

export function plannedMixture(
  { headDim, headLayers, freeNormals, fixedNormals }: MixtureSettings,
  columns: readonly ModelColumn[],
): MixtureConfig {
  return {
    kind: "mixture",
    width: headDim,
    layers: headLayers,
    free: freeNormals,
    fixed: fixedNormals,
    intervals: columns.some(({ encoding }) => kindOf(encoding).isInteger),
  };
}

/** @throws InputError naming the first size that can't be. */
export function checkMixture({ width, layers, free, fixed }: MixtureConfig): void {
  checkSizes([
    ["head dimension", width, 1],
    ["number of head layers", layers, 1],
    ["number of free normals", free, 0],
    ["number of fixed normals", fixed, 0],
    ["number of normals", free + fixed, 1],
  ]);
}
