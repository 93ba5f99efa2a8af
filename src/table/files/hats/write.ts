/** @file A table written as a HATS catalogue: a folder of partitions, sorted by their places on the sky. */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { VERSION } from "../../../base/version.ts";
import type { SkyPixel, TableOfSky } from "../../sky-columns.ts";
import { identifier, literal, parquetRows, rowsOf } from "../duckdb.ts";
import { addNestedPixel } from "../healpix-sql.ts";
import { metadataOption } from "../parquet-metadata.ts";
import type { BytesColumn } from "../written-bytes.ts";
import { partitionPath } from "./catalogue.ts";
import { adaptivePartitions } from "./partitioning.ts";

export interface HatsTarget {
  /** What the user calls the folder, for messages. */
  readonly label: string;
  /** What the catalogue is called. */
  readonly name: string;
  /** The folder that is made. */
  readonly path: string;
  /** A folder for the rows until they are sorted. */
  readonly waiting: string;
  /** Rows of a partition, at most, where the table had no partitions. */
  readonly most: number;
}

/** The order of pixels that the format calls for: half a milliarcsecond. */
const ORDER = 29;
const HEALPIX = `_healpix_${ORDER}`;
/** Partitions are no smaller than pixels of this order (3.4 arcminutes), however many rows they hold. */
const FINEST = 10;

/**
 * @param columns among them those that `sky` names, by the names they have here.
 * @throws InputError for a row that has no place on the sky.
 */
export async function writeHats(
  connection: DuckDBConnection,
  target: HatsTarget,
  columns: readonly BytesColumn[],
  from: string,
  sky: TableOfSky,
): Promise<void> {
  await mkdir(target.waiting, { recursive: true });
  const sorted = await sortedRows(connection, target, columns, from, sky);
  const { healpix, order } = sky.catalogue ?? { healpix: HEALPIX, order: ORDER };
  const counts = (at: number) => pixelCounts(connection, sorted, identifier(healpix), 2 * (order - at));
  const partitions =
    sky.catalogue?.partitions ?? adaptivePartitions(await counts(FINEST), FINEST, target.most);
  const named = columns.map((column) => ({ ...column, sql: identifier(column.name) }));
  const metadata = await metadataOption(connection, named, sorted, target.label);
  const written: SkyPixel[] = [];
  const dataset = join(target.path, "dataset");
  let bytes = 0;
  let rows = 0;
  let most = 0;
  for (const partition of partitions) {
    const [first, end] = [partition.pixel, partition.pixel + 1].map(
      (pixel) => BigInt(pixel) << BigInt(2 * (order - partition.order)),
    );
    const within = `FROM ${sorted} WHERE ${identifier(healpix)} >= ${first} AND ${identifier(healpix)} < ${end}`;
    const [[count]] = await rowsOf(connection, `SELECT count(*) ${within}`);
    if (Number(count) === 0) continue;
    const path = `${join(dataset, partitionPath(partition))}.parquet`;
    await mkdir(dirname(path), { recursive: true });
    await connection.run(
      `COPY (SELECT * ${within}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd${metadata})`,
    );
    written.push(partition);
    bytes += (await stat(path)).size;
    rows += Number(count);
    most = Math.max(most, Number(count));
  }
  const schema = literal(join(dataset, "_common_metadata"));
  await connection.run(`COPY (SELECT * FROM ${sorted} LIMIT 0) TO ${schema} (FORMAT parquet${metadata})`);
  await writeAbout(target, written, { sky, healpix, order, rows, most, bytes });
}

/** All rows with their pixels, in the order of these and then as they came, as what stands after FROM. */
async function sortedRows(
  connection: DuckDBConnection,
  { label, waiting }: HatsTarget,
  columns: readonly BytesColumn[],
  from: string,
  { longitude, latitude, catalogue }: TableOfSky,
): Promise<string> {
  const path = join(waiting, "sorted.parquet");
  const own = columns.map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  const sqlOf = (name: string) => columns.find((column) => column.name === name)?.sql ?? "NULL";
  const isKept = columns.some(({ name }) => name === catalogue?.healpix);
  if (!isKept) addNestedPixel(connection);
  const order = catalogue?.order ?? ORDER;
  const place =
    catalogue && isKept ? sqlOf(catalogue.healpix) : nestedPixel(order, sqlOf(longitude), sqlOf(latitude));
  const healpix = catalogue?.healpix ?? HEALPIX;
  const cells = isKept ? own : [`sky_place AS ${identifier(healpix)}`, ...own];
  const source = `SELECT *, ${place} AS sky_place, row_number() OVER () AS sky_row FROM ${from}`;
  const [first] = await rowsOf(
    connection,
    `SELECT min(sky_row), count(*) FROM (${source}) WHERE sky_place IS NULL HAVING count(*) > 0`,
  );
  if (first)
    throw new InputError(
      `Cannot write ${label}: ${first[1]} of its rows have no place on the sky in ${longitude} and ${latitude}, degrees (row ${first[0]} is the first); leave them out with --where.`,
    );
  await connection.run(
    `COPY (SELECT ${cells.join(", ")} FROM (${source}) ORDER BY sky_place, sky_row) TO ${literal(path)} (FORMAT parquet, ROW_GROUP_SIZE 20480)`,
  );
  return parquetRows(path);
}

function nestedPixel(order: number, longitude: string, latitude: string): string {
  return `nested_pixel(${order}, (${longitude})::DOUBLE, (${latitude})::DOUBLE)`;
}

async function pixelCounts(
  connection: DuckDBConnection,
  from: string,
  healpix: string,
  shift: number,
): Promise<Map<number, number>> {
  const found = await rowsOf(connection, `SELECT ${healpix} >> ${shift}, count(*) FROM ${from} GROUP BY 1`);
  return new Map(found.map(([pixel, rows]) => [Number(pixel), Number(rows)]));
}

interface Found {
  readonly sky: TableOfSky;
  readonly healpix: string;
  readonly order: number;
  readonly rows: number;
  /** Of a partition. */
  readonly most: number;
  readonly bytes: number;
}

/** The files that say what the catalogue is. */
async function writeAbout(target: HatsTarget, partitions: readonly SkyPixel[], found: Found): Promise<void> {
  if (partitions.length === 0) throw new InputError(`Cannot write ${target.label}: there are no rows.`);
  const lines = partitions.map(({ order, pixel }) => `${order},${pixel}\n`);
  await writeFile(join(target.path, "partition_info.csv"), ["Norder,Npix\n", ...lines].join(""));
  const fraction = partitions.reduce((sum, { order }) => sum + 1 / (12 * 4 ** order), 0);
  const properties = {
    obs_collection: target.name,
    dataproduct_type: "object",
    hats_nrows: found.rows,
    hats_col_ra: found.sky.longitude,
    hats_col_dec: found.sky.latitude,
    hats_col_healpix: found.healpix,
    hats_col_healpix_order: found.order,
    hats_npix_suffix: ".parquet",
    hats_max_rows: found.most,
    hats_order: Math.max(...partitions.map(({ order }) => order)),
    moc_sky_fraction: fraction.toFixed(6),
    hats_estsize: Math.ceil(found.bytes / 1024),
    hats_builder: `anygiven v${VERSION}`,
    hats_creation_date: `${new Date().toISOString().slice(0, 16)}UTC`,
    hats_version: "v1.0",
  };
  const text = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(target.path, "hats.properties"), ["#HATS catalog\n", ...text].join(""));
}
