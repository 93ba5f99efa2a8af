/** @file What the reading thread does with an HDF5 file: tells its columns, and copies their rows slice by slice. */
import { stat } from "node:fs/promises";
import { DOUBLE } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import type { UnpackedBytes } from "../../../files/unpacking.ts";
import { type WrittenSlice, writtenSlices } from "../copied-slices.ts";
import type { FileColumn } from "../file-relation.ts";
import type { DataFile } from "../source.ts";
import type { CellPlace, Hdf5Column } from "./columns.ts";
import { type Hdf5Dataset, openHdf5File, withHdf5File } from "./file.ts";
import { ROW_COLUMN } from "./relation.ts";
import { placesOf, readSlice, sliceLength } from "./slice.ts";
import { findTable } from "./tables.ts";

/** What a file's table holds. */
export interface DescribedHdf5 {
  readonly columns: readonly FileColumn[];
  /** Whether rows of the file are left out. */
  readonly isPartial: boolean;
}

/** @throws InputError for what is no HDF5 file, or none with one table. */
export async function describeHdf5(file: DataFile, group: string | undefined): Promise<DescribedHdf5> {
  const table = await withHdf5File(file, async (opened) => findTable(opened, group));
  const columns = table.columns.map(({ name, cell }, i): FileColumn => {
    const { kind, name: type, unreadable } = cell;
    return { name, sql: `c${i}`, kind, type, ...(unreadable && { unreadable }) };
  });
  return { columns, isPartial: table.finite !== undefined };
}

/** What of a file is copied, and where to. */
export interface Hdf5Copy {
  readonly file: DataFile;
  readonly group: string | undefined;
  readonly names: ReadonlySet<string>;
  readonly folder: string;
}

/** The rows of the named columns, and where in the file each is. */
export async function* copiedHdf5(
  { file, group, names, folder }: Hdf5Copy,
  unpacked: UnpackedBytes,
): AsyncGenerator<WrittenSlice> {
  const { opened, close } = await openHdf5File(file);
  try {
    const table = findTable(opened, group);
    const indices = [...table.columns.keys()].filter((i) => names.has(table.columns[i].name));
    const columns = indices.map((i) => table.columns[i]);
    const deciding = table.columns.filter(({ name }) => table.finite?.includes(name));
    const all = commonLength([...columns, ...deciding], file.label, table.path);
    unpacked.expect(all * cellBytes(columns));
    for (const { dataset } of placesOf([...columns, ...deciding])) unpacked.expect(chunkBytes(dataset));
    const length = sliceLength(columns);
    const types = indices.map((i) => ({ sql: `c${i}`, type: table.columns[i].cell.duckdb }));
    function* slices() {
      for (let from = 0; from < all; from += length) {
        const place = { from, count: Math.min(length, all - from) };
        const { cells, rowsInFile } = readSlice(opened, columns, deciding, place);
        yield [...cells, rowsInFile];
      }
    }
    const copied = [...types, { sql: ROW_COLUMN, type: DOUBLE }];
    for await (const slice of writtenSlices({ folder, label: file.label }, copied, slices())) {
      unpacked.add((await stat(slice.path)).size);
      yield slice;
    }
  } finally {
    close();
  }
}

/** Bytes of a row's cells. */
function cellBytes(columns: readonly Hdf5Column[]): number {
  return columns.reduce((sum, { cell }) => sum + cell.size, 0);
}

/** A chunk is unpacked as a whole, however few of its rows are read. */
function chunkBytes({ chunkRows, rowBytes }: Hdf5Dataset): number {
  return chunkRows * rowBytes;
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
