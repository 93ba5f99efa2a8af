/** @file The density and the distribution function of the standard normal distribution. */

/** The standard normal density at z. */
export function normalPdf(z: number): number {
  return Math.exp(-0.5 * z * z) / SQRT_TWO_PI;
}

/** The logarithm of the standard normal density at z; no underflow. */
export function normalLogPdf(z: number): number {
  return -0.5 * z * z - LOG_SQRT_TWO_PI;
}

/**
 * P(Z < z) of a standard normal Z = erfc(-z / sqrt 2) / 2, to about 1 part in 10^13 down to z = -37, where it is
 * 10^-300; further out it underflows to 0.
 *
 * @see Cody, W. J. (1969), Rational Chebyshev approximations for the error function, Mathematics of Computation
 * 23, 631-637, https://doi.org/10.1090/S0025-5718-1969-0247736-4
 */
export function normalCdf(z: number): number {
  const y = Math.abs(z) * Math.SQRT1_2;
  if (y <= 0.46875) {
    const square = y * y;
    const erf = (y * polynomial(INNER_NUMERATOR, square)) / polynomial(INNER_DENOMINATOR, square);
    return z < 0 ? 0.5 - 0.5 * erf : 0.5 + 0.5 * erf;
  }
  // Not exp(-y * y): the rounding of sqrt(1/2) would be blown up by y squared.
  const tail = 0.5 * Math.exp(-0.5 * z * z) * scaledErfc(y);
  return z < 0 ? tail : 1 - tail;
}

/** P(from < Z < to), without the cancellation that two values near 1 would suffer. */
export function normalMass(from: number, to: number): number {
  return from > 0 ? normalCdf(-from) - normalCdf(-to) : normalCdf(to) - normalCdf(from);
}

/** The integral of the distribution function up to z. */
export function normalCdfIntegral(z: number): number {
  return z * normalCdf(z) + normalPdf(z);
}

/** erfc(y) exp(y^2) for y > 0.46875. */
function scaledErfc(y: number): number {
  if (y <= 4) return polynomial(MIDDLE_NUMERATOR, y) / polynomial(MIDDLE_DENOMINATOR, y);
  if (y === Number.POSITIVE_INFINITY) return 0;
  const inverse = 1 / (y * y);
  const rest = (inverse * polynomial(FAR_NUMERATOR, inverse)) / polynomial(FAR_DENOMINATOR, inverse);
  return (INVERSE_SQRT_PI - rest) / y;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i];
  return sum;
}

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);
const LOG_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const INVERSE_SQRT_PI = 1 / Math.sqrt(Math.PI);

// Highest power first, the digits as printed in Cody's tables.
// biome-ignore-start lint/correctness/noPrecisionLoss: the published digits, so that they can be compared
// biome-ignore-start format: one polynomial a line pair
const INNER_NUMERATOR = [
  1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2,
  3.20937758913846947e3,
];
const INNER_DENOMINATOR = [
  1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3,
];
const MIDDLE_NUMERATOR = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
  2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3,
  1.23033935479799725e3,
];
const MIDDLE_DENOMINATOR = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
  3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];
const FAR_NUMERATOR = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
];
const FAR_DENOMINATOR = [
  1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
  2.33520497626869185e-3,
];
// biome-ignore-end format: one polynomial a line pair
// biome-ignore-end lint/correctness/noPrecisionLoss: the published digits, so that they can be compared
