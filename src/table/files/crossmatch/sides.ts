/** @file One of two tables that are matched: its cells, and which of its columns tell the place on the sky or the id. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { unknownName } from "../../../base/suggestions.ts";
import type { KeptCells, KeptColumn } from "../../blocks.ts";
import { degreesOf, equatorialColumns, motionColumns, type SkyColumns } from "../../sky-columns.ts";
import { numeral, parquetRows, rowsOf } from "../duckdb.ts";
import { openPassedTable, type PassedTable } from "../passed-table.ts";
import type { TableFormat } from "../source.ts";
import type { IdSql, Matched } from "./pairs.ts";
import type { DirectionSql } from "./places.ts";

/** What is said of one of the two tables. */
export interface MatchSide {
  /** Columns of right ascension and declination, in degrees unless their unit is another; by default found by their names. */
  readonly ra?: string;
  readonly dec?: string;
  /** The year that the places are of, such as 2016. */
  readonly epoch?: number;
  /** Columns of proper motion in mas a year, that of right ascension with the cosine of the declination; by default found. */
  readonly pmra?: string;
  readonly pmdec?: string;
  /** The column of ids, where rows belong together by these. */
  readonly id?: string;
  /** Columns that are passed on; by default all that can be. */
  readonly columns?: readonly string[];
  readonly format?: TableFormat;
  readonly group?: string;
}

/** Opens the files and copies the cells that are passed on or looked at. */
export function openSide(source: string | readonly string[], side: MatchSide): Promise<PassedTable> {
  const { ra, dec, pmra, pmdec, id, columns, format, group } = side;
  const said = [ra, dec, pmra, pmdec, id].filter((name) => name !== undefined);
  const looked = (known: readonly string[], sky: SkyColumns | undefined) => {
    const named = known.map((name) => ({ name }));
    const found = [sky ?? equatorialColumns(named), motionColumns(named)];
    return [...said, ...found.flatMap((each) => (each ? [each.longitude, each.latitude] : []))];
  };
  return openPassedTable(source, { columns, looked, format, group });
}

/** The side's rows for DuckDB, with `row_number`. */
async function rowsSql(connection: DuckDBConnection, { kept }: PassedTable) {
  const file = parquetRows(kept.path, "file_row_number = true");
  const [[rows]] = await rowsOf(connection, `SELECT count(*) FROM ${file}`);
  return { from: `(SELECT * RENAME (file_row_number AS row_number) FROM ${file})`, rows: Number(rows) };
}

/** By places on the sky. @param years how long proper motions act before the places are compared. */
export async function placedSide(
  connection: DuckDBConnection,
  opened: PassedTable,
  side: MatchSide,
  years: number,
): Promise<Matched<DirectionSql>> {
  const { kept, label } = opened;
  const found = kept.sky ?? equatorialColumns(kept.columns);
  const [longitude, latitude] = [side.ra ?? found?.longitude, side.dec ?? found?.latitude];
  if (longitude === undefined || latitude === undefined)
    throw new InputError(
      `${label} has no columns that are called as right ascension and declination are (ra, dec): name them.`,
    );
  const motion = years === 0 ? undefined : motionsOf(opened, side);
  return {
    label,
    ...(await rowsSql(connection, opened)),
    by: {
      longitude: degreesSql(opened, longitude),
      latitude: degreesSql(opened, latitude),
      ...(motion && {
        motion: {
          longitude: cellSql(opened, motion.longitude),
          latitude: cellSql(opened, motion.latitude),
          years,
        },
      }),
    },
  };
}

/** The columns of proper motion; undefined where there are none. */
export function motionsOf({ kept, label }: PassedTable, side: MatchSide) {
  const found = motionColumns(kept.columns);
  const [longitude, latitude] = [side.pmra ?? found?.longitude, side.pmdec ?? found?.latitude];
  if (longitude === undefined || latitude === undefined) return undefined;
  for (const name of [longitude, latitude]) {
    const { unit } = columnOf(kept, name, label);
    if (unit !== undefined && !/^mas[ ./*]*(yr|year|a)(\^|\*\*)?[-/]?1?$/i.test(unit.replace(/[()]/g, "")))
      throw new InputError(
        `Proper motions are in mas a year, but column "${name}" of ${label} is in ${unit}; write it in mas/yr.`,
      );
  }
  return { longitude, latitude };
}

export async function identifiedSide(
  connection: DuckDBConnection,
  opened: PassedTable,
  id: string,
): Promise<Matched<IdSql>> {
  const rows = await rowsSql(connection, opened);
  columnOf(opened.kept, id, opened.label);
  const sql = `k${opened.kept.columns.findIndex(({ name }) => name === id)}`;
  const [[type]] = await rowsOf(connection, `SELECT typeof(${sql}) FROM ${rows.from} LIMIT 1`);
  return { label: opened.label, ...rows, by: { name: id, sql, type: String(type) } };
}

function columnOf(kept: KeptCells, name: string, label: string): KeptColumn {
  const names = kept.columns.map((column) => column.name);
  const column = kept.columns.find((each) => each.name === name);
  if (!column) throw new InputError(unknownName("column", name, names, label));
  return column;
}

/** The cell as a number, NULL where it is none. */
function cellSql({ kept, label }: PassedTable, name: string): string {
  columnOf(kept, name, label);
  const cell = `k${kept.columns.findIndex((column) => column.name === name)}`;
  const text = `trim((${cell})::VARCHAR)`;
  return `TRY_CAST(${kept.writing?.decimal === "," ? `replace(${text}, ',', '.')` : text} AS DOUBLE)`;
}

function degreesSql(opened: PassedTable, name: string): string {
  const { unit } = columnOf(opened.kept, name, opened.label);
  const factor = unit === undefined ? 1 : degreesOf(unit);
  if (factor === undefined)
    throw new InputError(
      `Column "${name}" of ${opened.label} is in ${unit}, not in degrees: name another column for the place on the sky.`,
    );
  return factor === 1 ? cellSql(opened, name) : `${cellSql(opened, name)} * ${numeral(factor)}`;
}
