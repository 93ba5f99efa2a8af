/** @file Rows that belong together in a split into trained and held-out ones: rows of a group, or a time after which rows are held out. */
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import { kindInTable } from "../columns/kinds.ts";
import { generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";

/** What the setting `splitBy` begins with where rows are held out from the end of an order. */
const LAST = "last:";

/** The column that the setting names, and whether it says that the last rows by it are held out. */
export function splitColumnOf(splitBy: string): { readonly name: string; readonly isLast: boolean } {
  const isLast = splitBy.startsWith(LAST);
  return { name: isLast ? splitBy.slice(LAST.length) : splitBy, isLast };
}

/** Whether a column of the table is split by in its order: of dates, or where that is said. */
export function isSplitInOrder(table: Table, splitBy: string): boolean {
  const { name, isLast } = splitColumnOf(splitBy);
  return isLast || table.columns.find((column) => column.name === name)?.kind === "date";
}

/** What rows are split by: of each row the number of its group, or its place in the order; NaN where the cell is missing. */
export interface RowGroups {
  readonly name: string;
  readonly isOrdered: boolean;
  readonly keys: Float64Array;
}

/** Gathers what rows are split by from the blocks of a table. */
export class RowGroupsReader {
  readonly #splitBy: string;
  readonly #numbers = new Map<string, number>();
  readonly #parts: Float64Array[] = [];
  #isOrdered = false;

  constructor(splitBy: string) {
    this.#splitBy = splitBy;
  }

  /** @throws InputError if the table has no such column, or none with an order where that is asked for. */
  add(table: Table): void {
    const { name, isLast } = splitColumnOf(this.#splitBy);
    const column = table.columns.find((each) => each.name === name);
    const names = table.columns.map((each) => each.name);
    if (!column) {
      const missing = unknownName("column", name, names, table.source);
      throw new InputError(
        `${missing} Rows are split by it (\`splitBy\`), so it must be read: do not leave it out, and if its whole numbers are too long for a number, say \`kinds\` ${name}=category.`,
        { option: "splitBy" },
      );
    }
    const { isCategorical } = kindInTable(column);
    if (isLast && isCategorical)
      throw new InputError(`"${name}" has categories, which have no order: split by ${name} itself.`, {
        option: "splitBy",
      });
    this.#isOrdered ||= isSplitInOrder(table, this.#splitBy);
    const { values, categories = ["false", "true"] } = column;
    this.#parts.push(
      Float64Array.from(values, (value) =>
        !isCategorical || Number.isNaN(value) ? value : this.#numberOf(categories[value]),
      ),
    );
  }

  groups(): RowGroups {
    const { name } = splitColumnOf(this.#splitBy);
    const keys = new Float64Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#parts) {
      keys.set(part, at);
      at += part.length;
    }
    return { name, isOrdered: this.#isOrdered, keys };
  }

  #numberOf(category: string): number {
    const known = this.#numbers.get(category) ?? this.#numbers.size;
    this.#numbers.set(category, known);
    return known;
  }
}

/** What a table in memory is split by; undefined where by nothing but chance. */
export function rowGroupsOf(table: Table, splitBy: string): RowGroups | undefined {
  if (splitBy === "") return undefined;
  const reader = new RowGroupsReader(splitBy);
  reader.add(table);
  return reader.groups();
}

/**
 * The part of each row, 0 to parts - 1: of groups about equally many rows, drawn by the seed (as GroupKFold of scikit-learn, but
 * for chance), of an order stretches of it, the last one last. Rows of a group, or of the same time, have the same
 * part. A row without a group is one by itself; one without a time comes first.
 * @throws InputError if there are fewer groups than parts.
 */
export function partsOfGroups(groups: RowGroups, parts: number, seed: number): Int32Array {
  const { name, isOrdered, keys } = groups;
  const sizes = rowsOfGroups(groups);
  if (sizes.size < parts)
    throw new InputError(
      `"${name}" has ${sizes.size} different values, too few for ${parts} parts of the rows: ask for fewer, or split by another column.`,
      { option: "splitBy" },
    );
  const partOf = new Map<number | string, number>();
  const filled = new Array<number>(parts).fill(0);
  if (isOrdered) {
    let [before, part] = [0, -1];
    for (const [i, key] of [...sizes.keys()].sort(byOrder).entries()) {
      const size = sizes.get(key) ?? 0;
      const wanted = Math.floor((parts * (before + size / 2)) / keys.length);
      // None is left empty, and there is a group for each that comes after.
      part = Math.max(Math.min(wanted, part + 1), parts - (sizes.size - i), part);
      partOf.set(key, part);
      before += size;
    }
  } else {
    for (const key of shuffledGroups(groups, seed)) {
      const emptiest = filled.indexOf(Math.min(...filled));
      partOf.set(key, emptiest);
      filled[emptiest] += sizes.get(key) ?? 0;
    }
  }
  return Int32Array.from(keys, (_, row) => partOf.get(groupOf(groups, row)) ?? 0);
}

/**
 * Which rows are held out: whole groups by chance, until their share of the rows is as near as can be; or the last rows of an
 * order, those of the same time together. At least one group is, and one is not.
 * @throws InputError if all rows are of one group.
 */
export function heldOutGroups(groups: RowGroups, share: number, seed: number): Uint8Array {
  const { name, isOrdered, keys } = groups;
  const heldOut = new Uint8Array(keys.length);
  if (share === 0) return heldOut;
  const sizes = rowsOfGroups(groups);
  if (sizes.size < 2)
    throw new InputError(
      `All rows have the same "${name}": nothing can be held out by it. Split by another column, or hold out none (\`validation\` 0).`,
      { option: "splitBy" },
    );
  const wanted = share * keys.length;
  const order = isOrdered ? [...sizes.keys()].sort(byOrder).reverse() : shuffledGroups(groups, seed);
  const chosen = new Set<number | string>();
  let rows = 0;
  for (const key of order) {
    const size = sizes.get(key) ?? 0;
    const isNearer = Math.abs(rows + size - wanted) <= Math.abs(rows - wanted);
    if (isNearer) {
      chosen.add(key);
      rows += size;
    } else if (isOrdered) break;
  }
  // A single group may be more than the share.
  if (chosen.size === 0) chosen.add(isOrdered ? order[0] : smallest(sizes));
  if (chosen.size === sizes.size) chosen.delete(order[order.length - 1]);
  for (let row = 0; row < keys.length; row++) heldOut[row] = Number(chosen.has(groupOf(groups, row)));
  return heldOut;
}

/** The row's group: a number, or a name of its own where there is none. Rows without a time are all before the first. */
function groupOf({ keys, isOrdered }: RowGroups, row: number): number | string {
  if (!Number.isNaN(keys[row])) return keys[row];
  return isOrdered ? Number.NEGATIVE_INFINITY : `row ${row}`;
}

/** In the order in which they first come. */
function rowsOfGroups(groups: RowGroups): Map<number | string, number> {
  const sizes = new Map<number | string, number>();
  for (let row = 0; row < groups.keys.length; row++) {
    const key = groupOf(groups, row);
    sizes.set(key, (sizes.get(key) ?? 0) + 1);
  }
  return sizes;
}

function shuffledGroups(groups: RowGroups, seed: number): (number | string)[] {
  const all = [...rowsOfGroups(groups).keys()];
  const order = Uint32Array.from(all.keys());
  generator(seed, "held-out groups").shuffle(order);
  return Array.from(order, (index) => all[index]);
}

const byOrder = (a: number | string, b: number | string) => Number(a) - Number(b);

function smallest(sizes: ReadonlyMap<number | string, number>): number | string {
  return [...sizes].reduce((least, each) => (each[1] < least[1] ? each : least))[0];
}

/** What of the rows is held out, in a sentence. */
export function splitSentence({ name, isOrdered, keys }: RowGroups, heldOut: Uint32Array): string {
  const rows = `${heldOut.length} of ${keys.length} rows`;
  if (isOrdered) return `Held out are the last rows by ${name}: ${rows}.`;
  const different = (of: Iterable<number>) => new Set([...of].filter((key) => !Number.isNaN(key))).size;
  const held = different(Array.from(heldOut, (row) => keys[row]));
  return `Held out are whole groups of rows with the same ${name}: ${held} of ${different(keys)} groups, ${rows}.`;
}
