/**
 * @file A table from the bytes of a CSV or Parquet file, in a page: without DuckDB, which would be larger than all else together.
 * What columns hold is decided by the rules by which Node decides it (test/browser-reading.test.ts compares the tables).
 */
import { gunzipSync } from "fflate";
import { InputError } from "../../base/errors.ts";
import type { TextOptions } from "../files/text/layout.ts";
import { type CellRules, ColumnBuilder, type Numbers, type Precision } from "../scan/column-cells.ts";
import { type ColumnType, presumed } from "../scan/column-types.ts";
import { missingRules } from "../scan/missing-rules.ts";
import { assembled, type Part, partsOf } from "../scan/parts.ts";
import { noticesOf } from "../scan/reading-notices.ts";
import { errorsOfText, noRows, refusedCell, shortened } from "../scan/refused-cells.ts";
import {
  type ColumnChoice,
  chooseColumns,
  declaredCategories,
  statedReadings,
} from "../scan/wanted-columns.ts";
import type { StatedColumn } from "../stated-kinds.ts";
import { type Table, withUnits } from "../table.ts";
import { CountedTexts, plainNumber } from "./counted-texts.ts";
import { parquetCells } from "./parquet-cells.ts";
import type { RawColumn, RawTable } from "./raw-columns.ts";
import { textCells } from "./text-cells.ts";
import { numbersOf, WRONG } from "./text-numbers.ts";
import { typesOfTexts } from "./text-types.ts";

/** How a file is read: options of `readTable` in Node. */
export interface BytesReading extends TextOptions, Omit<ColumnChoice, "columns" | "categories" | "kinds"> {
  /** Only these columns. */
  readonly columns?: readonly string[];
  /** Columns that are categories, though they may hold numbers. */
  readonly categories?: readonly string[];
  /** What columns are, where they would be taken for something else. */
  readonly kinds?: Readonly<Record<string, StatedColumn>>;
  /** Numbers and words that mean "missing", such as -9999 or "?", besides those that always do. */
  readonly missing?: readonly (number | string)[];
  /** Words that do not mean "missing", whatever they usually mean. */
  readonly notMissing?: readonly string[];
}

interface Told {
  /** Called, with a sentence each, for what was decided of how the file is written. */
  readonly onNotice?: (notice: string) => void;
}

/** @param label what the user calls the file. @throws InputError for what can't be read, with row and column. */
export async function readBytes(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  { onNotice, ...reading }: BytesReading & Told,
): Promise<Table> {
  const raw = await withoutLongNumbers(await rawTable(bytes, label, reading), reading);
  if (raw.rows === 0) throw new InputError(noRows(label));
  const known = raw.columns.map(({ name }) => name);
  const leftOut = raw.report.leftOut.map(({ name }) => name);
  const wanted = chooseColumns(known, reading, label, { leftOut });
  if (wanted.length === 0) throw new InputError(`No column of ${label} is asked for.`);
  const cells = new Map(raw.columns.map((column) => [column.name, column]));
  const missing = missingRules(reading.missing ?? [], reading.notMissing ?? []);
  const told = new Set(typeof reading.errorColumns === "object" ? Object.keys(reading.errorColumns) : []);
  const parts = wanted
    .flatMap(({ errors, ...alone }) => {
      const areWords = errors?.some((name) => areTexts(cells.get(name), missing));
      if (!errors || told.has(alone.name) || !areWords) return [{ ...alone, ...(errors && { errors }) }];
      return [alone, ...errors.map((name) => ({ name }))];
    })
    .flatMap(partsOf);
  const rules = {
    missing,
    ...{ stated: statedReadings(known, reading), declared: declaredCategories(known, reading) },
    ...{ report: raw.report, label },
  };
  const counted = new Map<Part, CountedTexts>();
  const types = new Map<Part, ColumnType>();
  for (const part of parts) {
    const column = cells.get(part.name);
    if (column && "texts" in column) counted.set(part, new CountedTexts(column.texts, missing));
    else if (column && rules.declared.has(part.name))
      counted.set(part, new CountedTexts(textsOf(column), missing));
    else if (column && part.errorsOf === undefined) types.set(part, typeOf(column));
  }
  const inferred = await typesOfTexts(counted, rules);
  for (const [part, type] of inferred.types) types.set(part, type);
  for (const notice of noticesOf([raw.report], inferred.spellings)) onNotice?.(notice);
  const numbers = parts.map((part) =>
    builtNumbers(part, types.get(part) ?? presumed, { raw, cells, missing, label }),
  );
  const columns = assembled(parts, { cells: numbers, columnTypes: types }, label);
  const table = { source: label, rows: raw.rows, columns };
  const units = Object.entries(raw.report.units).filter(([name]) =>
    columns.some((column) => column.name === name),
  );
  return withUnits(table, Object.fromEntries(units));
}

