/** @file A table looked at: what each of its columns is, which are of no use, and what a user should know of them. */
import { type Column, isLimited, type Table } from "../../table/table.ts";
import type { ModelColumn } from "../encoding.ts";
import { kindInTable, kindOf } from "../kinds.ts";
import { type ColumnFacts, factsOf, mostFrequent } from "./facts.ts";
import { type InspectedColumn, type Inspection, SAID_SO, SPLIT_BY } from "./inspected.ts";
import { countsRows, whyNamesRows, whyOfNoUse } from "./left-out.ts";
import { nearCopyNotes } from "./near-copies.ts";
import { suspectNotes } from "./suspects.ts";

/** What a user says of columns. */
export interface Wishes {
  /** Columns to be learnt even if they seem to name the rows. */
  readonly wanted: ReadonlySet<string>;
  /** Columns to be learnt, or refused, whatever they hold. */
  readonly demanded: ReadonlySet<string>;
  /** Columns that are left out because the user says so. */
  readonly excluded: ReadonlySet<string>;
  /** Kinds that a user has said. */
  readonly said: ReadonlySet<string>;
  /** The column whose values part trained from held-out rows: nothing can be learnt of a held-out group. */
  readonly splitBy?: string;
}

/** The columns that are left out, and why. */
export function leftOutOf(table: Table, wishes: Wishes): ReadonlyMap<string, string> {
  return new Map(
    table.columns.flatMap((column) => {
      const why = whyLeft(column, wishes);
      return why === undefined ? [] : [[column.name, why] as const];
    }),
  );
}

function whyLeft(column: Column, { wanted, demanded, excluded, splitBy }: Wishes): string | undefined {
  const { name } = column;
  if (excluded.has(name)) return SAID_SO;
  if (demanded.has(name)) return undefined;
  if (name === splitBy && !wanted.has(name)) return SPLIT_BY;
  const facts = factsOf(column);
  return whyOfNoUse(column, facts) ?? (wanted.has(name) ? undefined : whyNamesRows(column, facts));
}

/** What becomes of each column: left out, or learnt as it was measured, with what was told then. */
export interface Decided {
  readonly leftOut: ReadonlyMap<string, string>;
  readonly learnt: ReadonlyMap<string, { readonly column: ModelColumn; readonly notes: readonly string[] }>;
  readonly said: ReadonlySet<string>;
}

/** @param table the rows that were looked at. @param rows how many there are in all. */
export function inspectionOf(table: Table, rows: number, decided: Decided): Inspection {
  const kept = table.columns.filter(({ name }) => !decided.leftOut.has(name));
  const [copies, near] = [copiesIn(kept), nearCopyNotes(kept)];
  return {
    source: table.source,
    rows,
    measured: table.rows,
    columns: table.columns.map((column) =>
      inspected(column, decided, copies.get(column.name), near.get(column.name)),
    ),
  };
}

function inspected(
  column: Column,
  decided: Decided,
  copyOf: string | undefined,
  near: string | undefined,
): InspectedColumn {
  const { name, read, unit } = column;
  const facts = factsOf(column);
  const why = decided.leftOut.get(name);
  const learnt = decided.learnt.get(name);
  const limited =
    column.lower || column.upper ? column.values.filter((_, row) => isLimited(column, row)).length : 0;
  const about = {
    name,
    present: facts.present,
    missing: facts.rows - facts.present - limited,
    different: facts.different,
    ...(unit !== undefined && { unit }),
    ...(column.errors && { errors: true }),
    ...((column.lower || column.upper) && { limits: true, limited }),
    ...(read?.form !== undefined && { form: read.form }),
  };
  if (why !== undefined || !learnt)
    return { ...about, kind: "left out", why: why ?? "not asked for", notes: [] };
  const { encoding } = learnt.column;
  const { pointMasses, bounds } = encoding;
  const counting = countsRows(column)
    ? [
        `${name}: counts the rows from ${column.values[0]}. If it says no more than that, leave it out: \`exclude\` ${name}.`,
      ]
    : [];
  const copy =
    copyOf === undefined
      ? []
      : [
          `${name}: the same as "${copyOf}" in every row, so each tells all of the other. To leave it out: \`exclude\` ${name}.`,
        ];
  return {
    ...about,
    kind: encoding.kind,
    why: whyOfKind(column, learnt.column, decided.said.has(name)),
    ...heldBy(column, facts),
    ...(pointMasses.length > 0 && { pointMasses }),
    ...(bounds && { bounds }),
    notes: [
      ...(read?.remarks ?? []),
      ...learnt.notes,
      ...suspectNotes(column, facts),
      ...counting,
      ...copy,
      ...(near === undefined ? [] : [near]),
    ],
  };
}

/** Most frequent categories that are told. */
const LEVELS = 5;

function heldBy(column: Column, facts: ColumnFacts): Pick<InspectedColumn, "least" | "greatest" | "levels"> {
  const kind = kindInTable(column);
  const { sorted, present } = facts;
  if (kind.isCategorical) {
    const levels = mostFrequent(facts, LEVELS).map(({ value, rows }) => ({
      value: kind.nameOf(column, value),
      share: Number((rows / present).toPrecision(3)),
    }));
    return { levels };
  }
  if (sorted.length === 0) return {};
  const [least, greatest] = [sorted[0], sorted[sorted.length - 1]];
  if (!kind.isText) return { least, greatest };
  return { least: kind.write(least, column), greatest: kind.write(greatest, column) };
}

function whyOfKind(column: Column, { encoding }: ModelColumn, isSaid: boolean): string {
  if (isSaid) return SAID_SO;
  const kind = kindOf(encoding);
  if (encoding.kind === "category") return column.read?.form === undefined ? "text" : "";
  if (encoding.kind === "boolean") return "true and false";
  if (encoding.kind === "date") {
    if (column.read?.form !== undefined) return `dates written ${String(column.read.form)}`;
    return encoding.whole ? "days" : "dates with times";
  }
  if (encoding.onlyPointMasses) return `numbers, only ${encoding.pointMasses.length} different`;
  return kind.isInteger ? "whole numbers" : "numbers";
}

/** By name, the column before it that says the same in every row. */
function copiesIn(columns: readonly Column[]): ReadonlyMap<string, string> {
  const copies = new Map<string, string>();
  const seen: Column[] = [];
  for (const column of columns) {
    const twin = seen.find((other) => isCopy(column, other));
    if (twin) copies.set(column.name, twin.name);
    else seen.push(column);
  }
  return copies;
}

function isCopy(a: Column, b: Column): boolean {
  if (a.kind !== b.kind) return false;
  const names = (column: Column, row: number) =>
    column.categories?.[column.values[row]] ?? column.values[row];
  for (let row = 0; row < a.values.length; row++) {
    if (!Object.is(names(a, row), names(b, row)) && names(a, row) !== names(b, row)) return false;
  }
  return true;
}
