/**
 * @file Distributions as qp keeps them, the ensembles of photometric redshifts: HDF5 with the groups meta, data and ancil.
 * (Source of the layout: qp-prob 1.1.4, LSSTDESC/qp; Malz et al. 2018, "Approximating photo-z PDFs for large surveys".)
 */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { columnNamed } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import { DEFAULT_LEVELS } from "../distribution/levels.ts";
import type { DescribedColumn } from "../model/describe.ts";
import type { Model } from "../model/model.ts";
import { normalCdf } from "../numeric/normal-cdf.ts";
import type { Hdf5Layout } from "../table/files/hdf5/write.ts";
import { formatOf } from "../table/files/source.ts";

const FORMS = ["quant", "interp"] as const;

/** Values at which densities are written. */
export interface Grid {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export const ensembleOptions = {
  as: () =>
    new Option(
      "--as <form>",
      "with --out FILE.hdf5: a qp ensemble of whole distributions, by their quantiles (quant) or densities at --grid (interp)",
    ).choices(FORMS),
  grid: () =>
    new Option(
      "--grid <grid>",
      "with --as interp: LOW..HIGH:N, the values at which densities are written",
    ).argParser(grid),
};

function grid(text: string): Grid {
  const [, low, high, count] = /^(.+)\.\.(.+):(\d+)$/.exec(text.trim()) ?? [];
  const made = { low: Number(low), high: Number(high), count: Number(count) };
  if (!(made.low < made.high && made.count >= 2))
    throw new InvalidArgumentError(`"${text}" is not LOW..HIGH:N, such as 0..3:301.`);
  return made;
}

/** How whole distributions are written. */
export interface EnsembleWishes {
  readonly as?: (typeof FORMS)[number] | undefined;
  readonly grid?: Grid | undefined;
  /** Of "quant": the shares; by default those of normal levels from -4 to 4. */
  readonly quantiles?: readonly number[] | undefined;
}

export interface Ensembles {
  /** The numbers of all distributions, as columns ... */
  readonly described: readonly DescribedColumn[];
  /** ... and where they lie in the file. */
  readonly layout: Hdf5Layout;
}

/**
 * Ensembles of the targets, for each a group if there are several: `qp.read` reads a file of one, `qp.read_dict` one of several.
 * @returns undefined where none are asked for. @throws InputError for options that don't go together, and columns that are not continuous.
 */
export function ensemblesOf(
  { config }: Model,
  of: readonly string[],
  out: string,
  { as, grid, quantiles }: EnsembleWishes,
): Ensembles | undefined {
  if (as === undefined) {
    if (grid !== undefined) throw new InputError("--grid is for --as interp: add that.");
    return undefined;
  }
  if (formatOf(out).format !== "hdf5")
    throw new InputError(`--as ${as} writes HDF5: name a file that ends in .hdf5 with --out.`);
  if (as === "interp" && grid === undefined)
    throw new InputError("--as interp needs --grid LOW..HIGH:N, the values at which densities are written.");
  if (as === "interp" && quantiles !== undefined)
    throw new InputError("--as interp writes densities: leave out --quantiles, or say --as quant.");
  if (as === "quant" && grid !== undefined)
    throw new InputError("--as quant writes quantiles: leave out --grid, or say --as interp.");
  for (const name of of) refuseSteps(config, name);
  const shares = quantiles ?? Array.from(DEFAULT_LEVELS, normalCdf);
  const values = grid && Array.from({ length: grid.count }, (_, i) => gridValue(grid, i));
  const [count, numbers] = values
    ? [values.length, (each: ColumnDistributions) => densitiesAt(each, values)]
    : [shares.length, (each: ColumnDistributions) => each.quantiles(shares)];
  const groupOf = (name: string) => (of.length === 1 ? "" : `${name}/`);
  const columnsOf = (name: string) => Array.from({ length: count }, (_, i) => `${name} ${as} ${i + 1}`);
  return {
    described: of.flatMap((name) => eachOnce(name, columnsOf(name), numbers)),
    layout: {
      groups: of.map((name) => `${groupOf(name)}ancil`),
      arrays: of.map((name) => ({
        path: `${groupOf(name)}data/${values ? "yvals" : "locs"}`,
        columns: columnsOf(name),
      })),
      constants: of.flatMap((name) => {
        const meta = `${groupOf(name)}meta/`;
        return [
          { path: `${meta}pdf_name`, value: as },
          { path: `${meta}pdf_version`, value: 0 },
          ...(values
            ? [{ path: `${meta}xvals`, value: Float64Array.from(values) }]
            : [
                { path: `${meta}quants`, value: Float64Array.from(shares) },
                { path: `${meta}pdf_constructor_name`, value: "piecewise_linear" },
                { path: `${meta}ensure_extent`, value: 1 },
              ]),
        ];
      }),
    },
  };
}

/** What has steps has no density, and qp no place for it. */
function refuseSteps(config: Model["config"], name: string): void {
  const { encoding } = columnNamed(config, name);
  const { isCategorical } = kindOf(encoding);
  const hasSteps = encoding.pointMasses.length > 0;
  const isAngle = encoding.period !== undefined;
  const why = isCategorical
    ? "is a category"
    : hasSteps
      ? "has point masses"
      : isAngle
        ? "is an angle"
        : undefined;
  if (why !== undefined)
    throw new InputError(
      `"${name}" ${why}, which an ensemble of qp has no place for: leave out --as, or ask another column.`,
    );
}

function gridValue({ low, high, count }: Grid, i: number): number {
  return low + ((high - low) * i) / (count - 1);
}

function densitiesAt(of: ColumnDistributions, values: readonly number[]): Float64Array[] {
  return values.map((value) => Float64Array.from({ length: of.rows }, (_, row) => of.pdf(row, value)));
}

/** A column for each number of a distribution; all of a batch are worked out when the first is wanted. */
function eachOnce(
  of: string,
  names: readonly string[],
  numbers: (of: ColumnDistributions) => readonly Float64Array[],
): DescribedColumn[] {
  let [batch, found]: [ColumnDistributions | undefined, readonly Float64Array[]] = [undefined, []];
  return names.map((name, i) => ({
    of,
    column: { name },
    valuesOf: (densities) => {
      if (densities[of] !== batch) [batch, found] = [densities[of], numbers(densities[of])];
      return found[i];
    },
  }));
}
