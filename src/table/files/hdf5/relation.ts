/** @file HDF5 for DuckDB, which cannot read it: the columns of a table, and a copy of their rows as Parquet. */
import { DOUBLE, type DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { type CopiedSlices, copySlices, type TablePlace } from "../copied-slices.ts";
import { type FileColumn, type FileRelation, plainReport } from "../file-relation.ts";
import type { DataFile } from "../source.ts";
import type { CellPlace, Hdf5Column, Hdf5Table } from "./columns.ts";
import { withHdf5File } from "./file.ts";
import { placesOf, readSlice, sliceLength } from "./slice.ts";
import { findTable } from "./tables.ts";

/**
 * The table's columns. Its rows are read in slices, and only the columns that are wanted, when they are copied: as
 * Parquet they then go the way of all other formats, by the same rules.
 */
export async function openHdf5(
  connection: DuckDBConnection,
  file: DataFile,
  { group, folder }: TablePlace,
): Promise<FileRelation> {
  const table = await withHdf5File(file, async (opened) => findTable(opened, group));
  const columns = table.columns.map(({ name, cell }, i): FileColumn => {
    const { kind, name: type, unreadable } = cell;
    return { name, sql: `c${i}`, kind, type, ...(unreadable && { unreadable }) };
  });
  const report = plainReport(file);
  return {
    file,
    report,
    columns,
    from: "(SELECT * FROM rows_that_were_not_copied)",
    copied: async (names) => {
      const copy = await copyRows(connection, file, table, names, folder);
      const rowInFile = table.finite && { rowInFile: rowColumn };
      return { file, report, columns, ...copy, ...rowInFile };
    },
  };
}

const rowColumn = "row_in_file";

/** The rows of the named columns, and where in the file each is. */
async function copyRows(
  connection: DuckDBConnection,
  file: DataFile,
  table: Hdf5Table,
  names: ReadonlySet<string>,
  folder: string,
): Promise<CopiedSlices> {
  const indices = [...table.columns.keys()].filter((i) => names.has(table.columns[i].name));
  const columns = indices.map((i) => table.columns[i]);
  const deciding = table.columns.filter(({ name }) => table.finite?.includes(name));
  const all = commonLength([...columns, ...deciding], file.label, table.path);
  const length = sliceLength(columns);
  const types = indices.map((i) => ({ sql: `c${i}`, type: table.columns[i].cell.duckdb }));
  return await withHdf5File(file, async (opened) => {
    function* slices() {
      for (let from = 0; from < all; from += length) {
        const place = { from, count: Math.min(length, all - from) };
        const { cells, rowsInFile } = readSlice(opened, columns, deciding, place);
        yield [...cells, rowsInFile];
      }
    }
    const copied = [...types, { sql: rowColumn, type: DOUBLE }];
    return await copySlices({ connection, folder, label: file.label }, copied, slices());
  });
}

/** @throws InputError if the columns are not of one length. */
function commonLength(columns: readonly Hdf5Column[], label: string, path: string): number {
  const indices = placesOf(columns);
  const first = indices[0];
  const rowsOf = ({ dataset }: CellPlace) => dataset.shape[0];
  const other = indices.find((index) => rowsOf(index) !== rowsOf(first));
  if (other === undefined) return rowsOf(first);
  throw new InputError(
    `The datasets in ${path} of ${label} are not of one length: ${first.dataset.path} has ${rowsOf(first)} rows, ${other.dataset.path} ${rowsOf(other)}; name columns of one length with \`columns\`, or another table with \`group\`.`,
  );
}
