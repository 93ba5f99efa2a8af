/** @file The normal distribution function and its inverse as nodes, in double precision. */
import { QUANTILE_RATIOS } from "../numeric/normal-quantile.ts";
import type { NodeWriter } from "./node-writer.ts";

/** P(Z < z), to 1e-16. */
export function normalCdfNode(n: NodeWriter, z: string): string {
  const half = n.number(0.5);
  return n.add(n.multiply(n.erf(n.multiply(z, n.number(Math.SQRT1_2))), half), half);
}

/** The z with P(Z < z) = p, for p strictly between 0 and 1: Wichura's AS 241, see `normalQuantile`. */
export function normalQuantileNode(n: NodeWriter, p: string): string {
  const q = n.subtract(p, n.number(0.5));
  const isLow = n.node("Less", q, n.number(0));
  const tail = n.where(isLow, p, n.subtract(n.number(1), p));
  const r = n.node("Sqrt", n.node("Neg", n.node("Log", tail)));
  const centre = n.multiply(q, ratio(n, "centre", n.subtract(n.number(0.180625), n.multiply(q, q))));
  const outer = n.where(
    n.node("LessOrEqual", r, n.number(5)),
    ratio(n, "middle", n.subtract(r, n.number(1.6))),
    ratio(n, "far", n.subtract(r, n.number(5))),
  );
  const isCentre = n.node("LessOrEqual", n.node("Abs", q), n.number(0.425));
  return n.where(isCentre, centre, n.where(isLow, n.node("Neg", outer), outer));
}

function ratio(n: NodeWriter, range: keyof typeof QUANTILE_RATIOS, x: string): string {
  const [numerator, denominator] = QUANTILE_RATIOS[range].map((coefficients) =>
    coefficients
      .slice(1)
      .reduce(
        (sum, coefficient) => n.add(n.multiply(sum, x), n.number(coefficient)),
        n.number(coefficients[0]),
      ),
  );
  return n.divide(numerator, denominator);
}
