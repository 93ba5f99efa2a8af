/**
 * @file Limits of given columns as evidence: p(y | x in I, g) is the average of p(y | x, g) over the x that the model itself
 * expects within I, given g. A row with limits becomes some rows with values instead, and their answers are averaged.
 */
import { type ModelColumn, numericClasses } from "../columns/encoding.ts";
import { encodeColumn, isWhole } from "../columns/kinds.ts";
import { checkedLimits } from "../columns/limits.ts";
import { type RowSets, scaledToOne } from "../distribution/averaged.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { RowLimits } from "../distribution/row-limits.ts";
import type { TableRows } from "../networks/encoded-table.ts";
import { type Column, chosenRows, isLimited, rowsOfColumn, type Table, tableColumn } from "../table/table.ts";

/** The distributions of some columns, by index, in rows whose given cells have values. */
type Ask = (rows: TableRows, targets: readonly number[]) => Promise<ColumnDistributions[]>;

/** So many values take the place of the limits of one column in a row, and of those of several columns. */
const NODES = 32;
const NODES_OF_SEVERAL = 64;

/**
 * Whether limits of a given column are averaged over, and not given to the network as they are: the model must answer for
 * the column. Where cells of its own had limits in training, the network has learnt what these tell, and met few values beyond.
 */
function isAveragedOver({ output, limits }: ModelColumn): boolean {
  return output && !limits;
}

/**
 * As `ask`, of rows whose given cells may have limits instead of a value.
 *
 * For the limits of one column stand its quantiles at the levels (k + 1/2) / K of p(x | g) cut to them. Those of several are
 * taken one after the other, each given the values of those before, and a row of values counts by the probability that the later
 * columns lie within their limits, given the earlier ones: sequential importance sampling (Liu 2001, "Monte Carlo strategies in
 * scientific computing", sec. 2.6.3) with points of low discrepancy. First is the column that is least expected within its limits.
 */
export async function askedOverLimits(
  columns: readonly ModelColumn[],
  rows: TableRows,
  targets: readonly number[],
  ask: Ask,
): Promise<ColumnDistributions[]> {
  const limited = limitedColumns(columns, rows);
  if (limited.length === 0) return ask(rows, targets);
  const { table, sets } = await withValues(columns, rows, limited, ask);
  const answers = await ask({ table, given: rows.given, start: 0, rows: table.rows }, targets);
  return answers.map((answer) => answer.averaged(sets));
}

/** Whether any given cell of these rows has limits that are averaged over. */
export function hasLimitsToAverage(columns: readonly ModelColumn[], rows: TableRows): boolean {
  return limitedColumns(columns, rows).length > 0;
}

/** How many rows may stand in the place of one of a table, by the columns that may have limits. */
export function rowsInPlaceOfOne(
  columns: readonly ModelColumn[],
  table: { readonly columns: readonly object[] },
  given: readonly string[],
): number {
  const limited = columns.filter((column) => {
    const cells = table.columns.find((each) => "name" in each && each.name === column.name);
    return given.includes(column.name) && isAveragedOver(column) && cells && hasLimitArrays(cells);
  });
  if (limited.length === 0) return 1;
  return limited.length === 1 ? NODES : NODES_OF_SEVERAL;
}

/** Whether a column may have limits; their arrays may be empty, where only what is known without cells is at hand. */
export function hasLimitArrays(column: object): boolean {
  return "lower" in column || "upper" in column;
}

/** A column with limits that are averaged over, in some rows. */
interface Limited {
  readonly column: ModelColumn;
  readonly index: number;
  readonly cells: Column;
  readonly limits: RowLimits;
}

function limitedColumns(columns: readonly ModelColumn[], rows: TableRows): Limited[] {
  return columns.flatMap((column, index) => {
    if (!rows.given.includes(column.name) || !isAveragedOver(column)) return [];
    const cells = rowsOfColumn(rows.table, column.name, rows.start, rows.rows);
    if (!cells.values.some((_, row) => isLimited(cells, row))) return [];
    return [{ column, index, cells, limits: limitsOfRows(rows, column) }];
  });
}

/**
 * The limits of a column's cells; none where a cell has a value.
 * @throws InputError naming the row, for limits that leave nothing between them.
 */
export function limitsOfRows(
  { table, start, rows: count, first = start }: TableRows,
  { name, encoding }: ModelColumn,
): RowLimits {
  const column = rowsOfColumn(table, name, start, count);
  const where = (row: number) => `${table.source}, row ${first + row + 1}, column "${name}"`;
  const end = (which: 0 | 1) => (_: number, row: number) =>
    isLimited(column, row)
      ? checkedLimits(column, row, isWhole(encoding), where)[which]
      : [-1, 1][which] * Number.POSITIVE_INFINITY;
  return { lower: Float64Array.from(column.values, end(0)), upper: Float64Array.from(column.values, end(1)) };
}

