/** @file What can be expected of a table of few rows, said before it is trained on. */

/** Fewer rows tell next to nothing of how columns depend on each other. */
const TELLING = 30;
/** Fewer held-out rows can't tell how good answers are. */
const JUDGING = 10;

/** One sentence each. @param heldOut rows that are kept for judging. */
export function fewRowsNotices(table: {
  readonly rows: number;
  readonly columns: number;
  readonly heldOut: number;
}): string[] {
  const { rows, columns, heldOut } = table;
  const notices: string[] = [];
  if (rows < TELLING)
    notices.push(
      `${rows} rows tell next to nothing: answers will be hardly more than the ${rows} rows themselves, spread out; a few hundred rows are a beginning.`,
    );
  else if (columns > rows)
    notices.push(
      `${columns} columns and ${rows} rows: what the columns have to do with each other can hardly be learnt; name the few that matter with \`columns\`, or bring more rows.`,
    );
  if (heldOut === 0)
    notices.push(
      "No row is held out: how good the answers are, and when to stop, can't be told; bring more rows, or keep some to evaluate on.",
    );
  else if (heldOut < JUDGING)
    notices.push(
      `Only ${heldOut} ${heldOut === 1 ? "row is" : "rows are"} held out: how good the answers are can hardly be told.`,
    );
  return notices;
}
