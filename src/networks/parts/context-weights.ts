/** @file What a target counts where some of its row's columns are given, so that rows with many and few missing cells are alike. */

import { type EncodedTable, isKnownCell, referenceRows } from "../encoded-table.ts";

/**
 * The maximum that a row counts, in units of the average. Sets of many columns are almost never drawn from rows that
 * have more besides: there the rows that have just these go on counting most.
 */
export const MAX_WEIGHT = 16;

/** How many of a row's columns are there, and how many of these can be targets. */
export interface RowKind {
  readonly present: number;
  readonly askable: number;
}

/** The logarithm of 1 / (what such a row weighs a target with one set of n given columns, before it is evened out). */
export type LogRarity = (row: RowKind, n: number) => number;

/** Rows with the same columns present: which (one bit each), the number of their kind, and how many rows. */
interface Pattern {
  readonly bits: Uint32Array;
  readonly kind: number;
  rows: number;
}

/**
 * A row with few present columns is asked with each set of given columns more often than one with many. If all counted
 * the same, the density learnt given this set would be that of rows with many missing cells: wrong wherever what
 * is missing depends on the values. So a row's question with a set T counts by the chance it had (inverse
 * probability weights: Horvitz & Thompson 1952, doi:10.1080/01621459.1952.10483446), and all rows that have T the
 * same. The sum over these rows stays what it was, so that no T counts more or less than another for it.
 */
export class ContextWeights {
  readonly #kinds: readonly RowKind[];
  readonly #patterns: readonly Pattern[];
  readonly #logRarity: LogRarity;
  readonly #given: Uint32Array;

  constructor(table: EncodedTable, outputs: Int32Array, logRarity: LogRarity) {
    this.#logRarity = logRarity;
    ({ kinds: this.#kinds, patterns: this.#patterns } = patternsOf(table, outputs));
    this.#given = new Uint32Array(Math.ceil(table.columns.length / 32));
  }

  /**
   * @param row its kind.
   * @param wanted tokens of the columns that a row must have to be asked the same: those that were given, or the target too.
   * @param n how many of them were given.
   * @returns what the row counts; 1 on the average, and always 1 where all rows have the same columns.
   */
  of(row: RowKind, wanted: Int32Array, n = wanted.length): number {
    if (this.#patterns.length === 1) return 1;
    const own = this.#logRarity(row, n);
    let [rows, sum] = [0, 0];
    this.#rowsWith(wanted).forEach((count, kind) => {
      const rarity = count === 0 ? Number.POSITIVE_INFINITY : this.#logRarity(this.#kinds[kind], n);
      if (rarity === Number.POSITIVE_INFINITY) return;
      rows += count;
      sum += count * Math.exp(own - rarity);
    });
    // No row like it among those looked through: it stands for itself.
    return rows === 0 ? 1 : Math.min(sum / rows, MAX_WEIGHT);
  }

  /** How many rows of each kind have these columns. Run for every row of every batch: plain loops. */
  #rowsWith(tokens: Int32Array): Float64Array {
    const wanted = this.#given.fill(0);
    for (const token of tokens) setBit(wanted, token - 1);
    const counts = new Float64Array(this.#kinds.length);
    for (const { bits, kind, rows } of this.#patterns) {
      let word = 0;
      while (word < wanted.length && (wanted[word] & ~bits[word]) === 0) word++;
      if (word === wanted.length) counts[kind] += rows;
    }
    return counts;
  }
}

/** ln of the number of ways to choose k of n, for n up to a greatest. */
export function logBinomials(greatest: number): (n: number, k: number) => number {
  const logFactorials = new Float64Array(greatest + 1);
  for (let n = 2; n <= greatest; n++) logFactorials[n] = logFactorials[n - 1] + Math.log(n);
  return (n, k) => logFactorials[n] - logFactorials[k] - logFactorials[n - k];
}

function setBit(words: Uint32Array, index: number): void {
  words[index >> 5] |= 1 << (index & 31);
}

/** The patterns of evenly spaced rows, and their kinds. */
function patternsOf(
  { rows, columns }: EncodedTable,
  outputs: Int32Array,
): { kinds: RowKind[]; patterns: Pattern[] } {
  const isOutput = new Set(outputs);
  const patterns = new Map<string, Pattern>();
  const kinds = new Map<string, RowKind & { index: number }>();
  for (const row of referenceRows(rows)) {
    const bits = new Uint32Array(Math.ceil(columns.length / 32));
    let [present, askable] = [0, 0];
    columns.forEach((cells, index) => {
      if (!isKnownCell(cells, row)) return;
      setBit(bits, index);
      present++;
      if (isOutput.has(index)) askable++;
    });
    const known = patterns.get(bits.join());
    if (known) {
      known.rows++;
      continue;
    }
    const kind = kinds.get(`${present} ${askable}`) ?? { present, askable, index: kinds.size };
    kinds.set(`${present} ${askable}`, kind);
    patterns.set(bits.join(), { bits, kind: kind.index, rows: 1 });
  }
  return { kinds: [...kinds.values()], patterns: [...patterns.values()] };
}
