/** @file Where a text's rows begin and what its columns are called: title lines, header, a second header or units, data. */
import { InputError } from "../../../base/errors.ts";
import type { FileReport, SkippedLines } from "../../file-report.ts";
import { isAnyNumber, looksLikeUnit, mayMeanMissing, unitOf } from "./cell-forms.ts";
import type { TextRecord } from "./records.ts";
import type { Trial } from "./style.ts";

/** Whether the first line has the names: "names", "none", or the names themselves. */
export type HeaderChoice = "names" | "none" | readonly string[];

/** What comes before the rows. */
export interface Heading {
  readonly names: readonly string[];
  /** Cells of a row; as many as names, or one more where separators stand at line ends. */
  readonly cells: number;
  /** The line on which the header stands, where it has one of its own that is cut as rows are. */
  readonly headerLine?: number;
  /** The first line that is a row; absent where there is none. */
  readonly firstRow?: number;
  readonly skipped: readonly SkippedLines[];
  readonly header: NonNullable<FileReport["header"]>;
  readonly units: Readonly<Record<string, string>>;
  readonly renamed: FileReport["renamed"];
  readonly leftOut: FileReport["leftOut"];
  /** The header's cells as they stand in the file, by which it is known where it stands again. */
  readonly raw: readonly string[];
}

/** More lines than this are no title. */
const MOST_TITLES = 100;

/** @throws InputError for a text whose first line is data, unless the user has said what it is. */
export function headingOf(trial: Trial, choice: HeaderChoice | undefined, label: string): Heading {
  const { records, width } = trial;
  if (records.length === 0) throw new InputError(`${label} is empty: it has no header line.`);
  const first = firstFullRecord(records, width, choice);
  const titles = records.slice(0, first).map((record) => record);
  const skipped = titles.length > 0 ? [skippedLines("title", titles)] : [];
  if (choice !== undefined && choice !== "names") {
    const body = records.slice(first);
    const cells = Math.max(width, 1);
    const told = choice === "none" ? [] : choice;
    if (
      choice !== "none" &&
      told.length !== cells &&
      !(told.length === cells - 1 && lastIsEmpty(body, cells))
    ) {
      throw new InputError(
        `\`header\` has ${told.length} names, but the rows of ${label} have ${cells} cells; name each.`,
        { option: "header" },
      );
    }
    const made = choice === "none" ? Array.from({ length: cells }, (_, i) => `column${i + 1}`) : told;
    const header = { names: choice === "none" ? "made" : "told", ground: "told" } as const;
    return {
      ...settledNames(made, body, cells),
      cells,
      ...rowsFrom(body),
      skipped,
      header,
      units: {},
      raw: [],
    };
  }
  const inRemark = choice === undefined ? headerInRemark(trial, first) : undefined;
  if (inRemark !== undefined) {
    const body = records.slice(first);
    const header = { names: "in a remark", ground: "found" } as const;
    const settled = settledNames(inRemark.names, body, width);
    const units = unitsOver(inRemark.units, settled.names, numericColumns(body, width));
    return { ...settled, cells: width, ...rowsFrom(body), skipped, header, units, raw: inRemark.names };
  }
  return headingWithNames(trial, first, skipped, choice, label);
}

function headingWithNames(
  { records, width }: Trial,
  first: number,
  titles: readonly SkippedLines[],
  choice: "names" | undefined,
  label: string,
): Heading {
  const header = records[first];
  const isHeader = ({ cells }: TextRecord) =>
    cells.length === header.cells.length && cells.every((cell, i) => cell === header.cells[i]);
  let body = records.slice(first + 1).filter((record) => !isHeader(record));
  let names = header.cells.map((cell) => cell.trim());
  const raw = header.cells;
  const rule = choice === undefined ? ruleUnder(body) : undefined;
  const ruled = rule === undefined ? [] : body.slice(0, rule + 1);
  body = body.slice(ruled.length);
  const numeric = numericColumns(body, Math.max(width, names.length));
  if (choice === undefined && rule === undefined && looksLikeData(names, body, numeric)) {
    const some = `${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""}`;
    const numbers = names.every(isAnyNumber) ? "numbers" : "data";
    throw new InputError(
      `${label} has no header line: its first line is ${numbers} (${some}); put a line with the column names before it, or say \`header\` none (names are made), the names themselves, or names (these are the names).`,
      { option: "header" },
    );
  }
  const skipped = [...titles];
  const second = choice === undefined && rule === undefined ? secondHeader(body, numeric) : undefined;
  let unitCells: readonly string[] | undefined;
  if (rule !== undefined) {
    unitCells = rule === 1 ? ruled[0].cells : undefined;
    skipped.push(skippedLines("units", ruled));
  } else if (second === "units") {
    unitCells = body[0].cells;
    skipped.push(skippedLines("units", [body[0]]));
  } else if (second === "names") {
    names = joinedNames(names, body[0].cells);
    skipped.push(skippedLines("names", [body[0]]));
  }
  if (second !== undefined) body = body.slice(1);
  // The rows have a cell more than the header: names of rows before it, as R writes, or separators at their ends.
  const rowsWidth = body.length === 0 || width < 2 ? names.length : width;
  if (rowsWidth === names.length + 1 && !lastIsEmpty(body, rowsWidth)) names = ["", ...names];
  // The header has a separator at its end, and the rows have none.
  if (names.length === rowsWidth + 1 && names[names.length - 1] === "") names = names.slice(0, -1);
  const settled = settledNames(names, body, names.length);
  const units = unitsOver(unitCells, settled.names, numeric);
  return {
    ...settled,
    cells: Math.max(rowsWidth, names.length),
    headerLine: header.line,
    ...rowsFrom(body),
    skipped,
    header: { names: "in the file", ground: choice === undefined ? "found" : "told" },
    units,
    raw,
  };
}

