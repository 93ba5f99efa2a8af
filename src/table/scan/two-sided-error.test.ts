/** @file One error for two, compared with simulated truths: its size, and what is left of a population seen through such errors. */
import { expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import { twoSidedError } from "./two-sided-error.ts";

test("is the root of the mean square, of either sign, and the other's where one is unknown", () => {
  const made = twoSidedError(Float64Array.of(3, -3, Number.NaN, 2), Float32Array.of(-4, 4, -5, Number.NaN));
  expect([...made].map((each) => each ** 2)).toEqual(
    [12.5, 12.5, 25, 4].map((each) => expect.closeTo(each, 12)),
  );
});

const ROWS = 200_000;

/** Values 10 +- 1 measured with errors of which the longer side is three times the other, the one or the other way. */
function measured(isLongerAbove: (row: number) => boolean) {
  const random = generator(7, "two-sided errors");
  const [values, upper, lower] = [0, 1, 2].map(() => new Float64Array(ROWS));
  let meanSquare = 0;
  for (let row = 0; row < ROWS; row++) {
    const short = 0.2 + 0.8 * random.uniform();
    [upper[row], lower[row]] = isLongerAbove(row) ? [3 * short, short] : [short, 3 * short];
    const noise = Math.abs(random.normal());
    const truthAbove = random.uniform() < 0.5 ? noise * upper[row] : -noise * lower[row];
    values[row] = 10 + random.normal() - truthAbove;
    meanSquare += truthAbove ** 2 / ROWS;
  }
  const errors = twoSidedError(upper, lower);
  return { values, errors, meanSquare };
}

/** Mean and variance of the true values by expectation maximization for one normal (Bovy, Hogg & Roweis 2011). */
function deconvolved(values: ArrayLike<number>, errors: ArrayLike<number>) {
  let [mean, variance] = [0, 10];
  for (let round = 0; round < 100; round++) {
    let [sum, squares, spread] = [0, 0, 0];
    for (let row = 0; row < values.length; row++) {
      const share = variance / (variance + errors[row] ** 2);
      const expected = mean + share * (values[row] - mean);
      sum += expected;
      squares += expected ** 2;
      spread += variance * (1 - share);
    }
    mean = sum / values.length;
    variance = squares / values.length - mean ** 2 + spread / values.length;
  }
  return { mean, sd: Math.sqrt(variance) };
}

test("its square is the mean squared distance of truths from values", () => {
  const { errors, meanSquare } = measured(() => true);
  const expected = Array.from(errors).reduce((sum, each) => sum + each ** 2, 0) / ROWS;
  expect(Math.abs(meanSquare / expected - 1)).toBeLessThan(0.02);
});

test("a population seen through it keeps mean and spread where either side is the longer as often", () => {
  const { values, errors } = measured((row) => row % 2 === 0);
  const { mean, sd } = deconvolved(values, errors);
  expect(Math.abs(mean - 10)).toBeLessThan(0.015);
  expect(Math.abs(sd - 1)).toBeLessThan(0.015);
});

test("and is moved by less than 0.4 of the difference where it is always the same one", () => {
  const { values, errors } = measured(() => true);
  const { mean, sd } = deconvolved(values, errors);
  const difference = 2 * 0.6; // on average
  expect(10 - mean).toBeGreaterThan(0);
  expect(10 - mean).toBeLessThan(0.4 * difference);
  expect(Math.abs(sd - 1)).toBeLessThan(0.07);
});
