/** @file Data frames that pandas wrote to HDF5 (through PyTables), in its formats "table" and "fixed". */
import { DuckDBTimestampValue, TIMESTAMP, VARCHAR } from "@duckdb/node-api";
import { Parser } from "pickleparser";
import { InputError } from "../../../base/errors.ts";
import { wrongLength } from "../../../files/pickle-lengths.ts";
import { type CellType, unreadableCell } from "./cells.ts";
import { fieldsOf, type Hdf5Column, type Hdf5Field, type Hdf5Table, placeOf } from "./columns.ts";
import type { Hdf5File } from "./file.ts";

/** True for a group that pandas wrote an object to. */
export function isPandas(file: Hdf5File, group: string): boolean {
  return file.attribute(group, "pandas_type") !== undefined;
}

/** True for a group that holds a data frame. */
export function isFrame(file: Hdf5File, group: string): boolean {
  return ["frame", "frame_table"].includes(file.attribute(group, "pandas_type") ?? "");
}

/** The columns of a data frame, in its order; its index is no column. @throws InputError for what is no frame. */
export function pandasTable(file: Hdf5File, group: string): Hdf5Table {
  const written = file.attribute(group, "pandas_type");
  if (written === "frame_table") return { path: group, columns: columnsOfTable(file, group) };
  if (written === "frame") return { path: group, columns: columnsOfBlocks(file, group) };
  throw new InputError(
    `"${group}" of ${file.label} is an object of pandas of the kind "${written}", not a data frame; write it with DataFrame.to_hdf.`,
  );
}

/** Format "table": records, in which each member holds one column, or several of one type. */
function columnsOfTable(file: Hdf5File, group: string): Hdf5Column[] {
  const path = `${group}/table`;
  const columns = fieldsAt(file, path).flatMap((field): Hdf5Column[] => {
    if (field.name === "index") return [];
    const about = (what: string) => file.attribute(path, `${field.name}_${what}`);
    const names = unpickledNames(file, path, about("kind")) ?? [field.name];
    const cell =
      about("meta") === "category"
        ? categoryCell(file, `${group}/meta/${field.name}/meta/table`, field.cell)
        : momentCell(about("dtype"), field.cell);
    return names.map((name, i) => ({ name, ...placeOf(field, i), cell }));
  });
  const [axis] = unpickledLists(file, group, file.attribute(group, "non_index_axes")) ?? [];
  return Array.isArray(axis) && Array.isArray(axis[1])
    ? inOrder(
        columns,
        axis[1].map((name) => joinedName(name) ?? String(name)),
      )
    : columns;
}

/** Format "fixed": a block of numbers for each type of column. */
function columnsOfBlocks(file: Hdf5File, group: string): Hdf5Column[] {
  const blocks = Number(file.attribute(group, "nblocks"));
  const columns = Array.from({ length: blocks }, (_, i) => i).flatMap((block): Hdf5Column[] => {
    const path = `${group}/block${block}_values`;
    const [field] = fieldsAt(file, path);
    const names = namesOf(file, group, `block${block}_items`);
    if (file.attribute(path, "CLASS") === "VLARRAY") {
      const pickled = unreadableCell("pickle", "Python objects", 'write the frame with format="table"');
      return names.map((name) => ({ name, dataset: field.dataset, cell: pickled, offset: 0 }));
    }
    const cell = momentCell(file.attribute(path, "value_type"), field.cell);
    return names.map((name, i) => ({ name, ...placeOf(field, i), cell }));
  });
  return inOrder(columns, namesOf(file, group, "axis0"));
}

/** The names of an index; of several levels joined. */
function namesOf(file: Hdf5File, group: string, index: string): string[] {
  const path = `${group}/${index}`;
  if (file.has(path)) return textsOf(file, path);
  const levels: string[][] = [];
  for (let i = 0; file.has(`${path}_level${i}`); i++) {
    const entry = file.entry(`${path}_level${i}`);
    if (entry?.kind === "dataset" && file.attribute(`${path}_level${i}`, "CLASS") === "VLARRAY") {
      throw new InputError(
        `${file.label} has columns of several levels, of which one is of Python objects and cannot be read; join them in pandas: frame.columns = ["_".join(map(str, name)) for name in frame.columns].`,
      );
    }
    const texts = textsOf(file, `${path}_level${i}`);
    const codes = textsOf(file, `${path}_label${i}`).map(Number);
    levels.push(codes.map((code) => texts[code] ?? ""));
  }
  if (levels.length === 0) return textsOf(file, path); // which says what is lacking
  return levels[0].map((_, i) =>
    levels
      .map((level) => level[i])
      .filter((name) => name !== "")
      .join("_"),
  );
}

/** Blocks bring columns of one type together; the frame's own order is written apart. */
function inOrder(columns: readonly Hdf5Column[], names: readonly string[]): Hdf5Column[] {
  const placeOfName = new Map(names.map((name, index) => [name, index]));
  return [...columns].sort((a, b) => (placeOfName.get(a.name) ?? 0) - (placeOfName.get(b.name) ?? 0));
}

