/**
 * @file Cells as they stand in files of any format, for programs that know the columns: no kinds are looked for, nothing
 * is refused, and whole numbers of 64 bits (ids, flags) stay exact.
 */
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { LongWork } from "../../base/async.ts";
import { InputError } from "../../base/errors.ts";
import { unknownName } from "../../base/suggestions.ts";
import { wholeStream } from "../scan/cell-stream.ts";
import type { TablePlace } from "./copied-slices.ts";
import { openDuckDB } from "./duckdb.ts";
import { type FileColumn, type FileRelation, openFile } from "./file-relation.ts";
import { GuardedReader } from "./reader/guarded-reader.ts";
import { type DataFile, dataFiles, type SourceOptions, withTemporaryFolder } from "./source.ts";

/** What a column's cells are taken for. */
type PlainKind = "number" | "whole" | "text";

/** A column that is wanted. */
export interface PlainColumn {
  readonly kind: PlainKind;
  /** Whether the file may lack it. */
  readonly optional?: boolean;
}

/** Cells by their columns' names; a missing one is NaN, 0 or "". */
export interface PlainCells {
  readonly rows: number;
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly wholes: Readonly<Record<string, BigInt64Array>>;
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** The optional ones that a file lacks. */
  readonly absent: readonly string[];
}

interface PlainOptions extends SourceOptions, LongWork {
  /** The table in a file of several, as `readTable` has it. */
  readonly group?: string;
}

/**
 * Reads columns, by their names in any capitals, of all rows of the files, in their order.
 * @throws InputError for what is wrong with the files, and a column that one of them lacks.
 */
export async function readPlainCells(
  source: string | readonly string[],
  columns: Readonly<Record<string, PlainColumn>>,
  options: PlainOptions = {},
): Promise<PlainCells> {
  return await withTemporaryFolder(async (folder) => {
    const reader = new GuardedReader(options);
    const files = await dataFiles(source, options, folder, reader);
    const reach = { files: files.map(({ path }) => path), folders: [folder] };
    const duckdb = await openDuckDB(reach, { temp_directory: join(folder, "spill") });
    try {
      const cells = new GrowingCells(columns);
      for (const file of files) await readFile(duckdb.connection, { file, folder, reader, cells }, options);
      return cells.whole();
    } finally {
      duckdb.close();
      await reader.close();
    }
  });
}

async function readFile(
  connection: DuckDBConnection,
  {
    file,
    folder,
    reader,
    cells,
  }: Pick<TablePlace, "folder" | "reader"> & { readonly file: DataFile; readonly cells: GrowingCells },
  { group, signal, onProgress }: PlainOptions,
): Promise<void> {
  const opened = await openFile(connection, file, { group, folder, reader }, {});
  const wanted = cells.columnsIn(opened);
  const names = new Set(wanted.map(({ column }) => column.name));
  const { from, rows = Number.POSITIVE_INFINITY } = (await opened.copied?.(names)) ?? opened;
  const streamed = wanted.map(({ column, kind }) => STREAMED[kind](column));
  let done = 0;
  for await (const { chunk, rows: count } of wholeStream(connection, streamed, from)) {
    signal?.throwIfAborted();
    for (const [i, { name, kind }] of wanted.entries()) {
      const vector = chunk.getColumnVector(i);
      cells.append(name, kind, count, (row) => vector.getItem(row));
    }
    cells.rows += count;
    done += count;
    onProgress?.(done, rows);
  }
}

const STREAMED: Readonly<Record<PlainKind, (column: FileColumn) => { sql: string; blank: string }>> = {
  number: ({ sql }) => ({
    sql: `coalesce(TRY_CAST(${sql} AS DOUBLE), 'nan'::DOUBLE)`,
    blank: "'nan'::DOUBLE",
  }),
  whole: ({ sql }) => ({ sql: `coalesce(TRY_CAST(${sql} AS BIGINT), 0::BIGINT)`, blank: "0::BIGINT" }),
  text: ({ sql }) => ({ sql: `coalesce(${sql}::VARCHAR, '')`, blank: "''" }),
};

/** Columns whose length is not known beforehand. */
class GrowingCells {
  rows = 0;
  readonly #columns: Readonly<Record<string, PlainColumn>>;
  readonly #numbers = new Map<string, Float64Array>();
  readonly #wholes = new Map<string, BigInt64Array>();
  readonly #texts = new Map<string, string[]>();
  readonly #absent = new Set<string>();

  constructor(columns: Readonly<Record<string, PlainColumn>>) {
    this.#columns = columns;
  }

  columnsIn({ columns, file }: FileRelation): { name: string; kind: PlainKind; column: FileColumn }[] {
    const inCapitals = new Map(columns.map((column) => [column.name.toUpperCase(), column]));
    return Object.entries(this.#columns).flatMap(([name, { kind, optional }]) => {
      const column = columns.find((each) => each.name === name) ?? inCapitals.get(name.toUpperCase());
      if (column !== undefined) return [{ name, kind, column }];
      if (!optional)
        throw new InputError(
          unknownName(
            "column",
            name,
            columns.map((each) => each.name),
            file.label,
          ),
        );
      this.#absent.add(name);
      return [];
    });
  }

  append(name: string, kind: PlainKind, count: number, cell: (row: number) => unknown): void {
    const from = this.rows;
    if (kind === "text") {
      const texts = this.#texts.get(name) ?? new Array<string>(from).fill("");
      for (let row = 0; row < count; row++) texts.push(cell(row) as string);
      this.#texts.set(name, texts);
    } else if (kind === "whole") {
      const wholes = grown(this.#wholes.get(name) ?? new BigInt64Array(from), from + count);
      for (let row = 0; row < count; row++) wholes[from + row] = cell(row) as bigint;
      this.#wholes.set(name, wholes);
    } else {
      const numbers = grown(this.#numbers.get(name) ?? new Float64Array(from).fill(Number.NaN), from + count);
      for (let row = 0; row < count; row++) numbers[from + row] = cell(row) as number;
      this.#numbers.set(name, numbers);
    }
  }

  whole(): PlainCells {
    const of = <Cells extends Float64Array | BigInt64Array>(made: ReadonlyMap<string, Cells>) =>
      Object.fromEntries(
        Array.from(made, ([name, cells]) => [name, cells.subarray(0, this.rows) as Cells] as const).filter(
          ([name]) => !this.#absent.has(name),
        ),
      );
    return {
      rows: this.rows,
      numbers: of(this.#numbers),
      wholes: of(this.#wholes),
      texts: Object.fromEntries(Array.from(this.#texts).filter(([name]) => !this.#absent.has(name))),
      absent: [...this.#absent],
    };
  }
}

/** The array, or one of twice the length that begins with it. */
function grown<Cells extends Float64Array | BigInt64Array>(cells: Cells, length: number): Cells {
  if (cells.length >= length) return cells;
  const longer = new (cells.constructor as new (length: number) => Cells)(Math.max(length, 2 * cells.length));
  longer.set(cells as never);
  return longer;
}