/** Where a line of dashes stands that parts the header from the rows: under it or, as VizieR writes, under a line of units. */
function ruleUnder(body: readonly TextRecord[]): number | undefined {
  const isRule = ({ cells }: TextRecord) =>
    cells.length > 1 &&
    cells.every((cell) => /^\s*-+\s*$/.test(cell)) &&
    cells.some((cell) => cell.trim().length > 2);
  const rule = body.slice(0, 2).findIndex(isRule);
  return rule === -1 ? undefined : rule;
}

/** By name, the units of the columns of numbers. */
function unitsOver(
  cells: readonly string[] = [],
  names: readonly string[],
  numeric: readonly boolean[],
): Record<string, string> {
  const units: Record<string, string> = {};
  for (const [i, cell] of cells.entries()) {
    const unit = unitOf(cell);
    if (unit !== "" && unit !== "-" && numeric[i] && names[i] !== undefined) units[names[i]] = unit;
  }
  return units;
}

function rowsFrom(body: readonly TextRecord[]): { readonly firstRow?: number } {
  return body.length > 0 ? { firstRow: body[0].line } : {};
}

export function skippedLines(what: SkippedLines["what"], records: readonly TextRecord[]): SkippedLines {
  const text = records[0].remark ?? records[0].cells.filter((cell) => cell !== "").join(" ");
  const shown = text.length <= 60 ? text : `${text.slice(0, 57)}...`;
  return { what, count: records.length, line: records[0].line, text: shown, ground: "found" };
}

/** The record that the others are as wide as: the header, or where there is none the first row. */
function firstFullRecord(
  records: readonly TextRecord[],
  width: number,
  choice: HeaderChoice | undefined,
): number {
  if (width < 2) return 0;
  const isFull = ({ cells }: TextRecord) => cells.length === width && !isTitle(cells);
  const end = Math.min(MOST_TITLES, records.length);
  let first = 0;
  while (first < end && !isFull(records[first])) first++;
  if (first === 0 || first === end) return 0;
  // Right before rows, a line that is a cell shorter or longer than they are is the header of them.
  const before = records[first - 1];
  const isNear = Math.abs(before.cells.length - width) === 1 && before.cells.length > 1;
  const isAlone = before.cells.length === 1 && width === 2 && first === 1;
  const body = records.slice(first);
  const isRow = looksLikeRow(records[first].cells, numericColumns(body, width));
  if (choice === undefined || choice === "names") {
    if (isRow && (isNear || isAlone)) return first - 1;
    if (isRow && first === 1 && before.cells.length > 1) return 0; // a ragged header: to be complained about
  }
  return first;
}

/** A title in a table that a spreadsheet made as wide as the rest. */
function isTitle(cells: readonly string[]): boolean {
  return cells.length > 1 && cells.slice(1).every((cell) => cell.trim() === "");
}

function looksLikeRow(cells: readonly string[], numeric: readonly boolean[]): boolean {
  return cells.some((cell, i) => numeric[i] && isAnyNumber(cell));
}

/** Columns in which nearly all present cells after the first row are numbers. */
function numericColumns(body: readonly TextRecord[], width: number): boolean[] {
  const rows = body.length > 2 ? body.slice(1) : body;
  return Array.from({ length: width }, (_, i) => {
    const cells = rows.map(({ cells }) => cells[i] ?? "").filter((cell) => !mayMeanMissing(cell));
    return cells.length > 0 && cells.filter(isNumberOrLimit).length >= 0.9 * cells.length;
  });
}

