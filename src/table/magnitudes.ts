/** @file Words behind a number that say how many it counts: "900K", "1.2M", "3 bn", "2 Mio", "1.5 crore". */

const SIZES: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  b: 1e9,
  t: 1e12,
  mm: 1e6,
  mn: 1e6,
  bn: 1e9,
  tn: 1e12,
  tsd: 1e3,
  mio: 1e6,
  mrd: 1e9,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
  lakh: 1e5,
  crore: 1e7,
  cr: 1e7,
};
const NAMES = Object.keys(SIZES).sort((a, b) => b.length - a.length);

/** What matches one, in capitals or not, to JavaScript and to RE2. */
export const MAGNITUDE = NAMES.map((name) =>
  name.replace(/./g, (letter) => `[${letter}${letter.toUpperCase()}]`),
).join("|");

export const mayBeMagnitude = (word: string): boolean => Object.hasOwn(SIZES, word.toLowerCase());

/** What a number is multiplied by that has this word behind it. */
export const magnitudeOf = (word: string): number => SIZES[word.toLowerCase()];

/** All of them, in small letters, with what they mean. */
export const MAGNITUDES: readonly (readonly [word: string, size: number])[] = Object.entries(SIZES);
