/** @file A table whose distribution is known, so that a model's answers can be measured against the truth. */
import type { Table } from "../../../src/table/table.ts";

/** A value that has a probability of its own. */
interface Atom {
  readonly value: number;
  readonly mass: number;
}

/** A known distribution of one number: a density plus, perhaps, point masses. */
export interface KnownDistribution {
  /** The density of the continuous part at x; it integrates to one minus the atoms' masses. */
  pdf(x: number): number;
  /** P(X <= x), atoms included. */
  cdf(x: number): number;
  /** Ascending; none if left out. */
  readonly pointMasses?: readonly Atom[];
}

/** What is given: place of the column -> its value. */
export type KnownValues = Readonly<Record<number, number>>;

/** A distribution of whole rows from which rows can be drawn and of which each conditional is known. */
export interface KnownTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** `rows` independent rows without missing cells, float64; the same for the same seed. */
  sample(rows: number, seed: number): Table;
  /** p(column `asked` | the given values); nothing given asks for the marginal. */
  conditional(asked: number, given: KnownValues): KnownDistribution;
}

/** A table drawn row by row: `draw` gives one row's cells in the order of `columns`. */
export function drawnTable(
  { name, columns }: Pick<KnownTable, "name" | "columns">,
  rows: number,
  draw: () => readonly number[],
): Table {
  const cells = columns.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    draw().forEach((value, column) => {
      cells[column][row] = value;
    });
  }
  return { source: name, rows, columns: columns.map((column, i) => ({ name: column, values: cells[i] })) };
}
