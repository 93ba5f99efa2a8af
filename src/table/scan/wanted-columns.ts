/** @file Which of a file's columns become columns of the table, and which are their measurement errors. */
import { InputError } from "../../base/errors.ts";
import { unknownName } from "../../base/suggestions.ts";
import { partsOf, type ReadAs, readAs, type StatedColumn } from "../stated-kinds.ts";
import { errorColumnsOf } from "./error-names.ts";
import { type ErrorPair, errorPairs } from "./error-pairs.ts";
import { errorsByUcds } from "./error-ucds.ts";
import { type LimitChoice, type LimitRule, limitParts, limitRules } from "./limit-rules.ts";

/** A column to read, and the column with its errors if there is one, or the two with its errors to either side. */
export interface WantedColumn {
  readonly name: string;
  readonly errors?: readonly [string] | ErrorPair;
  /** Whether its errors are told by what the file says of both columns, not by their names. */
  readonly byUcd?: true;
  /** Where its cells have limits and no value. */
  readonly limits?: LimitRule;
}

export interface ColumnChoice {
  /** Only these columns, in this order, or a choice among the files' names; all of them if left out. */
  readonly columns?: readonly string[] | ((known: readonly string[]) => readonly string[]);
  /**
   * Which column holds the errors of which: `{ teff: "sigma_teff" }`, or which two the errors to either side:
   * `{ mass: ["mass_hi", "mass_lo"] }`. Comes before the rule. "none": no column is the errors of another, whatever it is called.
   */
  readonly errorColumns?: Readonly<Record<string, string | readonly [upper: string, lower: string]>> | "none";
  /**
   * How error columns are named, `*` for the column's name; by default as error-names.ts says; false: no rule, all columns
   * are columns.
   * A column so named next to its column is that column's errors, unless `columns` asks for it by name.
   */
  readonly errorNames?: readonly string[] | false;
  /**
   * Where cells have limits and no value: `{ u_mag: { code: 99, lower: 27.8 } }`, fainter than 27.8 where it says 99. By
   * default columns NAME_lower and NAME_upper beside NAME are the limits of NAME where it has no value, unless `columns`
   * asks for them by name; "none": they are columns as others.
   */
  readonly limits?: LimitChoice;
  /**
   * Columns that are categories, though they may hold numbers (codes): each number is then only a name. Or a
   * choice among the names that the files have.
   */
  readonly categories?: readonly string[] | ((known: readonly string[]) => readonly string[]);
  /** What columns are, where they would be taken for something else: `{ zip: "category", start: "date:dmy" }`. */
  readonly kinds?:
    | Readonly<Record<string, StatedColumn>>
    | ((known: readonly string[]) => Readonly<Record<string, StatedColumn>>);
  /** Columns to leave out. */
  readonly exclude?: readonly string[];
}

export interface KnownOfColumns {
  /** Those that are read only where they are named. */
  readonly leftOut?: readonly string[];
  /** What they are in the words of the Virtual Observatory. */
  readonly ucds?: Readonly<Record<string, string>> | undefined;
}

/**
 * Chooses among the columns `known` of a file.
 * @throws InputError for an unknown, nameless or repeated name, and for two error columns of one column.
 */
export function chooseColumns(
  known: readonly string[],
  choice: ColumnChoice,
  file: string,
  { leftOut = [], ucds = {} }: KnownOfColumns = {},
): WantedColumn[] {
  const categories = declaredCategories(known, choice);
  for (const name of categories) {
    if (!known.includes(name)) throw new InputError(unknownName("column", name, known, file));
  }
  const chosen = typeof choice.columns === "function" ? choice.columns(known) : choice.columns;
  const excluded = excludedColumns(known, choice, file);
  const named = errorsOf(known, choice, file, new Set(chosen), new Set([...categories, ...excluded]));
  const areSettled = new Set([...categories, ...excluded, ...named.keys(), ...[...named.values()].flat()]);
  const isByRule = choice.errorColumns !== "none" && choice.errorNames === undefined;
  const byUcds = new Map(
    [...(isByRule ? errorsByUcds(known, ucds) : [])].filter(
      ([name, error]) =>
        !areSettled.has(name) &&
        !areSettled.has(error) &&
        !chosen?.includes(error) &&
        (chosen?.includes(name) ?? true),
    ),
  );
  const errors = new Map([
    ...named,
    ...[...byUcds].map(([name, error]) => [name, [error] as const] as const),
  ]);
  const limits = limitRules(known, choice.limits, new Set(chosen), file);
  const beside = new Set([...errors.values()].flat());
  for (const [name, rule] of limits) for (const part of limitParts(name, rule)) beside.add(part.name);
  const wanted = (chosen ?? known.filter((name) => !beside.has(name) && !leftOut.includes(name))).filter(
    (name) => !excluded.has(name),
  );
  for (const [index, name] of wanted.entries()) {
    if (!known.includes(name)) throw new InputError(unknownName("column", name, known, file));
    if (name === "") {
      throw new InputError(
        `Column ${known.indexOf(name) + 1} of ${file} has no name; name it in the header, or leave it out with \`columns\`.`,
      );
    }
    if (known.indexOf(name) !== known.lastIndexOf(name)) {
      throw new InputError(`${file} has more than one column "${name}"; give each its own name.`);
    }
    if (wanted.indexOf(name) !== index) throw new InputError(`Column "${name}" is asked for twice.`);
  }
  return wanted.map((name) => {
    const [own, rule] = [errors.get(name), limits.get(name)];
    return {
      ...{ name, ...(own !== undefined && { errors: own }), ...(rule && { limits: rule }) },
      ...(byUcds.has(name) && { byUcd: true }),
    };
  });
}

