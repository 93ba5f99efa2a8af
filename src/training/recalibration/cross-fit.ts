/**
 * @file Whether a recalibration helps: it is fitted to one half of the held-out rows and tried on the other, and the other way
 * round. What does not help there by more than its noise is left out.
 */
import { sizeIndex } from "../../columns/recalibration.ts";
import type { Verdict } from "../../networks/training-report.ts";
import { RowSums } from "../row-sums.ts";
import type { Asked } from "./held-out-answers.ts";

/** A family of recalibrations, as it is fitted to some of a column's held-out cells. */
export interface Fits<Parameters> {
  fit(chosen: Uint32Array, weights: Float64Array, around: Parameters, isTight: boolean): Parameters;
  /** By how many nats each of the chosen cells becomes more probable. */
  gains(chosen: Uint32Array, parameters: Parameters): Float64Array;
}

/** Of one size of the given set. */
export interface Fitted<Parameters> {
  /** Absent where answers are left as they are. */
  readonly parameters?: Parameters;
  readonly verdict: Verdict;
}

/** Fewer held-out rows than this can't tell. */
const FEWEST_ROWS = 40;
/** A gain must be above so many standard errors, and so many nats: questions that are not asked here may lose. */
const SURE = 2;
const WORTH = 0.001;

/**
 * For each size of the given set the map of all sizes together, or one of its own, or none.
 * @param identity the parameters that leave answers as they are. @param sizes the most columns given of each, ascending.
 */
export function crossFitted<Parameters>(
  fits: Fits<Parameters>,
  identity: Parameters,
  asked: Asked,
  sizes: readonly number[],
): Fitted<Parameters>[] {
  const { rows, given, weights } = asked;
  const indices = sizes.map((most) => ({ most }));
  const sizeOf = given.map((count) => sizeIndex(indices, count));
  const every = Uint32Array.from(rows.keys());
  const halves = [0, 1].map((half) => every.filter((cell) => rows[cell] % 2 === half));
  const isOf = (size: number) => (cell: number) => sizeOf[cell] === size;
  const fit = (chosen: Uint32Array, around: Parameters, isTight: boolean) =>
    fits.fit(chosen, scaled(weights, rows, chosen), around, isTight);
  const tooFew = () => ({ verdict: { kept: false, rows: 0, gain: 0, error: 0 } });
  if (halves.some((half) => distinct(rows, half) < FEWEST_ROWS / 2)) return sizes.map(tooFew);

  const ofHalves = halves.map((half) => fit(half, identity, false));
  const gains = new Float64Array(rows.length);
  for (const [which, half] of halves.entries()) put(gains, half, fits.gains(half, ofHalves[1 - which]));
  const together = gainOf(asked, every, gains);
  const isKept = isWorth(together);
  const all = isKept ? fit(every, identity, false) : identity;
  const bases = isKept ? ofHalves : [identity, identity];

  return sizes.map((_, size) => {
    const own = every.filter(isOf(size));
    const ownHalves = halves.map((half) => half.filter(isOf(size)));
    if (ownHalves.some((half) => distinct(rows, half) < FEWEST_ROWS / 2)) return tooFew();
    const ownOfHalves = ownHalves.map((half, which) => fit(half, bases[which], true));
    const ownGains = new Float64Array(rows.length);
    for (const [which, half] of ownHalves.entries())
      put(ownGains, half, fits.gains(half, ownOfHalves[1 - which]));
    const shared = gainOf(asked, own, gains);
    const isShared = isKept && shared.gain > 0;
    const better = gainOf(
      asked,
      own,
      ownGains.map((gain, cell) => gain - (isShared ? gains[cell] : 0)),
    );
    if (isWorth(better))
      return { parameters: fit(own, all, true), verdict: { kept: true, ...gainOf(asked, own, ownGains) } };
    if (isShared) return { parameters: all, verdict: { kept: true, ...shared } };
    return { verdict: { kept: false, ...better } };
  });
}

const isWorth = ({ gain, error }: Pick<Verdict, "gain" | "error">) => gain > Math.max(SURE * error, WORTH);

/** So that they add up to the number of rows: questions about one row are not so many pieces of evidence. */
function scaled(weights: readonly number[], rows: readonly number[], chosen: Uint32Array): Float64Array {
  const all = chosen.reduce((sum, cell) => sum + weights[cell], 0);
  const scale = distinct(rows, chosen) / all;
  return Float64Array.from(chosen, (cell) => weights[cell] * scale);
}

function distinct(rows: readonly number[], chosen: Uint32Array): number {
  return new Set(Array.from(chosen, (cell) => rows[cell])).size;
}

function put(into: Float64Array, chosen: Uint32Array, values: Float64Array): void {
  chosen.forEach((cell, i) => {
    into[cell] = values[i];
  });
}

/** The mean gain of an answer, and its standard error: answers about one row are not independent. */
function gainOf({ rows, weights }: Asked, chosen: Uint32Array, gains: Float64Array) {
  const sums = new RowSums(1 + chosen.reduce((most, cell) => Math.max(most, rows[cell]), 0));
  for (const cell of chosen) sums.add(rows[cell], weights[cell], gains[cell]);
  const { mean: gain, error } = sums.mean();
  return { rows: sums.rows, gain, error };
}
