/** @file Which rows of two tables belong together: by their places on the sky, or by an id. Made as the table `pairs`. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { rowsOf } from "../duckdb.ts";
import { type DirectionSql, Fields, placesSql, separationSql } from "./places.ts";

/** The nearest row within the radius, or each within it. */
export type Matches = "nearest" | "all";

/** A table, as rows with `row_number` and the columns of a copy. */
export interface Matched<How> {
  /** What the user calls it. */
  readonly label: string;
  /** What stands after FROM. */
  readonly from: string;
  readonly rows: number;
  readonly by: How;
}

/**
 * Pairs by place: `a`, `b` (rows) and `separation` in seconds of arc; of equally near rows the first.
 * @param radius in seconds of arc. @returns what a user should hear.
 */
export async function pairsOnSky(
  connection: DuckDBConnection,
  a: Matched<DirectionSql>,
  b: Matched<DirectionSql>,
  { radius, matches }: { readonly radius: number; readonly matches: Matches },
): Promise<string[]> {
  const fields = new Fields(radius / 3600);
  await connection.run(`CREATE TABLE sky_a AS ${fields.touched(placesSql(a.from, a.by))}`);
  await connection.run(`CREATE TABLE sky_b AS ${fields.own(placesSql(b.from, b.by))}`);
  const near = `SELECT a.row_number AS a, b.row_number AS b, ${separationSql("a", "b")} AS separation
    FROM sky_a AS a JOIN sky_b AS b USING (zone, bin)`;
  const within = `FROM (${near}) WHERE separation <= ${radius}`;
  const nearest = `SELECT a, best.b AS b, best.separation AS separation
    FROM (SELECT a, min({'separation': separation, 'b': b}) AS best ${within} GROUP BY a)`;
  await connection.run(
    `CREATE TABLE pairs AS ${matches === "all" ? `SELECT a, b, separation ${within}` : nearest}`,
  );
  const [[placedA], [placedB]] = [
    ...(await rowsOf(connection, "SELECT count(DISTINCT row_number) FROM sky_a")),
    ...(await rowsOf(connection, "SELECT count(*) FROM sky_b")),
  ];
  await connection.run("DROP TABLE sky_a; DROP TABLE sky_b");
  return [...withoutPlace(a, Number(placedA)), ...withoutPlace(b, Number(placedB))];
}

function withoutPlace({ label, rows }: Matched<unknown>, placed: number): string[] {
  if (placed === 0)
    throw new InputError(
      `${label} has no row with a place on the sky: its columns hold no degrees; name others, or write them in degrees.`,
    );
  if (placed === rows) return [];
  const without = rows - placed;
  return [`${label}: ${without} of ${rows} rows have no place on the sky and match nothing.`];
}

/** A column of ids. */
export interface IdSql {
  readonly name: string;
  readonly sql: string;
  /** DuckDB's type. */
  readonly type: string;
}

const WHOLE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;
const FLOATING = /^(FLOAT|DOUBLE)$/;
/** Of whole numbers a double holds all up to here. */
const EXACT = "9007199254740992";

/** Pairs by equal ids: `a` and `b`. Missing ids equal none. @returns what a user should hear. */
export async function pairsById(
  connection: DuckDBConnection,
  a: Matched<IdSql>,
  b: Matched<IdSql>,
): Promise<string[]> {
  for (const side of [a, b]) await refuseRounded(connection, side);
  // Texts are compared letter by letter (codes keep their zeros), but with numbers as numbers.
  const isText = [a, b].every(({ by }) => !WHOLE.test(by.type) && !FLOATING.test(by.type));
  const key = ({ by }: Matched<IdSql>) => {
    const text = `nullif(trim((${by.sql})::VARCHAR), '')`;
    if (isText) return text;
    return FLOATING.test(by.type)
      ? `CASE WHEN isfinite(${by.sql}) THEN (${by.sql})::HUGEINT::VARCHAR END`
      : `coalesce(TRY_CAST(${text} AS HUGEINT)::VARCHAR, ${text})`;
  };
  const keyed = (side: Matched<IdSql>) => `(SELECT row_number, ${key(side)} AS key FROM ${side.from})`;
  await connection.run(`CREATE TABLE pairs AS
    SELECT a.row_number AS a, b.row_number AS b FROM ${keyed(a)} AS a JOIN ${keyed(b)} AS b USING (key)`);
  const told: string[] = [];
  for (const side of [a, b]) {
    const [[twice]] = await rowsOf(
      connection,
      `SELECT count(*) FROM (SELECT key FROM ${keyed(side)} WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1)`,
    );
    if (Number(twice) > 0)
      told.push(
        `${side.label}: ${twice} values of "${side.by.name}" stand in several rows, and match with each.`,
      );
  }
  return told;
}

async function refuseRounded(connection: DuckDBConnection, { label, from, by }: Matched<IdSql>) {
  if (!FLOATING.test(by.type)) return;
  const [[most, odd]] = await rowsOf(
    connection,
    `SELECT coalesce(max(abs(x)) > ${EXACT}, false), coalesce(bool_or(x <> floor(x)), false)
      FROM (SELECT (${by.sql})::DOUBLE AS x FROM ${from}) WHERE isfinite(x)`,
  );
  if (most === true || odd === true)
    throw new InputError(
      `Column "${by.name}" of ${label} holds ${odd === true ? "numbers with fractions" : "whole numbers that were rounded when they became doubles"}, which are no ids; take a column of whole numbers or text.`,
    );
}
