/** @file The probability of what may be true of a column: a value below a limit, between two, one of some categories. */
import { InputError } from "../base/errors.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import { categoryIndex } from "../distribution/category-distribution.ts";
import type { Distribution, NumberDistribution } from "../distribution/distribution.ts";
import { type Given, isInterval, isMeasured } from "./question-table.ts";
import { givenText } from "./question-text.ts";

/** Something that may be true of one column. */
export interface Event {
  readonly of: string;
  /** "teff < 5000" */
  readonly text: string;
  readonly probability: (distribution: Distribution) => number;
  /** Whether it is true of a value, in the model's terms. */
  readonly holds: (value: number) => boolean;
}

/**
 * What is said as a question says it: `{ teff: { below: 5000 } }`, `{ rooms: 3 }`, `{ kind: "giant" }`.
 * @param encodingOf the encoding of a column. @throws InputError for what is not about exactly one column.
 */
export function eventOf(said: Given, encodingOf: (name: string) => ColumnEncoding): Event {
  const [[of, cell] = ["", undefined], ...others] = Object.entries(said);
  if (cell === undefined || others.length > 0)
    throw new InputError("A probability is that of one column's value, such as teff < 5000 or kind = giant.");
  const encoding = encodingOf(of);
  const kind = kindOf(encoding);
  const text = givenText(said).replace(/^ given /, "");
  if (isMeasured(cell))
    throw new InputError(`The probability of ${text} is none of a value: leave out the error.`);
  const numberFor = (end: number | string) => kind.givenCell(of, end).values[0];
  if (!isInterval(cell)) {
    if (kind.isCategorical) {
      const index = categoryIndex(of, encoding, String(cell));
      return { of, text, probability: categoryProbability(String(cell)), holds: (value) => value === index };
    }
    const wanted = numberFor(cell as number | string);
    const probability = (distribution: Distribution) => numberOf(distribution).probability(wanted);
    return { of, text, probability, holds: (value) => value === wanted };
  }
  if (kind.isCategorical)
    throw new InputError(`"${of}" has categories, which are not more or less: ask for one, ${of}=NAME.`);
  const { lower, above, upper, below } = cell;
  const ends = Object.fromEntries(
    Object.entries({ lower, above, upper, below }).map(([end, value]) => [
      end,
      value === undefined ? undefined : numberFor(value),
    ]),
  );
  return {
    of,
    text,
    probability: (distribution) => within(numberOf(distribution), ends),
    holds: (value) => isWithin(value, ends),
  };
}

const categoryProbability = (category: string) => (distribution: Distribution) => {
  if (distribution.kind !== "category") throw new TypeError(`"${distribution.name}" has no categories`);
  return distribution.probability(category);
};

function numberOf(distribution: Distribution): NumberDistribution {
  if (distribution.kind === "number") return distribution;
  throw new TypeError(`"${distribution.name}" has no numbers`);
}

type Ends = Readonly<Record<string, number | undefined>>;

/** F at the upper end less F at the lower one; an end that belongs to the interval counts with what is exactly there. */
function within(distribution: NumberDistribution, { lower, above, upper, below }: Ends): number {
  const upToBelow = (x: number) => distribution.cdf(x) - distribution.probability(x);
  const high = Math.min(
    upper === undefined ? 1 : distribution.cdf(upper),
    below === undefined ? 1 : upToBelow(below),
  );
  const low = Math.max(
    lower === undefined ? 0 : upToBelow(lower),
    above === undefined ? 0 : distribution.cdf(above),
  );
  return Math.max(0, high - low);
}

function isWithin(value: number, { lower, above, upper, below }: Ends): boolean {
  return (
    (lower === undefined || value >= lower) &&
    (above === undefined || value > above) &&
    (upper === undefined || value <= upper) &&
    (below === undefined || value < below)
  );
}
