/** @file The files of a source, opened, and what of them is wanted: what comes before the first cell is read. */
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import {
  check,
  checkFields,
  either,
  FUNCTION,
  LONG_WORK,
  listOf,
  NUMBER,
  OBJECT,
  oneOf,
  POSITIVE,
  recordOf,
  refuseUnknown,
  SWITCH,
  TEXT,
} from "../../base/checked.ts";
import { InputError } from "../../base/errors.ts";
import type { KeptCells } from "../blocks.ts";
import { isMissingSql, microsecondsSql } from "../scan/cell-stream.ts";
import { columnOf, type Sources } from "../scan/infer-types.ts";
import { missingRules } from "../scan/missing-rules.ts";
import { type Part, partsOf } from "../scan/parts.ts";
import {
  chooseColumns,
  declaredCategories,
  statedReadings,
  type WantedColumn,
} from "../scan/wanted-columns.ts";
import type { ReadAs } from "../stated-kinds.ts";
import type { TablePlace } from "./copied-slices.ts";
import { answersOfEach, openDuckDB, rowsOf } from "./duckdb.ts";
import { type FileColumn, type FileRelation, openFile } from "./file-relation.ts";
import { type KeptChoice, keepCells, keptNames } from "./kept-cells.ts";
import { withLimitCells } from "./limit-cells.ts";
import { isMeasured, withMeasuredCells } from "./measured-cells.ts";
import type { ReadOptions } from "./read.ts";
import { explainBrokenFile } from "./read-complaints.ts";
import { GuardedReader } from "./reader/guarded-reader.ts";
import { chosenRelations, isChoice, partRelations, type RowChoice, type TablePart } from "./row-choice.ts";
import { type DataFile, dataFiles, openTemporaryFolder, sourceLabel, tableFormats } from "./source.ts";
import { withTwoSidedErrors } from "./two-sided-errors.ts";
import { withUnknownErrors } from "./unknown-errors.ts";

export interface OpenOptions extends ReadOptions {
  /** Columns whose cells are kept as they stand, to be passed on; they need not be among those read. */
  readonly keep?: KeptChoice;
  /** Of files that are a part of a longer table. */
  readonly part?: TablePart;
}

export interface OpenedFiles {
  readonly sources: Sources;
  /** Where columns are kept, or rows chosen. */
  readonly kept?: KeptCells;
  /** Closes the files and removes temporary copies of them. */
  close(): Promise<void>;
}

/**
 * Opens the files and chooses among their columns.
 * @throws InputError for what is wrong with the files' names, formats and columns, and with the options.
 */
export async function openFiles(
  source: string | readonly string[],
  options: OpenOptions,
): Promise<OpenedFiles> {
  checkReading(source, options);
  const folder = await openTemporaryFolder();
  const reader = new GuardedReader(options);
  try {
    const files = await dataFiles(source, options, folder.path, reader);
    const catalogues = files.filter(({ format }) => format === "hats").map(({ path }) => path);
    const reach = { files: files.map(({ path }) => path), folders: [folder.path, ...catalogues] };
    const duckdb = await openDuckDB(reach, { temp_directory: join(folder.path, "spill") });
    try {
      const label = sourceLabel(source);
      const { kept, ...sources } = await openSources(
        duckdb.connection,
        { group: options.group, folder: folder.path, reader },
        files,
        options,
        label,
      );
      await reader.close(); // all that it reads is copied
      const close = async () => {
        duckdb.close();
        await folder.remove();
      };
      return { sources, ...(kept && { kept }), close };
    } catch (error) {
      duckdb.close();
      throw error;
    }
  } catch (error) {
    await reader.close();
    await folder.remove();
    throw error;
  }
}

const NAMES = either(listOf(TEXT), FUNCTION);

