/** @file A density tabulated on an even grid, with its integral: what quadrature leaves of a conditional. */

/** A density on an even grid, normalised, and its integral from the grid's start. */
export interface Tabulated {
  /** The integral of the density as it was given, before it was normalised. */
  readonly mass: number;
  pdf(x: number): number;
  /** 0 before the grid and 1 after it. */
  cdf(x: number): number;
}

/**
 * Integrates an even grid of density values (any positive scale): the trapezoid rule with its end correction
 * h^2/12 (f'(a) - f'(b)) in each cell (Euler-Maclaurin), and between grid points the cubic whose slopes are the
 * density. Both errors fall as h^4.
 *
 * @param density at start, start + step, ...; at least three values.
 * @throws Error if the density integrates to nothing, as of given values that can't occur.
 */
export function tabulated(start: number, step: number, density: Float64Array): Tabulated {
  const last = density.length - 1;
  const slope = (i: number) => {
    if (i === 0) return (-3 * density[0] + 4 * density[1] - density[2]) / (2 * step);
    if (i === last) return (3 * density[last] - 4 * density[last - 1] + density[last - 2]) / (2 * step);
    return (density[i + 1] - density[i - 1]) / (2 * step);
  };
  const integral = new Float64Array(density.length);
  for (let i = 0; i < last; i++) {
    const trapezoid = (step * (density[i] + density[i + 1])) / 2;
    const corrected = trapezoid + (step * step * (slope(i) - slope(i + 1))) / 12;
    integral[i + 1] = integral[i] + Math.max(0, corrected);
  }
  const mass = integral[last];
  if (!(mass > 0)) throw new Error("the given values have no probability: nothing to normalise");
  const end = start + last * step;
  /** The cubic of the integral in the cell of x: its start, its rise as a * t + b * t^2 + c * t^3, and t. */
  const cubicAt = (x: number) => {
    const i = Math.min(last - 1, Math.floor((x - start) / step));
    const rise = integral[i + 1] - integral[i];
    const [left, right] = [step * density[i], step * density[i + 1]];
    const [b, c] = [3 * rise - 2 * left - right, left + right - 2 * rise];
    return { from: integral[i], rise, a: left, b, c, t: (x - start) / step - i };
  };
  return {
    mass,
    pdf: (x) => {
      if (!(x >= start && x <= end)) return 0;
      const { a, b, c, t } = cubicAt(x);
      return Math.max(0, a + t * (2 * b + t * 3 * c)) / (step * mass);
    },
    cdf: (x) => {
      if (x <= start) return 0;
      if (x >= end) return 1;
      const { from, rise, a, b, c, t } = cubicAt(x);
      return (from + Math.min(rise, Math.max(0, t * (a + t * (b + t * c))))) / mass;
    },
  };
}
