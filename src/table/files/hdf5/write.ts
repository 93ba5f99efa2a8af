/** @file A table written as HDF5: a dataset for each column, columns that belong together as one of two dimensions. */

import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import type { Dataset, Group } from "h5wasm/node";
import { InputError } from "../../../base/errors.ts";
import {
  type BytesColumn,
  type BytesTarget,
  type CellFacts,
  type CellVectors,
  cellVectors,
  waitingCells,
} from "../written-bytes.ts";
import { loadLibrary } from "./file.ts";

/** Where in the file columns lie, if not each as a dataset of its own at the top. */
export interface Hdf5Layout {
  /** The groups that each have the columns that are in no array; default: the file itself. */
  readonly groups?: readonly string[];
  /** Datasets of two dimensions, a row of the table in each row: columns of numbers, by their names. */
  readonly arrays?: readonly { readonly path: string; readonly columns: readonly string[] }[];
  /** Datasets of one row, whatever the table: a text, or numbers in two dimensions. */
  readonly constants?: readonly { readonly path: string; readonly value: string | number | Float64Array }[];
}

/** Rows that are stored together. */
const CHUNK_ROWS = 4096;

/**
 * Numbers are doubles and floats with NaN where missing, whole ones 64-bit integers (with gaps: doubles, or texts where they are too long
 * for those), truths 0 and 1 in 8 bits (with gaps: floats), all else texts of a fixed width in UTF-8, empty where missing: dates as ISO 8601 has them.
 *
 * @throws InputError for names that HDF5 has no place for.
 */
export async function writeHdf5(
  connection: DuckDBConnection,
  target: BytesTarget,
  columns: readonly BytesColumn[],
  {
    from,
    layout: { groups = [""], arrays = [], constants = [] },
  }: { readonly from: string; readonly layout: Hdf5Layout },
): Promise<void> {
  const inArrays = new Set(arrays.flatMap((array) => array.columns));
  const single = columns.filter(({ name }) => !inArrays.has(name));
  for (const { name } of single) refuseName(name, target.label);
  const cells = await waitingCells(connection, target, columns, { from, format: "HDF5" });
  const { h5wasm, attempt } = await loadLibrary();
  const done = <T>(work: () => T): T => {
    const { result, complaint } = attempt(work, target.path);
    if (complaint !== "")
      throw new InputError(
        `Cannot write ${target.label}: HDF5 fails there (${complaint.trim().split("\n")[0]}).`,
      );
    return result as T;
  };
  const file = done(() => new h5wasm.File(target.path, "w"));
  try {
    for (const { path, value } of constants)
      done(() => writeConstant(groupOf(file, path), nameOf(path), value));
    const at = (name: string) => columns.findIndex((column) => column.name === name);
    const written: WrittenDataset[] = [
      ...arrays.map((array) => {
        const places = array.columns.map(at);
        return done(() => arrayDataset(groupOf(file, array.path), nameOf(array.path), places));
      }),
      ...groups.flatMap((group) =>
        single.map(({ name }) => {
          const place = at(name);
          return done(() => columnDataset(groupOf(file, `${group}/x`), name, cells.facts[place], place));
        }),
      ),
    ];
    let row = 0;
    const sql = cells.facts.map(cellSql);
    for await (const rows of cellVectors(connection, cells, sql)) {
      for (const each of written) done(() => each.append(rows, row));
      row += rows.count;
    }
  } finally {
    done(() => file.close());
  }
}

/** A dataset that grows, and how it takes the cells of some rows. */
interface WrittenDataset {
  readonly append: (rows: CellVectors, from: number) => void;
}

const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** A whole number with gaps as HDF5 can have it: none is left to say "missing". */
function isExactDouble({ min, max }: CellFacts & { kind: "whole" }): boolean {
  return min >= -MOST_EXACT && max <= MOST_EXACT;
}

function cellSql(facts: CellFacts): string {
  if (facts.kind !== "whole") return facts.sql;
  if (!facts.gaps) return `${facts.sql}::BIGINT`;
  return isExactDouble(facts) ? `${facts.sql}::DOUBLE` : `${facts.sql}::VARCHAR`;
}

