/** @file What a user should hear of how files were read: the decisions that are no matter of course. */
import { firstNames } from "../../base/suggestions.ts";
import type { FileReport, SkippedLines, SpellingReport } from "../file-report.ts";

/** Why a cell is missing that a format says is so. Nobody needs to hear of it. */
export const OF_THE_FORMAT = "the format says so";

/** A sentence each. */
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
  const {
    file,
    encoding,
    separator,
    decimal,
    header,
    quotes,
    skipped,
    units,
    renamed,
    leftOut,
    arrays = [],
    remarks = [],
  } = report;
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
      `numbers have decimal commas (${firstNames(decimal.columns)}); if not, name the other mark with \`decimal\``,
    );
  if (encoding?.broken)
    say(
      `${encoding.broken} characters are no ${encoding.name} and are read as \uFFFD; if letters come out wrong, name another \`encoding\``,
    );
  if (quotes === "backslash") say('a backslash stands before quotes within quotes (\\"): they are read so');
  if (quotes === "bare") say("quotes are read as characters as others, since they are not closed");
  if (header?.names === "in a remark")
    say("the names of the columns are taken from the last remark before the rows");
  if (header?.names === "made")
    say("it has no header line: the columns are called column1, column2 and so on");
  for (const remark of remarks) say(remark);
  for (const lines of skipped) if (lines.ground === "found") say(skippedNotice(lines));
  const known = Object.entries(units);
  if (known.length > 0 && header?.ground === "found")
    say(
      `units are taken from the line under the header: ${known.map(([name, unit]) => `${name} in ${unit}`).join(", ")}`,
    );
  for (const { position, name, why } of renamed) say(`column ${position} is called "${name}", as ${why}`);
  for (const same of grouped(arrays, ({ numbers }) => `${numbers}`)) {
    const names = same.map(({ first, last }) => `${first} to ${last}`);
    say(
      `${firstNames(same.map(({ name }) => name))}: arrays of ${same[0].numbers} numbers, read as ${firstNames(names)}`,
    );
  }
  const [unreadable, others] = [true, false].map((is) =>
    leftOut.filter((each) => (each.isUnreadable === true) === is),
  );
  for (const same of grouped(unreadable, ({ why }) => why)) {
    const names = same.map(({ name }) => `"${name}"`);
    say(
      `${names.length === 1 ? "column" : `${names.length} columns`} ${firstNames(names)} ${names.length === 1 ? "is" : "are"} left out, as ${names.length === 1 ? same[0].why : same[0].why.replace(/^its /, "their ")}`,
    );
  }
  for (const { name, why } of others.filter((each) => !each.why.endsWith("is empty")))
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
  names: [
    "line under the header is taken for names of a second level, joined to the first, and",
    "lines under the header are taken for names, and",
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

/** One sentence for the spellings that were taken for the same, for the same reason, in the same columns. */
function spellingNotices(spellings: readonly SpellingReport[]): string[] {
  const bySpelling = grouped(
    spellings.filter(
      ({ spelling, why }) => spelling.trim() !== "" && why !== "you said so" && why !== OF_THE_FORMAT,
    ),
    ({ spelling, takenFor: taken, why }) => JSON.stringify([spelling.trim(), taken, why]),
  );
  const told = bySpelling.map((same) => ({
    ...same[0],
    spelling: same[0].spelling.trim(),
    cells: same.reduce((sum, each) => sum + each.cells, 0),
    columns: firstNames([...new Set(same.map(({ column }) => column))]),
  }));
  const sentences = grouped(told, ({ columns, takenFor: taken, why }) =>
    JSON.stringify([columns, taken, why]),
  );
  return sentences.map((same) => {
    const [{ columns, takenFor: taken, why, spelling }] = same;
    const said = same.map(
      (each) => `"${each.spelling}" in ${each.cells} ${each.cells === 1 ? "cell" : "cells"}`,
    );
    const example = /^\w+$/.test(spelling) ? spelling : `"${spelling}"`;
    const [are, option] = taken === "missing" ? ["missing", "notMissing"] : ["a category", "missing"];
    return `${columns}: ${said.join(", ")} taken for ${are}, as ${why}; otherwise say \`${option}\` ${example}.`;
  });
}

function grouped<Each>(all: readonly Each[], keyOf: (each: Each) => string): Each[][] {
  const groups = new Map<string, Each[]>();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return [...groups.values()];
}