const READING = {
  format: oneOf(tableFormats),
  group: TEXT,
  maxUnpacked: POSITIVE,
  maxSeconds: POSITIVE,
  maxMemory: POSITIVE,
  missing: listOf(either(NUMBER, TEXT)),
  notMissing: listOf(TEXT),
  knownNames: recordOf(listOf(TEXT)),
  encoding: TEXT,
  separator: TEXT,
  decimal: oneOf([".", ","]),
  header: either(oneOf(["names", "none"]), listOf(TEXT)),
  comment: TEXT,
  skipLines: NUMBER,
  skipEnd: NUMBER,
  ragged: oneOf(["error", "fill", "skip"]),
  uncheckedErrors: SWITCH,
  precision: oneOf(["auto", "float32", "float64"]),
  columns: NAMES,
  categories: NAMES,
  kinds: either(OBJECT, FUNCTION),
  exclude: listOf(TEXT),
  identifiers: oneOf(["refuse", "leave out"]),
  errorColumns: either(recordOf(either(TEXT, listOf(TEXT))), oneOf(["none"])),
  limits: either(OBJECT, oneOf(["none"])),
  errorNames: either(listOf(TEXT), oneOf([false])),
  allowRemote: SWITCH,
  standardInput: OBJECT,
  onReport: FUNCTION,
  row: listOf(NUMBER),
  id: recordOf(either(TEXT, NUMBER)),
  where: TEXT,
  keep: either(listOf(TEXT), FUNCTION, oneOf(["all"])),
  part: OBJECT,
  ...LONG_WORK,
};

/** For callers without types. @throws InputError for an option that there isn't, or a value that is of another kind than its type says. */
function checkReading(source: unknown, options: unknown): void {
  check("the source", source, either(TEXT, listOf(TEXT)));
  checkFields("the options of reading", options, { optional: READING });
  refuseUnknown("option", options, [...Object.keys(READING), "files", "units"]);
}

/** Opens the files as {@link openFiles} does, runs `work` on them, and closes them, however `work` ends. */
export async function withFiles<T>(
  source: string | readonly string[],
  options: ReadOptions,
  work: (sources: Sources) => Promise<T>,
): Promise<T> {
  const { sources, close } = await openFiles(source, options);
  try {
    return await work(sources);
  } finally {
    await close();
  }
}

/** @param place its folder is where copies may lie for as long as rows are read: of standard input, of gzipped text, of HDF5. */
async function openSources(
  connection: DuckDBConnection,
  place: TablePlace,
  files: readonly DataFile[],
  options: OpenOptions,
  label: string,
): Promise<Sources & { readonly kept?: KeptCells }> {
  const { folder } = place;
  const opened: FileRelation[] = [];
  for (const file of files)
    opened.push(toldOf(named(await openFile(connection, file, place, options)), options));
  opened.splice(0, opened.length, ...(await withoutLongNumbers(connection, opened, options)));
  const asked = (
    await withoutErrorsOfWords(connection, opened, chooseFrom(opened, options), options)
  ).flatMap(partsOf);
  refuseOtherTypes(opened, asked);
  const whole: FileRelation[] = [];
  const kept = keptNames(opened[0], options.keep);
  const names = new Set([...asked.map(({ name }) => name), ...kept, ...namesInChoice(opened[0], options)]);
  for (const each of opened) {
    const copy = await each.copied?.(names);
    // What was found out above of its columns is true of the copy, too.
    const uncopied = new Set(each.columns.map(({ name }) => name).filter((name) => !names.has(name)));
    whole.push(copy ? { ...copy, uncopied, columns: each.columns, report: each.report } : each);
  }
  const missing = missingRules(options.missing ?? [], options.notMissing ?? []);
  const known = namesOf(whole[0]);
  const declared = declaredCategories(known, options);
  const stated = new Map([...declaredReadings(whole), ...statedReadings(known, options)]);
  const rules = { missing, declared, stated };
  const measured = await withMeasuredCells(
    connection,
    { relations: whole, parts: asked },
    rules,
    options.errorColumns !== "none",
  );
  const sided = await withTwoSidedErrors(connection, measured, rules, {
    limits: new Set(typeof options.limits === "object" ? Object.keys(options.limits) : []),
    areErrorsWanted: options.errorColumns !== "none",
  });
  const checked = options.uncheckedErrors ? sided : await withUnknownErrors(connection, sided, rules);
  const split = await withLimitCells(connection, checked, rules, options.limits !== "none");
  const isChosen = isChoice(options);
  const { firstRow = 0, rows } = options.part ?? {};
  const from = { connection, folder, label, missing };
  const ofPart = rows ? await partRelations(split.relations, { firstRow, rows }, from) : split.relations;
  const relations = isChosen ? await chosenRelations(ofPart, options, from) : ofPart;
  const keeps = isChosen || rows !== undefined || options.keep !== undefined;
  return {
    connection,
    relations,
    ...(keeps && { kept: await keepCells(connection, relations, kept, folder) }),
    parts: split.parts,
    label,
    missing,
    declared,
    stated,
    keepsIdentifiers: options.identifiers === "leave out",
    ...(options.knownNames && { knownNames: options.knownNames }),
    ...(options.uncheckedErrors && { uncheckedErrors: true }),
    ...(options.signal && { signal: options.signal }),
    ...(options.onProgress && { onProgress: options.onProgress }),
    ...(options.onReport && { onReport: options.onReport }),
  };
}

