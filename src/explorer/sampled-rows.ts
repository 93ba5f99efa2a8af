/** @file A sample of a table's rows for the page, drawn while the table comes by in blocks. */
import type { ModelColumn } from "../columns/encoding.ts";
import { kindInTable, kindOf } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { generator } from "../numeric/generator.ts";
import type { TableBlocks } from "../table/blocks.ts";
import type { Column } from "../table/table.ts";
import type { SampledColumn, SampledRows } from "./site-format.ts";

/** Enough for histograms, scattered dots and near rows; 4,000 rows of ten columns are a third of a megabyte. */
const SAMPLED_ROWS = 4000;

/**
 * Each set of so many rows is as likely as any other (Vitter 1985, "Random sampling with a reservoir", algorithm R), and the same
 * each time. Cells that the model can't have are missing.
 */
export async function sampledRows(
  { columns }: ModelConfig,
  blocks: TableBlocks,
  {
    size = SAMPLED_ROWS,
    onProgress,
  }: { size?: number; onProgress?: (done: number, total: number) => void } = {},
): Promise<SampledRows> {
  const random = generator(1, "rows of the explorer");
  const kept: { number: number; cells: (number | null)[] }[] = [];
  let known: readonly ModelColumn[] = [];
  let seen = 0;
  for await (const block of blocks) {
    known = columns.filter(({ name }) => block.columns.some((each) => each.name === name));
    const readers = known.map((column) =>
      reader(column, block.columns.find(({ name }) => name === column.name)!),
    );
    for (let row = 0; row < block.rows; row++, seen++) {
      const place = seen < size ? seen : random.integer(seen + 1);
      if (place < size) kept[place] = { number: seen + 1, cells: readers.map((cell) => cell(row)) };
    }
    onProgress?.(seen, blocks.rows);
  }
  kept.sort((one, other) => one.number - other.number);
  const made = known.map(
    ({ name }, i): SampledColumn => ({ name, values: kept.map(({ cells }) => cells[i]) }),
  );
  return { source: blocks.source, rows: seen, numbers: kept.map(({ number }) => number), columns: made };
}

function reader({ encoding }: ModelColumn, column: Column): (row: number) => number | null {
  const { values } = column;
  if (!kindOf(encoding).isCategorical) {
    // Seven digits are what float32 holds, and all that is drawn.
    return (row) => (Number.isFinite(values[row]) ? Number(values[row].toPrecision(7)) : null);
  }
  const kind = kindInTable(column);
  return (row) => {
    if (Number.isNaN(values[row])) return null;
    const index = encoding.categories.indexOf(kind.nameOf(column, values[row]));
    return index < 0 ? null : index;
  };
}
