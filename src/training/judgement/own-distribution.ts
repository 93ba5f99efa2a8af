/** @file A column's own distribution, as training rows have it: what is known of a value if nothing else is given. */
import { type EncodedCells, isLimitedCell } from "../../networks/encoded-table.ts";
import { isContinuous } from "../../networks/query/context-layout.ts";
import { normalCdf } from "../../numeric/normal-cdf.ts";

/** Minus the log probability, or density in standardised units, of a cell of the same column. */
export type CellLoss = (cells: EncodedCells, row: number) => number;

/** A class that no training row has is not impossible: each counts as if seen so many times more. All of these are tried. */
const PRIOR_COUNTS = [0.1, 0.5, 2, 10, 100];

/**
 * Shares of the classes, and a smooth density of the numbers.
 * @param classes how many there are. @param intervalsFrom see `Network.likelihood`. @param rows those of the cells to learn from.
 */
export function ownDistribution(
  cells: EncodedCells,
  rows: number,
  classes: number,
  intervalsFrom: number,
): CellLoss {
  const there = Array.from({ length: rows }, (_, row) => row).filter(
    (row) => !Number.isNaN(cells.values[row]),
  );
  const shares = cells.classes && classLosses(cells.classes, there, classes);
  const numbers = there.filter((row) => isContinuous(cells, row));
  const density = smoothDensity(Float64Array.from(numbers, (row) => cells.values[row]));
  return (asked, row) => {
    if (isLimitedCell(asked, row)) return -Math.log(TINY + massWithin(density, asked, row));
    const ofClass = asked.classes && shares ? shares[asked.classes[row]] : 0;
    if (!isContinuous(asked, row)) return ofClass;
    const width = asked.widths?.[row] ?? 0;
    return ofClass - logLikelihood(density, asked.values[row], width > intervalsFrom ? width : 0);
  };
}

/** Minus the log share of each class, with the prior count that makes every second row most probable given the others. */
function classLosses(classes: Int32Array, rows: readonly number[], count: number): Float64Array {
  const shares = (from: readonly number[], prior: number) => {
    const counts = new Float64Array(count).fill(prior);
    for (const row of from) counts[classes[row]]++;
    return counts.map((each) => -Math.log(each / (from.length + prior * count)));
  };
  const [known, others] = [0, 1].map((parity) => rows.filter((_, i) => i % 2 === parity));
  const fits = PRIOR_COUNTS.map((prior) => {
    const losses = shares(known, prior);
    return others.reduce((sum, row) => sum + losses[classes[row]], 0);
  });
  return shares(rows, PRIOR_COUNTS[fits.indexOf(Math.min(...fits))]);
}

/** A density of one number: at a point, and below it. */
export interface Density {
  pdf(x: number): number;
  cdf(x: number): number;
}

/** Keeps a logarithm finite where nothing is likely. */
export const TINY = 1e-12;

/** The probability of the interval that a cell with limits is: its column has no classes. */
export function massWithin({ cdf }: Density, { lower, upper }: EncodedCells, row: number): number {
  const at = (end: number) =>
    end === Number.POSITIVE_INFINITY ? 1 : end === Number.NEGATIVE_INFINITY ? 0 : cdf(end);
  return at(upper?.[row] ?? Number.NaN) - at(lower?.[row] ?? Number.NaN);
}

/** Of a value, or of the interval of that width around it. */
export function logLikelihood({ pdf, cdf }: Density, value: number, width: number): number {
  return Math.log(TINY + (width > 0 ? cdf(value + width / 2) - cdf(value - width / 2) : pdf(value)));
}

export function normalDensity(mean: number, sd: number): Density {
  return {
    pdf: (x) => Math.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * Math.sqrt(2 * Math.PI)),
    cdf: (x) => normalCdf((x - mean) / sd),
  };
}

/** Bandwidths that are tried, in units of Silverman's. */
const BANDWIDTHS = [1, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625];
/** What a wide normal has beside the kernels, for values farther out than any known one. */
const WIDE_SHARE = 0.01;
const WIDE = 3;
const CELLS = 2048;

/**
 * Normal kernels, as wide as makes every second value most probable given the others (Silverman 1986, "Density estimation
 * for statistics and data analysis", eq. 3.31, is where the search begins).
 * @param values in standardised units, in random order; without any, a standard normal stands for them.
 */
export function smoothDensity(values: Float64Array): Density {
  if (values.length < 2) return normalDensity(values[0] ?? 0, 1);
  const sorted = values.toSorted();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length) || 1e-3;
  const spread = Math.min(sd, (at(0.75) - at(0.25)) / 1.34 || sd);
  const silverman = 0.9 * spread * values.length ** -0.2;
  const [known, others] = [0, 1].map((parity) => values.filter((_, i) => i % 2 === parity));
  const wide = normalDensity(mean, WIDE * sd);
  const made = (from: Float64Array, width: number) => withTails(kernels(from, width), wide);
  const fits = BANDWIDTHS.map((factor) => {
    const { pdf } = made(known, factor * silverman);
    return others.reduce((sum, x) => sum + Math.log(TINY + pdf(x)), 0);
  });
  return made(values, silverman * BANDWIDTHS[fits.indexOf(Math.max(...fits))]);
}

const withTails = (inner: Density, wide: Density): Density => ({
  pdf: (x) => (1 - WIDE_SHARE) * inner.pdf(x) + WIDE_SHARE * wide.pdf(x),
  cdf: (x) => (1 - WIDE_SHARE) * inner.cdf(x) + WIDE_SHARE * wide.cdf(x),
});

/** Normal kernels of one width, worked out in even cells: each value falls into one, straight between their middles. */
function kernels(values: Float64Array, wanted: number): Density {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const margin = 4 * wanted;
  const cell = Math.max((high - low + 2 * margin) / CELLS, 1e-9);
  const width = Math.max(wanted, cell);
  const from = low - margin;
  const counts = new Float64Array(CELLS + 1);
  for (const value of values) counts[Math.floor((value - from) / cell)] += 1 / values.length;
  const reach = Math.ceil((4 * width) / cell);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((((i - reach) * cell) / width) ** 2) / 2),
  );
  const all = kernel.reduce((sum, each) => sum + each, 0);
  const masses = new Float64Array(CELLS + 1);
  counts.forEach((count, i) => {
    if (count === 0) return;
    for (let k = 0; k < kernel.length; k++) {
      const to = Math.min(CELLS, Math.max(0, i + k - reach));
      masses[to] += (count * kernel[k]) / all;
    }
  });
  const below = new Float64Array(CELLS + 2);
  masses.forEach((mass, i) => {
    below[i + 1] = below[i] + mass;
  });
  return {
    pdf(x) {
      const at = (x - from) / cell - 0.5;
      const i = Math.floor(at);
      if (i < 0 || i >= CELLS) return 0;
      return (masses[i] + (at - i) * (masses[i + 1] - masses[i])) / cell;
    },
    cdf(x) {
      const at = Math.min(CELLS + 1, Math.max(0, (x - from) / cell));
      const i = Math.floor(at);
      return below[i] + (at - i) * (masses[i] ?? 0);
    },
  };
}