const GZIP = [0x1f, 0x8b];

async function rawTable(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  reading: TextOptions,
): Promise<RawTable> {
  if (GZIP.every((byte, i) => bytes[i] === byte))
    return rawTable(gunzipSync(bytes), label.replace(/\.gz$/, ""), reading);
  const isParquet = new TextDecoder().decode(bytes.subarray(0, 4)) === "PAR1";
  return isParquet ? parquetCells(bytes, label) : textCells(bytes, label, reading);
}

/** Rows by which it is seen that whole numbers are too long. */
const JUDGED_ROWS = 10_000;

/** Without columns of whole numbers beyond 2^53: rounded, two of them would be the same. */
async function withoutLongNumbers(
  raw: RawTable,
  { columns, categories, kinds = {} }: BytesReading,
): Promise<RawTable> {
  if (columns !== undefined) return raw;
  const named = new Set([
    ...(categories ?? []),
    ...Object.keys(kinds),
    ...raw.report.leftOut.map(({ name }) => name),
  ]);
  const long = raw.columns.filter((column) => {
    if (!("texts" in column) || named.has(column.name)) return false;
    const present = column.texts.slice(0, JUDGED_ROWS).filter((text) => text !== "");
    const isLong = (text: string) =>
      text.length > 15 && /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(Number(text));
    return present.filter(isLong).length > present.length / 2;
  });
  const why =
    "its whole numbers are longer than a number can hold (beyond 2^53), as those of identifiers are";
  const leftOut = [...raw.report.leftOut, ...long.map(({ name }) => ({ name, why }))];
  return { ...raw, report: { ...raw.report, leftOut } };
}

/** Whether what is called the errors of a column are words: they are a column as others then. */
function areTexts(column: RawColumn | undefined, missing: ReturnType<typeof missingRules>): boolean {
  if (!column || !("texts" in column)) return false;
  const { counts } = new CountedTexts(column.texts.slice(0, JUDGED_ROWS), missing);
  return counts.numbers < counts.present / 2;
}

function textsOf(column: RawColumn): readonly string[] {
  if ("texts" in column) return column.texts;
  return Array.from(column.numbers, (value) => (Number.isNaN(value) ? "" : String(value)));
}

function typeOf({ kind }: Exclude<RawColumn, { readonly texts: readonly string[] }>): ColumnType {
  return kind === "number" ? presumed : { kind };
}

interface Cells {
  readonly raw: RawTable;
  readonly cells: ReadonlyMap<string, RawColumn>;
  readonly missing: ReturnType<typeof missingRules>;
  readonly label: string;
}

/** The cells of a part, float32 where that loses nothing. @throws InputError for a cell that is none of its column's. */
function builtNumbers(part: Part, type: ColumnType, { raw, cells, missing, label }: Cells): Numbers {
  const column = cells.get(part.name);
  if (!column) throw new Error(`the part "${part.name}" has no column`);
  const isTyped = !("texts" in column) && type.kind !== "category";
  const texts = isTyped ? [] : textsOf(column);
  const numbers = isTyped ? column.numbers : numbersOf(texts, type, missing);
  const precision: Precision = type.kind === "date" ? "float64" : "float32";
  const rules: CellRules = {
    missing: type.kind === "number" ? missing.numbers : [],
    wrong: WRONG,
    errors: part.errorsOf === undefined ? undefined : part.isBelowZero ? -1 : 1,
    onlyFloat32: false,
  };
  const builder = new ColumnBuilder(precision, rules, raw.rows);
  builder.append(numbers);
  const { refused } = builder;
  if (refused) {
    const text = shortened(texts[refused.row] ?? String(numbers[refused.row]));
    const isNumber = plainNumber(text) !== undefined;
    const { errorsOf, isBelowZero, name } = part;
    if (
      refused.why === "wrong" &&
      errorsOf !== undefined &&
      !texts.some((each) => plainNumber(each) !== undefined)
    )
      throw errorsOfText(name, errorsOf, label, { row: refused.row, text });
    const line = raw.lineOf?.(refused.row);
    const where = `${label}, row ${refused.row + 1}${line === undefined ? "" : ` (line ${line})`}, column "${name}"`;
    throw refusedCell(where, { name, text, isNumber, kind: type.kind, why: refused.why, isBelowZero });
  }
  return builder.needsFloat64 && type.kind !== "category" ? Float64Array.from(numbers) : builder.finish();
}
