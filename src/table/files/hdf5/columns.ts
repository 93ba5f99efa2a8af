/** @file The columns that the datasets of an HDF5 file are: their names, and where their cells lie. */

import { elementNames } from "../array-names.ts";
import { type CellType, cellsOf, isComplex, isLittleEndian, typeClass, unreadableCell } from "./cells.ts";
import type { Hdf5Dataset } from "./file.ts";

/** Cells of one type in each row of a dataset: a dataset, or a member of its records. */
export interface Hdf5Field {
  readonly name: string;
  readonly dataset: Hdf5Dataset;
  readonly cell: CellType;
  /** Cells in a row, along each axis; none for a single one. */
  readonly dims: readonly number[];
  /** The first byte of its cells within a row. */
  readonly offset: number;
}

/** One cell in each row of a dataset. */
export interface CellPlace {
  readonly dataset: Hdf5Dataset;
  readonly cell: CellType;
  /** Its first byte within a row. */
  readonly offset: number;
}

export interface Hdf5Column extends CellPlace {
  readonly name: string;
  /** Cells of true and false: where they are `is`, the column's cell is missing, whatever it holds. */
  readonly missingWhere?: CellPlace & { readonly is: boolean };
}

/** A table of a file: which cells its columns are. */
export interface Hdf5Table {
  /** The group, or the dataset of records. */
  readonly path: string;
  readonly columns: readonly Hdf5Column[];
  /** Columns that hold a finite number in every row that is kept; others are left out. */
  readonly finite?: readonly string[];
}

/** Of a longer row no columns are made: it is probably a picture. */
const maxCellsOfField = 10_000;

/** The fields of a dataset: of records their members, else the dataset itself. */
export function fieldsOf(dataset: Hdf5Dataset): Hdf5Field[] {
  const { type, path, shape } = dataset;
  const littleEndian = isLittleEndian(type);
  const field = (name: string, part: typeof type, outer: readonly number[], offset: number): Hdf5Field => {
    const { cell, dims } = cellsOf(part, littleEndian(part));
    return { name, dataset, cell, dims: [...outer, ...dims], offset };
  };
  if (!isRecords(dataset)) return [field(path.slice(path.lastIndexOf("/") + 1), type, shape.slice(1), 0)];
  return type.compound_type!.members.map((member) => field(member.name, member, [], member.offset));
}

/** True for a one-dimensional dataset of records (a compound type). */
export function isRecords({ type, shape }: Hdf5Dataset): boolean {
  return type.type === typeClass.compound && shape.length === 1 && !isComplex(type);
}

/**
 * Each cell of a row as a column, named as array-names.ts says. The booleans NAME.mask (of astropy) mark where NAME is
 * missing.
 */
export function columnsOf(fields: readonly Hdf5Field[]): Hdf5Column[] {
  const masks = new Map(
    fields.flatMap((field) => {
      const mask = fields.find(({ name, cell }) => name === `${field.name}.mask` && cell.kind === "boolean");
      return mask && sameDims(mask, field) ? [[field, mask] as const] : [];
    }),
  );
  const isMask = new Set(masks.values());
  return fields
    .filter((field) => !isMask.has(field))
    .flatMap((field) => columnsOfField(field, fields, masks.get(field)));
}

function columnsOfField(
  field: Hdf5Field,
  all: readonly Hdf5Field[],
  mask: Hdf5Field | undefined,
): Hdf5Column[] {
  const { name, dataset, cell, dims } = field;
  const cells = dims.reduce((product, length) => product * length, 1);
  if (cells > maxCellsOfField) {
    const many = unreadableCell(cell.name, `${cells.toLocaleString("en")} cells a row`, "write those of use");
    return [{ name, dataset, cell: many, offset: 0 }];
  }
  return elementNames(field, all).map((own, i): Hdf5Column => {
    const column = { name: own, dataset, cell, offset: offsetOf(field, i) };
    return mask ? { ...column, missingWhere: { ...placeOf(mask, i), is: true } } : column;
  });
}

/** The index of a field's i-th cell. */
export function placeOf(field: Hdf5Field, i: number): CellPlace {
  return { dataset: field.dataset, cell: field.cell, offset: offsetOf(field, i) };
}

function offsetOf({ offset, cell }: Hdf5Field, i: number): number {
  return offset + i * cell.size;
}

function sameDims(a: Pick<Hdf5Field, "dims">, b: Pick<Hdf5Field, "dims">): boolean {
  return a.dims.join() === b.dims.join();
}