/** What is said of the columns that there are. */
function kindsSaid(
  known: readonly string[],
  { kinds = {} }: ColumnChoice,
): Readonly<Record<string, StatedColumn>> {
  return typeof kinds === "function" ? kinds(known) : kinds;
}

/** The columns declared to be categories. */
export function declaredCategories(known: readonly string[], choice: ColumnChoice): ReadonlySet<string> {
  const { categories = [] } = choice;
  const kinds = kindsSaid(known, choice);
  const stated = Object.keys(kinds).filter((name) => partsOf(kinds[name]).kind === "category");
  return new Set([...(typeof categories === "function" ? categories(known) : categories), ...stated]);
}

/** The columns that a user leaves out. @throws InputError for a name that there isn't. */
function excludedColumns(known: readonly string[], choice: ColumnChoice, file: string): ReadonlySet<string> {
  const { exclude = [] } = choice;
  const kinds = kindsSaid(known, choice);
  const ignored = Object.keys(kinds).filter((name) => partsOf(kinds[name]).kind === "ignore");
  // A schema may know columns to leave out that this file lacks.
  const named = Object.keys(kinds).filter((name) => !ignored.includes(name));
  for (const name of [...exclude, ...named]) {
    if (!known.includes(name)) throw new InputError(unknownName("column", name, known, file));
  }
  return new Set([...exclude, ...ignored]);
}

/** How columns are to be read that a user says something of. @throws InputError for a kind that there isn't. */
export function statedReadings(known: readonly string[], choice: ColumnChoice): ReadonlyMap<string, ReadAs> {
  return new Map(Object.entries(kindsSaid(known, choice)).map(([name, said]) => [name, readAs(name, said)]));
}

/** The error column of each column that has one, or its two of errors to either side. */
function errorsOf(
  known: readonly string[],
  choice: ColumnChoice,
  file: string,
  listed: ReadonlySet<string>,
  others: ReadonlySet<string>, // categories and what is left out: neither have errors nor are any
): Map<string, readonly [string] | ErrorPair> {
  const { errorNames, errorColumns } = choice;
  if (errorColumns === "none") return new Map();
  const rules = errorNames === false ? [] : errorNames;
  const given = new Map(
    Object.entries(errorColumns ?? {}).map(([name, said]) => [name, sidesSaid(name, said)] as const),
  );
  for (const name of [...given.keys(), ...[...given.values()].flat()]) {
    if (!known.includes(name)) throw new InputError(unknownName("column", name, known, file));
  }
  const existing = new Set(known);
  const found = new Map<string, readonly [string] | ErrorPair>();
  const pairs = rules === undefined ? errorPairs(existing) : new Map<string, ErrorPair>();
  const isFree = (error: string) => !listed.has(error) && !others.has(error);
  for (const name of existing) {
    if (listed.size > 0 && !listed.has(name)) continue;
    if (given.has(name)) {
      found.set(name, given.get(name)!);
      continue;
    }
    if (others.has(name)) continue;
    const candidates = errorColumnsOf(name, existing, rules).filter(isFree);
    if (candidates.length > 1) {
      throw new InputError(
        `${file} has ${candidates.map((each) => `"${each}"`).join(" and ")}, which could both be the errors of "${name}"; say which with errorColumns.`,
      );
    }
    const pair = pairs.get(name);
    if (pair?.every(isFree) && (candidates.length === 0 || pair.includes(candidates[0])))
      found.set(name, pair);
    else if (candidates.length === 1) found.set(name, [candidates[0]]);
  }
  // The error of an error is nobody's error: with x, x_err and x_err_err, the last is a column of its own.
  const errors = new Set([...found.values()].flat());
  for (const name of found.keys()) if (errors.has(name)) found.delete(name);
  return found;
}

/** @throws InputError for more than two columns, or one twice. */
function sidesSaid(name: string, said: string | readonly string[]): readonly [string] | ErrorPair {
  if (typeof said === "string") return [said];
  const [upper, lower] = said;
  if (said.length === 2 && upper !== lower) return [upper, lower];
  throw new InputError(
    `The errors of "${name}" are said to stand in ${said.length === 2 ? `"${upper}" twice` : `${said.length} columns`}; name one column, or two for those to either side.`,
    { option: "errorColumns" },
  );
}
