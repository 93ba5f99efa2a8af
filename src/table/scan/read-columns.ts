/** @file All cells of files as arrays of numbers. */
import type { ReadColumns } from "./assembled-columns.ts";
import type { Numbers, Precision } from "./cell-check.ts";
import { ColumnBuilder } from "./column-builder.ts";
import type { Sources } from "./column-kinds.ts";
import { firstPassThatWorks, goThrough, type Pass, rulesOf } from "./file-pass.ts";

/** Reads the parts. @throws InputError for a cell or a file that cannot be read. */
export function readColumns(sources: Sources, precision: "auto" | Precision): Promise<ReadColumns> {
  return firstPassThatWorks(sources, precision, async (pass) => {
    const cells = await readParts(pass);
    return cells && { cells, meanings: pass.meanings };
  });
}

/** All cells, or undefined if a file could not be read fast. */
async function readParts(pass: Pass): Promise<Numbers[] | undefined> {
  const { relations, parts } = pass;
  const counts = relations.map(({ rows }) => rows);
  const rows = counts.reduce(
    (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
    0,
  );
  const builders = parts.map((part) => {
    const { precision, rules } = rulesOf(pass, part);
    return new ColumnBuilder(precision, rules, rows);
  });
  if ((await goThrough(pass, builders)) === undefined) return undefined;
  const again = pass.precision === "auto" ? parts.filter((_, i) => builders[i].needsFloat64) : [];
  if (again.length === 0) return builders.map((builder) => builder.finish());
  const finished = builders.map((builder) => (builder.needsFloat64 ? undefined : builder.finish()));
  const precise = await readParts({ ...pass, parts: again, precision: "float64" });
  return precise && finished.map((numbers) => numbers ?? precise.shift()!);
}
