/** @file For tests: a table as it was read, in plain values, with what was told of it. */
import type { ReadingReport } from "../../file-report.ts";
import { type ReadOptions, readTable } from "../read.ts";

/** The columns' cells, categories by their names, missing ones null; their units and kinds; and what was told. */
export async function toldReading(path: string, options: ReadOptions = {}) {
  let told: ReadingReport | undefined;
  const onReport = (report: ReadingReport) => {
    told = report;
  };
  const { columns } = await readTable(path, { precision: "float64", ...options, onReport });
  const cells = columns.map(({ name, values, categories }) => {
    const plain = [...values].map((value) => (Number.isNaN(value) ? null : (categories?.[value] ?? value)));
    return [name, plain] as const;
  });
  const units = Object.fromEntries(columns.flatMap(({ name, unit }) => (unit ? [[name, unit]] : [])));
  const kinds = Object.fromEntries(columns.map(({ name, kind }) => [name, kind ?? "number"]));
  if (told === undefined) throw new Error("nothing was told");
  return { cells: Object.fromEntries(cells), units, kinds, notices: told.notices, report: told.files[0] };
}
