/** @file A table in blocks of rows, for one that is not held in memory, and such blocks cut anew into batches. */
import { InputError } from "../base/errors.ts";
import type { TableOfSky } from "./sky-columns.ts";
import { type Column, cellArrays, type Table, withCells } from "./table.ts";

/** The rows of a table in consecutive blocks, in order; each block is a table with the same columns. */
export interface TableBlocks extends AsyncIterable<Table> {
  /** Where the rows come from, for messages. */
  readonly source: string;
  /** Of all blocks together. */
  readonly rows: number;
  /** What is known of the columns without their cells. */
  readonly columns: readonly Omit<Column, "values" | "errors" | "lower" | "upper">[];
  /** Of a part of a longer table: the index there of its first row. */
  readonly firstRow?: number;
  /** Of files of which columns are kept or rows chosen: these, for a writer to pass on. */
  readonly kept?: KeptCells;
  /** Closes the files and removes temporary copies of them. */
  close(): Promise<void>;
}

/** Columns of files as they were read, letter by letter, for as long as the blocks are open. */
export interface KeptCells {
  /** A Parquet file with the columns k0, k1, ..., in the order of the rows. */
  readonly path: string;
  readonly columns: readonly KeptColumn[];
  /** How the files write their cells, where they are text and agree: what parts the cells, the decimal mark. */
  readonly writing?: { readonly separator: string; readonly decimal: "." | "," };
  /** Where their rows lie on the sky, where the files or the columns' names tell. */
  readonly sky?: TableOfSky;
  /** Of chosen rows: the index of each in the files, from 0. */
  readonly rowIndices?: Float64Array;
}

export interface KeptColumn {
  readonly name: string;
  /** Whether the files have no name for it: `name` is made. */
  readonly isUnnamed?: true;
  /** Whether the files have texts there, which may be numbers to a reader: of CSV and JSON. */
  readonly isText: boolean;
  /** What the files say that it is measured in. */
  readonly unit?: string;
  readonly ucd?: string;
}

/** A table in memory as its only block. */
export function oneBlock(table: Table): TableBlocks {
  return {
    source: table.source,
    rows: table.rows,
    columns: table.columns,
    close: async () => {},
    async *[Symbol.asyncIterator]() {
      yield table;
    },
  };
}

/** The same blocks, each as `made` gives it on its way. @param onEnd called after the last. */
export function changedBlocks(
  blocks: TableBlocks,
  made: (block: Table) => Table,
  onEnd: () => void,
): TableBlocks {
  return {
    source: blocks.source,
    rows: blocks.rows,
    columns: blocks.columns,
    ...(blocks.firstRow !== undefined && { firstRow: blocks.firstRow }),
    close: () => blocks.close(),
    async *[Symbol.asyncIterator]() {
      for await (const block of blocks) yield made(block);
      onEnd();
    },
  };
}

/** Some consecutive rows. */
export interface RowBatch {
  /** A table that holds them, perhaps among others. */
  readonly table: Table;
  /** The index of the first one in `table`. */
  readonly start: number;
  readonly rows: number;
  /** The index of the first one in the whole. */
  readonly first: number;
}

/**
 * Batches of `rows` rows, the last of what is left. Cells are copied only where a batch lies in several blocks.
 * @throws InputError for a block with other columns than the first.
 */
export async function* rowBatches(blocks: AsyncIterable<Table>, rows: number): AsyncGenerator<RowBatch> {
  let rest: Table | undefined; // the end of the last block, fewer rows than a batch
  let first = 0;
  for await (const block of blocks) {
    let start = 0;
    if (rest !== undefined) {
      const missing = Math.min(rows - rest.rows, block.rows);
      const table: Table = joined(rest, slice(block, 0, missing));
      start = missing;
      rest = undefined;
      if (table.rows < rows) {
        rest = table;
        continue;
      }
      yield { table, start: 0, rows, first };
      first += rows;
    }
    for (; block.rows - start >= rows; start += rows, first += rows)
      yield { table: block, start, rows, first };
    if (start < block.rows) rest = slice(block, start, block.rows);
  }
  if (rest !== undefined) yield { table: rest, start: 0, rows: rest.rows, first };
}

/** Rows from .. to - 1; the cells stay where they are. */
function slice({ source, columns }: Table, from: number, to: number): Table {
  return {
    source,
    rows: to - from,
    columns: columns.map((column) => withCells(column, (each) => each.subarray(from, to))),
  };
}

function joined(above: Table, below: Table): Table {
  if (above.columns.length !== below.columns.length) throw otherColumns(above);
  const columns = above.columns.map((column, i): Column => {
    const other = below.columns[i];
    if (!isAlike(column, other)) throw otherColumns(above);
    const others = cellArrays(other);
    return withCells(column, (each) => cells(each, others.shift() ?? each));
  });
  return { source: above.source, rows: above.rows + below.rows, columns };
}

function isAlike(a: Column, b: Column): boolean {
  const sameNames =
    a.categories === b.categories ||
    (a.categories?.length === b.categories?.length &&
      a.categories?.every((name, index) => name === b.categories?.[index]) === true);
  return (
    a.name === b.name &&
    a.kind === b.kind &&
    sameNames &&
    (a.errors === undefined) === (b.errors === undefined) &&
    (a.lower === undefined) === (b.lower === undefined) &&
    (a.upper === undefined) === (b.upper === undefined)
  );
}

function otherColumns({ source }: Table): InputError {
  return new InputError(
    `The blocks of ${source} have not all the same columns: give them the same names, kinds, categories and errors, in one order.`,
  );
}

function cells(above: Column["values"], below: Column["values"]): Column["values"] {
  const isSingle = above instanceof Float32Array && below instanceof Float32Array;
  const length = above.length + below.length;
  const all = isSingle ? new Float32Array(length) : new Float64Array(length);
  all.set(above);
  all.set(below, above.length);
  return all;
}
