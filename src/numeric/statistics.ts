/** @file Means, medians and other statistics: of numbers, and of rows that each count an integer number of times. */

/**
 * 1 / Phi^-1(3/4): makes the median distance from the median of normally distributed numbers their standard deviation.
 */
export const MAD_TO_STANDARD_DEVIATION = 1.482602218505602;

/** The median of ascending numbers; of an even count the mean of the middle two (as numpy's). */
export function medianOfSorted(ascending: ArrayLike<number>): number {
  const half = ascending.length >> 1;
  if (ascending.length % 2 === 1) return ascending[half];
  return (ascending[half - 1] + ascending[half]) / 2;
}

/** The quantile of ascending numbers, linear between neighbours; they may end in infinities; NaN if there are none. */
export function quantileOfSorted(ascending: ArrayLike<number>, share: number): number {
  if (ascending.length === 0) return Number.NaN;
  const index = share * (ascending.length - 1);
  const [below, above] = [ascending[Math.floor(index)], ascending[Math.ceil(index)]];
  return below === above ? below : below + (index - Math.floor(index)) * (above - below);
}

/** The index of the largest number, the first of equal ones. */
export function indexOfMax(numbers: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < numbers.length; k++) if (numbers[k] > numbers[best]) best = k;
  return best;
}

/** How often each row counts: all 1 for the rows as they are, else a bootstrap's resample. */
export type Weights = ArrayLike<number>;

/** A number made from all rows; NaN if no row counts. What can be prepared (sorting) is done beforehand. */
export type Statistic = (weights: Weights) => number;

/** A row that doesn't count is passed over, not multiplied by 0: its value may be infinite. */
export function meanOf(values: ArrayLike<number>): Statistic {
  const numbers = Float64Array.from(values);
  const finite = numbers.every(Number.isFinite);
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < numbers.length; i++) {
      const weight = weights[i];
      total += weight;
      if (finite || weight > 0) sum += weight * numbers[i];
    }
    return sum / total;
  };
}

export function rootMeanSquareOf(values: ArrayLike<number>): Statistic {
  const meanSquare = meanOf(Float64Array.from(values, (value) => value * value));
  return (weights) => Math.sqrt(meanSquare(weights));
}

/** The median; of an even count the mean of the middle two. */
export function medianOf(values: ArrayLike<number>): Statistic {
  const order = ascending(values);
  return (weights) => {
    let total = 0;
    for (let i = 0; i < values.length; i++) total += weights[i];
    const [low, high] = [Math.floor((total - 1) / 2), Math.floor(total / 2)];
    let passed = 0;
    let lower = Number.NaN;
    for (const index of order) {
      const before = passed;
      passed += weights[index];
      if (passed <= low) continue;
      if (before <= low) lower = values[index];
      if (passed > high) return before <= low ? lower : (lower + values[index]) / 2;
    }
    return Number.NaN;
  };
}

/** The indices of the values from the smallest to the largest. */
export function ascending(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => values[a] - values[b],
  );
}

/** Weights under which every row counts once. */
export function eachOnce(rows: number): Weights {
  return new Int32Array(rows).fill(1);
}
