/** @file What categories and truth values share: names out of a list, each with a probability; no scale. */
import { InputError } from "../../base/errors.ts";
import type { Column } from "../../table/table.ts";
import { sameTruth } from "../../table/truth-words.ts";
import { refuseBounds } from "../bounds.ts";
import { type ColumnEncoding, noCategory } from "../encoding.ts";
import { NAMES } from "../geometry.ts";
import { refuseLimits } from "../limits.ts";
import type { EncodedColumn, FittedEncoding, Kind, Where } from "./kind.ts";

/** What one of the two says for itself. */
interface CategoricalParts
  extends Pick<Kind, "name" | "inTable" | "givenCell" | "tableColumn" | "nameOf" | "describeCell" | "write"> {
  /** The names of a table's column. */
  readonly categoriesOf: (column: Column) => readonly string[];
  /** The name that a cell of a column has here, whatever kind of column it stands in. */
  readonly nameFrom: (from: Kind, column: Column, value: number) => string;
}

export function categoricalKind({ categoriesOf, nameFrom, ...own }: CategoricalParts): Kind {
  return {
    ...own,
    plural: "categories",
    isCategorical: true,
    isInteger: false,
    isSummed: false,
    isText: true,
    formatVersion: 1,
    geometry: () => NAMES,
    fit: (column, source, { bounds }) => {
      if (bounds !== undefined && bounds !== "none") refuseBounds(column.name, "categories");
      return fitCategories(own.name, column, categoriesOf(column), source);
    },
    encode: (column, from, encoding, where) =>
      encodeCategories(column, encoding, where, from, (value) => nameFrom(from, column, value)),
    knowsIn: (column, from, encoding) => {
      const classOf = classesOf(encoding, (value) => nameFrom(from, column, value));
      return (value) => classOf(value) !== undefined;
    },
    parse: () => undefined,
    example: "a category",
    distanceUnit: "",
    round: (value) => value,
    fillingOf: () => (value) => value,
  };
}

/** @throws InputError if the column has no value or the same one in every row. */
function fitCategories(
  kind: Kind["name"],
  column: Column,
  categories: readonly string[],
  source: string,
): FittedEncoding {
  const found = new Set<number>();
  for (const value of column.values) if (!Number.isNaN(value)) found.add(value);
  const [first] = found;
  if (first === undefined) {
    throw new InputError(
      `Column "${column.name}" has no value in any row of ${source}; leave it out with \`columns\`.`,
    );
  }
  if (found.size === 1) {
    throw new InputError(
      `Column "${column.name}" has the same value (${categories[first]}) in every row of ${source}, so there is nothing to learn of it; leave it out with \`columns\`.`,
    );
  }
  const encoding = {
    kind,
    center: 0,
    scale: 1,
    transform: { by: "none" },
    pointMasses: [],
    categories,
  } as const;
  return { encoding, notices: [] };
}

/**
 * Categories are matched by name, so the column's own list of categories may be another.
 * @throws InputError for a category that the model doesn't know.
 */
function encodeCategories(
  column: Column,
  encoding: ColumnEncoding,
  where: Where,
  from: Kind,
  nameOf: (value: number) => string,
): EncodedColumn {
  refuseLimits(column, "categories", where);
  const classOf = classesOf(encoding, nameOf);
  const classes = Int32Array.from(column.values, (value, row) => {
    if (Number.isNaN(value)) return -1;
    const found = classOf(value);
    if (found === undefined) {
      const shown = from.isCategorical ? nameOf(value) : value;
      throw new InputError(
        `${where(row)}: ${noCategory(shown, encoding)}. To take such cells as not given: \`unseen\` missing.`,
      );
    }
    return found;
  });
  const values = Float32Array.from(classes, (each) => (each < 0 ? Number.NaN : 0));
  return { values, classes };
}

/** The class of each of a column's own numbers; undefined of one whose name the model does not know. */
function classesOf(
  { categories }: ColumnEncoding,
  nameOf: (value: number) => string,
): (value: number) => number | undefined {
  const indices = new Map(categories.map((name, index) => [name, index]));
  const known = new Map<number, number | undefined>();
  return (value) => {
    if (!known.has(value)) {
      const name = nameOf(value);
      const same = indices.has(name) ? name : sameTruth(categories, name);
      known.set(value, same === undefined ? undefined : indices.get(same));
    }
    return known.get(value);
  };
}
