/** @file HDF5 for DuckDB, which cannot read it: the columns of a table, and a copy of their rows as Parquet. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { collected, type TablePlace } from "../copied-slices.ts";
import { type FileRelation, plainReport } from "../file-relation.ts";
import type { DataFile } from "../source.ts";

/**
 * The table's columns. Its rows are read in slices, and only the columns that are wanted, when they are copied: as
 * Parquet they then go the way of all other formats, by the same rules. A thread does it, which can be ended.
 */
export async function openHdf5(
  _connection: DuckDBConnection,
  file: DataFile,
  { group, folder, reader }: TablePlace,
): Promise<FileRelation> {
  const { columns, isPartial } = await reader.describe(file, group);
  const report = plainReport(file);
  return {
    file,
    report,
    columns,
    from: "(SELECT * FROM rows_that_were_not_copied)",
    copied: async (names) => {
      const copy = await collected(reader.copy(file, group, names, folder));
      return { file, report, columns, ...copy, ...(isPartial && { rowInFile: ROW_COLUMN }) };
    },
  };
}

/** The column of the copy that says where in the file each row is. */
export const ROW_COLUMN = "row_in_file";
