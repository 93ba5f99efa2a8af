/** @file Bringing points to zero mean and unit standard deviation, and back. */

/** Of each coordinate: scaled = (value - center) / scale. */
export interface Scaling {
  readonly center: Float64Array;
  readonly scale: Float64Array;
}

/** Those of a model. */
export interface Scalings {
  readonly points: Scaling;
  readonly conditions: Scaling;
}

/** The scaling that changes nothing. */
export function unscaled(width: number): Scaling {
  return { center: new Float64Array(width), scale: new Float64Array(width).fill(1) };
}

/**
 * The mean and standard deviation of each coordinate; a coordinate that never changes keeps its unit.
 * @param cells (rows, width), row-major.
 */
export function scalingOf(cells: Float64Array, width: number): Scaling {
  const rows = cells.length / width;
  const center = new Float64Array(width);
  const scale = new Float64Array(width);
  cells.forEach((cell, i) => {
    center[i % width] += cell / rows;
  });
  cells.forEach((cell, i) => {
    scale[i % width] += (cell - center[i % width]) ** 2 / rows;
  });
  return { center, scale: scale.map((variance) => (variance > 0 ? Math.sqrt(variance) : 1)) };
}

export function scaled(cells: ArrayLike<number>, { center, scale }: Scaling): Float64Array {
  const width = center.length;
  return Float64Array.from(cells, (cell, i) => (cell - center[i % width]) / scale[i % width]);
}

export function original(cells: ArrayLike<number>, { center, scale }: Scaling): Float64Array {
  const width = center.length;
  return Float64Array.from(cells, (cell, i) => center[i % width] + scale[i % width] * cell);
}

/** By how much the log-density of a point falls from the scaled to the original units. */
export function logVolume({ scale }: Scaling): number {
  return scale.reduce((sum, each) => sum + Math.log(each), 0);
}
