/** @file Learning, from a table, which of its cells are missing together and where: a tree for each column. */
import { generator } from "../numeric/generator.ts";
import type { Column, Table } from "../table/table.ts";
import { kindInTable } from "./kinds.ts";
import type { MissingCells, MissingQuestion, MissingTree } from "./missing-cells.ts";

/** A number is asked about at the ends of this many parts of equal numbers of rows, at most. */
const MAX_PARTS = 32;
/** The most frequent categories that are asked about. */
const MAX_NAMES = 32;
const MAX_ROWS = 50_000;
const MIN_ROWS = 2000;
/** Cells that may be counted, about: a second's work. */
const MAX_WORK = 4e8;
const MAX_DEPTH = 6;
/** Each answer of a question has at least so many rows. */
const MIN_ANSWERS = 20;

/** What may be asked of each row: the part (or name) that its value belongs to, and what stands for each part. */
interface Feature {
  readonly parts: Uint8Array;
  readonly count: number;
  /** The question whether a row is in the part (`isOrdered`: in it or in one before it). */
  readonly question: (part: number) => MissingQuestion;
  readonly isOrdered: boolean;
}

/**
 * The columns of a table that have missing cells, in its order, each with a tree.
 *
 * A node is split where that raises the log likelihood most, if by more than chance would: by half of log n (the
 * Bayesian information criterion, Schwarz 1978, for one more parameter) and the log of the number of questions tried.
 */
export function fitMissingCells({ columns, rows }: Pick<Table, "columns" | "rows">): MissingCells[] {
  const lacking = columns.filter((column) => column.values.some(Number.isNaN));
  const chosen = chosenFrom(rows, columns.length * lacking.length);
  const features = columns
    .filter((column) => !lacking.includes(column))
    .flatMap((column) => featureOf(column, chosen) ?? []);
  return lacking.map((column) => {
    const isMissing = Uint8Array.from(chosen, (row) => Number(Number.isNaN(column.values[row])));
    const all = Uint32Array.from(isMissing.keys());
    const tree = grown(all, isMissing, features, MAX_DEPTH);
    features.push(missingFeature(column, isMissing));
    return { column: column.name, tree };
  });
}

/** Some rows, drawn at random, as many as can be worked on. */
function chosenFrom(rows: number, pairs: number): Uint32Array {
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  const some = Math.max(MIN_ROWS, Math.min(MAX_ROWS, Math.floor(MAX_WORK / (pairs * MAX_DEPTH))));
  if (rows <= some) return all;
  generator(1, "rows for missing cells").shuffle(all, some);
  return all.subarray(0, some).sort();
}

function featureOf(column: Column, chosen: Uint32Array): Feature | undefined {
  const cells = Float64Array.from(chosen, (row) => column.values[row]);
  return kindInTable(column).isCategorical ? namesOf(column, cells) : partsOf(column, cells);
}

function partsOf({ name }: Column, cells: Float64Array): Feature | undefined {
  const sorted = cells.slice().sort();
  const ends: number[] = [];
  for (let part = 1; part < MAX_PARTS; part++) {
    const end = sorted[Math.floor((part * sorted.length) / MAX_PARTS)];
    if (end > (ends.at(-1) ?? sorted[0])) ends.push(end);
  }
  if (ends.length === 0) return undefined;
  const parts = Uint8Array.from(cells, (value) => ends.filter((end) => end <= value).length);
  const question = (part: number) => ({ column: name, below: ends[part] });
  return { parts, count: ends.length + 1, question, isOrdered: true };
}

function namesOf(column: Column, cells: Float64Array): Feature {
  const rows = new Map<number, number>();
  for (const value of cells) rows.set(value, (rows.get(value) ?? 0) + 1);
  const often = [...rows.keys()].sort((a, b) => rows.get(b)! - rows.get(a)!).slice(0, MAX_NAMES);
  const parts = Uint8Array.from(cells, (value) => {
    const index = often.indexOf(value);
    return index < 0 ? MAX_NAMES : index;
  });
  const nameOf = (value: number) => kindInTable(column).nameOf(column, value);
  const question = (part: number) => ({ column: column.name, is: nameOf(often[part]) });
  // A part for all other names is never asked about: it is the last one.
  return { parts, count: often.length + 1, question, isOrdered: false };
}

function missingFeature({ name }: Column, isMissing: Uint8Array): Feature {
  const parts = isMissing.map((missing) => 1 - missing);
  return { parts, count: 2, question: () => ({ column: name, missing: true }), isOrdered: false };
}

function grown(
  rows: Uint32Array,
  isMissing: Uint8Array,
  features: readonly Feature[],
  depth: number,
): MissingTree {
  const missing = countOf(rows, isMissing);
  const share = missing / rows.length;
  if (depth === 0 || missing === 0 || missing === rows.length) return share;
  const best = bestSplit(rows, missing, isMissing, features);
  if (!best) return share;
  const { feature, part } = best;
  const says = (row: number) =>
    feature.isOrdered ? feature.parts[row] <= part : feature.parts[row] === part;
  const [yes, no] = [rows.filter(says), rows.filter((row) => !says(row))];
  return {
    by: feature.question(part),
    yes: grown(yes, isMissing, features, depth - 1),
    no: grown(no, isMissing, features, depth - 1),
  };
}

function bestSplit(
  rows: Uint32Array,
  missing: number,
  isMissing: Uint8Array,
  features: readonly Feature[],
): { readonly feature: Feature; readonly part: number } | undefined {
  const tried = features.reduce((sum, { count }) => sum + count - 1, 0);
  let most = 0.5 * Math.log(rows.length) + Math.log(Math.max(1, tried));
  let best: { readonly feature: Feature; readonly part: number } | undefined;
  const before = logLikelihood(missing, rows.length);
  for (const feature of features) {
    const { parts, count, isOrdered } = feature;
    const [all, lacking] = [new Uint32Array(count), new Uint32Array(count)];
    for (const row of rows) {
      all[parts[row]]++;
      lacking[parts[row]] += isMissing[row];
    }
    let [inside, insideMissing] = [0, 0];
    for (let part = 0; part + 1 < count; part++) {
      inside = isOrdered ? inside + all[part] : all[part];
      insideMissing = isOrdered ? insideMissing + lacking[part] : lacking[part];
      const outside = rows.length - inside;
      if (inside < MIN_ANSWERS || outside < MIN_ANSWERS) continue;
      const gain =
        logLikelihood(insideMissing, inside) + logLikelihood(missing - insideMissing, outside) - before;
      if (gain > most) [most, best] = [gain, { feature, part }];
    }
  }
  return best;
}

/** Of so many missing among n, at the share that they have. */
function logLikelihood(missing: number, n: number): number {
  const term = (count: number) => (count === 0 ? 0 : count * Math.log(count / n));
  return term(missing) + term(n - missing);
}

function countOf(rows: Uint32Array, isMissing: Uint8Array): number {
  let count = 0;
  for (const row of rows) count += isMissing[row];
  return count;
}
