/** @file How a text is cut into records: its separator, its quotes and its remarks, found on a sample of its lines. */
import { isAnyNumber, mayMeanMissing } from "./cell-forms.ts";
import { RecordReader, type RecordStyle, type TextRecord, UnclosedQuote } from "./records.ts";

/** Records of a sample in a style, and how well they fit it. */
export interface Trial {
  readonly style: RecordStyle;
  /** Those with cells, remarks and blank lines left out. */
  readonly records: readonly TextRecord[];
  readonly remarks: readonly TextRecord[];
  /** The commonest number of cells of a record. */
  readonly width: number;
  /** The share of the records that have it. */
  readonly share: number;
  /** The lines that a quote swallows to the end of the sample, if one does. */
  readonly unclosed?: number;
}

/** Records that are enough to judge by. */
const JUDGED = 3000;

const STRONG = [",", ";", "\t", "|"];
const REMARKS = ["#", "%", "//", "!"];

/** Names of separators that a user may say, besides the character itself. */
const SEPARATOR_NAMES: Readonly<Record<string, string>> = {
  ...{ comma: ",", semicolon: ";", tab: "\t", "\\t": "\t", pipe: "|", colon: ":", space: " " },
  ...{
    blanks: "blanks",
    blank: "blanks",
    spaces: "blanks",
    whitespace: "blanks",
    "\\s+": "blanks",
    " ": "blanks",
  },
  ...{ fixed: "fixed" },
};

export interface StyleChoice {
  readonly separator?: string | undefined;
  readonly comment?: string | undefined;
  readonly skipLines?: number | undefined;
}

/** What a user says of the style. */
export function styleSaid({ separator, comment, skipLines }: StyleChoice, format: string): StyleChoice {
  const told = separator ?? (format === "tsv" ? "\t" : undefined);
  const isNamed = told !== undefined && Object.hasOwn(SEPARATOR_NAMES, told.toLowerCase());
  return { separator: isNamed ? SEPARATOR_NAMES[told.toLowerCase()] : told, comment, skipLines };
}

/** The style in which a sample's records fit best. @param isWhole whether the sample is the whole text. */
export function likeliestStyle(sample: string, isWhole: boolean, told: StyleChoice): Trial {
  const skipLines = told.skipLines ?? 0;
  const marks = told.comment === undefined ? [undefined, ...remarkMarks(sample, skipLines)] : [told.comment];
  const trials = marks.map((mark) => {
    const comment = mark === "" ? undefined : mark;
    return bestTrial(sample, isWhole, { ...told, comment, skipLines });
  });
  // Remarks are no rows: that they are left out must not make another separator fit worse.
  return trials.reduce((best, each) => (scoreOf(each) >= scoreOf(best) ? each : best));
}

/** What may begin remarks: what stands before the first line. */
function remarkMarks(sample: string, skipLines: number): string[] {
  const lines = sample
    .slice(0, 65_536)
    .split(/\r\n|\n|\r/)
    .slice(skipLines);
  const first = lines.find((line) => line.trim() !== "") ?? "";
  return REMARKS.filter((mark) => first.startsWith(mark));
}

function bestTrial(sample: string, isWhole: boolean, told: StyleChoice): Trial {
  const separators = told.separator === undefined ? STRONG : [told.separator];
  const trial = (separator: string) => withBestQuotes(sample, isWhole, styleOf(separator, told, sample));
  const strong = separators.map(trial);
  const fitting = strong.filter(({ width, share }) => width > 1 && share > 0.5);
  const best = fitting.reduce<Trial | undefined>(
    (sofar, each) => (sofar === undefined || scoreOf(each) > scoreOf(sofar) ? each : sofar),
    undefined,
  );
  if (best && (told.separator !== undefined || best.records[0].cells.length === best.width)) return best;
  if (told.separator !== undefined) return strong[0];
  for (const separator of ["blanks", "fixed"]) {
    const weak = trial(separator);
    if (weak.width > 1 && isSteady(weak) && hasNumbers(weak)) return weak;
  }
  if (best) return best;
  return raggedTrial(strong) ?? strong[0]; // one column, otherwise
}

/** Nearly all records have as many cells, but perhaps the header, which has no name for those of rows. */
function isSteady({ records, width, share }: Trial): boolean {
  if (share > 0.97) return true;
  const rows = records.slice(1);
  return records[0].cells.length === width - 1 && rows.every(({ cells }) => cells.length === width);
}

/** Of rows of many widths: the separator that both the first line and the next one have. */
function raggedTrial(trials: readonly Trial[]): Trial | undefined {
  const widthOf = ({ records }: Trial, i: number) => records[i]?.cells.length ?? 0;
  const possible = trials.filter(
    (each) => widthOf(each, 0) > 1 && (widthOf(each, 1) > 1 || each.style.separator === ","),
  );
  return possible.sort((a, b) => widthOf(b, 0) - widthOf(a, 0))[0];
}

