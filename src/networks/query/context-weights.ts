/** @file What a target counts where some of its row's columns are given, so that rows with many and few missing cells are alike. */

import { type EncodedTable, isKnownCell, referenceRows } from "../encoded-table.ts";
import type { GivenCounts } from "./given-counts.ts";

/**
 * The maximum that a row counts, in units of the average. Sets of many columns are almost never drawn from rows that
 * have more besides: there the rows that have just these go on counting most.
 */
export const MAX_WEIGHT = 16;

/** How many of a row's columns are there, and how many of these can be targets. */
interface Kind {
  readonly present: number;
  readonly askable: number;
}

/** Rows with the same columns present: which (one bit each), the number of their kind, and how many rows. */
interface Pattern {
  readonly bits: Uint32Array;
  readonly kind: number;
  rows: number;
}

/**
 * A row with few present columns draws each set of given columns more often than one with many does. If all counted
 * the same, the density learnt given this set would be that of rows with many missing cells: wrong wherever what
 * is missing depends on the values. So a row's draw of a set T counts by the chance it had (inverse
 * probability weights: Horvitz & Thompson 1952, doi:10.1080/01621459.1952.10483446), and all rows that have T the
 * same. The sum over these rows stays what it was, so that no T counts more or less than another for it.
 */
export class ContextWeights {
  readonly #kinds: readonly Kind[];
  readonly #patterns: readonly Pattern[];
  readonly #givenCounts: GivenCounts;
  /** ln n! of n = 0 .. number of columns. */
  readonly #logFactorials: Float64Array;
  readonly #given: Uint32Array;

  constructor(table: EncodedTable, outputs: Int32Array, givenCounts: GivenCounts) {
    const count = table.columns.length;
    this.#givenCounts = givenCounts;
    ({ kinds: this.#kinds, patterns: this.#patterns } = patternsOf(table, outputs));
    this.#given = new Uint32Array(Math.ceil(count / 32));
    this.#logFactorials = new Float64Array(count + 1);
    for (let n = 2; n <= count; n++) this.#logFactorials[n] = this.#logFactorials[n - 1] + Math.log(n);
  }

  /**
   * @param row its kind.
   * @param given tokens of the columns that were drawn as given.
   * @returns what the row counts; 1 on the average, and always 1 where all rows have the same columns.
   */
  of(row: Kind, given: Int32Array): number {
    if (this.#patterns.length === 1) return 1;
    const own = this.#logRarity(row, given.length);
    let [rows, sum] = [0, 0];
    this.#rowsWith(given).forEach((count, kind) => {
      const rarity =
        count === 0 ? Number.POSITIVE_INFINITY : this.#logRarity(this.#kinds[kind], given.length);
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

  /**
   * The logarithm of 1 / (what a row weighs a target with the set T of n columns given, before it is evened out): T is
   * drawn evenly from the other p - 1 present columns with chance c(n) / C(p - 1, n), where c(n) is the chance of n given
   * columns, and the row's weight is shared out among its a targets.
   */
  #logRarity({ present, askable }: Kind, n: number): number {
    const chance = askable === 0 ? 0 : this.#givenCounts.chance(present, n);
    if (chance === 0) return Number.POSITIVE_INFINITY;
    return Math.log(askable / chance) + this.#logChoose(present - 1, n);
  }

  #logChoose(of: number, n: number): number {
    const logs = this.#logFactorials;
    return logs[of] - logs[n] - logs[of - n];
  }
}

function setBit(words: Uint32Array, index: number): void {
  words[index >> 5] |= 1 << (index & 31);
}

/** The patterns of evenly spaced rows, and their kinds. */
function patternsOf(
  { rows, columns }: EncodedTable,
  outputs: Int32Array,
): { kinds: Kind[]; patterns: Pattern[] } {
  const isOutput = new Set(outputs);
  const patterns = new Map<string, Pattern>();
  const kinds = new Map<string, Kind & { index: number }>();
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