function fieldsAt(file: Hdf5File, path: string): Hdf5Field[] {
  const entry = file.has(path) ? file.entry(path) : undefined;
  if (entry?.kind !== "dataset")
    throw new InputError(`${file.label} is not as pandas writes it: it lacks the dataset "${path}".`);
  return fieldsOf(entry.dataset);
}

/** All cells of a short dataset, or of the member `values` of its records, as texts. */
function textsOf(file: Hdf5File, path: string): string[] {
  const fields = fieldsAt(file, path);
  const { dataset, cell, offset } = fields.find(({ name }) => name === "values") ?? fields[0];
  const rows = dataset.shape[0];
  return file.withRows(dataset, 0, rows, (raw) =>
    Array.from({ length: rows }, (_, row) => String(cell.read(raw, row * dataset.rowBytes + offset))),
  );
}

const noTime = -(2n ** 63n); // NaT

/** Moments are counts of a unit since 1970 (of days in UTC), as the attribute beside them says. */
function momentCell(dtype: string | undefined, counts: CellType): CellType {
  if (dtype?.startsWith("timedelta64")) return unreadableCell("timedelta64", "durations");
  if (!dtype?.startsWith("datetime64")) return counts;
  const unit = /\[(\w+)/.exec(dtype)?.[1] ?? "ns"; // older pandas knows no other
  const microseconds: Record<string, (count: bigint) => bigint> = {
    s: (count) => count * 1_000_000n,
    ms: (count) => count * 1000n,
    us: (count) => count,
    ns: (count) => count / 1000n,
  };
  const convert = microseconds[unit];
  if (!convert || counts.name !== "int64") return unreadableCell(dtype, "times of an unknown unit");
  return {
    ...{ kind: "date", name: dtype, duckdb: TIMESTAMP, size: counts.size },
    read: (rows, at) => {
      const count = counts.read(rows, at) as bigint;
      return count === noTime ? null : new DuckDBTimestampValue(convert(count));
    },
  };
}

/** Codes are indices in a list of names in a table of its own; -1 is a missing cell. */
function categoryCell(file: Hdf5File, path: string, codes: CellType): CellType {
  const names = textsOf(file, path);
  return {
    ...{ kind: "text", name: "category", duckdb: VARCHAR, size: codes.size },
    read: (rows, at) => names[Number(codes.read(rows, at))] ?? null,
  };
}

/** The name of a column; of several levels joined, as ("a", "x") is a_x. */
function joinedName(name: unknown): string | undefined {
  const isPlain = (each: unknown) => typeof each === "string" || typeof each === "number";
  if (isPlain(name)) return String(name);
  if (!Array.isArray(name) || !name.every(isPlain)) return undefined;
  return name
    .map(String)
    .filter((each) => each !== "")
    .join("_");
}

/** The names in a pickled list; undefined if it holds none. */
function unpickledNames(file: Hdf5File, path: string, pickle: string | undefined): string[] | undefined {
  return unpickledLists(file, path, pickle)?.map((name) => {
    const joined = joinedName(name);
    if (joined !== undefined) return joined;
    throw new InputError(
      `${file.label}, "${path}": the name of a column is neither text nor number; rename the columns in pandas.`,
    );
  });
}

/** A pickled list as plain data. Nothing is ever run: a pickle that asks for a name of Python's is refused. */
function unpickledLists(file: Hdf5File, path: string, pickle: string | undefined): unknown[] | undefined {
  if (pickle === undefined) return undefined;
  const refuse = (): never => {
    throw new InputError(
      `${file.label}, "${path}": the names of columns are objects of Python, not texts; rename the columns in pandas.`,
    );
  };
  const resolver = { resolve: refuse };
  const parser = new Parser({
    ...{ nameResolver: resolver, extensionResolver: resolver, persistentResolver: resolver },
  });
  try {
    const bytes = Buffer.from(pickle, "latin1");
    const wrong = wrongLength(bytes);
    if (wrong !== undefined) throw new Error(wrong);
    const value = parser.parse<unknown>(bytes);
    return Array.isArray(value) ? unescaped(value) : undefined;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file.label}, "${path}": the names of columns are damaged; write the file again.`);
  }
}

/**
 * Python's oldest pickles, which pandas writes, spell what is beyond Latin-1 (and the backslash itself) as \uXXXX;
 * the parser leaves it so.
 */
function unescaped(list: unknown[]): unknown[] {
  return list.map((each) => {
    if (Array.isArray(each)) return unescaped(each);
    if (typeof each !== "string") return each;
    return each.replace(/\\u([0-9a-f]{4})|\\U([0-9a-f]{8})/gi, (_, short?: string, long?: string) =>
      String.fromCodePoint(Number.parseInt((short ?? long)!, 16)),
    );
  });
}
