/** @file Numbers that may stand for "missing": -9999, 99.999, -1 where all others are above 0. They are asked about, not decided. */
import type { Column } from "../../table/table.ts";
import { kindInTable } from "../kinds.ts";
import type { ColumnFacts } from "./facts.ts";

/** 99, 9999, 99.99, 99.999 and their likes, with either sign; ends of the ranges of integers and floats. */
const NINES = /^-?9{2,}(\.9+)?$|^-?9\.9{2,}$|^-?9{2,}8$|^-?8{3,}$|^-?7{3,}$/;
const ENDS = new Set([
  -128, -127, 127, 255, -32768, 32767, -2147483648, 2147483647, 65535, 4294967295, -1e10, -1e20, 1e20, -1e30,
  1e30, 1e36, -999.25,
]);
/** Such a number is a suspect if it is so far from all others, in their range. */
const FAR = 0.5;
/** Numbers below 0 among others that are not: in so many cells they are no single mistakes. */
const FEWEST_CELLS = 3;
const LITTLE_CODES = [-1, -9, -99, -999];
/** A zero is one where all others begin so far above, in their median, and in units. */
const ZERO_GAP = 0.3;
/** Of more cells, or of few different numbers, zeros are what they say. */
const MOST_ZEROS = 0.15;
const FEWEST_DIFFERENT = 20;
const FEWEST_UNITS = 10;
/** Days since 1970 of dates that stand for none. */
const NO_DATES = new Map([
  [-25567, "1900-01-01"],
  [-62_135_596_800 / 86_400, "0001-01-01"],
  [2_932_896, "9999-12-31"],
  [2_932_532, "9999-01-01"],
]);

interface Suspect {
  readonly value: number;
  readonly rows: number;
  /** The least and the greatest of the other values. */
  readonly others: readonly [number, number];
}

/** What may be a code for "missing" in a column, a sentence each. */
export function suspectNotes(column: Column, facts: ColumnFacts): string[] {
  const { kind = "number", name } = column;
  if (kind !== "number" && kind !== "date") return [];
  const write = (value: number) =>
    kind === "date" ? kindInTable(column).write(value, column) : `${shortest(value, column)}`;
  const found = [suspectAt(column, facts, "least"), suspectAt(column, facts, "greatest")].flatMap(
    (each) => each ?? [],
  );
  return found.map(({ value, rows, others: [least, greatest] }) => {
    const share = `${Number(((100 * rows) / facts.present).toPrecision(2))} %`;
    const cells = rows === 1 ? "one cell is" : `${share} of the cells are`;
    const written = write(value);
    const how = kind === "date" ? "Then empty those cells" : `Then say so: \`missing\` ${written}`;
    return `${name}: ${cells} ${written}, apart from all others (${write(least)} .. ${write(greatest)}): a code for missing? ${how}.`;
  });
}

function shortest(value: number, { values }: Column): number {
  if (values instanceof Float64Array) return value;
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
}

function suspectAt(column: Column, facts: ColumnFacts, end: "least" | "greatest"): Suspect | undefined {
  const { sorted, different } = facts;
  if (different < 3) return undefined;
  const value = end === "least" ? sorted[0] : sorted[sorted.length - 1];
  const [from, to] =
    end === "least" ? [sorted.lastIndexOf(value) + 1, sorted.length] : [0, sorted.indexOf(value)];
  const others = sorted.subarray(from, to);
  const rows = sorted.length - others.length;
  const [least, greatest] = [others[0], others[others.length - 1]];
  const suspect = { value, rows, others: [least, greatest] } as const;
  if (column.kind === "date") return NO_DATES.has(value) && isFar(suspect) ? suspect : undefined;
  const plain = shortest(value, column);
  const isCode = NINES.test(String(plain)) || ENDS.has(plain) || Math.abs(plain) >= 1e20;
  if (isCode && isFar(suspect)) return suspect;
  if (end === "greatest") return undefined;
  if (LITTLE_CODES.includes(plain) && least >= 0 && rows >= FEWEST_CELLS && greatest > 1) return suspect;
  return value === 0 && isZeroApart(suspect, others, facts) ? suspect : undefined;
}

/** Apart from the others by a good part of their range. */
function isFar({ value, others: [least, greatest] }: Suspect): boolean {
  const gap = Math.max(least - value, value - greatest);
  return gap > FAR * (greatest - least);
}

/** Where nothing lies between 0 and numbers far above it: a weight, a pressure. */
function isZeroApart(
  { rows, others: [least] }: Suspect,
  others: Float64Array,
  { isWhole, different }: ColumnFacts,
): boolean {
  if (rows < FEWEST_CELLS || !(least > 0) || different < FEWEST_DIFFERENT) return false;
  if (rows > MOST_ZEROS * (rows + others.length)) return false;
  const median = others[others.length >> 1];
  return rows < others.length && least >= ZERO_GAP * median && (!isWhole || least >= FEWEST_UNITS);
}
