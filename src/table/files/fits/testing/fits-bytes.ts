/** @file FITS files for tests, put together byte by byte from the standard: headers of cards, rows, a heap. */
type Value = string | number | boolean | bigint;

const BLOCK = 2880;

function card(name: string, value: Value): string {
  const written =
    typeof value === "string"
      ? `'${value.replaceAll("'", "''").padEnd(8)}'`
      : typeof value === "boolean"
        ? (value ? "T" : "F").padStart(20)
        : String(value).padStart(20);
  return `${name.padEnd(8)}= ${written}`.padEnd(80);
}

/** A header: values by their names, or whole cards. */
export function header(values: Readonly<Record<string, Value>>, cards: readonly string[] = []): Buffer {
  const lines = [
    ...Object.entries(values).map(([name, value]) => card(name, value)),
    ...cards.map((each) => each.padEnd(80)),
    "END".padEnd(80),
  ];
  return padded(Buffer.from(lines.join(""), "latin1"), " ");
}

export function padded(bytes: Buffer, fill = "\0"): Buffer {
  const missing = (BLOCK - (bytes.length % BLOCK)) % BLOCK;
  return Buffer.concat([bytes, Buffer.from(fill.repeat(missing), "latin1")]);
}

export const primary = header({ SIMPLE: true, BITPIX: 8, NAXIS: 0, EXTEND: true });

export interface MadeColumn {
  readonly form: string;
  readonly name?: string;
  /** Further values, such as { TNULL: -1 }; the column's number is put behind the name. */
  readonly more?: Readonly<Record<string, Value>>;
}

/** A binary table of these rows, each of which is all the bytes of it; what `more` says stands in the header, too. */
export function table(
  columns: readonly MadeColumn[],
  rows: readonly Buffer[],
  {
    heap = Buffer.alloc(0),
    more = {},
    cards = [],
  }: {
    readonly heap?: Buffer;
    readonly more?: Readonly<Record<string, Value>>;
    readonly cards?: readonly string[];
  } = {},
): Buffer {
  const values: Record<string, Value> = {
    ...{ XTENSION: "BINTABLE", BITPIX: 8, NAXIS: 2, NAXIS1: rows[0]?.length ?? 0, NAXIS2: rows.length },
    ...{ PCOUNT: heap.length, GCOUNT: 1, TFIELDS: columns.length },
  };
  for (const [i, { form, name, more: own = {} }] of columns.entries()) {
    const n = i + 1;
    values[`TFORM${n}`] = form;
    values[`TTYPE${n}`] = name ?? `c${n}`;
    for (const [key, value] of Object.entries(own)) values[`${key}${n}`] = value;
  }
  return Buffer.concat([header({ ...values, ...more }, cards), padded(Buffer.concat([...rows, heap]))]);
}

/** The bytes of one row, one after the other. */
export function row(...parts: readonly (Buffer | string)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

function bytes(length: number, write: (view: DataView) => void): Buffer {
  const view = new DataView(new ArrayBuffer(length));
  write(view);
  return Buffer.from(view.buffer);
}

export const u8 = (value: number) => Buffer.of(value);
export const i16 = (value: number) => bytes(2, (view) => view.setInt16(0, value));
export const i32 = (value: number) => bytes(4, (view) => view.setInt32(0, value));
export const i64 = (value: bigint) => bytes(8, (view) => view.setBigInt64(0, value));
export const f32 = (value: number) => bytes(4, (view) => view.setFloat32(0, value));
export const f64 = (value: number) => bytes(8, (view) => view.setFloat64(0, value));