function styleOf(separator: string, { comment, skipLines }: StyleChoice, sample: string): RecordStyle {
  return {
    separator,
    quotes: "doubled",
    ...(comment !== undefined && { comment }),
    ...(skipLines && { skipLines }),
    ...(separator === "fixed" && { starts: columnStarts(sample, comment, skipLines ?? 0) }),
  };
}

function withBestQuotes(sample: string, isWhole: boolean, style: RecordStyle): Trial {
  const doubled = trialOf(sample, isWhole, style);
  const isClean = (each: Trial) => each.unclosed === undefined && !each.records.some(({ odd }) => odd);
  if (isClean(doubled)) return doubled;
  const bare = doubled.unclosed === undefined ? (["bare"] as const) : [];
  const others = sample.includes('\\"') ? (["backslash", ...bare] as const) : bare;
  const trials = others.map((quotes) => trialOf(sample, isWhole, { ...style, quotes }));
  const better = trials.find(
    (each) => isClean(each) && (doubled.width < 2 || scoreOf(each) >= scoreOf(doubled)),
  );
  // Quotes that are characters as others are believed only where no cell is quoted.
  if (better === undefined || (better.style.quotes === "bare" && hasQuotedCells(better))) return doubled;
  return better;
}

function hasQuotedCells({ records }: Trial): boolean {
  return records.some(({ cells }) => cells.some((cell) => /^".*"$/.test(cell)));
}

function trialOf(sample: string, isWhole: boolean, style: RecordStyle): Trial {
  const reader = new RecordReader(style);
  const all: TextRecord[] = [];
  let unclosed: number | undefined;
  const take = (records: Iterable<TextRecord>) => {
    for (const record of records) {
      all.push(record);
      if (all.length >= JUDGED) return true;
    }
    return false;
  };
  try {
    if (!take(reader.push(sample)) && isWhole) take(reader.end());
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    unclosed = error.line;
  }
  const records = all.filter(({ cells }) => cells.length > 0);
  const counts = new Map<number, number>();
  for (const { cells } of records) {
    counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  }
  const [width, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  const remarks = all.filter(({ remark }) => remark !== undefined);
  const share = records.length === 0 ? 0 : count / records.length;
  return { style, records, remarks, width, share, ...(unclosed !== undefined && { unclosed }) };
}

/** How much better a style fits than others; cells with other separators in them are a sign of the wrong one. */
function scoreOf({ records, width, share, style }: Trial): number {
  if (width < 2) return 0;
  const others = STRONG.filter((each) => each !== style.separator && each !== ",");
  let [dirty, odd, all] = [0, 0, 0];
  for (const record of records.slice(0, 200)) {
    if (record.odd) odd++;
    for (const cell of record.cells) {
      all++;
      if (others.some((each) => cell.includes(each))) dirty++;
    }
  }
  return share - (0.4 * dirty) / Math.max(1, all) - (0.5 * odd) / Math.max(1, Math.min(200, records.length));
}

function hasNumbers({ records, width }: Trial): boolean {
  const body = records.slice(1);
  return Array.from({ length: width }, (_, i) => i).some((i) => {
    const cells = body.map(({ cells }) => cells[i] ?? "").filter((cell) => !mayMeanMissing(cell));
    return cells.length > 0 && cells.filter(isAnyNumber).length >= 0.9 * cells.length;
  });
}

/**
 * Where columns of fixed width begin: after the places that are blank in all lines. A single such place, beside which something
 * has no name in the first line, is a blank within cells ("12-15 years", "< 12 years"); but the first column may be row names.
 */
function columnStarts(sample: string, comment: string | undefined, skipLines: number): number[] {
  const lines = sample
    .split(/\r\n|\n|\r/)
    .slice(skipLines, JUDGED)
    .filter((line) => line.trim() !== "" && !(comment !== undefined && line.startsWith(comment)));
  const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
  const starts: number[] = [];
  let wasBlank = true;
  for (let place = 0; place < Math.min(longest, 10_000); place++) {
    const isBlank = lines.every((line) => (line[place] ?? " ") === " ");
    if (!isBlank && wasBlank) starts.push(place);
    wasBlank = isBlank;
  }
  const [header = ""] = lines;
  const isNamed = (i: number) => header.slice(starts[i], starts[i + 1]).trim() !== "";
  const isWide = (place: number) => lines.every((line) => (line[place - 2] ?? " ") === " ");
  return starts.filter((start, i) => i < 2 || isWide(start) || (isNamed(i - 1) && isNamed(i)));
}
