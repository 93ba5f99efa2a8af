/** @file A delimited text as DuckDB reads it: the file itself where it is plainly written, otherwise a plain copy of it. */
import { join } from "node:path";
import { InputError } from "../../../base/errors.ts";
import { literal, pathLiteral } from "../duckdb.ts";
import type { FileColumn, FileRelation, TextPlaces } from "../file-relation.ts";
import type { DataFile } from "../source.ts";
import { layoutOf, type TextLayout, type TextOptions } from "./layout.ts";
import { lineOfRow, TextRows, writePlainCopy } from "./plain-copy.ts";

/**
 * Finds out how a text is written.
 * @param folder where a copy may lie for as long as rows are read.
 * @throws InputError for what cannot be cut into rows and columns.
 */
export async function openText(file: DataFile, options: TextOptions, folder: string): Promise<FileRelation> {
  const layout = await layoutOf(file, options);
  const { names } = layout.heading;
  const rows = () => new TextRows(file, layout, options);
  let { report } = layout;
  let plain: PlainText = { path: file.path, delimiter: layout.style.separator };
  if (!layout.isPlain) {
    plain = { path: join(folder, `plain-${copies++}.csv`), delimiter: "," };
    const copied = rows();
    await writePlainCopy(copied, names.length, plain.path);
    const before = report.skipped.filter(({ what }) => what !== "comment");
    const remarks = remarksOf(layout, copied);
    report = {
      ...report,
      skipped: [...before, ...remarks, ...copied.skipped.filter(({ what }) => what !== "comment")],
    };
  }
  const commas = new Set(layout.commas);
  const columns = names.map((name, i): FileColumn => {
    const written = commas.has(i) && { written: `w${i}` };
    return { name, sql: `c${i}`, kind: "text", type: "VARCHAR", ...written };
  });
  const from = (typeOf: TypeOf, missing: readonly string[]) =>
    relationSql(plain, names, { commas, typeOf, missing });
  return {
    file,
    columns,
    report,
    text: placesOf(rows),
    from: from(() => "VARCHAR", [""]),
    fastFrom: (texts, missing) => from((name) => (texts.has(name) ? "VARCHAR" : "DOUBLE"), ["", ...missing]),
  };
}

/** Copies in a folder have names of their own. */
let copies = 0;

/** Remarks before the rows and among them. */
function remarksOf({ remarks }: TextLayout, copied: TextRows) {
  const among = copied.skipped.filter(({ what }) => what === "comment");
  const count = [...remarks, ...among].reduce((sum, each) => sum + each.count, 0);
  return [...remarks, ...among].slice(0, 1).map((first) => ({ ...first, count }));
}

function placesOf(rows: () => TextRows): TextPlaces {
  return {
    lineOfRow: (row) => lineOfRow(rows(), row),
    brokenRow: async () => {
      try {
        for await (const _ of rows().rows());
        return undefined;
      } catch (error) {
        if (error instanceof InputError) return error.message;
        throw error;
      }
    },
  };
}

interface PlainText {
  readonly path: string;
  readonly delimiter: string;
}

type TypeOf = (name: string) => "VARCHAR" | "DOUBLE";

/**
 * Bytes of the buffers in which CSV is read: with DuckDB's own of 32 MB about 100 MB more are held at once, and no time
 * is won.
 */
const CSV_BUFFER = 4_000_000;

/** DuckDB's own detection looks at a sample of rows only, so names and delimiter are given. */
function relationSql(
  { path, delimiter }: PlainText,
  names: readonly string[],
  how: { readonly commas: ReadonlySet<number>; readonly typeOf: TypeOf; readonly missing: readonly string[] },
): string {
  const { commas, typeOf, missing } = how;
  const types = names.map((name, i) => (commas.has(i) ? "VARCHAR" : typeOf(name)));
  const columns = types.map((type, i) => `'c${i}': '${type}'`).join(", ");
  const csv = `read_csv(${pathLiteral(path)}, auto_detect = false, header = true, compression = 'none',
    delim = ${literal(delimiter)}, quote = '"', escape = '"', columns = {${columns}},
    nullstr = [${missing.map(literal).join(", ")}], buffer_size = ${CSV_BUFFER})`;
  if (commas.size === 0) return csv;
  const selected = names.map((name, i) => {
    if (!commas.has(i)) return `c${i}`;
    const point = pointed(`c${i}`);
    return typeOf(name) === "DOUBLE" ? `(${point})::DOUBLE AS c${i}` : `${point} AS c${i}, c${i} AS w${i}`;
  });
  return `(SELECT ${selected.join(", ")} FROM ${csv})`;
}

/** A number with a decimal comma as DuckDB reads numbers; any other text as it is. */
export function pointed(text: string): string {
  const form = "\\s*[+-]?([0-9]+|[0-9]{1,3}(\\.[0-9]{3})+)?(,[0-9]+)?([eE][+-]?[0-9]+)?\\s*";
  return `CASE WHEN regexp_full_match(${text}, '${form}') THEN replace(replace(${text}, '.', ''), ',', '.') ELSE ${text} END`;
}