/** "0.5" or "<0.5". */
function isNumberOrLimit(cell: string): boolean {
  return isAnyNumber(cell.trim().replace(/^[<>≤≥]=?\s*/, ""));
}

/** Whether a line that stands where names should is a row as those below it. */
function looksLikeData(
  names: readonly string[],
  body: readonly TextRecord[],
  numeric: readonly boolean[],
): boolean {
  const numbers = names.map((name) => (isAnyNumber(name) ? Number(name.replace(",", ".")) : Number.NaN));
  const present = numbers.filter((each) => !Number.isNaN(each));
  if (names.length === 0) return false;
  if (present.length === 0) {
    // Words only: a row where each stands below again, in a table of words.
    if (body.length < 3 || numeric.some((each) => each)) return false;
    return names.every((name, i) => body.slice(0, 500).some(({ cells }) => (cells[i] ?? "").trim() === name));
  }
  const grows = present.every(
    (each, i) => Number.isInteger(each) && each >= 0 && (i === 0 || each > present[i - 1]),
  );
  if (present.length === names.length) return !grows || !countsColumns(present, body);
  const overNumbers = numbers.some((each, i) => !Number.isNaN(each) && numeric[i]);
  if (!overNumbers) return false;
  const areNumbersAtAll = numbers.every(
    (each, i) => !numeric[i] || !Number.isNaN(each) || mayMeanMissing(names[i]),
  );
  const words = names.filter((name, i) => Number.isNaN(numbers[i]) && !mayMeanMissing(name));
  const recur = names.some(
    (name, i) =>
      Number.isNaN(numbers[i]) &&
      name !== "" &&
      body.slice(0, 500).some(({ cells }) => (cells[i] ?? "").trim() === name),
  );
  if (recur) return true;
  // Years beside a word (country, 2019, 2020) are names; other numbers over numbers are a row.
  if (!areNumbersAtAll) return !grows;
  return !(grows && words.length > 0 && present.length > 1);
}

/**
 * Whether growing whole numbers may be names: the places of columns (0, 1, 2, ...), or values at even steps (2019, 2020, ...;
 * 400, 410, 420, ...), over rows of another kind. Other growing numbers are a row that happens to grow.
 */
function countsColumns(numbers: readonly number[], body: readonly TextRecord[]): boolean {
  if (numbers.length < 2) return false;
  const step = numbers[1] - numbers[0];
  const isEven = numbers.every((each, i) => i === 0 || each - numbers[i - 1] === step);
  const isKnown = step === 1 && (numbers[0] <= 1 || (numbers[0] >= 1000 && numbers[0] < 3000));
  if (!isEven || !(isKnown || numbers.length > 2)) return false;
  const rows = body.slice(0, 10).map(({ cells }) => cells.map(Number));
  const growsToo = (row: readonly number[]) =>
    row.every((each, i) => Number.isInteger(each) && (i === 0 || each > row[i - 1]));
  return !(rows.length > 2 && rows.every(growsToo));
}

/** What the line under the header is, where it is no row: names of a second level, or units. */
function secondHeader(
  body: readonly TextRecord[],
  numeric: readonly boolean[],
): "units" | "names" | undefined {
  if (body.length < 3) return undefined;
  const [line] = body;
  const overNumbers = line.cells.filter((_, i) => numeric[i]);
  const said = overNumbers.map((cell) => cell.trim()).filter((cell) => cell !== "");
  if (said.length === 0 || overNumbers.some(isAnyNumber)) return undefined;
  const units = said.filter((cell) => looksLikeUnit(cell) || mayMeanMissing(cell));
  const areMissing = said.every(mayMeanMissing);
  if (areMissing) return undefined;
  if (units.length === said.length) return "units";
  if (overNumbers.length < 2) return undefined;
  // A row with a missing value in each column but one would look so, too.
  if (said.some(mayMeanMissing)) return units.length >= said.length / 2 ? "units" : undefined;
  if (said.length < overNumbers.length && units.length === 0) return undefined;
  return units.length >= said.length / 2 || said.every(isShortUnit) ? "units" : "names";
}

function isShortUnit(text: string): boolean {
  return text.length <= 12 && /[/^%°µ*()[\]]|\d/.test(text) && !/\s\w+\s/.test(text);
}

/** Names of two levels, joined; in the first one a name may stand for the columns after it, too. */
function joinedNames(upper: readonly string[], lower: readonly string[]): string[] {
  let latest = "";
  return lower.map((name, i) => {
    const above = (upper[i] ?? "").trim().replace(/^Unnamed: .*$/, "");
    if (above !== "") latest = above;
    const below = name.trim().replace(/^Unnamed: .*$/, "");
    if (i === 0 && above === "") latest = "";
    return [latest, below].filter((each) => each !== "").join("_");
  });
}

