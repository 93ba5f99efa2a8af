/** @file What the columns of files hold (numbers, categories, true and false, dates), inferred from all their cells. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { ReadingReport } from "../file-report.ts";
import { answersOfEach, identifier, literal, numberSql, rowsOf } from "../files/duckdb.ts";
import type { FileColumn, FileRelation } from "../files/file-relation.ts";
import { explainBrokenFile } from "../files/read-complaints.ts";
import type { ReadAs } from "../stated-kinds.ts";
import { isMissingSql, microsecondsSql, trimmed } from "./cell-stream.ts";
import { type ColumnType, presumed } from "./column-types.ts";
import { formedType } from "./forms-of-texts.ts";
import { textsIn, typesAtFirstSight, wordsAmongLevels } from "./infer-forms.ts";
import {
  byCodePoint,
  type Counts,
  isPlainNumber,
  kindOf,
  leftOutTexts,
  levelsRemark,
  mostCategories,
  plainKind,
  plainName,
  plainType,
  TRUTHS,
  tooManyTexts,
} from "./kind-of-texts.ts";
import { evidenceFor, type MissingRules, type Spellings, takenFor } from "./missing-rules.ts";
import type { ColumnTypes, Part } from "./parts.ts";

/** The files as they are opened, and what of them is wanted. */
export interface Sources {
  readonly connection: DuckDBConnection;
  readonly relations: readonly FileRelation[];
  readonly parts: readonly Part[];
  /** What the user calls the files. */
  readonly label: string;
  /** What means "missing". */
  readonly missing: MissingRules;
  /** The names of a column that a model knows, where one is asked. */
  readonly knownNames?: Readonly<Record<string, readonly string[]>>;
  /** True where a negative measurement error does not matter. */
  readonly uncheckedErrors?: boolean;
  /** The columns that are categories though they hold numbers. */
  readonly declared: ReadonlySet<string>;
  /** What a user says of columns. */
  readonly stated: ReadonlyMap<string, ReadAs>;
  /** Whether columns of too many different texts are read without their cells instead of refused. */
  readonly keepsIdentifiers: boolean;
  /** Called after each chunk of rows; see `ReadOptions`. */
  readonly onProgress?: (rowsDone: number, rows: number) => void;
  /** Told how the files are written, once it is known what their columns hold. */
  readonly onReport?: (report: ReadingReport) => void;
  /** Ends a pass over the rows. */
  readonly signal?: AbortSignal;
}

/** The column of the part in a file. */
export function columnOf(relation: FileRelation, { name }: Part): FileColumn {
  return relation.columns.find((column) => column.name === name)!;
}

/** What the files' types say, and what must be scanned because they do not. */
export async function typesInFiles(
  sources: Sources,
  spellings: ReadonlyMap<Part, Spellings>,
): Promise<Map<Part, ColumnType>> {
  const columnTypes = new Map<Part, ColumnType>();
  const unclear: Part[] = [];
  for (const part of sources.parts) {
    if (part.errorsOf !== undefined) continue;
    const kinds = new Set(sources.relations.map((relation) => kindByType(relation, part)));
    const [kind] = kinds;
    const said = sources.stated.get(part.name);
    const isSaid =
      sources.declared.has(part.name) ||
      (said !== undefined && !isPlainNumber(said)) ||
      (said === undefined && isDeclaredText(sources, part));
    if (isSaid || kinds.size > 1 || kind === "text") unclear.push(part);
    else if (kind === "boolean" || kind === "date") columnTypes.set(part, { kind });
  }
  const inferred = await inferTypes(sources, unclear, spellings);
  const known = new Map([...columnTypes, ...inferred]);
  return new Map([...known, ...(await typesAtFirstSight(sources, known))]);
}

/** Whether the files say that a column holds text: digits in it are names. */
function isDeclaredText({ relations }: Sources, part: Part): boolean {
  return relations.every((relation) => columnOf(relation, part).declared === "text");
}

function kindByType(relation: FileRelation, part: Part): "number" | "boolean" | "date" | "text" {
  const { kind } = columnOf(relation, part);
  if (kind === "boolean" || kind === "date") return kind;
  // All cells of CSV and JSON are texts: they are presumed to be numbers, until one is not.
  return kind === "text" && relation.fastFrom === undefined ? "text" : "number";
}

