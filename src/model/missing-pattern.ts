/** @file Which cells of made-up rows are missing, drawn as they were missing in the training's table. */
import { encodingOfColumn } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import { chanceOfMissing, type MissingCells, type RowSoFar } from "../columns/missing-cells.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { generator } from "../numeric/generator.ts";
import type { Column } from "../table/table.ts";

/** What is given is there: a pattern that lacks it is drawn again, so often at most. */
const MAX_DRAWS = 1000;

interface PatternQuestion {
  readonly trees: readonly MissingCells[];
  /** What is known of the rows: the columns that are never missing, and what is given. */
  readonly known: readonly Column[];
  /** The number of each row among all: names its random stream. */
  readonly rows: Uint32Array;
  readonly seed: number;
}

/** For each tree's column 1 where a row's cell is missing; never for a column that is known. */
export function drawMissing(
  config: ModelConfig,
  { trees, known, rows, seed }: PatternQuestion,
): ReadonlyMap<string, Uint8Array> {
  const drawn = new Map(trees.map(({ column }) => [column, new Uint8Array(rows.length)]));
  const readers = new Map(known.map((column) => [column.name, readerOf(config, column)]));
  const there = trees.map(({ column }) => readers.has(column));
  const missing = new Map<string, boolean>();
  let at = 0;
  const row: RowSoFar = {
    value: (column) => readers.get(column)!(at),
    isMissing: (column) => missing.get(column) === true,
  };
  for (; at < rows.length; at++) {
    const random = generator(seed, "missing cells", rows[at]);
    for (let draw = 0, fits = false; !fits && draw < MAX_DRAWS; draw++) {
      fits = true;
      for (const [i, { column, tree }] of trees.entries()) {
        const isMissing = random.uniform() < chanceOfMissing(tree, row);
        missing.set(column, isMissing);
        if (isMissing && there[i]) fits = false;
      }
    }
    for (const [i, { column }] of trees.entries())
      if (missing.get(column) && !there[i]) drawn.get(column)![at] = 1;
  }
  return drawn;
}

/** A row's value as the trees ask for it: a number, or a name. */
function readerOf(config: ModelConfig, column: Column): (row: number) => number | string {
  const encoding = encodingOfColumn(config, column.name);
  if (!kindOf(encoding).isCategorical) return (row) => column.values[row];
  const { categories } = column.categories ? column : encoding;
  return (row) => categories?.[column.values[row]] ?? "";
}
