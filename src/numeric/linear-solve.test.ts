import { expect, test } from "vitest";
import { generator } from "./generator.ts";
import { solveInPlace } from "./linear-solve.ts";

test("by hand: a matrix that needs its rows exchanged", () => {
  const x = Float64Array.of(5, 7);
  expect(solveInPlace(Float64Array.of(0, 2, 3, 1), x)).toBe(-6);
  expect(Array.from(x)).toEqual([1.5, 2.5]);
});

test.each([1, 2, 3, 7])(
  "%d equations: the solution solves them, and the determinant is that of a product",
  (n) => {
    const random = generator(n, "equations");
    const draw = (count: number) => Float64Array.from({ length: count }, () => random.normal());
    const times = (a: Float64Array, b: Float64Array, columns: number) =>
      Float64Array.from({ length: n * columns }, (_, cell) => {
        let sum = 0;
        for (let k = 0; k < n; k++)
          sum += a[Math.floor(cell / columns) * n + k] * b[k * columns + (cell % columns)];
        return sum;
      });
    const [a, b, known] = [draw(n * n), draw(n * n), draw(n)];
    const x = times(a, known, 1);
    const ofA = solveInPlace(a.slice(), x);
    x.forEach((each, i) => {
      expect(each).toBeCloseTo(known[i], 9);
    });
    const ofB = solveInPlace(b.slice(), draw(n));
    expect(solveInPlace(times(a, b, n), draw(n)) / (ofA * ofB)).toBeCloseTo(1, 9);
  },
);

test("a singular matrix has the determinant 0", () => {
  expect(solveInPlace(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 1))).toBe(0);
  expect(solveInPlace(new Float64Array(9), new Float64Array(3))).toBe(0);
});