function columnDataset(group: Group, name: string, facts: CellFacts, place: number): WrittenDataset {
  const { kind } = facts;
  if (kind === "text" || (kind === "whole" && facts.gaps && !isExactDouble(facts))) {
    const width = kind === "text" ? Math.max(1, facts.length) : 20;
    const dataset = group.create_dataset({ name, ...growing(`S${width}`), data: [] });
    return growingBy(dataset, [], place, (vector, count) =>
      cellsOf(vector, count, (cell) => String(cell ?? "")),
    );
  }
  if (kind === "whole" && !facts.gaps) {
    const dataset = group.create_dataset({ name, ...growing("<q"), data: new BigInt64Array(0) });
    return growingBy(dataset, [], place, (vector, count) =>
      BigInt64Array.from(cellsOf(vector, count, (cell) => BigInt(cell as bigint))),
    );
  }
  if (kind === "truth" && !facts.gaps) {
    const dataset = group.create_dataset({ name, ...growing("<b"), data: new Int8Array(0) });
    return growingBy(dataset, [], place, (vector, count) => Int8Array.from(cellsOf(vector, count, Number)));
  }
  const isFloat = kind === "float" || kind === "truth";
  const dataset = group.create_dataset({
    ...{ name, ...growing(isFloat ? "<f" : "<d") },
    data: isFloat ? new Float32Array(0) : new Float64Array(0),
  });
  return growingBy(dataset, [], place, (vector, count) => {
    const cells = cellsOf(vector, count, numberOf);
    return isFloat ? Float32Array.from(cells) : Float64Array.from(cells);
  });
}

function growing(dtype: string) {
  return { dtype, shape: [0], maxshape: [null], chunks: [CHUNK_ROWS] };
}

function growingBy(
  dataset: Dataset,
  width: readonly number[],
  place: number,
  made: (vector: DuckDBVector, count: number) => unknown,
): WrittenDataset {
  return {
    append: ({ vectors, count }, from) => {
      dataset.resize([from + count, ...width]);
      dataset.write_slice([[from, from + count]], made(vectors[place], count));
    },
  };
}

function arrayDataset(group: Group, name: string, places: readonly number[]): WrittenDataset {
  const width = places.length;
  const dataset = group.create_dataset({
    ...{ name, dtype: "<d", data: new Float64Array(0), shape: [0, width], maxshape: [null, width] },
    chunks: [Math.max(1, Math.floor(CHUNK_ROWS / width)), width],
  });
  return {
    append: ({ vectors, count }, from) => {
      const numbers = new Float64Array(count * width);
      for (const [i, place] of places.entries())
        for (let row = 0; row < count; row++)
          numbers[row * width + i] = numberOf(vectors[place].getItem(row));
      dataset.resize([from + count, width]);
      dataset.write_slice(
        [
          [from, from + count],
          [0, width],
        ],
        numbers,
      );
    },
  };
}

function cellsOf<T>(vector: DuckDBVector, count: number, made: (cell: unknown) => T): T[] {
  return Array.from({ length: count }, (_, row) => made(vector.getItem(row)));
}

function numberOf(cell: unknown): number {
  return cell === null ? Number.NaN : Number(cell);
}

function writeConstant(group: Group, name: string, value: string | number | Float64Array): void {
  if (typeof value === "string")
    group.create_dataset({
      name,
      data: [value],
      shape: [1],
      dtype: `S${Math.max(1, Buffer.byteLength(value))}`,
    });
  else if (typeof value === "number")
    group.create_dataset({ name, data: BigInt64Array.of(BigInt(value)), shape: [1], dtype: "<q" });
  else group.create_dataset({ name, data: value, shape: [1, value.length], dtype: "<d" });
}

/** The group of a path, made where it is not there. */
function groupOf(file: Group, path: string): Group {
  const names = path
    .split("/")
    .slice(0, -1)
    .filter((name) => name !== "");
  return names.reduce<Group>(
    (parent, name) =>
      parent.keys().includes(name) ? (parent.get(name) as Group) : parent.create_group(name),
    file,
  );
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function refuseName(name: string, label: string): void {
  if (!name.includes("/") && name !== "." && !name.includes("\0")) return;
  throw new InputError(
    `Cannot write ${label}: the name "${name}" leads into a group of HDF5; rename the column, or write Parquet.`,
  );
}