/** What stands for one row: values of its limited columns, and what each set of them counts. */
interface Nodes {
  readonly weights: Float64Array;
  /** Of one column's values: see `RowSets`. */
  readonly follows?: Uint8Array;
  /** By column, a value for each weight. */
  readonly values: ReadonlyMap<string, Float64Array>;
}

/** The rows with values where columns had limits, as many for a row as it takes. */
async function withValues(
  columns: readonly ModelColumn[],
  rows: TableRows,
  limited: readonly Limited[],
  ask: Ask,
): Promise<{ readonly table: Table; readonly sets: RowSets }> {
  const exact = withoutLimits(columns, rows, limited);
  const nodes = await nodesOfRows(exact, limited, ask);
  const starts = new Uint32Array(exact.rows + 1);
  for (const [row, { weights }] of nodes.entries()) starts[row + 1] = starts[row] + weights.length;
  const from = rowsOfSets(starts);
  const chosen = chosenRows(exact, from);
  const filled = chosen.columns.map((column) => {
    const values = column.values.slice();
    const errors = column.errors?.slice();
    for (const [row, { values: found }] of nodes.entries()) {
      const own = found.get(column.name);
      if (!own) continue;
      values.set(own, starts[row]);
      errors?.fill(Number.NaN, starts[row], starts[row + 1]);
    }
    return { ...column, values, ...(errors && { errors }) };
  });
  const weights = Float64Array.from(nodes.flatMap((each) => [...each.weights]));
  const follows = new Uint8Array(weights.length);
  for (const [row, each] of nodes.entries()) if (each.follows) follows.set(each.follows, starts[row]);
  return { table: { ...chosen, columns: filled, rows: from.length }, sets: { starts, weights, follows } };
}

/** For each row that goes in, which set it is in. */
function rowsOfSets(starts: Uint32Array): Uint32Array {
  const from = new Uint32Array(starts[starts.length - 1]);
  for (let set = 0; set + 1 < starts.length; set++) from.fill(set, starts[set], starts[set + 1]);
  return from;
}

/** The given cells of the rows, those with limits to be averaged over missing. */
function withoutLimits(
  columns: readonly ModelColumn[],
  { table, given, start, rows, first = start }: TableRows,
  limited: readonly Limited[],
): Table {
  const cells = given.map((name) => {
    const column = rowsOfColumn(table, name, start, rows);
    const known = columns.find((each) => each.name === name);
    // All cells are looked at here, where their rows have the numbers that messages name.
    if (known) encodeColumn(column, known.encoding, table.source, first);
    if (!limited.some((each) => each.column === known)) return column;
    const { lower: _, upper: __, ...values } = column;
    return values;
  });
  return { source: table.source, rows, columns: cells };
}

/** What stands for each row. */
async function nodesOfRows(exact: Table, limited: readonly Limited[], ask: Ask): Promise<Nodes[]> {
  const cuts = new Map<Limited, FirstCut>();
  for (const each of limited) {
    const own = Uint32Array.from(each.cells.values.keys()).filter((row) => isLimited(each.cells, row));
    const found = await cutAnswer(each, chosenRows(exact, own), own, ask);
    const at = new Int32Array(exact.rows).fill(-1);
    own.forEach((row, i) => {
      at[row] = i;
    });
    cuts.set(each, { ...found, at });
  }
  const nodes = Array.from({ length: exact.rows }, (): Nodes => VALUES_ONLY);
  for (const { order, rows } of groupedByOrder(exact.rows, cuts)) {
    const [first, ...later] = order;
    const { cut, at } = cuts.get(first)!;
    const count = later.length === 0 ? NODES : NODES_OF_SEVERAL;
    const quantiles = (row: number) =>
      Float64Array.from({ length: count }, (_, k) => cut.quantile(at[row], (k + 0.5) / count));
    const ofFirst = Array.from(rows, quantiles);
    const made =
      later.length === 0
        ? ofFirst.map((values) => mergedNodes(first.column, values))
        : await nodesOfSeveral(exact, rows, order, ofFirst, ask);
    rows.forEach((row, i) => {
      nodes[row] = made[i];
    });
  }
  return nodes;
}

const VALUES_ONLY: Nodes = { weights: Float64Array.of(1), values: new Map() };

/** A column's answers given the values of the row alone, cut to its limits; and which of them each row has, -1 for none. */
interface FirstCut extends Cut {
  readonly at: Int32Array;
}

interface Cut {
  readonly cut: ColumnDistributions;
  /** The probability of each row's limits. */
  readonly masses: Float64Array;
}

