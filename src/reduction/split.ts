/** @file Which rows are for testing: a tenth of them, chosen by a seed. */
import { generator } from "../numeric/generator.ts";

const TESTED_SHARE = 0.1;

/**
 * True for rows that are for testing: a tenth, rounded up, and a few more where the last star chosen has several rows.
 * @param groups rows of one group (a star) stay together.
 */
export function testedRows(groups: readonly string[], seed: number): boolean[] {
  const rowsOf = new Map<string, number[]>();
  for (const [row, group] of groups.entries()) {
    const rows = rowsOf.get(group);
    if (rows) rows.push(row);
    else rowsOf.set(group, [row]);
  }
  const all = [...rowsOf.values()];
  const order = Uint32Array.from(all.keys());
  generator(seed, "split").shuffle(order);
  const isTested = new Array<boolean>(groups.length).fill(false);
  let left = Math.ceil(TESTED_SHARE * groups.length);
  for (const group of order) {
    if (left <= 0) break;
    for (const row of all[group]) isTested[row] = true;
    left -= all[group].length;
  }
  return isTested;
}
