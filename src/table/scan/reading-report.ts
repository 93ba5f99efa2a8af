/** @file The report of a reading: how the files are written, which spellings stand for missing cells, what a user should hear. */
import type { SpellingReport } from "../file-report.ts";
import { columnOf, type Sources } from "./infer-types.ts";
import { evidenceFor, type Spellings, takenFor } from "./missing-rules.ts";
import type { ColumnTypes, Part } from "./parts.ts";
import { noticesOf, OF_THE_FORMAT } from "./reading-notices.ts";

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
  const isDeclaredNumber = sources.relations.every((each) => {
    const { declared } = columnOf(each, part);
    return declared === "number" || declared === "boolean";
  });
  return own.map(([spelling, cells]): SpellingReport => {
    const about = { column: part.name, spelling, cells };
    if (spelling.trim() === "") return { ...about, takenFor: "missing", why: "the cell is empty" };
    if (categories !== undefined) {
      const { why } = takenFor(spelling, sources.missing, evidence(spelling));
      return { ...about, takenFor: isName(spelling) ? "category" : "missing", why };
    }
    if (isDeclaredNumber && /^(nan|null)$/i.test(spelling.trim()))
      return { ...about, takenFor: "missing", why: OF_THE_FORMAT };
    const isTold = sources.missing.told.includes(spelling.trim().toLowerCase()) || isTrueNumber(spelling);
    return { ...about, takenFor: "missing", why: isTold ? "you said so" : "it is no number" };
  });
}

function isTrueNumber(text: string): boolean {
  return text.trim() !== "" && !Number.isNaN(Number(text));
}
