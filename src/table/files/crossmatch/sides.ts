/** @file One of two tables that are matched: its cells, and which of its columns tell the place on the sky or the id. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { firstNames, unknownName } from "../../../base/suggestions.ts";
import type { KeptCells, KeptColumn } from "../../blocks.ts";
import { degreesOf, equatorialColumns, motionColumns } from "../../sky-columns.ts";
import { numeral, pathLiteral, rowsOf } from "../duckdb.ts";
import { openFiles } from "../open-sources.ts";
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

export interface OpenedSide {
  readonly label: string;
  readonly kept: KeptCells;
  /** The columns that are passed on, among the kept ones. */
  readonly passed: readonly KeptColumn[];
  /** What is left out as it cannot be passed on. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Opens the files and copies the cells that are passed on or looked at. */
export async function openSide(source: string | readonly string[], side: MatchSide): Promise<OpenedSide> {
  const { ra, dec, pmra, pmdec, id, columns } = side;
  const looked = [ra, dec, pmra, pmdec, id].filter((name) => name !== undefined);
  const { sources, kept, close } = await openFiles(source, {
    ...(side.format && { format: side.format }),
    ...(side.group && { group: side.group }),
    errorColumns: "none",
    limits: "none",
    identifiers: "leave out",
    // None is read; but some column has to be.
    columns: (known) => [
      looked[0] ?? equatorialColumns(known.map((name) => ({ name })))?.longitude ?? known[0],
    ],
    keep: (known, sky) => {
      if (!columns) return known.filter((name) => name !== "");
      const found = sky ? [sky.longitude, sky.latitude] : [];
      const motions = motionColumns(known.map((name) => ({ name })));
      const more = [...looked, ...found, ...(motions ? [motions.longitude, motions.latitude] : [])];
      return [...new Set([...columns, ...more])];
    },
  });
  if (!kept) throw new Error("the cells of the table are not kept");
  const unread = sources.relations[0].columns.filter(({ unreadable }) => unreadable).map(({ name }) => name);
  const notes =
    unread.length === 0 || columns
      ? []
      : [`${sources.label}: ${firstNames(unread)}: no single values, not passed on.`];
  const passed = kept.columns.filter(({ name }) => !columns || columns.includes(name));
  return { label: sources.label, kept, passed, notes, close };
}

/** The side's rows for DuckDB, with `row_number`. */
async function rowsSql(connection: DuckDBConnection, { kept }: OpenedSide) {
  const file = `read_parquet(${pathLiteral(kept.path)}, file_row_number = true)`;
  const [[rows]] = await rowsOf(connection, `SELECT count(*) FROM ${file}`);
  return { from: `(SELECT * RENAME (file_row_number AS row_number) FROM ${file})`, rows: Number(rows) };
}

/** By places on the sky. @param years how long proper motions act before the places are compared. */
export async function placedSide(
  connection: DuckDBConnection,
  opened: OpenedSide,
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
export function motionsOf({ kept, label }: OpenedSide, side: MatchSide) {
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
  opened: OpenedSide,
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
function cellSql({ kept, label }: OpenedSide, name: string): string {
  columnOf(kept, name, label);
  const cell = `k${kept.columns.findIndex((column) => column.name === name)}`;
  const text = `trim((${cell})::VARCHAR)`;
  return `TRY_CAST(${kept.writing?.decimal === "," ? `replace(${text}, ',', '.')` : text} AS DOUBLE)`;
}

function degreesSql(opened: OpenedSide, name: string): string {
  const { unit } = columnOf(opened.kept, name, opened.label);
  const factor = unit === undefined ? 1 : degreesOf(unit);
  if (factor === undefined)
    throw new InputError(
      `Column "${name}" of ${opened.label} is in ${unit}, not in degrees: name another column for the place on the sky.`,
    );
  return factor === 1 ? cellSql(opened, name) : `${cellSql(opened, name)} * ${numeral(factor)}`;
}
