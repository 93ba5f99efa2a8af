/** @file Histograms in units of density, to stand behind one. */

export interface Bar {
  readonly x1: number;
  readonly x2: number;
  readonly density: number;
}

/** Shares of all present values per unit, in equal bins; what lies outside the range counts in the shares, too. */
export function histogram(
  values: ArrayLike<number>,
  [low, high]: readonly [number, number],
  bins: number,
): Bar[] {
  const width = (high - low) / bins;
  const counts = new Float64Array(bins);
  let present = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    present++;
    const bin = value === high ? bins - 1 : Math.floor((value - low) / width);
    if (bin >= 0 && bin < bins) counts[bin]++;
  }
  return Array.from(counts, (count, i) => ({
    x1: low + i * width,
    x2: low + (i + 1) * width,
    density: present === 0 ? 0 : count / present / width,
  }));
}

/** The outline of a histogram, to be drawn as a line or an area: bars one by one leave seams. */
export function outline(bars: readonly Bar[]): { x: number; density: number }[] {
  return bars.flatMap(({ x1, x2, density }) => [
    { x: x1, density },
    { x: x2, density },
  ]);
}

/** Where nearly all values lie, with a little room. @param tail the share left out at each end. */
export function valueRange(lists: readonly ArrayLike<number>[], tail: number): [number, number] {
  const ends = lists.flatMap((values) => {
    const sorted = Float64Array.from(values)
      .filter((value) => !Number.isNaN(value))
      .sort();
    const last = sorted.length - 1;
    return last < 0 ? [] : [sorted[Math.floor(tail * last)], sorted[Math.ceil((1 - tail) * last)]];
  });
  return withRoom(Math.min(...ends), Math.max(...ends));
}

export function withRoom(low: number, high: number): [number, number] {
  const edge = high > low ? 0.03 * (high - low) : Math.abs(low) * 0.05 || 1;
  return [low - edge, high + edge];
}