/** Where the user has said which columns are read, nobody needs to hear that the places of HATS are not. */
function toldOf(relation: FileRelation, { columns }: ReadOptions): FileRelation {
  if (columns === undefined || relation.file.format !== "hats") return relation;
  return { ...relation, report: { ...relation.report, leftOut: [] } };
}

/** What the files themselves declare that columns of texts hold, all of them the same. */
function declaredReadings([first, ...others]: readonly FileRelation[]): Map<string, ReadAs> {
  const kinds = new Map<string, ReadAs>();
  for (const { name, declared } of first.columns) {
    const isSame = others.every(
      (each) => each.columns.find((column) => column.name === name)?.declared === declared,
    );
    if (isSame && (declared === "number" || declared === "boolean")) kinds.set(name, { kind: declared });
  }
  return kinds;
}

/** The columns that a choice of rows looks at, or may. */
function namesInChoice({ columns }: FileRelation, { id = {}, where }: RowChoice): string[] {
  const named = Object.keys(id);
  if (where === undefined) return named;
  const readable = columns.filter(({ name, kind }) => kind !== "other" && where.includes(name));
  return [...named, ...readable.map(({ name }) => name)];
}

/** Each column has a name: one without is called by its place. */
function named(relation: FileRelation): FileRelation {
  const taken = new Set(namesOf(relation));
  const columns = relation.columns.map((column, i) => {
    if (column.name.trim() !== "") return column;
    let name = `column ${i + 1}`;
    while (taken.has(name)) name += "'";
    taken.add(name);
    return { ...column, name };
  });
  return { ...relation, columns };
}

/** @throws InputError for columns of lists, times of day and similar types. */
function refuseOtherTypes(relations: readonly FileRelation[], parts: readonly Part[]): void {
  for (const relation of relations) {
    for (const part of parts) {
      const { kind, name, type, unreadable } = columnOf(relation, part);
      if (kind !== "other") continue;
      const held = /^(TIME|INTERVAL)/.test(type) ? "times of day or durations" : "no single values";
      const why = unreadable ?? { held, mend: "make them numbers or text" };
      throw new InputError(
        `Column "${name}" of ${relation.file.label} holds ${why.held} (${type}), which cannot be read; ${why.mend}, or leave the column out with \`columns\`.`,
      );
    }
  }
}

/** Rows by which it is seen that a column holds words. */
const JUDGED_ROWS = 10_000;

/**
 * What is called the errors of a column of words is a column as others: words have none. (Where the user has said whose
 * errors they are, this is complained about instead.)
 */
async function withoutErrorsOfWords(
  connection: DuckDBConnection,
  [first]: readonly FileRelation[],
  wanted: readonly WantedColumn[],
  options: ReadOptions,
): Promise<WantedColumn[]> {
  const told = new Set(typeof options.errorColumns === "object" ? Object.keys(options.errorColumns) : []);
  const made: WantedColumn[] = [];
  for (const column of wanted) {
    const { errors, ...alone } = column;
    made.push(column);
    if (errors === undefined || told.has(column.name) || first.fastFrom === undefined) continue;
    const { sql } = columnOf(first, column);
    const [[present, numbers]] = await rowsOf(
      connection,
      `SELECT count(x), count(*) FILTER (TRY_CAST(x AS DOUBLE) IS NOT NULL OR ${isMeasured("x")}) FROM (SELECT ${sql}::VARCHAR AS x FROM ${first.from} LIMIT ${JUDGED_ROWS})
        WHERE NOT ${isMissingSql("x", missingRules(options.missing ?? [], []))}`,
    );
    const dated = Number(numbers) === 0 && (await holdsDates(connection, first, sql));
    if (Number(numbers) >= Number(present) / 2 || dated) continue;
    made.splice(-1, 1, alone, ...errors.map((name) => ({ name })));
  }
  return made;
}

