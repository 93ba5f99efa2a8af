/** @file Means, medians and other statistics of rows that each count a whole number of times. */

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

/** The places of the values from the smallest to the largest. */
export function ascending(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => values[a] - values[b],
  );
}

/** Weights under which every row counts once. */
export function eachOnce(rows: number): Weights {
  return new Int32Array(rows).fill(1);
}
