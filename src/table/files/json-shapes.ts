/**
 * @file JSON whose table is no list of objects: by columns, as pandas writes it, split into names and rows, inside one field of an
 * answer, as features of a map. Its rows, as objects.
 */
import { open, readFile, writeFile } from "node:fs/promises";

type Row = Readonly<Record<string, unknown>>;

export interface ShapedRows {
  readonly rows: readonly Row[];
  /** How they stand in the file, as a sentence goes on: 'the table is by columns'. */
  readonly shape: string;
}

/** By so much of its beginning a file is known as one object a line, which needs no other shape. */
const BEGINNING = 65_536;
/** A larger file of another shape than the usual ones is not taken apart in memory. */
const LARGEST = 256 * 2 ** 20;

/**
 * Where a JSON file has its table in another shape: writes the rows to `copy`, one object a line.
 * @returns the shape in words; undefined where the file is a list of objects, or an object a line, or what else there is.
 */
export async function writeShapedRows(path: string, copy: string): Promise<string | undefined> {
  if (!(await mayHaveShape(path))) return undefined;
  const found = shapedRows(parsed(await readFile(path, "utf8")));
  if (!found) return undefined;
  await writeFile(copy, found.rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return found.shape;
}

async function mayHaveShape(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
    const start = buffer
      .toString("utf8", 0, bytesRead)
      .replace(/^\uFEFF/, "")
      .trimStart();
    if (size > LARGEST || !/^(\{|\[\s*\[)/.test(start)) return false;
    const [first, ...others] = start.split("\n");
    const isObjectALine = parsed(first) !== undefined && others.some((line) => line.trim() !== "");
    return !isObjectALine;
  } finally {
    await file.close();
  }
}

/** Texts, which may hold digits too, and numbers. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
/** Whole numbers of so many digits, ids mostly, are not all numbers of JavaScript. */
const LONG = /^-?\d{16,}$/;

/** Numbers that JavaScript has no room for as texts: read as texts they keep their digits. */
function withLongNumbersQuoted(text: string): string {
  return text.replace(TEXT_OR_NUMBER, (found) => {
    if (found.startsWith('"')) return found;
    return LONG.test(found) || Math.abs(Number(found)) === Number.POSITIVE_INFINITY ? `"${found}"` : found;
  });
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(withLongNumbersQuoted(text.replace(/^\uFEFF/, "")));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !isList(value);
const isTexts = (value: unknown): value is readonly string[] =>
  isList(value) && value.length > 0 && value.every((each) => typeof each === "string");
const isRows = (value: unknown): value is readonly Row[] =>
  isList(value) && value.length > 0 && value.every(isObject);

/** The rows of JSON that has one of the shapes; undefined where it has none. */
export function shapedRows(json: unknown): ShapedRows | undefined {
  if (isList(json)) return listOfLists(json);
  if (!isObject(json)) return undefined;
  return split(json) ?? features(json) ?? listInField(json) ?? lists(json) ?? objects(json);
}

/** [["a", "b"], [1, 2], ...] */
function listOfLists([names, ...lists]: readonly unknown[]): ShapedRows | undefined {
  const rows = isTexts(names) ? rowsNamed(names, lists) : undefined;
  return rows && { rows, shape: "the first list holds the names, each other a row" };
}

/** {"columns": ["a", "b"], "data": [[1, 2], ...]}: pandas, orient "split". */
function split({ columns, data }: Row): ShapedRows | undefined {
  const rows = isTexts(columns) && isList(data) ? rowsNamed(columns, data) : undefined;
  return rows && { rows, shape: '"columns" holds the names, "data" the rows' };
}

/** Undefined where not each is a list as long as the names. */
function rowsNamed(names: readonly string[], lists: readonly unknown[]): Row[] | undefined {
  const areLists = lists.length > 0 && lists.every((row) => isList(row) && row.length === names.length);
  if (!areLists) return undefined;
  return (lists as readonly (readonly unknown[])[]).map((row) =>
    Object.fromEntries(names.map((name, i) => [name, row[i]])),
  );
}

/** GeoJSON (RFC 7946): properties, and where the geometry is a point. */
function features({ type, features: all }: Row): ShapedRows | undefined {
  if (type !== "FeatureCollection" || !isRows(all)) return undefined;
  const rows = all.map(({ properties, geometry }): Row => {
    const point = isObject(geometry) && geometry.type === "Point" && isList(geometry.coordinates);
    const [longitude, latitude] = point ? (geometry.coordinates as readonly unknown[]) : [];
    return { ...(point && { longitude, latitude }), ...(isObject(properties) ? properties : {}) };
  });
  return { rows, shape: "each feature is a row: its properties, and the coordinates of points" };
}

/** {"count": 2, "data": [{...}, {...}]}: an answer of a service. */
function listInField(json: Row): ShapedRows | undefined {
  const found = Object.entries(json).filter((field): field is [string, readonly Row[]] => isRows(field[1]));
  if (found.length !== 1) return undefined;
  const [[name, rows]] = found;
  return { rows, shape: `the rows are the objects in its field "${name}"` };
}

/** {"a": [1, 2], "b": [3, 4]} */
function lists(json: Row): ShapedRows | undefined {
  const columns = Object.entries(json).filter((column): column is [string, unknown[]] => isList(column[1]));
  const length = columns[0]?.[1].length ?? 0;
  const areAll = columns.length === Object.keys(json).length;
  const areOfOneLength = columns.every(([, cells]) => cells.length === length);
  if (!areAll || length === 0 || !areOfOneLength || columns.some(([, cells]) => cells.some(isObject)))
    return undefined;
  const rows = Array.from({ length }, (_, row) =>
    Object.fromEntries(columns.map(([name, cells]) => [name, cells[row]])),
  );
  return { rows, shape: "each field is a column" };
}

/**
 * {"a": {"0": 1, "1": 2}, "b": {...}}: what pandas writes by default, columns of cells by the index; or, where what is within is
 * not counted, {"first": {"a": 1, "b": 3}, ...}, rows by their names (orient "index").
 */
function objects(json: Row): ShapedRows | undefined {
  const all = Object.entries(json).filter((each): each is [string, Row] => isObject(each[1]));
  if (all.length === 0 || all.length !== Object.keys(json).length) return undefined;
  const keys = new Set(all.flatMap(([, cells]) => Object.keys(cells)));
  const isCounted = keys.size > 0 && [...keys].every((key) => /^\d+$/.test(key));
  if (!isCounted) return { rows: all.map(([, row]) => row), shape: "each field is a row" };
  const rows = [...keys].map((key) => Object.fromEntries(all.map(([name, cells]) => [name, cells[key]])));
  return { rows, shape: "each field is a column, its cells by the rows' numbers" };
}
