/**
 * @file Columns whose values lie on a circle, in the network. Given values enter by sines and cosines of whole multiples of
 * their angle, so that nothing jumps where the circle is cut; targets are learnt on the line, on both sides of the cut.
 */
import type { ModelColumn } from "../../columns/encoding.ts";
import { turnRate } from "../../columns/kinds.ts";
import * as op from "../../graph/operations.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { Generator } from "../../numeric/generator.ts";
import { damped } from "../parts/program-parts.ts";
import type { QueryConfig } from "./config.ts";

type Circles = Pick<QueryConfig, "circular">;

/** What a network's config has of them. */
export function circlesAmong(columns: readonly ModelColumn[]): Circles {
  const rates = columns.map(({ encoding }) => turnRate(encoding));
  return rates.some((rate) => rate > 0) ? { circular: rates } : {};
}

export function hasCircles({ circular }: Circles): boolean {
  return circular !== undefined;
}

/** The radians of one standardised unit of each target, 0 on a line; undefined where no column lies on a circle. */
export function ratesOf({ circular }: Circles, tokens: Int32Array): Float64Array | undefined {
  return circular && Float64Array.from(tokens, (token) => circular[token - 1] ?? 0);
}

/**
 * What these columns have instead of a value and learnt frequencies: functions of the angle alone, with frequencies that
 * are whole multiples of a turn. Other columns' numbers stay what they are.
 * @param finest radians of one standardised unit, of the finest frequency. @returns undefined where there are none.
 */
export function circlesOf(
  { circular: rates, frequencies: count }: Pick<QueryConfig, "circular" | "frequencies">,
  tokens: Tensor,
  finest: number,
) {
  if (!rates) return undefined;
  const perToken = (cells: readonly number[], width: number) =>
    op.gather(op.constant([...Array<number>(width).fill(0), ...cells], [rates.length + 1, width]), tokens);
  const rate = perToken(rates, 1);
  const isOnCircle = perToken(
    rates.map((each) => Number(each > 0)),
    1,
  );
  const isStraight = op.add(op.negate(isOnCircle), 1);
  const fixed = perToken(
    rates.flatMap((each) =>
      each > 0 ? harmonics(each, count, finest).map((k) => k * each) : Array<number>(count).fill(0),
    ),
    count,
  );
  const seen = (wave: Tensor, error: Tensor | undefined) =>
    error ? op.multiply(wave, damped(op.multiply(rate, error))) : wave;
  return {
    frequencies: (learnt: Tensor) => op.add(op.multiply(learnt, isStraight), fixed),
    straight: (value: Tensor, error: Tensor | undefined) =>
      op.add(
        op.multiply(isStraight, value),
        op.multiply(isOnCircle, seen(op.sin(op.multiply(rate, value)), error)),
      ),
    cosine: (value: Tensor, error: Tensor | undefined) =>
      op.multiply(isOnCircle, seen(op.cos(op.multiply(rate, value)), error)),
  };
}

/**
 * The multiples of a column's angle whose sines and cosines its values enter by: all from 1 on, and where the column is
 * narrow against its circle, further and further apart up to what is finest for other columns.
 * @param rate radians of one standardised unit. @param finest radians of one standardised unit, of the last one.
 */
function harmonics(rate: number, count: number, finest: number): number[] {
  const last = Math.max(count, Math.round(finest / rate));
  const found: number[] = [];
  for (let k = 0; k < count; k++) {
    const even = count > 1 ? Math.round(last ** (k / (count - 1))) : 1;
    found.push(Math.max(even, (found[k - 1] ?? 0) + 1));
  }
  return found;
}

/** Up to so much of a turn from the cut, values are learnt on both of its sides. */
const OVERLAP = 1 / 8;

/**
 * Where a value on a circle is learnt on the line. Near the cut it is now at one end of the line and now, a turn further,
 * at the other, by a chance that is even at the cut and falls smoothly to none: so the line's density has no edge there,
 * and its sum over all turns, which is the answer, stays what it is, as the two chances add up to 1.
 * @param value standardised, within half a turn of 0. @param rate radians of one standardised unit.
 */
export function besideTheCut(value: number, rate: number, random: Generator): number {
  const turn = (2 * Math.PI) / rate;
  const toCut = 0.5 - Math.abs(value) / turn;
  if (toCut >= OVERLAP) return value;
  const isFarSide = random.uniform() < (1 - Math.sin((Math.PI * toCut) / (2 * OVERLAP))) / 2;
  return isFarSide ? value - Math.sign(value) * turn : value;
}
