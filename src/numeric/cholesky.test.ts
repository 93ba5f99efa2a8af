/** @file Cholesky against the equations that it solves. */
import { expect, test } from "vitest";
import { choleskyInPlace, solveCholesky } from "./cholesky.ts";
import { generator } from "./generator.ts";

test("solves the equations, and refuses a matrix that is not positive definite", () => {
  const n = 6;
  const random = generator(1, "cholesky");
  const half = Float64Array.from({ length: n * n }, () => random.normal());
  const matrix = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 0.1 : 0;
    for (let k = 0; k < n; k++) sum += half[i * n + k] * half[j * n + k];
    return sum;
  });
  const x = Float64Array.from({ length: n }, () => random.normal());
  const right = x.map((_, i) => x.reduce((sum, each, j) => sum + matrix[i * n + j] * each, 0));
  const lower = matrix.slice();
  expect(choleskyInPlace(lower, n)).toBe(true);
  solveCholesky(lower, right);
  right.forEach((each, i) => {
    expect(each).toBeCloseTo(x[i], 8);
  });
  expect(choleskyInPlace(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
});
