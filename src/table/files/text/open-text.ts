/** @file A delimited text as DuckDB reads it: the file itself where it is plainly written, otherwise a plain copy of it. */
import { join } from "node:path";
import { InputError } from "../../../base/errors.ts";
import { literal, pathLiteral } from "../duckdb.ts";
import type { FileColumn, FileRelation, TextPlaces } from "../file-relation.ts";
import type { DataFile } from "../source.ts";
import { elementNumbersSql, elementTextsSql } from "./array-cells.ts";
import type { TextColumn } from "./columns.ts";
import { declaredFixedLayout } from "./declared-fixed.ts";
import { isEcsv } from "./ecsv.ts";
import { ecsvLayout } from "./ecsv-layout.ts";
import { ipacDeclared, ipacHeader } from "./ipac.ts";
import { layoutOf, type TextLayout, type TextOptions } from "./layout.ts";
import { mrtHeader } from "./mrt.ts";
import { filePieces, lineOfRow, writePlainCopy } from "./plain-copy.ts";
import { TextRows } from "./text-rows.ts";

/**
 * Finds out how a text is written.
 * @param folder where a copy may lie for as long as rows are read.
 * @throws InputError for what cannot be cut into rows and columns.
 */
export async function openText(file: DataFile, options: TextOptions, folder: string): Promise<FileRelation> {
  const layout = await layoutOfKind(file, options);
  const { names } = layout.heading;
  // Behind rows whose columns are declared nothing else stands.
  const isDeclared = layout.heading.header.ground === "marked";
  const how = isDeclared ? { ...options, skipEnd: options.skipEnd ?? 0 } : options;
  const rows = () => new TextRows(() => filePieces(file.path, layout.encoding.name), file.label, layout, how);
  let { report } = layout;
  let plain: PlainText = {
    path: file.path,
    delimiter: layout.style.separator,
    linesBefore: layout.linesBefore,
  };
  if (!layout.isPlain) {
    plain = { path: join(folder, `plain-${copies++}.csv`), delimiter: ",", linesBefore: 0 };
    const copied = rows();
    await writePlainCopy(copied, names.length, plain.path, layout.nulls);
    const before = report.skipped.filter(({ what }) => what !== "comment");
    const remarks = remarksOf(layout, copied);
    report = {
      ...report,
      skipped: [...before, ...remarks, ...copied.skipped.filter(({ what }) => what !== "comment")],
    };
  }
  const commas = new Set(layout.commas);
  const columns = layout.columns.map((column): FileColumn => {
    const { name, cell, type = "VARCHAR", declared, unreadable } = column;
    return {
      ...{ name, sql: sqlName(column), type, kind: unreadable ? "other" : "text" },
      ...(commas.has(cell) && { written: `w${cell}` }),
      ...(declared && { declared }),
      ...(unreadable && { unreadable }),
    };
  });
  const from = (typeOf: TypeOf, missing: readonly string[]) =>
    relationSql(plain, layout, { typeOf, missing });
  return {
    file,
    columns,
    report,
    text: placesOf(rows),
    from: from(() => "VARCHAR", [""]),
    ...(!layout.survey.hasUnderscores && {
      fastFrom: (texts, missing) =>
        from((name) => (texts.has(name) ? "VARCHAR" : "DOUBLE"), ["", ...missing]),
    }),
  };
}

/** A text that declares its columns is read as it says, any other as it looks. */
async function layoutOfKind(file: DataFile, options: TextOptions): Promise<TextLayout> {
  if (isTold(options)) return await layoutOf(file, options);
  if (await isEcsv(file.path)) return await ecsvLayout(file, options);
  const ipac = await ipacHeader(file.path);
  const declared = ipac ? ipacDeclared(ipac) : await mrtHeader(file.path);
  return declared ? await declaredFixedLayout(file, declared) : await layoutOf(file, options);
}

/** Whether the user says how the lines are to be read; what a file declares then does not count. */
function isTold({ separator, header, comment, skipLines }: TextOptions): boolean {
  return [separator, header, comment, skipLines].some((each) => each !== undefined);
}

function sqlName({ cell, element }: TextColumn): string {
  return element === undefined ? `c${cell}` : `c${cell}_${element.index}`;
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
  /** Lines before the header. */
  readonly linesBefore: number;
}

type TypeOf = (name: string) => "VARCHAR" | "DOUBLE";

/**
 * Bytes of the buffers in which CSV is read: with DuckDB's own of 32 MB about 100 MB more are held at once, and no time
 * is won.
 */
const CSV_BUFFER = 4_000_000;

/**
 * DuckDB's own detection looks at a sample of rows only, so names and delimiter are given. Of a column that nobody asks
 * for, DuckDB takes no cell apart, arrays neither.
 */
function relationSql(
  { path, delimiter, linesBefore }: PlainText,
  { heading, columns, commas }: TextLayout,
  { typeOf, missing }: { readonly typeOf: TypeOf; readonly missing: readonly string[] },
): string {
  const whole = columns.filter(({ element }) => element === undefined);
  const types = heading.names.map((): ReturnType<TypeOf> => "VARCHAR");
  for (const { name, cell, unreadable } of whole)
    types[cell] = commas.includes(cell) || unreadable ? "VARCHAR" : typeOf(name);
  const csv = `read_csv(${pathLiteral(path)}, auto_detect = false, header = true, hive_partitioning = false, skip = ${linesBefore}, compression = 'none',
    delim = ${literal(delimiter)}, quote = '"', escape = '"', columns = {${types.map((type, i) => `'c${i}': '${type}'`).join(", ")}},
    nullstr = [${missing.map(literal).join(", ")}], buffer_size = ${CSV_BUFFER})`;
  if (commas.length === 0 && whole.length === columns.length) return csv;
  const plain = whole.map(({ name, cell }) => {
    if (!commas.includes(cell)) return `c${cell}`;
    const point = pointed(`c${cell}`);
    return typeOf(name) === "DOUBLE"
      ? `(${point})::DOUBLE AS c${cell}`
      : `${point} AS c${cell}, c${cell} AS w${cell}`;
  });
  const arrays = columns.filter(({ element }) => element?.index === 0);
  const lists = arrays.map(({ cell, element }) => {
    const areNumbers = columns.every((each) => each.cell !== cell || typeOf(each.name) === "DOUBLE");
    const sqlOf = areNumbers ? elementNumbersSql : elementTextsSql;
    return `${sqlOf(`c${cell}`, element!.of)} AS a${cell}`;
  });
  if (lists.length === 0) return `(SELECT ${plain.join(", ")} FROM ${csv})`;
  const cells = columns.flatMap((column) => {
    const { name, cell, element } = column;
    if (element === undefined)
      return commas.includes(cell) && typeOf(name) !== "DOUBLE" ? [`c${cell}, w${cell}`] : [`c${cell}`];
    return [`a${cell}[${element.index + 1}]::${typeOf(name)} AS ${sqlName(column)}`];
  });
  return `(SELECT ${cells.join(", ")} FROM (SELECT ${[...plain, ...lists].join(", ")} FROM ${csv}))`;
}

/** A number with a decimal comma as DuckDB reads numbers; any other text as it is. */
export function pointed(text: string): string {
  const form = "\\s*[+-]?([0-9]+|[0-9]{1,3}(\\.[0-9]{3})+)?(,[0-9]+)?([eE][+-]?[0-9]+)?\\s*";
  return `CASE WHEN regexp_full_match(${text}, '${form}') THEN replace(replace(${text}, '.', ''), ',', '.') ELSE ${text} END`;
}
