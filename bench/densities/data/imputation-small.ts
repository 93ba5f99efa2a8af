/**
 * @file Small tables with the cells hidden that ForestDiffusion hides (Jolicoeur-Martineau et al. 2024, arXiv 2309.09968), and what
 * other methods got there. A table is its training part: features with holes, and the target, which is known.
 */
import { readFileSync } from "node:fs";
import { readTable } from "../../../src/table/files/read.ts";
import { type Column, chosenRows, type Table } from "../../../src/table/table.ts";
import { publishedLines } from "./published.ts";
import { sharedData } from "./shared-data.ts";

const FOLDER = "imputation-small";

/** What tables.json says of a table. */
interface About {
  readonly features: readonly string[];
  readonly target: string;
  readonly target_kind: string;
  readonly categorical: readonly string[];
}

export interface SmallTable {
  /** Features and target, whole. */
  readonly truth: Table;
  /** The same with holes; names that only hidden cells have are not among its categories. */
  readonly withHoles: Table;
  /** By feature: which rows are hidden. */
  readonly hidden: ReadonlyMap<string, readonly boolean[]>;
}

/** Names of all tables; none (and told) if they aren't there. */
export function smallTableNames(): readonly string[] {
  const path = sharedData(FOLDER, "tables.json");
  return path === undefined ? [] : Object.keys(tablesIn(path));
}

const tablesIn = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, About>>;

/** Undefined (and told) if its files aren't there. @throws Error for a name that no table has. */
export async function smallTable(name: string, mask: number): Promise<SmallTable | undefined> {
  const tables = sharedData(FOLDER, "tables.json");
  if (tables === undefined) return undefined;
  const about = tablesIn(tables)[name];
  if (!about) throw new Error(`No table is called "${name}"; there are ${smallTableNames().join(", ")}.`);
  const path =
    name === "california"
      ? sharedData("california_housing", "california_housing.csv")
      : sharedData(FOLDER, name === "bean" ? "bean.csv.gz" : `${name}.csv`);
  const masks = sharedData(FOLDER, "masks", `${name}_${mask}.csv.gz`);
  if (path === undefined || masks === undefined) return undefined;
  const hasClasses = !about.target_kind.startsWith("regression");
  const all = await readTable(path, {
    columns: [...about.features, about.target],
    categories: [...about.categorical, ...(hasClasses ? [about.target] : [])],
    notMissing: ["?"],
    errorNames: false,
    limits: "none",
    precision: "float64",
  });
  const mark = await readTable(masks, { errorNames: false, limits: "none" });
  const [order, ...flags] = mark.columns;
  const truth = chosenRows(all, order.values);
  const hidden = new Map(
    flags.map(({ name: feature, values }) => [feature, Array.from(values, (flag) => flag === 1)]),
  );
  const columns = truth.columns.map((column) => holed(column, hidden.get(column.name)));
  return { truth, withHoles: { ...truth, columns }, hidden };
}

function holed(column: Column, isHidden: readonly boolean[] | undefined): Column {
  if (!isHidden) return column;
  const { categories } = column;
  const values = Float64Array.from(column.values, (value, row) => (isHidden[row] ? Number.NaN : value));
  if (!categories) return { ...column, values };
  const seen = categories.filter((_, i) => values.includes(i));
  const inSeen = (value: number) => (Number.isNaN(value) ? Number.NaN : seen.indexOf(categories[value]));
  return { ...column, categories: seen, values: values.map(inSeen) };
}

/** By table and metric ("MinMAE", "AvgMAE"), what each of these methods got, as means over the three masks. */
export async function publishedSmall(
  methods: readonly string[],
): Promise<(table: string, method: string, metric: string) => number> {
  const path = sharedData(FOLDER, "published.csv");
  const lines = path === undefined ? [] : await publishedLines(path, COLUMNS);
  const known = lines.filter(({ task, method }) => task === "imputation" && methods.includes(method));
  const key = (table: string, method: string, metric: string) => `${table} ${method} ${metric}`;
  const values = new Map(
    known.map(({ table, method, metric, value }) => [key(table, method, metric), Number(value)]),
  );
  return (table, method, metric) => values.get(key(table, method, metric)) ?? Number.NaN;
}

const COLUMNS = ["table", "task", "method", "metric", "value"];
