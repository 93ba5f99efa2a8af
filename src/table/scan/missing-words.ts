/** @file The spellings that may mean "missing", counted in all cells of files. */
import { answersOfEach, literal, numeral, rowsOf } from "../files/duckdb.ts";
import { explainBrokenFile } from "../files/read-complaints.ts";
import { trimmed } from "./cell-stream.ts";
import { columnOf, type Sources } from "./infer-types.ts";
import type { Spellings } from "./missing-rules.ts";
import type { Part } from "./parts.ts";

/** A text is parsed as a whole for each query: of so many columns that it is not read too often. */
const ALL_ROWS_AT_ONCE = 100;

/**
 * Counts the cells of each part that may say "missing", in all files: empty ones, words, the user's numbers. (Cells that
 * begin with a digit are no words, which spares most of the work.)
 */
export async function spellingsOf(sources: Sources): Promise<Map<Part, Spellings>> {
  const found = new Map<Part, Map<string, number>>();
  const { words, numbers } = sources.missing;
  const listed = `[${["", ...words].map(literal).join(", ")}]`;
  for (const relation of sources.relations) {
    const parts = sources.parts.filter((part) => columnOf(relation, part).kind === "text");
    if (parts.length === 0) continue;
    const selected = (part: Part) => {
      const text = `${columnOf(relation, part).sql}::VARCHAR`;
      const isWord = `NOT (${text} > '0' AND ${text} < ':') AND list_contains(${listed}, lower(${trimmed(text)}))`;
      const isNumber =
        numbers.length === 0
          ? ""
          : ` OR coalesce(list_contains([${numbers.map(numeral).join(", ")}], TRY_CAST(${text} AS DOUBLE)), false)`;
      return `count(*) - count(${text}), histogram(${text}) FILTER (${isWord}${isNumber})`;
    };
    const about = (some: readonly Part[]) => `SELECT ${some.map(selected).join(", ")} FROM ${relation.from}`;
    const rows = (sql: string) =>
      rowsOf(sources.connection, sql).catch(async (error: unknown) => {
        throw await explainBrokenFile(relation, error);
      });
    const answers = await answersOfEach(parts, about, rows, { atOnce: ALL_ROWS_AT_ONCE });
    for (const [i, part] of parts.entries()) {
      const counts = found.get(part) ?? new Map<string, number>();
      const add = (text: string, cells: number) => {
        if (cells > 0) counts.set(text, (counts.get(text) ?? 0) + cells);
      };
      add("", Number(answers[i][0]));
      const histogram = answers[i][1] as
        | readonly { readonly key: string; readonly value: string | number }[]
        | null;
      for (const { key, value } of histogram ?? []) add(key, Number(value));
      found.set(part, counts);
    }
  }
  return found;
}
