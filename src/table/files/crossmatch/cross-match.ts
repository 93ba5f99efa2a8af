/** @file Two tables matched, by the places of their rows on the sky or by an id, into one table in a file. */
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { LongWork } from "../../../base/async.ts";
import {
  check,
  checkFields,
  either,
  LONG_WORK,
  listOf,
  NUMBER,
  OBJECT,
  oneOf,
  POSITIVE,
  refuseUnknown,
  SWITCH,
  TEXT,
} from "../../../base/checked.ts";
import { InputError } from "../../../base/errors.ts";
import type { KeptCells } from "../../blocks.ts";
import { literal, openDuckDB, parquetRows, rowsOf } from "../duckdb.ts";
import type { PassedTable } from "../passed-table.ts";
import { openTemporaryFolder, tableFormats } from "../source.ts";
import { openTableWriter } from "../write.ts";
import { type Matches, pairsById, pairsOnSky } from "./pairs.ts";
import { identifiedSide, type MatchSide, motionsOf, openSide, placedSide } from "./sides.ts";

export interface CrossMatchOptions extends LongWork {
  /** The file of the matched rows; its ending decides the format. */
  readonly out: string;
  /** Rows belong together that are no further apart than this, in seconds of arc. Without it, by `id`. */
  readonly radius?: number;
  /** Of rows within the radius: for each row of the first table the "nearest" (default) of the second, or "all". */
  readonly matches?: Matches;
  /** Whether rows of the first table that match none are written too, their other cells missing; default false. */
  readonly unmatched?: boolean;
  /** What is said of each table. */
  readonly first?: MatchSide;
  readonly second?: MatchSide;
}

/** What was matched. */
export interface CrossMatch {
  /** Rows that were written. */
  readonly rows: number;
  /** Rows of the tables, and how many of each are in a pair. */
  readonly first: { readonly rows: number; readonly matched: number };
  readonly second: { readonly rows: number; readonly matched: number };
  /** Columns of the file. */
  readonly columns: readonly string[];
  /** What a user should hear, a sentence each. */
  readonly notes: readonly string[];
}

/** Memory for what is at work; what is beyond it waits on the disk. */
const MEMORY = "1GB";
const SEPARATION = "separation";
/** Opening the two, pairing, joining, writing. */
const STEPS = 5;

const SIDE = {
  ...{ ra: TEXT, dec: TEXT, epoch: NUMBER, pmra: TEXT, pmdec: TEXT, id: TEXT },
  ...{ columns: listOf(TEXT), format: oneOf(tableFormats), group: TEXT },
};
const OPTIONAL = {
  radius: POSITIVE,
  matches: oneOf(["nearest", "all"]),
  unmatched: SWITCH,
  first: OBJECT,
  second: OBJECT,
  ...LONG_WORK,
};

/**
 * Joins two tables by the places of their rows on the sky, or by an id, and writes all columns of both: cells pass on as they
 * stood, ids with every digit. Rows are in the order of the first table (and, of several matches, the nearest first).
 *
 * - By place: `radius` in seconds of arc. Columns of right ascension and declination are found by their names. With an `epoch` for
 *   each table, the rows of that which has proper motions (the first, if both have) are moved to the epoch of the other. The column
 *   `separation` is the angle in seconds of arc.
 * - By id: `first.id` and `second.id`; texts are compared letter by letter, whole numbers exactly.
 *
 * A column of the second table whose name is taken is called NAME_b.
 *
 * @throws InputError for what is wrong with the files or the options.
 * @example
 * await writeTable(tableFromRows([{ ra: 10, dec: 20, mag: 12 }]), "ours.csv");
 * await writeTable(tableFromRows([{ RAJ2000: 10.0001, DEJ2000: 20, teff: 5000 }]), "theirs.csv");
 * const { rows } = await crossMatch("ours.csv", "theirs.csv", { radius: 2, out: "both.csv" });
 */
export async function crossMatch(
  first: string | readonly string[],
  second: string | readonly string[],
  options: CrossMatchOptions,
): Promise<CrossMatch> {
  checkOptions(first, second, options);
  const { out, onProgress = () => {}, signal } = options;
  const [a, b] = [options.first ?? {}, options.second ?? {}];
  await (await openTableWriter(out, ["ra", "dec"])).abort(); // a name that cannot be written is told before the work
  const opened: PassedTable[] = [];
  const folder = await openTemporaryFolder();
  try {
    const step = (done: number) => {
      signal?.throwIfAborted();
      onProgress(done, STEPS);
    };
    step(0);
    for (const [i, [source, side]] of (
      [
        [first, a],
        [second, b],
      ] as const
    ).entries()) {
      opened.push(await openSide(source, side));
      step(i + 1);
    }
    const [left, right] = opened;
    const reach = { files: opened.map(({ kept }) => kept.path), folders: [folder.path] };
    const settings = { memory_limit: MEMORY, temp_directory: join(folder.path, "spill") };
    const duckdb = await openDuckDB(reach, settings);
    const onAbort = () => duckdb.connection.interrupt();
    signal?.addEventListener("abort", onAbort);
    try {
      const { connection } = duckdb;
      const paired = await pair(connection, left, right, options);
      step(3);
      const joined = await joinedCells(connection, left, right, { ...options, folder: folder.path });
      step(4);
      const columns = joined.columns.map(({ name }) => name);
      const writer = await openTableWriter(
        out,
        columns.map((name) => ({ name, kept: name })),
        { kept: joined },
      );
      try {
        signal?.throwIfAborted();
        await writer.close();
      } finally {
        await writer.abort();
      }
      step(STEPS);
      const found = await counted(connection, joined.path);
      const notes = [...left.notes, ...right.notes, ...paired.notes];
      return {
        rows: found.rows,
        first: { rows: paired.rows[0], matched: found.a },
        second: { rows: paired.rows[1], matched: found.b },
        ...{ columns, notes },
      };
    } catch (error) {
      signal?.throwIfAborted(); // DuckDB's own word for it is another
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      duckdb.close();
    }
  } finally {
    for (const side of opened) await side.close();
    await folder.remove();
  }
}

