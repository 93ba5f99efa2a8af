/** @file A HATS catalogue for DuckDB: the rows of its partitions, and of nothing else in its folder. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { firstNames } from "../../../base/suggestions.ts";
import type { TablePlace } from "../copied-slices.ts";
import { differentTypes, pathLiteral } from "../duckdb.ts";
import { type FileRelation, parquetRelation } from "../file-relation.ts";
import type { DataFile } from "../source.ts";
import { hatsCatalogue } from "./catalogue.ts";

/** The columns by which partitions were written into the rows of catalogues of before 2025. */
const OF_PARTITIONS = ["Norder", "Dir", "Npix"];

export async function openHats(
  connection: DuckDBConnection,
  file: DataFile,
  { folder }: Pick<TablePlace, "folder">,
): Promise<FileRelation> {
  const catalogue = await hatsCatalogue(file.path, file.label);
  const paths = catalogue.files.map(pathLiteral);
  const different = await differentTypes(connection, paths);
  const opened = await parquetRelation({ connection, folder }, file, paths, different.length > 0);
  const { properties, partitions } = catalogue;
  const healpix = properties.get("hats_col_healpix") ?? "_healpix_29";
  const names = opened.columns.map(({ name }) => name);
  const leftOut = [
    { name: healpix, why: "it numbers the places on the sky by which the catalogue is sorted" },
    ...OF_PARTITIONS.map((name) => ({ name, why: "it numbers the catalogue's partitions" })),
  ].filter(({ name }) => names.includes(name));
  const said = Number(properties.get("hats_nrows") ?? opened.rows);
  const remarks = [
    ...(said === opened.rows
      ? []
      : [`its properties speak of ${said} rows, its ${paths.length} partitions have ${opened.rows}`]),
    ...(different.length === 0
      ? []
      : [
          `its partitions have not all the same types of ${firstNames(different)}: they are read as the widest one`,
        ]),
  ];
  const [longitude, latitude] = ["hats_col_ra", "hats_col_dec"].map((key) => properties.get(key) ?? "");
  const order = Number(properties.get("hats_col_healpix_order") ?? 29);
  const isThere = [longitude, latitude].every((name) => names.includes(name));
  return {
    ...opened,
    report: {
      ...opened.report,
      leftOut: [...opened.report.leftOut, ...leftOut],
      remarks: [...(opened.report.remarks ?? []), ...remarks],
    },
    ...(isThere && { sky: { longitude, latitude, catalogue: { healpix, order, partitions } } }),
  };
}
