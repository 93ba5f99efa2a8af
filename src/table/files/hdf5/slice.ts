/** @file Some rows of a table in HDF5, read from all its datasets. */
import { DOUBLE, type DuckDBValue, FLOAT } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import type { CellArray } from "../plain-parquet.ts";
import type { CellPlace, Hdf5Column } from "./columns.ts";
import type { Hdf5File } from "./file.ts";

/** Rows as cells, column by column. */
export interface Slice {
  /** The cells of each column asked for. */
  readonly cells: readonly CellArray[];
  /** Where in the file each row is, from 0; some may have been left out. */
  readonly rowsInFile: Float64Array;
}

/** Rows in a slice; fewer of many columns, or of a dataset with long rows: whole rows are read of each. */
const usualRows = 65_536;
const maxCells = 4_000_000;
const maxBytes = 64 * 2 ** 20;

/**
 * Rows to be read at once: a multiple of the longest chunk, so that no chunk is unpacked twice, unless one is so
 * long that memory counts for more.
 */
export function sliceLength(columns: readonly Hdf5Column[]): number {
  const rowBytes = Math.max(...placesOf(columns).map(({ dataset }) => dataset.rowBytes));
  const max = Math.min(usualRows, Math.floor(maxCells / columns.length), Math.floor(maxBytes / rowBytes));
  const rows = Math.max(1, max);
  const chunk = Math.max(...columns.map(({ dataset }) => dataset.chunkRows));
  return chunk <= rows ? rows - (rows % chunk) : Math.min(chunk, 4 * rows);
}

/** The cells that have to be read for the columns: their own, and those that mark where they are missing. */
export function placesOf(columns: readonly Hdf5Column[]): (CellPlace & { readonly name: string })[] {
  return columns.flatMap(({ missingWhere, ...column }) =>
    missingWhere ? [column, { ...missingWhere, name: column.name }] : [column],
  );
}

/** Reads rows of the columns, without those in which a deciding column holds no finite number. */
export function readSlice(
  file: Hdf5File,
  columns: readonly Hdf5Column[],
  deciding: readonly Hdf5Column[],
  { from, count }: { readonly from: number; readonly count: number },
): Slice {
  const cellsAt = readPlaces(file, [...columns, ...deciding], from, count);
  const numbers = deciding.map(cellsAt);
  const rows = Float64Array.from({ length: count }, (_, row) => row).filter((row) =>
    numbers.every((cells) => Number.isFinite(cells[row])),
  );
  const cells = columns.map((column) => {
    const all = cellsAt(column);
    const { missingWhere } = column;
    if (missingWhere === undefined && rows.length === count) return all;
    const masks = missingWhere && cellsAt(missingWhere);
    const isMissing = (row: number) => masks !== undefined && Boolean(masks[row]) === missingWhere!.is;
    return all instanceof Float64Array
      ? rows.map((row) => (isMissing(row) ? Number.NaN : all[row]))
      : Array.from(rows, (row) => (isMissing(row) ? null : all[row]!));
  });
  return { cells, rowsInFile: rows.map((row) => from + row) };
}

/** The cells at all indices of the columns, each dataset read once. */
function readPlaces(
  file: Hdf5File,
  columns: readonly Hdf5Column[],
  from: number,
  count: number,
): (index: CellPlace) => CellArray {
  const indices = new Map(placesOf(columns).map((index) => [keyOf(index), index]));
  const cells = new Map<string, CellArray>();
  const datasets = new Map([...indices.values()].map(({ dataset }) => [dataset.path, dataset]));
  for (const dataset of datasets.values()) {
    const own = [...indices].filter(([, index]) => index.dataset.path === dataset.path);
    file.withRows(dataset, from, count, (rows) => {
      for (const [key, { name, cell, offset }] of own) {
        try {
          const array =
            cell.duckdb === FLOAT || cell.duckdb === DOUBLE
              ? new Float64Array(count)
              : new Array<DuckDBValue>(count);
          for (let row = 0, at = offset; row < count; row++, at += dataset.rowBytes)
            array[row] = cell.read(rows, at);
          cells.set(key, array);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          throw new InputError(`Column "${name}" of ${file.label} ${error.message}.`);
        }
      }
    });
  }
  return (index) => cells.get(keyOf(index))!;
}

function keyOf({ dataset, offset }: CellPlace): string {
  return `${offset} ${dataset.path}`;
}
