/** @file The rows of a VOTable as cells, some at a time: of the wanted columns, and of no others. */
import type { DuckDBValue } from "@duckdb/node-api";
import type { CellArray } from "../plain-parquet.ts";
import type { DataFile } from "../source.ts";
import { mayMeanMissing } from "../text/cell-forms.ts";
import type { VotableColumn } from "./columns.ts";
import { areNumbers, BIT_SIZE, type Cell, type Datatype, singleBit } from "./datatypes.ts";
import { readVotable } from "./document.ts";
import {
  type BytesOfCell,
  missingCell,
  partsOfText,
  type RowTaker,
  textOfBytes,
  unlessNull,
  type VotableField,
  WrongCell,
} from "./fields.ts";
import type { VotableTable } from "./tables.ts";

/** Rows in a slice; fewer of many columns. */
const USUAL_ROWS = 65_536;
const MOST_CELLS = 4_000_000;

/**
 * The rows in slices, no more than `most` of them.
 * @throws InputError for a cell that is none of its field.
 */
export async function* slicesOf(
  file: DataFile,
  table: VotableTable,
  columns: readonly VotableColumn[],
  most: number,
): AsyncGenerator<readonly CellArray[]> {
  const rows = Math.max(1, Math.min(USUAL_ROWS, most, Math.floor(MOST_CELLS / columns.length)));
  const taker = new SliceTaker(table.fields, columns, rows);
  const passes = readVotable(file, { table: ({ number }) => (number === table.number ? taker : undefined) });
  let given = 0;
  for await (const _ of passes) {
    for (const slice of taker.fetch()) {
      yield slice;
      given += slice[0].length;
      if (given >= most) return;
    }
  }
  yield* taker.rest();
}

/** A field of which columns are wanted. */
interface WantedField {
  readonly field: VotableField;
  readonly datatype: Datatype;
  /** Values of an array in each row; absent where the cell is one value. */
  readonly values?: number;
  /** The columns, by their places in a slice, and which value of the array each is. */
  readonly columns: readonly { readonly place: number; readonly index: number }[];
  readonly unlessNull: (cell: Cell) => Cell;
}

class SliceTaker implements RowTaker {
  readonly #fields: readonly (WantedField | undefined)[];
  readonly #make: () => CellArray[];
  readonly #rows: number;
  #full: CellArray[][] = [];
  #slice: CellArray[];
  #row = 0;

  constructor(fields: readonly VotableField[], columns: readonly VotableColumn[], rows: number) {
    this.#rows = rows;
    this.#fields = fields.map((field, i): WantedField | undefined => {
      const { datatype } = field;
      const own = columns.flatMap((column, place) =>
        column.field === i ? [{ place, index: column.element?.index ?? 0, of: column.element?.of }] : [],
      );
      if (own.length === 0 || datatype === undefined) return undefined;
      const values = own[0].of;
      return { field, datatype, columns: own, unlessNull: unlessNull(field), ...(values && { values }) };
    });
    const types = columns.map(({ field }) => fields[field].datatype);
    this.#make = () =>
      types.map((type) => (type && areNumbers(type) ? new Float64Array(rows) : new Array<DuckDBValue>(rows)));
    this.#slice = this.#make();
  }

  readonly wants = (field: number) => this.#fields[field] !== undefined;

  text(at: number, text: string): void {
    const wanted = this.#fields[at];
    if (wanted === undefined) return;
    const { field, datatype, values } = wanted;
    const plain = text.trim();
    if (field.isText) this.#put(wanted, () => (plain === "" || plain === field.nullText ? null : plain));
    else if (values === undefined) {
      this.#put(wanted, () => (plain === "" ? missingCell(datatype) : this.#valueOf(wanted, plain)));
    } else {
      const parts = partsOfText(field, text);
      checkLength(wanted, parts.length);
      this.#put(wanted, (i) =>
        parts.length === 0 ? missingCell(datatype) : this.#valueOf(wanted, parts[i]),
      );
    }
  }

  bytes(at: number, bytes: Buffer, { at: start, length, items, isNull }: BytesOfCell): void {
    const wanted = this.#fields[at];
    if (wanted === undefined) return;
    const { field, datatype, values } = wanted;
    if (isNull) this.#put(wanted, () => missingCell(datatype));
    else if (field.isText) {
      const text = textOfBytes(field, bytes.subarray(start, start + length));
      this.#put(wanted, () => (text === "" || text === field.nullText ? null : text));
    } else {
      if (values !== undefined && field.isVariable) checkLength(wanted, items);
      const isEmpty = field.isVariable && items === 0;
      this.#put(wanted, (i) =>
        isEmpty ? missingCell(datatype) : wanted.unlessNull(valueOfBytes(wanted, bytes, start, i)),
      );
    }
  }

  endRow(): void {
    this.#row++;
    if (this.#row < this.#rows) return;
    this.#full.push(this.#slice);
    this.#slice = this.#make();
    this.#row = 0;
  }

  /** The slices that are complete. */
  fetch(): CellArray[][] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** All that is left. */
  rest(): CellArray[][] {
    const row = this.#row;
    const last = this.#slice.map((cells) =>
      cells instanceof Float64Array ? cells.subarray(0, row) : cells.slice(0, row),
    );
    return [...this.fetch(), ...(row > 0 ? [last] : [])];
  }

  #put({ columns }: WantedField, cellOf: (index: number) => Cell): void {
    for (const { place, index } of columns) this.#slice[place][this.#row] = cellOf(index) as number;
  }

  #valueOf({ field, datatype, unlessNull: present }: WantedField, text: string): Cell {
    const value = datatype.ofText(text);
    if (value !== undefined) return present(value);
    if (text === field.nullText || mayMeanMissing(text)) return missingCell(datatype);
    const shown = text.length <= 60 ? text : `${text.slice(0, 57)}...`;
    throw new WrongCell(
      `"${shown}" is no value of the type ${datatype.name}; correct or empty the cell, or leave the column out with \`columns\`.`,
    );
  }
}

function valueOfBytes({ datatype, values }: WantedField, bytes: Buffer, at: number, i: number): Cell {
  if (values === undefined && datatype.size === BIT_SIZE) return singleBit(bytes, at);
  return datatype.ofBytes(bytes, at, i);
}

/** @throws WrongCell for an array that is neither empty nor as long as the others. */
function checkLength({ values = 1 }: WantedField, found: number): void {
  if (found !== 0 && found !== values)
    throw new WrongCell(
      `holds ${found} values, but its field says ${values}; correct the cell, or leave the column out with \`columns\`.`,
    );
}
