/** @file Systems of linear equations with a symmetric positive definite matrix, as least squares makes them. */

/**
 * The lower triangle L with L L' = A (Cholesky). Our own: the matrices have a few hundred rows at most.
 * @param matrix A (n, n), row-major; overwritten with L, above whose diagonal nothing is of meaning.
 * @returns false if A is not positive definite to rounding; then nothing in it is of meaning.
 */
export function choleskyInPlace(matrix: Float64Array, n: number): boolean {
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * n + column];
      for (let k = 0; k < column; k++) rest -= matrix[row * n + k] * matrix[column * n + k];
      if (column < row) matrix[row * n + column] = rest / matrix[column * n + column];
      else if (!(rest > 0)) return false;
      else matrix[row * n + row] = Math.sqrt(rest);
    }
  }
  return true;
}

/** Solves L L' x = b. @param right b; overwritten with x. */
export function solveCholesky(lower: Float64Array, right: Float64Array): void {
  const n = right.length;
  for (let row = 0; row < n; row++) {
    let rest = right[row];
    for (let k = 0; k < row; k++) rest -= lower[row * n + k] * right[k];
    right[row] = rest / lower[row * n + row];
  }
  for (let row = n - 1; row >= 0; row--) {
    let rest = right[row];
    for (let k = row + 1; k < n; k++) rest -= lower[k * n + row] * right[k];
    right[row] = rest / lower[row * n + row];
  }
}
