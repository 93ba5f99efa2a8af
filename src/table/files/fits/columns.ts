/** @file The columns that the fields of a FITS table are, how their cells are read, and what is left out. */
import type { DuckDBType } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import type { FileReport } from "../../file-report.ts";
import { elementNames, LONGEST_ARRAY } from "../array-names.ts";
import type { CellKind, Unreadable } from "../file-relation.ts";
import type { CellArray } from "../plain-parquet.ts";
import { type CellType, cellTypeOf, type RowBytes } from "./cells.ts";
import { type Field, fieldsOf, type Letter } from "./fields.ts";
import type { ReadBytes } from "./header.ts";
import { type Heap, type PackedArrays, packedArrays, pointerAt } from "./heap.ts";
import type { Part } from "./parts.ts";
import { textFieldsOf } from "./text-table.ts";

/** A column of the table. */
export interface FitsColumn {
  readonly name: string;
  readonly kind: CellKind;
  /** FITS' word for its type. */
  readonly type: string;
  readonly duckdb?: DuckDBType;
  /** Its cells in some rows. @throws InputError whose message goes on after the column's name. */
  readonly read?: (rows: RowBytes) => CellArray | Promise<CellArray>;
  readonly unreadable?: Unreadable;
}

export interface FitsColumns {
  readonly columns: readonly FitsColumn[];
  readonly report: Pick<FileReport, "units" | "ucds" | "leftOut" | "renamed">;
}

/** The table's bytes. */
export interface TableBytes {
  readonly read: ReadBytes;
  /** Its first rows. */
  readonly start: RowBytes;
  readonly heap: Heap;
}

/** @throws InputError where the header contradicts itself. */
export function columnsOf({ header, kind }: Part, table: TableBytes, label: string): FitsColumns {
  if (kind === "text table") {
    const fields = textFieldsOf(header, label).map(({ cell, offset, ...field }) => ({
      ...{ ...field, dims: [], columns: [cellColumn(cell, offset)] },
    }));
    return named(fields);
  }
  return named(fieldsOf(header, label).map((field) => ({ ...field, ...cellsOf(field, table) })));
}

type Cells = Pick<FitsColumn, "kind" | "duckdb" | "read">;

/** A field with the cells of its columns, or why there are none. */
interface ReadField {
  readonly name: string;
  readonly form: string;
  readonly dims: readonly number[];
  readonly unit?: string;
  readonly ucd?: string;
  readonly columns?: readonly Cells[];
  readonly unreadable?: Unreadable;
}

function cellColumn({ kind, duckdb, read }: CellType, offset: number): Cells {
  return { kind, duckdb, read: (rows) => read(rows, offset) };
}

/** Names, each once; of arrays a column for each element. */
function named(fields: readonly ReadField[]): FitsColumns {
  const units: Record<string, string> = {};
  const ucds: Record<string, string> = {};
  const leftOut: FileReport["leftOut"][number][] = [];
  const renamed: FileReport["renamed"][number][] = [];
  const taken = new Set<string>();
  const once = (name: string) => {
    let own = name;
    for (let n = 2; taken.has(own); n++) own = `${name}_${n}`;
    taken.add(own);
    return own;
  };
  const columns = fields.flatMap((field, i): FitsColumn[] => {
    const { form, unit, ucd, unreadable, columns: cells = [] } = field;
    const written = field.name || `column ${i + 1}`;
    const name = once(written);
    if (name !== written) renamed.push({ position: i + 1, name, why: `"${written}" is there before it` });
    if (unreadable) {
      leftOut.push({ name, why: `its cells are ${unreadable.held}`, isUnreadable: true });
      return [{ name, kind: "other", type: form, unreadable }];
    }
    return elementNames({ ...field, name }, fields).map((element, k) => {
      const own = cells.length === 1 && field.dims.length === 0 ? name : once(element);
      if (unit !== undefined) units[own] = unit;
      if (ucd !== undefined) ucds[own] = ucd;
      return { name: own, type: form, ...cells[k] };
    });
  });
  return { columns, report: { units, ucds, leftOut, renamed } };
}

