/** @file The cells of a Parquet file in memory (hyparquet). */
import { type FileMetaData, parquetMetadataAsync, parquetRead, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { InputError } from "../../base/errors.ts";
import type { RawColumn, RawTable } from "./raw-columns.ts";

/** Days since 1970, and texts as they are; what is missing is null. */
const PARSERS = {
  timestampFromMilliseconds: (milliseconds: bigint) => Number(milliseconds) / 864e5,
  timestampFromMicroseconds: (microseconds: bigint) => Number(microseconds) / 864e8,
  timestampFromNanoseconds: (nanoseconds: bigint) => Number(nanoseconds) / 864e11,
  dateFromDays: (days: number) => days,
};

/** Whole numbers beyond this are not all there. */
const LARGEST_WHOLE = 2n ** 53n;

/** @throws InputError for a damaged file. */
export async function parquetCells(bytes: Uint8Array<ArrayBuffer>, label: string): Promise<RawTable> {
  const file = {
    byteLength: bytes.byteLength,
    slice: (start: number, end?: number) =>
      bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + (end ?? bytes.byteLength)),
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    const rows = Number(metadata.num_rows);
    const columns: RawColumn[] = [];
    const leftOut: { name: string; why: string }[] = [];
    for (const { name, kind, isNarrow, why } of described(metadata)) {
      if (kind === undefined) {
        leftOut.push({ name, why });
        continue;
      }
      const cells: unknown[] = [];
      await parquetRead({
        ...{ file, metadata, compressors, parsers: PARSERS, columns: [name] },
        onComplete: (read: unknown[][]) => {
          for (const [cell] of read) cells.push(cell);
        },
      });
      if (kind === "text") {
        columns.push({ name, texts: cells.map((cell) => (cell == null ? "" : String(cell))) });
        continue;
      }
      if (areLong(cells)) {
        leftOut.push({
          name,
          why: "its whole numbers are longer than a number can hold (beyond 2^53), as those of identifiers are",
        });
        continue;
      }
      const numbers = isNarrow ? new Float32Array(rows) : new Float64Array(rows);
      for (let row = 0; row < rows; row++)
        numbers[row] = cells[row] == null ? Number.NaN : Number(cells[row]);
      columns.push({ name, kind, numbers });
    }
    return {
      columns,
      rows,
      report: { file: label, format: "parquet", skipped: [], units: {}, renamed: [], leftOut },
    };
  } catch (error) {
    throw new InputError(`${label} is no sound Parquet file (${(error as Error).message}): write it again.`);
  }
}

interface Described {
  readonly name: string;
  /** Undefined where its cells are no single values. */
  readonly kind: "number" | "boolean" | "date" | "text" | undefined;
  readonly isNarrow: boolean;
  readonly why: string;
}

function described(metadata: FileMetaData): Described[] {
  return parquetSchema(metadata).children.map(({ children, element }) => {
    const {
      name,
      type,
      converted_type: converted,
      logical_type: logical,
      repetition_type: repetition,
    } = element;
    const [isDate, isTime] = [
      converted === "DATE" || logical?.type === "DATE" || /^TIMESTAMP/.test(converted ?? logical?.type ?? ""),
      /^TIME(_|$)/.test(converted ?? logical?.type ?? "") || converted === "INTERVAL",
    ];
    const isWhole = children.length === 0 && repetition !== "REPEATED" && !isTime;
    const kind = !isWhole
      ? undefined
      : isDate || type === "INT96"
        ? "date"
        : type === "BOOLEAN"
          ? "boolean"
          : type === "BYTE_ARRAY" && converted !== "DECIMAL"
            ? "text"
            : type === "FIXED_LEN_BYTE_ARRAY" && converted !== "DECIMAL" && logical?.type !== "FLOAT16"
              ? "text"
              : "number";
    return { name, kind, isNarrow: type === "FLOAT", why: "it holds no single numbers, texts or dates" };
  });
}

function areLong(cells: readonly unknown[]): boolean {
  const whole = cells.filter((cell) => typeof cell === "bigint");
  const long = whole.filter((cell) => cell > LARGEST_WHOLE || cell < -LARGEST_WHOLE);
  return long.length > whole.length / 2;
}