/** Parts not known yet that hold a cell which is no number, in the first rows of each file or in all. */
export async function partsWithWords(sources: Sources, known: ColumnTypes, rows: number): Promise<Part[]> {
  const undecided = sources.parts.filter((part) => !known.has(part));
  const found = new Set<Part>();
  if (undecided.length === 0) return [];
  const limit = Number.isFinite(rows) ? ` LIMIT ${rows}` : "";
  for (const relation of sources.relations) {
    const cells = undecided.map((part) => columnOf(relation, part).sql);
    const about = (some: readonly string[]) => {
      const words = some.map(
        (_, i) => `coalesce(bool_or(x${i} IS NOT NULL AND ${numberSql(`x${i}::VARCHAR`)} IS NULL), false)`,
      );
      const named = some.map((cell, i) => `${cell} AS x${i}`).join(", ");
      return `SELECT ${words.join(", ")} FROM (SELECT ${named} FROM ${relation.from}${limit})`;
    };
    const answers = await answersOfEach(cells, about, (sql) => rowsOrComplaint(sources, relation, sql));
    for (const [i, part] of undecided.entries()) if (answers[i][0] === true) found.add(part);
  }
  return [...found];
}

/** Scans all cells of the parts and infers their types. @throws InputError for a column of no use. */
export async function inferTypes(
  sources: Sources,
  parts: readonly Part[],
  spellings: ReadonlyMap<Part, Spellings>,
): Promise<Map<Part, ColumnType>> {
  const values = parts.filter(({ errorsOf }) => errorsOf === undefined);
  const columnTypes = new Map<Part, ColumnType>(parts.map((part) => [part, presumed]));
  if (values.length === 0) return columnTypes;
  await gatherTexts(sources, values);
  const counted = await countTexts(sources, values);
  const words: Part[] = [];
  const leveled = new Map<Part, string>();
  for (const [index, part] of values.entries()) {
    const declared = sources.declared.has(part.name);
    const said = sources.stated.get(part.name);
    const isText = said === undefined && isDeclaredText(sources, part);
    const found = kindOf(counted[index]);
    const kind = declared || (isText && found !== "date") ? "category" : found;
    const formed =
      declared || isText
        ? undefined
        : await formedType(textsIn(sources, { part, index, counts: counted[index], kind }));
    const levels =
      !formed && !said && kind === "number"
        ? await wordsAmongLevels(sources, index, counted[index])
        : undefined;
    if (levels !== undefined) leveled.set(part, levels);
    if (levels === undefined && (formed || (said && said.kind !== "category") || kind !== "category"))
      columnTypes.set(part, formed ?? plainType(said ? plainKind(said.kind) : kind, counted[index]));
    else words.push(part);
  }
  for (const part of words) {
    const index = values.indexOf(part);
    const declared = sources.declared.has(part.name);
    if (counted[index].nested > 0) {
      throw new InputError(
        `Column "${part.name}" of ${sources.label} holds lists or objects, not single values; leave it out with \`columns\`.`,
      );
    }
    const names = await namesAmong(sources, part, { index, spellings, words: new Set(words) });
    const texts = `SELECT text FROM texts WHERE place = ${index} AND (NOT word OR list_contains([${names.map(literal).join(", ")}]::VARCHAR[], text))`;
    const about = { name: part.name, declared, source: sources.label, keeps: sources.keepsIdentifiers };
    const columnType = await categoriesOf(sources.connection, texts, about);
    const word = leveled.get(part);
    const read = word === undefined ? undefined : { remarks: [levelsRemark(part.name, word)] };
    columnTypes.set(part, { ...columnType, ...(read && { read }) });
  }
  return columnTypes;
}

/** Texts that are shown to the judgement of spellings. */
const JUDGED_TEXTS = 1000;

/** The spellings that usually mean "missing", but are names in this column of words. */
async function namesAmong(
  sources: Sources,
  part: Part,
  at: {
    readonly index: number;
    readonly spellings: ReadonlyMap<Part, Spellings>;
    /** The columns of words. */
    readonly words: ReadonlySet<Part>;
  },
): Promise<string[]> {
  const own = at.spellings.get(part) ?? new Map<string, number>();
  const candidates = [...new Set([...own.keys()].map((each) => each.trim()))].filter((each) => each !== "");
  if (candidates.length === 0) return [];
  const others = await rowsOf(
    sources.connection,
    `SELECT text FROM texts WHERE place = ${at.index} AND NOT word ORDER BY cells DESC, text LIMIT ${JUDGED_TEXTS}`,
  );
  const evidence = evidenceFor(
    sources,
    part,
    at,
    others.map(([text]) => String(text)),
  );
  return candidates.filter((each) => takenFor(each, sources.missing, evidence(each)).takenFor === "category");
}

/**
 * Counts each different text of each column, but for empty ones and the user's missing numbers: a column of names has few
 * of them. Words that may mean "missing" are marked.
 */
