/** @file From a column's own units to the model's scale and back. */
import type { ColumnCoding } from "./coding.ts";
import { type MonotoneCubic, monotoneCubic } from "./monotone-cubic.ts";

/** Own units x, model scale u; both maps increase. All in float64. */
export interface Coordinates {
  toModel(x: number): number;
  toOwn(u: number): number;
  /** dx/du at u, > 0: a density in model scale divided by it is one per own unit. */
  slope(u: number): number;
}

const identity: Coordinates = { toModel: (x) => x, toOwn: (u) => u, slope: () => 1 };

/** The two maps of a column; of a category or boolean column, which has no scale, the identity. */
export function coordinates(coding: ColumnCoding): Coordinates {
  const { center, scale, transform } = coding;
  if (coding.kind === "category" || coding.kind === "boolean") return identity;
  switch (transform.by) {
    case "none":
      return { toModel: (x) => (x - center) / scale, toOwn: (u) => center + scale * u, slope: () => scale };
    case "asinh":
      return inverseHyperbolicSine(center, scale, transform.width, transform.stretch);
    case "quantiles":
      return along(monotoneCubic(transform.u, transform.s), center, scale);
  }
}

function inverseHyperbolicSine(center: number, scale: number, width: number, stretch: number): Coordinates {
  const inner = scale * width;
  const outer = width / stretch;
  return {
    toModel: (x) => Math.asinh((x - center) / inner) * outer,
    toOwn: (u) => center + inner * Math.sinh(u / outer),
    slope: (u) => (inner / outer) * Math.cosh(u / outer),
  };
}

/** The curve is s(u), a quantile function: so reading samples off it costs no solving, only encoding does. */
function along(curve: MonotoneCubic, center: number, scale: number): Coordinates {
  return {
    toModel: (x) => curve.inverse((x - center) / scale),
    toOwn: (u) => center + scale * curve.value(u),
    slope: (u) => scale * curve.slope(u),
  };
}
