/** @file Point masses: values that a noticeable share of the rows has exactly. */

/** A value and the number of rows that have exactly it. */
export interface Atom {
  readonly value: number;
  readonly rows: number;
}

/** Rarer values are no atoms: as a share of the rows that have a value, and as rows (fewer could be chance). */
const leastShare = 0.005;
const leastRows = 15;
/** An atom is this many times as frequent as a typical one of the nearest other values ... */
const abovePlain = 5;
const plainNeighbours = 5;
/** Of fewer values on a side than this, one that is an atom itself would be the median. */
const leastOfSide = 3;
/** ... and as the second most frequent of a few more: among rounded values, every tenth may be a round one. */
const aboveRound = 3;
const roundNeighbours = 10;
/** A column of so few different values is all atoms, if each is there this many times on average. */
const fewValues = 20;
const oftenEach = 10;
/** More atoms than this are not kept, the most frequent ones first. */
const mostAtoms = 32;

/**
 * The point masses of a column, ascending.
 *
 * A value is compared with the *different* values next to it, not with a density: so in a column rounded to 0.1,
 * where every value is repeated, none stands out by being repeated, and in one that is not rounded
 * (every other value is there once) few repetitions stand out. The nearest five on the denser side count (their
 * median, which another atom or two among them doesn't move), so an end of the range is compared with its inside.
 *
 * A column of at most 20 different values, each there ten times on average, is made of atoms only.
 *
 * @param sorted The values that are present, ascending.
 */
export function findAtoms(sorted: Float64Array): Atom[] {
  const { values, rows } = differentValues(sorted);
  const atomAt = (at: number): Atom => ({ value: values[at], rows: rows[at] });
  const all = values.length <= fewValues && sorted.length >= oftenEach * values.length;
  const least = Math.max(leastRows, leastShare * sorted.length);
  const atoms: Atom[] = [];
  for (let at = 0; at < values.length; at++) {
    if (all || (rows[at] >= least && standsOut(rows, at))) atoms.push(atomAt(at));
  }
  return atoms
    .sort((a, b) => b.rows - a.rows)
    .slice(0, mostAtoms)
    .sort((a, b) => a.value - b.value);
}

/** The different values of an ascending list, and how often each is there. */
export function differentValues(sorted: Float64Array): { values: Float64Array; rows: Uint32Array } {
  const values = new Float64Array(sorted.length);
  const rows = new Uint32Array(sorted.length);
  let count = 0;
  for (let begin = 0, end = 0; begin < sorted.length; begin = end) {
    while (end < sorted.length && sorted[end] === sorted[begin]) end++;
    values[count] = sorted[begin];
    rows[count++] = end - begin;
  }
  return { values: values.subarray(0, count), rows: rows.subarray(0, count) };
}

function standsOut(rows: Uint32Array, at: number): boolean {
  const below = (count: number) => rows.slice(Math.max(0, at - count), at).sort();
  const above = (count: number) => rows.slice(at + 1, at + 1 + count).sort();
  const sides = [below(plainNeighbours), above(plainNeighbours)];
  const usable = sides.filter((side) => side.length >= leastOfSide);
  const plain = Math.max(0, ...(usable.length > 0 ? usable : sides).map(median));
  const round = [...below(roundNeighbours), ...above(roundNeighbours)].sort((a, b) => b - a)[1] ?? 0;
  return rows[at] >= Math.max(abovePlain * plain, aboveRound * round);
}

/** Of ordered numbers; of none, 0. */
function median(ordered: Uint32Array): number {
  const middle = ordered.length >> 1;
  if (ordered.length === 0) return 0;
  return ordered.length % 2 === 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}