async function gatherTexts(sources: Sources, parts: readonly Part[]): Promise<void> {
  await sources.connection.run(
    "CREATE OR REPLACE TEMP TABLE texts (place INTEGER, text VARCHAR, cells BIGINT, word BOOLEAN)",
  );
  for (const relation of sources.relations) {
    const cells = parts.map((part, i) => `{'place': ${i}, 'text': ${columnOf(relation, part).sql}::VARCHAR}`);
    const counted = `SELECT place, text, count(*) AS cells
      FROM (SELECT unnest([${cells.join(", ")}], recursive := true) FROM ${relation.from}) GROUP BY place, text`;
    const { missing } = sources;
    const isWord = isMissingSql("text", { numbers: [], words: missing.words });
    const present = `SELECT place, ${trimmed("text")}, cells, ${isWord} FROM (${counted})
      WHERE NOT ${isMissingSql("text", { numbers: missing.numbers, words: [] })}`;
    await rowsOrComplaint(sources, relation, `INSERT INTO texts ${present}`);
  }
}

async function countTexts({ connection, relations }: Sources, parts: readonly Part[]): Promise<Counts[]> {
  const isJson = parts.map((part) => relations.some((each) => columnOf(each, part).type === "JSON"));
  const isNested = `[${isJson.join(", ")}][place + 1] AND left(text, 1) IN ('[', '{') AND json_valid(text)`;
  const cells = [
    "true",
    `${numberSql("text")} IS NOT NULL`,
    `${numberSql("text")} IN (0, 1)`,
    "lower(text) IN ('true', 'false')",
    `lower(text) IN (${TRUTHS.map(literal).join(", ")})`,
    `${microsecondsSql("text")} IS NOT NULL`,
    isNested,
  ].map((condition) => `coalesce(sum(cells) FILTER (${condition}), 0)::BIGINT`);
  const counted = [...cells, "count(DISTINCT text)"].join(", ");
  const rows = await rowsOf(connection, `SELECT place, ${counted} FROM texts WHERE NOT word GROUP BY place`);
  const counts = new Map(rows.map(([index, ...found]) => [Number(index), found.map(Number)]));
  return parts.map((_, index) => {
    const [present, numbers, bits, booleans, truths, dates, nested, different] =
      counts.get(index) ?? new Array<number>(8).fill(0);
    return { present, numbers, bits, booleans, truths, dates, nested, different };
  });
}

/** The rows of an answer about a file, or the sentence that says what is wrong with it. */
export async function rowsOrComplaint({ connection }: Sources, relation: FileRelation, sql: string) {
  try {
    return await rowsOf(connection, sql);
  } catch (error) {
    throw await explainBrokenFile(relation, error);
  }
}

/**
 * Makes an ENUM in DuckDB of all texts of a column, and one list of names.
 *
 * @param texts The SQL of the column's texts: trimmed, none of them missing, some perhaps repeated.
 * @param declared True if the user declared the column: then it may hold numbers, and more names.
 * @param source What the user calls the files.
 * @throws InputError for a column with too many names.
 */
async function categoriesOf(
  connection: DuckDBConnection,
  texts: string,
  {
    name,
    declared,
    source,
    keeps,
  }: { readonly name: string; readonly declared: boolean; readonly source: string; readonly keeps: boolean },
): Promise<ColumnType> {
  const max = mostCategories(declared);
  const sorted = `SELECT DISTINCT text FROM (${texts}) ORDER BY text`;
  // Some may be two spellings of one name, but not half of them.
  const spellings = (await rowsOf(connection, `${sorted} LIMIT ${2 * max + 1}`)).map(([text]) =>
    String(text),
  );
  const names = spellings.map(plainName);
  const categories = [...new Set(names)].sort(byCodePoint);
  if (categories.length > max || spellings.length > 2 * max) {
    if (keeps && !declared) {
      const [[different]] = await rowsOf(connection, `SELECT count(DISTINCT text) FROM (${texts})`);
      return leftOutTexts(Number(different));
    }
    throw tooManyTexts({ name, source, declared, example: spellings[0] });
  }
  // In hexadecimal, as DuckDB takes names that differ in capitals only for one.
  const type = identifier(`categories ${Buffer.from(name).toString("hex")}`);
  if (spellings.length > 0) await connection.run(`CREATE TYPE ${type} AS ENUM (${sorted})`);
  const indexOf = new Map(categories.map((each, i) => [each, i]));
  return { kind: "category", categories, spellings: type, indices: names.map((each) => indexOf.get(each)!) };
}
