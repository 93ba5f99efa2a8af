/** @file Means over answers about rows, and how sure they are. */

/** A weighted mean of what is told of rows, each once or several times. */
export class RowSums {
  readonly #weights: Float64Array;
  readonly #sums: Float64Array;

  constructor(rows: number) {
    this.#weights = new Float64Array(rows);
    this.#sums = new Float64Array(rows);
  }

  add(row: number, weight: number, value: number): void {
    this.#weights[row] += weight;
    this.#sums[row] += weight * value;
  }

  /** How many rows something was told of. */
  get rows(): number {
    return this.#weights.reduce((count, weight) => count + Number(weight > 0), 0);
  }

  /** The mean, 0 of nothing, and its standard error: what is told of one row is not independent. */
  mean(): { readonly mean: number; readonly error: number } {
    const total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    if (total === 0) return { mean: 0, error: 0 };
    const mean = this.#sums.reduce((sum, each) => sum + each, 0) / total;
    const squares = this.#sums.reduce((sum, each, row) => sum + (each - mean * this.#weights[row]) ** 2, 0);
    return { mean, error: Math.sqrt(squares) / total };
  }
}
