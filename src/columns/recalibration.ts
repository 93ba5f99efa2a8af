/**
 * @file What recalibration knows of a column: how its answers were off on held-out rows, by how many columns were given. It
 * goes with the column, so whatever answers about the column answers recalibrated.
 */
import type { JsonSection } from "../base/json-section.ts";

/**
 * A smooth increasing map of normal levels, by points on it. Where an answer has the level z = Phi^-1(F(y)), the recalibrated
 * one has the level T(z): F' = G(F) with G = Phi T Phi^-1.
 */
export interface LevelPoints {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** How far class probabilities are trusted: p becomes share (p / share)^trust, scaled to a sum of 1. */
export interface ClassTrust {
  readonly trust: number;
  /** By class, what the answers say on average. */
  readonly shares: readonly number[];
}

/** For questions that give so many columns at most, and more than the entry before. */
export interface SizeRecalibration {
  readonly most: number;
  /** Absent where the answers' numbers, or their classes, are left as they are. */
  readonly levels?: LevelPoints;
  readonly classes?: ClassTrust;
}

/** By size of the given set, ascending. */
export type Recalibration = readonly SizeRecalibration[];

/** Which entry a question belongs to. */
export function sizeIndex(sizes: readonly Pick<SizeRecalibration, "most">[], given: number): number {
  const found = sizes.findIndex(({ most }) => given <= most);
  return found < 0 ? sizes.length - 1 : found;
}

/** Recalibrates the class probabilities of one row, in place. */
export function trustClasses(probabilities: Float64Array, { trust, shares }: ClassTrust): void {
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) {
    const share = shares[k];
    // A class that the answers never speak of stays as it is.
    if (share > 0) probabilities[k] = share * (probabilities[k] / share) ** trust;
    sum += probabilities[k];
  }
  for (let k = 0; k < probabilities.length; k++) probabilities[k] /= sum;
}

/** @throws InputError if it is damaged. */
export function readRecalibration(column: JsonSection): Recalibration {
  return column.sections("recalibration").map((size) => ({
    most: size.number("most"),
    ...(size.has("levels") && { levels: readLevels(size.section("levels")) }),
    ...(size.has("classes") && {
      classes: {
        trust: size.section("classes").number("trust"),
        shares: size.section("classes").numbers("shares"),
      },
    }),
  }));
}

function readLevels(section: JsonSection): LevelPoints {
  const [from, to] = [section.numbers("from"), section.numbers("to")];
  const rises = (values: readonly number[]) => values.every((value, k) => k === 0 || value > values[k - 1]);
  if (from.length < 2 || from.length !== to.length || !rises(from) || !rises(to))
    throw section.wrong("to", "not as many rising levels as `from` has");
  return { from, to };
}
