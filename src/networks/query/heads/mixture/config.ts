/** @file The sizes of the mixture head: what config.json keeps of it, their check, and what settings make of them. */
import { densityEnds, hasBounds } from "../../../../columns/bounds.ts";
import type { ModelColumn } from "../../../../columns/encoding.ts";
import { isWhole } from "../../../../columns/kinds.ts";
import { coordinates, widestUnit } from "../../../../columns/transforms.ts";
import { checkSizes } from "../../../parts/sizes.ts";
import type { Ends } from "../head.ts";

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
  /** By column, the width that none of its normals is below, in standardised units; absent where all have the least. */
  readonly minWidths?: readonly number[];
  /** Whether some columns are of integers, which are intervals. */
  readonly intervals: boolean;
  /** By column, between which standardised values its density lies; absent where no column has bounds. */
  readonly ends?: readonly Ends[];
  /** Whether a column with bounds has measurement errors, which lead beyond them. */
  readonly errorsBeyondEnds?: true;
}

export interface MixtureSettings {
  readonly headDim: number;
  readonly headLayers: number;
  readonly freeNormals: number;
  readonly fixedNormals: number;
  readonly measurementErrors: "deconvolve" | "given" | "ignore";
}

/** In standardised units: a narrower normal would learn single values by heart. */
export const MIN_WIDTH = 0.003;
/** An integer's interval no wider than this is as good as a point, and its probability would be lost in rounding; standardised. */
export const WIDE = 0.02;
/**
 * Where errors are taken out, no normal is narrower than this share of the column's median error: of all densities, those
 * of the greatest likelihood are a few points (Laird 1978, https://doi.org/10.1080/01621459.1978.10480103).
 */
const OF_ERROR = 0.25;

export function plannedMixture(
  { headDim, headLayers, freeNormals, fixedNormals, measurementErrors }: MixtureSettings,
  columns: readonly ModelColumn[],
): MixtureConfig {
  const minWidths = columns.map(({ typicalError = 0 }) => Math.max(MIN_WIDTH, typicalError * OF_ERROR));
  const isDeconvolved = measurementErrors === "deconvolve" && minWidths.some((width) => width > MIN_WIDTH);
  return {
    kind: "mixture",
    width: headDim,
    layers: headLayers,
    free: freeNormals,
    fixed: fixedNormals,
    ...(isDeconvolved && { minWidths }),
    intervals: columns.some(
      ({ encoding, limits }) => limits === true || (isWhole(encoding) && widestUnit(encoding) > WIDE),
    ),
    ...boundedEnds(columns, measurementErrors === "deconvolve"),
  };
}

function boundedEnds(
  columns: readonly ModelColumn[],
  isDeconvolved: boolean,
): Pick<MixtureConfig, "ends" | "errorsBeyondEnds"> {
  if (!columns.some(({ encoding }) => hasBounds(encoding))) return {};
  const ends = columns.map(({ encoding }): Ends => {
    const { toStandardised } = coordinates(encoding);
    const [low, high] = densityEnds(encoding, isWhole(encoding));
    const standardised = (end: number) => (Number.isFinite(end) ? toStandardised(end) : null);
    return [standardised(low), standardised(high)];
  });
  const isNoisy = isDeconvolved && columns.some(({ encoding, errors }) => errors && hasBounds(encoding));
  return { ends, ...(isNoisy && { errorsBeyondEnds: true }) };
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
