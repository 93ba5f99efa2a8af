/** @file Contours that hold stated shares of samples: the smoothed samples on a grid, and the heights that hold so many. */
import { quantileOfSorted } from "../numeric/statistics.ts";

export type Place = readonly [x: number, y: number];
export type Rectangle = readonly [x: readonly [number, number], y: readonly [number, number]];

export interface MassContours {
  /** Smoothed samples, row by row from the least y, at the centres of cells of the rectangle. */
  readonly grid: Float64Array;
  readonly width: number;
  readonly height: number;
  readonly rectangle: Rectangle;
  /** By mass: the height above which the grid holds that share of the samples; what has none is left out. */
  readonly levels: readonly { readonly mass: number; readonly height: number }[];
}

const CELLS = 160;
/** Smoothing reaches beyond the frame, so that a contour does not bend where the frame ends. */
const BEYOND = 0.15;
/** The part of Scott's bandwidth that is smoothed with: his makes a normal smoothest, and is too much for a bent cloud. */
const PART = 0.7;
/** How wide the densest quarter of a normal is, in standard deviations. */
const DENSEST_QUARTER = 0.637;

/**
 * The densest regions that hold these shares of all samples (Hyndman 1996, "Computing and graphing highest density
 * regions"): the height of a region is the quantile of the smoothed density at the samples themselves, so the share is right
 * however much is smoothed. Samples outside the frame count as the least dense.
 * @param frame what is seen.
 */
export function massContours(
  samples: readonly Place[],
  frame: Rectangle,
  masses: readonly number[],
): MassContours {
  const rectangle = frame.map(([low, high]) => {
    const edge = BEYOND * (high - low);
    return [low - edge, high + edge] as const;
  }) as unknown as Rectangle;
  const cellsOf = (axis: 0 | 1) => {
    const [low, high] = rectangle[axis];
    return (place: Place) => ((place[axis] - low) / (high - low)) * CELLS - 0.5;
  };
  const [column, row] = [cellsOf(0), cellsOf(1)];
  const counts = new Float64Array(CELLS * CELLS);
  for (const sample of samples) {
    const [i, j] = [Math.round(column(sample)), Math.round(row(sample))];
    if (i >= 0 && i < CELLS && j >= 0 && j < CELLS) counts[j * CELLS + i]++;
  }
  const spread = (cell: (place: Place) => number) => bandwidth(samples.map(cell).filter(Number.isFinite));
  const grid = blurred(blurred(counts, spread(column), 1), spread(row), CELLS);
  const heights = Float64Array.from(samples, (sample) => heightAt(grid, column(sample), row(sample))).sort();
  const levels = masses.map((mass) => ({ mass, height: quantileOfSorted(heights, 1 - mass) }));
  return { grid, width: CELLS, height: CELLS, rectangle, levels: levels.filter(({ height }) => height > 0) };
}

/**
 * The rectangle in which all contours lie, a cell of the grid around what they hold; undefined where there is none. One that
 * reaches to the edge of the grid's rectangle may go on beyond it.
 */
export function contourExtent({
  grid,
  width,
  height,
  rectangle,
  levels,
}: MassContours): Rectangle | undefined {
  if (levels.length === 0) return undefined;
  const lowest = Math.min(...levels.map((level) => level.height));
  let [left, right, low, high] = [width, -1, height, -1];
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      if (grid[j * width + i] < lowest) continue;
      [left, right, low, high] = [Math.min(left, i), Math.max(right, i), Math.min(low, j), Math.max(high, j)];
    }
  }
  const [[x1, x2], [y1, y2]] = rectangle;
  const at = (from: number, to: number, cell: number, cells: number) => from + ((to - from) * cell) / cells;
  return [
    [at(x1, x2, Math.max(0, left - 1), width), at(x1, x2, Math.min(width, right + 2), width)],
    [at(y1, y2, Math.max(0, low - 1), height), at(y1, y2, Math.min(height, high + 2), height)],
  ];
}

/** In cells: Scott (1992) for two dimensions, of the spread around the peak, which several peaks do not widen. */
function bandwidth(cells: readonly number[]): number {
  const sorted = Float64Array.from(cells).sort();
  const quarter = Math.ceil(sorted.length / 4);
  let densest = Number.POSITIVE_INFINITY;
  for (let i = 0; i + quarter < sorted.length; i++)
    densest = Math.min(densest, sorted[i + quarter] - sorted[i]);
  const width = Number.isFinite(densest) ? densest / DENSEST_QUARTER : 0;
  return Math.min(CELLS / 8, Math.max(1, PART * width * sorted.length ** (-1 / 6)));
}

/** With a normal of that many cells along one direction. @param step between neighbours in the grid: 1 or the width. */
function blurred(grid: Float64Array, sigma: number, step: 1 | typeof CELLS): Float64Array {
  const reach = Math.ceil(4 * sigma);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2));
  const sum = kernel.reduce((total, each) => total + each, 0);
  const made = new Float64Array(grid.length);
  for (let cell = 0; cell < grid.length; cell++) {
    if (grid[cell] === 0) continue;
    const along = step === 1 ? cell % CELLS : Math.floor(cell / CELLS);
    const [first, last] = [Math.max(-reach, -along), Math.min(reach, CELLS - 1 - along)];
    for (let by = first; by <= last; by++) made[cell + by * step] += (grid[cell] * kernel[by + reach]) / sum;
  }
  return made;
}

/** Linear between the centres of cells; 0 outside. */
function heightAt(grid: Float64Array, column: number, row: number): number {
  const [i, j] = [Math.floor(column), Math.floor(row)];
  if (!(i >= 0 && j >= 0 && i < CELLS - 1 && j < CELLS - 1)) return 0;
  const [x, y] = [column - i, row - j];
  const at = (dx: number, dy: number) => grid[(j + dy) * CELLS + i + dx];
  return (1 - y) * ((1 - x) * at(0, 0) + x * at(1, 0)) + y * ((1 - x) * at(0, 1) + x * at(1, 1));
}
