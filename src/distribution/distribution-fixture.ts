/** @file Known distributions for the tests: the nodes of closed forms, and columns made of them. */
import type { ColumnEncoding } from "../columns/encoding.ts";
import { type Coordinates, coordinates } from "../columns/transforms.ts";
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import { ColumnDistributions } from "./column-distributions.ts";

/** 128 equally spaced levels from -4 to 4, unless others are given. */
export function evenLevels(count = 128, farthest = 4): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => farthest * ((2 * k) / (count - 1) - 1));
}

export function encodingOf(given: Partial<ColumnEncoding> = {}): ColumnEncoding {
  const plain = { kind: "number", center: 0, scale: 1, transform: { by: "none" } } as const;
  return { ...plain, pointMasses: [], categories: [], ...given };
}

/** x = e^u: a normal in standardised units is a lognormal in data units. */
export const exponential: Coordinates = {
  toStandardised: (x) => (x > 0 ? Math.log(x) : Number.NEGATIVE_INFINITY),
  toData: Math.exp,
  slope: Math.exp,
};

interface Rows {
  readonly encoding?: Partial<ColumnEncoding>;
  readonly coordinates?: Coordinates;
  readonly levels?: Float64Array;
  /** Each row's quantile function u(z). */
  readonly curves?: readonly ((z: number) => number)[];
  readonly classes?: readonly number[];
}

export function column({ levels = evenLevels(), curves, classes, ...rest }: Rows): ColumnDistributions {
  const encoding = encodingOf(rest.encoding);
  return new ColumnDistributions({
    name: "x",
    encoding,
    coordinates: rest.coordinates ?? coordinates(encoding),
    levels,
    ...(curves && { nodes: Float64Array.from(curves.flatMap((curve) => [...levels].map(curve))) }),
    ...(classes && { classes: Float64Array.from(classes) }),
  });
}

/** The first row as a number's distribution. */
export function numberOf(rows: Rows) {
  const first = column(rows).at(0);
  if (first.kind !== "number") throw new Error("a category");
  return first;
}

/** A mixture of normals: [weight, mean, standard deviation] each. */
export function normals(...parts: readonly (readonly [number, number, number])[]) {
  const cdf = (x: number) => parts.reduce((sum, [w, m, s]) => sum + w * normalCdf((x - m) / s), 0);
  const pdf = (x: number) => parts.reduce((sum, [w, m, s]) => sum + (w * normalPdf((x - m) / s)) / s, 0);
  const mean = parts.reduce((sum, [w, m]) => sum + w * m, 0);
  const variance = parts.reduce((sum, [w, m, s]) => sum + w * (s ** 2 + (m - mean) ** 2), 0);
  /** u(z), by bisection. The smaller tail is compared, so that no digits are lost in the upper one. */
  const curve = (z: number) => {
    const above = (x: number) => parts.reduce((sum, [w, m, s]) => sum + w * normalCdf((m - x) / s), 0);
    let [low, high] = [-1e3, 1e3];
    for (let step = 0; step < 80; step++) {
      const middle = (low + high) / 2;
      const tooLow = z > 0 ? above(middle) > normalCdf(-z) : cdf(middle) < normalCdf(z);
      if (tooLow) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return { cdf, pdf, mean, std: Math.sqrt(variance), curve };
}

/** The integral of f from a to b, by the midpoint rule. */
export function midpoints(f: (x: number) => number, a: number, b: number, steps = 20_000): number {
  const width = (b - a) / steps;
  let sum = 0;
  for (let k = 0; k < steps; k++) sum += f(a + (k + 0.5) * width);
  return sum * width;
}
