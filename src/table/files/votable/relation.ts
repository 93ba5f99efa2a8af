/** @file VOTable for DuckDB, which cannot read it: the columns of a table, and a copy of their rows as Parquet. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { copySlices, type TablePlace } from "../copied-slices.ts";
import { type FileColumn, type FileRelation, plainReport } from "../file-relation.ts";
import type { DataFile } from "../source.ts";
import { columnsOf } from "./columns.ts";
import { slicesOf } from "./slices.ts";
import { surveyedTable } from "./tables.ts";

/**
 * The table's columns. All rows are looked at once, for their number and the lengths of arrays; when they are copied, in
 * slices, only the cells of wanted columns are taken apart.
 */
export async function openVotable(
  connection: DuckDBConnection,
  file: DataFile,
  { group, folder }: Omit<TablePlace, "reader">,
): Promise<FileRelation> {
  const { table, remarks } = await surveyedTable(file, group);
  const { columns, ...found } = columnsOf(table);
  const fileColumns = columns.map(({ name, field, unreadable }, i): FileColumn => {
    const { type, isText, datatype } = table.fields[field];
    return {
      ...{ name, type, sql: `c${i}`, kind: unreadable ? "other" : (datatype?.kind ?? "other") },
      ...(isText && { declared: "text" }),
      ...(unreadable && { unreadable }),
    };
  });
  const report = { ...plainReport(file), ...found, ...(remarks.length > 0 && { remarks }) };
  const place = { connection, folder, label: file.label };
  const copied = async (names: ReadonlySet<string>, most?: number): Promise<FileRelation> => {
    const indices = [...columns.keys()].filter((i) => names.has(columns[i].name) && !columns[i].unreadable);
    const wanted = indices.map((i) => columns[i]);
    const types = indices.map((i) => ({
      sql: `c${i}`,
      type: table.fields[columns[i].field].datatype!.duckdb,
    }));
    const slices = slicesOf(file, table, wanted, most ?? Number.POSITIVE_INFINITY);
    const { rows, from } = await copySlices(place, types, slices);
    return { file, report, columns: fileColumns, rows, from };
  };
  return {
    ...{ file, report, columns: fileColumns, rows: table.rows },
    from: "(SELECT * FROM rows_that_were_not_copied)",
    copied: (names) => copied(names),
    copiedStart: copied,
  };
}
