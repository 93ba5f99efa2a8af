/** @file The report of a reading: how the files are written, which spellings stand for missing cells, what a user should hear. */
import type { FileReport, SkippedLines, SpellingReport } from "../file-report.ts";
import { type ColumnTypes, evidenceFor, type Part, type Sources } from "./infer-types.ts";
import { type Spellings, takenFor } from "./missing-words.ts";

/** Gives the report to the one who asked for it. */
export async function tellReport(
  sources: Sources,
  columnTypes: ColumnTypes,
  spellings: ReadonlyMap<Part, Spellings>,
): Promise<void> {
  if (sources.onReport === undefined) return;
  const files = sources.relations.map(({ report }) => report);
  const words = new Set(sources.parts.filter((part) => columnTypes.get(part)?.kind === "category"));
  const found = sources.parts.flatMap((part) =>
    spellingReports(sources, part, { columnTypes, spellings, words }),
  );
  sources.onReport({ files, spellings: found, notices: noticesOf(files, found) });
}

function spellingReports(
  sources: Sources,
  part: Part,
  at: {
    readonly columnTypes: ColumnTypes;
    readonly spellings: ReadonlyMap<Part, Spellings>;
    readonly words: ReadonlySet<Part>;
  },
): SpellingReport[] {
  const type = at.columnTypes.get(part);
  const categories = type?.kind === "category" ? type.categories : undefined;
  const own = [...(at.spellings.get(part) ?? [])];
  const isName = (text: string) => categories?.includes(text.trim()) === true;
  const others = (categories ?? []).filter((name) => !own.some(([text]) => text.trim() === name));
  const evidence = evidenceFor(sources, part, at, others);
  return own.map(([spelling, cells]): SpellingReport => {
    const about = { column: part.name, spelling, cells };
    if (spelling.trim() === "") return { ...about, takenFor: "missing", why: "the cell is empty" };
    if (categories !== undefined) {
      const { why } = takenFor(spelling, sources.missing, evidence(spelling));
      return { ...about, takenFor: isName(spelling) ? "category" : "missing", why };
    }
    const isTold = sources.missing.told.includes(spelling.trim().toLowerCase()) || isTrueNumber(spelling);
    return { ...about, takenFor: "missing", why: isTold ? "you said so" : "it is no number" };
  });
}

function isTrueNumber(text: string): boolean {
  return text.trim() !== "" && !Number.isNaN(Number(text));
}

/** The decisions that are no matter of course, a sentence each. */
export function noticesOf(files: readonly FileReport[], spellings: readonly SpellingReport[]): string[] {
  return [...files.flatMap(fileNotices), ...spellingNotices(spellings)];
}

const SEPARATORS: Readonly<Record<string, string>> = {
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
  blanks: "blanks",
  fixed: "columns of fixed width",
};

function fileNotices(report: FileReport): string[] {
  const { file, encoding, separator, decimal, header, quotes, skipped, units, renamed, leftOut } = report;
  const said: string[] = [];
  const say = (text: string) => said.push(`${file}: ${text}.`);
  if (encoding?.ground === "found" && encoding.name !== "utf-8")
    say(
      `it is no UTF-8 and is read as ${encoding.name}; if letters come out wrong, name another \`encoding\``,
    );
  if (separator?.ground === "found" && (separator.mark === "blanks" || separator.mark === "fixed"))
    say(`cells are parted by ${SEPARATORS[separator.mark]}; if not, say \`separator\``);
  if (decimal?.mark === "," && decimal.ground === "found")
    say(
      `numbers have decimal commas (${listed(decimal.columns)}); if not, name the other mark with \`decimal\``,
    );
  if (quotes === "backslash") say('a backslash stands before quotes within quotes (\\"): they are read so');
  if (quotes === "bare") say("quotes are read as characters as others, since they are not closed");
  if (header?.names === "made")
    say("it has no header line: the columns are called column1, column2 and so on");
  for (const lines of skipped) if (lines.ground === "found") say(skippedNotice(lines));
  const known = Object.entries(units);
  if (known.length > 0)
    say(
      `units are taken from the line under the header: ${known.map(([name, unit]) => `${name} in ${unit}`).join(", ")}`,
    );
  for (const { position, name, why } of renamed) say(`column ${position} is called "${name}", as ${why}`);
  for (const { name, why } of leftOut)
    say(`column "${name}" is left out, as ${why}; name it with \`columns\` to have it`);
  return said;
}

const KINDS_OF_LINES: Readonly<
  Record<SkippedLines["what"], readonly [one: string, more: string, instead: string]>
> = {
  title: ["line before the header is", "lines before the header are", "say `header` none or `skipLines`"],
  comment: ["line that is a remark is", "lines that are remarks are", 'say `comment` ""'],
  units: [
    "line under the header is no row and is",
    "lines under the header are no rows and are",
    "say `header` names",
  ],
  footnote: ["line at the end that is no row is", "lines at the end that are no rows are", "say `skipEnd` 0"],
  total: ["line of sums at the end is", "lines of sums at the end are", "say `skipEnd` 0"],
  "header repeated": [
    "line that repeats the header is",
    "lines that repeat the header are",
    "rename the columns",
  ],
};

function skippedNotice({ what, count, line, text }: SkippedLines): string {
  const [one, more, instead] = KINDS_OF_LINES[what];
  return `${count} ${count === 1 ? one : more} left out (line ${line}: "${text}"); if wrong, ${instead}`;
}

/** One sentence for each spelling and what it is taken for, with the columns. */
function spellingNotices(spellings: readonly SpellingReport[]): string[] {
  const told = new Map<string, SpellingReport[]>();
  for (const each of spellings) {
    if (each.spelling.trim() === "" || each.why === "you said so") continue;
    const key = JSON.stringify([each.spelling.trim(), each.takenFor, each.why]);
    told.set(key, [...(told.get(key) ?? []), each]);
  }
  return [...told.values()].map((same) => {
    const [{ spelling, takenFor: taken, why }] = same;
    const cells = same.reduce((sum, each) => sum + each.cells, 0);
    const where = `"${spelling.trim()}" in ${cells} ${cells === 1 ? "cell" : "cells"} (${listed([...new Set(same.map(({ column }) => column))])})`;
    return taken === "missing"
      ? `${where} is taken for missing, as ${why}; if it is not, say \`notMissing\` ${spelling.trim()}.`
      : `${where} is taken for a category, as ${why}; if it means missing, say \`missing\` ${spelling.trim()}.`;
  });
}

/** Names, the first of many. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