/**
 * The names that stand in the last remark before the rows, "# x y z", as NumPy and astronomers write; or in the one before
 * it, where the last has their units.
 */
function headerInRemark(
  { style, remarks, records, width }: Trial,
  first: number,
): { readonly names: readonly string[]; readonly units?: readonly string[] } | undefined {
  const row = records[first];
  const before = remarks.filter(({ line }) => line < row.line && line > (style.skipLines ?? 0));
  const last = before.at(-1);
  if (last?.remark === undefined || style.comment === undefined || width < 1) return undefined;
  const body = records.slice(first);
  if (!looksLikeRow(row.cells, numericColumns(body, width))) return undefined;
  const numeric = numericColumns(body, width);
  if (row.cells.some((cell, i) => numeric[i] && !isNumberOrLimit(cell) && !mayMeanMissing(cell)))
    return undefined;
  const wordsOf = ({ remark = "" }: TextRecord) => {
    const text = remark.slice(style.comment?.length).trim();
    const cut = style.separator === "blanks" || style.separator === "fixed" ? /[ \t]+/ : style.separator;
    const cuts = [cut, /[ \t]+/, ","].map((separator) =>
      text.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, "$1")),
    );
    return cuts.find(
      (names) => names.length === width && names.every((name) => name !== "" && !isAnyNumber(name)),
    );
  };
  const [names, above] = [wordsOf(last), before.length > 1 ? wordsOf(before[before.length - 2]) : undefined];
  const areUnits =
    names !== undefined &&
    above !== undefined &&
    new Set(above).size === width &&
    names.every(
      (name) =>
        looksLikeUnit(name) ||
        mayMeanMissing(name) ||
        names.indexOf(name) !== names.lastIndexOf(name) ||
        /[:/]/.test(name),
    );
  if (areUnits) return { names: above, units: names };
  return names && { names };
}

function lastIsEmpty(body: readonly TextRecord[], width: number): boolean {
  return body.every(({ cells }) => (cells[width - 1] ?? "").trim() === "");
}

/** Rows among which an index is looked for. */
const INDEX_ROWS = 1000;

/** A name for each column, none twice; a row index without a name and empty columns without one are left out. */
function settledNames(names: readonly string[], body: readonly TextRecord[], cells: number) {
  const renamed: { position: number; name: string; why: string }[] = [];
  const leftOut: { name: string; why: string }[] = [];
  const taken = new Set(names.filter((name) => name !== ""));
  const seen = new Set<string>();
  const settled = names.slice(0, cells).map((name, i) => {
    const place = i + 1;
    if (name !== "" && !seen.has(name)) {
      seen.add(name);
      if (i === 0 && /^Unnamed: 0(\.\d+)?$/.test(name) && isIndex(body, i))
        leftOut.push({ name, why: "it is the row index that pandas wrote" });
      return name;
    }
    let made = name === "" ? `column ${place}` : `${name}_2`;
    for (let again = 3; taken.has(made); again++)
      made = name === "" ? `column ${place}_${again}` : `${name}_${again}`;
    taken.add(made);
    seen.add(made);
    if (name !== "")
      renamed.push({ position: place, name: made, why: `another column is called "${name}", too` });
    else if (isEmpty(body, i)) leftOut.push({ name: made, why: "it has no name and is empty" });
    else if (i === 0 && isIndex(body, i))
      leftOut.push({ name: made, why: "it has no name and is the row index" });
    else renamed.push({ position: place, name: made, why: "it has no name" });
    return made;
  });
  return { names: settled, renamed, leftOut };
}

function isEmpty(body: readonly TextRecord[], column: number): boolean {
  return body.every(({ cells }) => (cells[column] ?? "").trim() === "");
}

/** Whole numbers that count the rows, or a name of its own for each. */
function isIndex(body: readonly TextRecord[], column: number): boolean {
  const texts = body.slice(0, INDEX_ROWS).map(({ cells }) => (cells[column] ?? "").trim());
  if (texts.length === 0 || texts.includes("")) return false;
  if (new Set(texts).size < texts.length) return false;
  const numbers = texts.map((text) => (/^\d+$/.test(text) ? Number(text) : Number.NaN));
  if (numbers.some(Number.isNaN)) return !texts.some(isAnyNumber) && texts.length > 2;
  return numbers.every((each, i) => i === 0 || each > numbers[i - 1]);
}