function checkOptions(first: unknown, second: unknown, options: CrossMatchOptions): void {
  for (const source of [first, second]) check("the source", source, either(TEXT, listOf(TEXT)));
  checkFields("the options of matching", options, { needed: { out: TEXT }, optional: OPTIONAL });
  refuseUnknown("option", options, ["out", ...Object.keys(OPTIONAL)]);
  const sides = [options.first ?? {}, options.second ?? {}];
  for (const side of sides) {
    checkFields("what is said of a table", side, { optional: SIDE });
    refuseUnknown("option", side, Object.keys(SIDE));
  }
  const [a, b] = sides;
  const isById = a.id !== undefined || b.id !== undefined;
  if (isById && (a.id === undefined || b.id === undefined))
    throw new InputError("Rows are joined by an id of each table: name that of the other one, too.");
  if (isById === (options.radius !== undefined))
    throw new InputError(
      isById
        ? "Rows are joined by ids or within a radius: leave one of them out."
        : "Say how near rows must be on the sky, with `radius`, or which columns are their ids.",
    );
  if ((a.epoch === undefined) !== (b.epoch === undefined))
    throw new InputError("Proper motions act from one epoch to another: name that of the other table, too.");
}

async function pair(
  connection: DuckDBConnection,
  left: PassedTable,
  right: PassedTable,
  options: CrossMatchOptions,
): Promise<{ readonly rows: readonly [number, number]; readonly notes: readonly string[] }> {
  const { radius, matches = "nearest", first = {}, second = {} } = options;
  if (radius === undefined) {
    const a = await identifiedSide(connection, left, first.id ?? "");
    const b = await identifiedSide(connection, right, second.id ?? "");
    return { rows: [a.rows, b.rows], notes: await pairsById(connection, a, b) };
  }
  const years = (second.epoch ?? 0) - (first.epoch ?? 0);
  const [isFirst, isSecond] = [motionsOf(left, first), motionsOf(right, second)].map(
    (each) => each !== undefined,
  );
  if (years !== 0 && !isFirst && !isSecond)
    throw new InputError(
      `Neither ${left.label} nor ${right.label} has columns of proper motion (pmra, pmdec): name them, or leave the epochs out.`,
    );
  const a = await placedSide(connection, left, first, isFirst ? years : 0);
  const b = await placedSide(connection, right, second, isFirst ? 0 : -years);
  const moved = isFirst ? ([left, second] as const) : ([right, first] as const);
  const motion = years === 0 ? [] : [`${moved[0].label}: places are moved to the epoch ${moved[1].epoch}.`];
  return {
    rows: [a.rows, b.rows],
    notes: [...motion, ...(await pairsOnSky(connection, a, b, { radius, matches }))],
  };
}

/** The cells of the pairs' rows side by side, to be passed on. */
async function joinedCells(
  connection: DuckDBConnection,
  left: PassedTable,
  right: PassedTable,
  { radius, unmatched, folder }: CrossMatchOptions & { readonly folder: string },
): Promise<KeptCells> {
  const taken = new Set(left.passed.map(({ name }) => name.toLowerCase()));
  const free = (name: string) => {
    let own = name;
    for (let again = 1; taken.has(own.toLowerCase()); again++) own = `${name}_b${again === 1 ? "" : again}`;
    taken.add(own.toLowerCase());
    return own;
  };
  const columnsOf = (side: PassedTable, alias: string, nameOf: (name: string) => string) =>
    side.passed.map((column) => {
      const sql = `${alias}.k${side.kept.columns.indexOf(column)}`;
      return { ...column, name: nameOf(column.name), sql };
    });
  const own = columnsOf(left, "l", (name) => name);
  const others = columnsOf(right, "r", free);
  const angle =
    radius === undefined
      ? []
      : [{ name: free(SEPARATION), isText: false, unit: "arcsec", sql: "separation" }];
  const all = [...own, ...others, ...angle];
  const path = join(folder, "joined.parquet");
  const rows = ({ kept }: PassedTable) => parquetRows(kept.path, "file_row_number = true");
  const pairs = `FROM ${rows(left)} AS l ${unmatched ? "LEFT " : ""}JOIN pairs ON pairs.a = l.file_row_number
    LEFT JOIN ${rows(right)} AS r ON r.file_row_number = pairs.b`;
  const order = `l.file_row_number, ${radius === undefined ? "" : "separation, "}pairs.b`;
  await connection.run(
    `COPY (SELECT ${[...all.map(({ sql }, i) => `${sql} AS k${i}`), "pairs.a AS pair_a", "pairs.b AS pair_b"].join(", ")}
      ${pairs} ORDER BY ${order}) TO ${literal(path)} (FORMAT parquet, COMPRESSION 'uncompressed')`,
  );
  const isSame = JSON.stringify(left.kept.writing) === JSON.stringify(right.kept.writing);
  return {
    path,
    columns: all.map(({ sql: _, ...column }) => column),
    ...(isSame && left.kept.writing && { writing: left.kept.writing }),
    ...(left.kept.sky && { sky: left.kept.sky }),
  };
}

async function counted(connection: DuckDBConnection, path: string) {
  const [[rows, a, b]] = await rowsOf(
    connection,
    `SELECT count(*), count(DISTINCT pair_a), count(DISTINCT pair_b) FROM ${parquetRows(path)}`,
  );
  return { rows: Number(rows), a: Number(a), b: Number(b) };
}