/**
 * The files without the columns of whole numbers that a number cannot hold (beyond 2^53): rounded, two of them would be
 * the same. They are identifiers, and read only where the user names them.
 */
async function withoutLongNumbers(
  connection: DuckDBConnection,
  relations: readonly FileRelation[],
  options: ReadOptions,
): Promise<FileRelation[]> {
  const [first, ...others] = relations;
  const known = namesOf(first);
  if (options.columns !== undefined || (first.copied && !first.copiedStart)) return [...relations];
  const named = new Set([...declaredCategories(known, options), ...statedReadings(known, options).keys()]);
  const gone = new Set(first.report.leftOut.map(({ name }) => name));
  const columns = first.columns.filter(
    ({ kind, name, declared }) =>
      (kind === "text" || kind === "number") && declared !== "text" && !named.has(name) && !gone.has(name),
  );
  if (columns.length === 0) return [...relations];
  const start = await first.copiedStart?.(new Set(columns.map(({ name }) => name)), JUDGED_ROWS);
  const { from } = start ?? first;
  const about = (some: readonly FileColumn[]) => {
    const asked = some.map((_, i) => {
      const isLong = `length(x${i}) > 15 AND abs(TRY_CAST(x${i} AS HUGEINT)) > 9007199254740992`;
      return `count(x${i}) FILTER (${isLong} AND NOT contains(x${i}, '.')) > count(x${i}) / 2`;
    });
    const texts = some.map(({ sql }, i) => `${sql}::VARCHAR AS x${i}`).join(", ");
    return `SELECT ${asked.join(", ")} FROM (SELECT ${texts} FROM ${from} LIMIT ${JUDGED_ROWS})`;
  };
  const answers = await answersOfEach(columns, about, (sql) =>
    rowsOf(connection, sql).catch(async (error: unknown) => {
      throw await explainBrokenFile(first, error);
    }),
  );
  const long = columns.filter((_, i) => answers[i][0] === true);
  const why =
    "its whole numbers are longer than a number can hold (beyond 2^53), as those of identifiers are";
  const leftOut = [...first.report.leftOut, ...long.map(({ name }) => ({ name, why }))];
  return [{ ...first, report: { ...first.report, leftOut } }, ...others];
}

async function holdsDates(
  connection: DuckDBConnection,
  { from }: FileRelation,
  sql: string,
): Promise<boolean> {
  const [[dates]] = await rowsOf(
    connection,
    `SELECT count(${microsecondsSql("x")}) FROM (SELECT ${sql}::VARCHAR AS x FROM ${from} LIMIT ${JUDGED_ROWS})`,
  );
  return Number(dates) > 0;
}

function namesOf({ columns }: FileRelation): string[] {
  return columns.map(({ name }) => name);
}

/** The first file decides; the others must have its columns (all and no more, unless the user chose some). */
function chooseFrom(relations: readonly FileRelation[], options: ReadOptions): WantedColumn[] {
  const first = relations[0];
  const leftOut = first.report.leftOut.map(({ name }) => name);
  const { ucds } = first.report;
  const wanted = chooseColumns(namesOf(first), options, first.file.label, { leftOut, ucds });
  if (wanted.length === 0) throw new InputError(`No column of ${first.file.label} is asked for.`);
  const needed = options.columns ? wanted.flatMap(partsOf).map(({ name }) => name) : namesOf(first);
  for (const other of relations.slice(1)) {
    const lacking = needed.find((name) => !namesOf(other).includes(name));
    const surplus = options.columns ? undefined : namesOf(other).find((name) => !needed.includes(name));
    if (lacking === undefined && surplus === undefined) continue;
    const [has, hasNot] = lacking === undefined ? [other, first] : [first, other];
    throw new InputError(
      `${hasNot.file.label} has no column "${lacking ?? surplus}", but ${has.file.label} has: files read together need the same columns (or choose common ones with \`columns\`).`,
    );
  }
  return wanted;
}
