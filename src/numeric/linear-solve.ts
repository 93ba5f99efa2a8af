/** @file A small system of linear equations, and the determinant that comes with its solution. */

/**
 * Solves A x = b by Gaussian elimination with row exchanges. Our own: the matrices have as many rows as a point has
 * coordinates (two, mostly), millions of them are solved one after the other, and a matrix library would make
 * objects of each.
 *
 * @param matrix A (n, n), row-major; overwritten. @param right b (n); overwritten with x.
 * @returns the determinant of A; where that is 0, x is of no meaning.
 */
export function solveInPlace(matrix: Float64Array, right: Float64Array): number {
  const n = right.length;
  let determinant = 1;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(matrix[row * n + column]) > Math.abs(matrix[pivot * n + column])) pivot = row;
    }
    const diagonal = matrix[pivot * n + column];
    determinant *= pivot === column ? diagonal : -diagonal;
    if (determinant === 0) return 0;
    if (pivot !== column) exchangeRows(matrix, right, pivot, column);
    for (let row = column + 1; row < n; row++) {
      const factor = matrix[row * n + column] / diagonal;
      for (let i = column + 1; i < n; i++) matrix[row * n + i] -= factor * matrix[column * n + i];
      right[row] -= factor * right[column];
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    let rest = right[row];
    for (let i = row + 1; i < n; i++) rest -= matrix[row * n + i] * right[i];
    right[row] = rest / matrix[row * n + row];
  }
  return determinant;
}

function exchangeRows(matrix: Float64Array, right: Float64Array, a: number, b: number): void {
  const n = right.length;
  for (let i = 0; i < n; i++) {
    const kept = matrix[a * n + i];
    matrix[a * n + i] = matrix[b * n + i];
    matrix[b * n + i] = kept;
  }
  const kept = right[a];
  right[a] = right[b];
  right[b] = kept;
}