/** @param of which of the limited rows each of the table's is. */
async function cutAnswer(
  { column, index, limits }: Limited,
  table: Table,
  of: Uint32Array,
  ask: Ask,
): Promise<Cut> {
  const given = table.columns.map(({ name }) => name).filter((name) => name !== column.name);
  const [answer] = await ask({ table, given, start: 0, rows: of.length }, [index]);
  const chosen = (ends: Float64Array) => Float64Array.from(of, (row) => ends[row]);
  return answer.cutWithin({ lower: chosen(limits.lower), upper: chosen(limits.upper) });
}

/** Rows whose limits are of the same columns, in the same order: from the least expected ones on. */
function groupedByOrder(count: number, cuts: ReadonlyMap<Limited, FirstCut>) {
  const groups = new Map<string, { order: Limited[]; rows: number[] }>();
  for (let row = 0; row < count; row++) {
    const mass = (each: Limited) => {
      const { at, masses } = cuts.get(each)!;
      return masses[at[row]];
    };
    const order = [...cuts.keys()]
      .filter((each) => cuts.get(each)!.at[row] >= 0)
      .sort((a, b) => mass(a) - mass(b) || a.index - b.index);
    if (order.length === 0) continue;
    const key = order.map(({ index }) => index).join(" ");
    const group = groups.get(key) ?? { order, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return groups.values();
}

/** Ascending values that count the same, of which equal ones become one: of whole numbers and point masses there are few. */
function mergedNodes({ name, encoding }: ModelColumn, ascending: Float64Array): Nodes {
  const values: number[] = [];
  const weights: number[] = [];
  for (const value of ascending) {
    if (value === values.at(-1)) weights[weights.length - 1] += 1 / ascending.length;
    else {
      values.push(value);
      weights.push(1 / ascending.length);
    }
  }
  const classOf = numericClasses(encoding);
  // Of whole numbers, and beside point masses, nothing lies between.
  const isOnLine = values.map((value) => !isWhole(encoding) && classOf(value) === 0);
  return {
    weights: Float64Array.from(weights),
    follows: Uint8Array.from(values, (_, i) => Number(i > 0 && isOnLine[i] && isOnLine[i - 1])),
    values: new Map([[name, Float64Array.from(values)]]),
  };
}

/** @param rows that have limits of these columns. @param ofFirst by row, the values of the first column. */
async function nodesOfSeveral(
  exact: Table,
  rows: readonly number[],
  [first, ...later]: readonly Limited[],
  ofFirst: readonly Float64Array[],
  ask: Ask,
): Promise<Nodes[]> {
  const count = NODES_OF_SEVERAL;
  const from = Uint32Array.from({ length: rows.length * count }, (_, i) => rows[Math.floor(i / count)]);
  const found = new Map([[first.column.name, Float64Array.from(ofFirst.flatMap((values) => [...values]))]]);
  const weights = new Float64Array(from.length).fill(1);
  let table = withColumn({ ...chosenRows(exact, from), rows: from.length }, first.column.name, found);
  for (const [dimension, each] of later.entries()) {
    const { cut, masses } = await cutAnswer(each, table, from, ask);
    const values = Float64Array.from(from, (_, i) =>
      cut.quantile(i, spreadLevel(i % count, dimension, later.length)),
    );
    masses.forEach((mass, i) => {
      weights[i] *= mass;
    });
    found.set(each.column.name, values);
    table = withColumn(table, each.column.name, found);
  }
  const starts = Uint32Array.from({ length: rows.length + 1 }, (_, i) => i * count);
  const scaled = scaledToOne(starts, weights);
  return rows.map((_, i) => {
    const own = (cells: Float64Array) => cells.slice(i * count, (i + 1) * count);
    return {
      weights: own(scaled),
      values: new Map([...found].map(([name, values]) => [name, own(values)])),
    };
  });
}

/** The table with the values that were found of a column. */
function withColumn(table: Table, name: string, found: ReadonlyMap<string, Float64Array>): Table {
  const { errors: _, ...column } = tableColumn(table, name);
  const filled = { ...column, values: found.get(name) ?? column.values };
  return { ...table, columns: table.columns.map((each) => (each.name === name ? filled : each)) };
}

/**
 * Levels that, beside the even ones of the first column, fill a cube evenly: point k of the additive recurrence by powers of
 * the root of x^(d + 1) = x + 1, the golden ratio where d = 1 (Roberts 2018, "The unreasonable effectiveness of quasirandom sequences").
 */
function spreadLevel(k: number, dimension: number, dimensions: number): number {
  let root = 1.5;
  for (let round = 0; round < 40; round++) root = (1 + root) ** (1 / (dimensions + 1));
  return (0.5 + (k + 1) / root ** (dimension + 1)) % 1;
}