/** Rows that are looked at for the lengths of arrays in the heap. */
export const LOOKED_AT = 3000;

function cellsOf(field: Field, table: TableBytes): Pick<ReadField, "columns" | "unreadable" | "dims"> {
  const { letter, count, dims } = field;
  if (letter === "P" || letter === "Q") return heapCells(field, table);
  const unreadable = unreadableArray(letter, count);
  const cell = cellTypeOf(field, letter);
  if (unreadable || !cell) return { dims, unreadable: unreadable ?? notSingle(letter) };
  return {
    dims,
    columns: Array.from({ length: count }, (_, i) => cellColumn(cell, field.offset + i * field.size)),
  };
}

const MEND = "write those of use as columns";

function unreadableArray(letter: Letter, count: number): Unreadable | undefined {
  if (count === 0) return { held: "empty (of no width)", mend: MEND };
  if (letter === "X" && count > 1) return { held: `arrays of ${count} bits`, mend: MEND };
  if (letter === "C" || letter === "M") return notSingle(letter);
  if (count <= LONGEST_ARRAY) return undefined;
  return {
    held: `arrays of ${count.toLocaleString("en")} elements, more than ${LONGEST_ARRAY.toLocaleString("en")}`,
    mend: MEND,
  };
}

function notSingle(letter: Letter): Unreadable {
  return letter === "C" || letter === "M"
    ? { held: "complex numbers", mend: "write two real columns" }
    : { held: "no single values", mend: MEND };
}

/** Arrays of variable length are columns where all that are not empty have one length. */
function heapCells(
  field: Field,
  { read, start, heap }: TableBytes,
): Pick<ReadField, "columns" | "unreadable" | "dims"> {
  const { elements } = field;
  const none = (held: string) => ({ dims: [], unreadable: { held, mend: MEND } });
  const lengths = new Set(Array.from({ length: start.rows }, (_, row) => pointerAt(field, start, row).count));
  lengths.delete(0);
  const [length] = lengths;
  if (length === undefined) return none("arrays of variable length, all empty");
  if (lengths.size > 1) return none("arrays of different lengths");
  if (elements === undefined || elements === "A" || elements === "X")
    return none("texts or bits of variable length");
  const size = { L: 1, B: 1, I: 2, J: 4, K: 8, E: 4, D: 8, C: 8, M: 16, P: 8, Q: 16 }[elements];
  const cell = cellTypeOf(field, elements);
  const unreadable =
    length < 0 ? { held: "arrays of a negative length", mend: MEND } : unreadableArray(elements, length);
  if (unreadable || !cell) return { dims: [], unreadable: unreadable ?? notSingle(elements) };
  let last: { readonly rows: RowBytes; readonly arrays: Promise<PackedArrays> } | undefined;
  const arraysOf = (rows: RowBytes) => {
    if (last?.rows !== rows) last = { rows, arrays: packedArrays(read, heap, { field, length, size }, rows) };
    return last.arrays;
  };
  const columns = Array.from(
    { length },
    (_, i): Cells => ({
      ...{ kind: cell.kind, duckdb: cell.duckdb },
      read: async (rows) => {
        const { packed, empty } = await arraysOf(rows);
        const cells = cell.read(packed, i * size);
        for (const row of empty) cells[row] = cells instanceof Float64Array ? Number.NaN : null;
        return cells;
      },
    }),
  );
  return { dims: length === 1 ? [] : [length], columns };
}

/** Says whose cells a complaint is about. */
export function complaintAbout(column: FitsColumn, label: string, error: unknown): unknown {
  return error instanceof InputError
    ? new InputError(`Column "${column.name}" of ${label} ${error.message}.`)
    : error;
}
