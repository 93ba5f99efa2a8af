/** @file What each given column tells, as text. */
import { textTable } from "../numeric/text-table.ts";
import type { Attribution, ColumnAttribution } from "./attribution.ts";
import type { Estimate } from "./bootstrap.ts";
import type { MeanLosses } from "./given-losses.ts";
import { measured } from "./report.ts";
import { overWhat } from "./row-groups.ts";

/** What the numbers of an attribution are, in two sentences. */
export const ATTRIBUTION_MEANING =
  "Rise: how much higher (worse) scores are without the column, given the others; fall: how much lower (better) they are with it " +
  "alone than with nothing. Log score in nats a row, CRPS in data units; lower is better. A rise whose ± reaches 0 is not seen in these rows.";

/** A table for each target, its columns in the order of what they tell beside the others. */
export function attributionReport({ columns, source, resamples, groups }: Attribution): string {
  const interval =
    resamples === 0
      ? ""
      : ` ±: half of the 95 % bootstrap interval ${overWhat(groups)} (${resamples} resamples).`;
  const title = `What each given column tells, in ${source}. ${ATTRIBUTION_MEANING}${interval}`;
  return [title, ...columns.map((column) => `${attributionTitle(column)}\n${tableOf(column)}`)].join("\n\n");
}

/** "logg: log score 0.12 given all 3 columns, 1.02 given nothing; ..., 400 rows" */
export function attributionTitle(column: ColumnAttribution): string {
  const { name, given, questions, impossible, scores, scoresOfNothing } = column;
  const score = (what: string, of: (losses: MeanLosses) => Estimate | undefined) => {
    const [all, nothing] = [of(scores), of(scoresOfNothing)];
    return all && nothing
      ? [`${what} ${measured(all)} given all ${given.length} columns, ${measured(nothing)} given nothing`]
      : [];
  };
  const held = impossible > 0 ? `; ${impossible} more were held impossible` : "";
  const said = [
    ...score("log score", ({ logScore }) => logScore),
    ...score("CRPS", ({ crps }) => crps),
    `${questions} rows${held}`,
  ];
  return `${name}: ${said.join("; ")}`;
}

/** The cells of the table below a title, with its head. */
export function attributionCells({ kind, given }: ColumnAttribution): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const isNumber = kind === "number";
  const cells = ({ logScore, crps }: MeanLosses) => [logScore, ...(crps ? [crps] : [])].map(measured);
  return {
    head: [
      "column",
      "rows",
      ...["rise of log score", ...(isNumber ? ["of CRPS"] : [])],
      ...["fall of log score, alone", ...(isNumber ? ["of CRPS, alone"] : [])],
    ],
    rows: given.map(({ column, rows, rise, alone }) => [
      column,
      String(rows),
      ...cells(rise),
      ...cells(alone),
    ]),
  };
}

function tableOf(column: ColumnAttribution): string {
  const { head, rows } = attributionCells(column);
  return textTable(head, rows);
}
