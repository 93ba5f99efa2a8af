/** @file What was understood of a table, as text. */
import { formatNumber, percent } from "../../numeric/format.ts";
import { textTable } from "../../numeric/text-table.ts";
import { boundsText } from "../bounds.ts";
import type { InspectedColumn, Inspection } from "./inspected.ts";

/** A short form has so many columns at most: what follows is counted. */
const SHORT = 40;
const WIDEST = 60;

/** The table of the columns. @param isShort for the beginning of a training: the first ones. */
export function inspectionText(inspection: Inspection, isShort = false): string {
  const { source, rows, measured, columns } = inspection;
  const learnt = columns.filter(({ kind }) => kind !== "left out");
  const out = columns.length - learnt.length;
  const count = (n: number, what: string) => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
  const shown = isShort ? columns.slice(0, SHORT) : columns;
  const more = columns.length - shown.length;
  const sample =
    measured < rows ? `, looked at in ${measured.toLocaleString("en")} rows drawn at random` : "";
  return [
    `${source}: ${rows} ${rows === 1 ? "row" : "rows"}, ${count(columns.length, "column")}${out > 0 ? `, ${out} of them left out` : ""}${sample}`,
    columnsTable(shown),
    ...(more > 0 ? [`... and ${more} more columns: anygiven inspect shows all`] : []),
  ].join("\n");
}

function columnsTable(columns: readonly InspectedColumn[]): string {
  const rows = columns.map((column) => [
    shortened(column.name),
    column.kind,
    heldText(column),
    column.missing > 0 && column.kind !== "left out" ? percent(column.missing / rowsOf(column)) : "",
    besideText(column),
  ]);
  return leftAligned(["column", "kind", "values", "missing", ""], rows);
}

function heldText(column: InspectedColumn): string {
  const { kind, why, levels, different, least, greatest, unit, bounds } = column;
  if (kind === "left out") return why;
  if (levels) {
    const named = levels
      .slice(0, 3)
      .map(({ value, share }) => `${shortened(value, 20)} ${percent(Number(share.toPrecision(2)))}`);
    return `${different} levels: ${named.join(", ")}${different > named.length ? ", ..." : ""}`;
  }
  const text = (value: number | string | undefined) =>
    typeof value === "number" ? formatNumber(value) : (value ?? "");
  const range = `${text(least)} .. ${text(greatest)}${unit === undefined ? "" : ` ${unit}`}`;
  const within = bounds && typeof least === "number" ? `, bounded ${boundsText(bounds)}` : "";
  return `${range} (${why})${within}`;
}

const rowsOf = ({ present, missing, limited = 0 }: InspectedColumn) => present + missing + limited;

function besideText(column: InspectedColumn): string {
  const { errors, limits, limited = 0, kind } = column;
  if (kind === "left out") return "";
  const share = limited > 0 ? `limits in ${percent(limited / rowsOf(column))}` : "with limits";
  return [errors ? "with errors" : "", limits ? share : ""].filter((each) => each !== "").join(", ");
}

function shortened(text: string, width = WIDEST): string {
  return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

/** Columns of words, to the left. */
function leftAligned(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i].length)));
  const padded = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i]));
  const [first, ...others] = [header, ...rows].map(padded);
  return textTable(first, others);
}
