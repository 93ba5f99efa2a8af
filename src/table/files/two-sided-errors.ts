/**
 * @file Errors to either side, in two columns: which numbers are those, and which are limits, or columns as others; which of the two
 * columns is written below 0, as NASA's NAME_err2 is.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { isMissingSql } from "../scan/cell-stream.ts";
import { isNumbered } from "../scan/error-pairs.ts";
import { columnOf } from "../scan/infer-types.ts";
import type { LimitRule } from "../scan/limit-rules.ts";
import type { Part } from "../scan/parts.ts";
import { answersOfEach, rowsOf } from "./duckdb.ts";
import type { FileRelation } from "./file-relation.ts";
import { explainBrokenFile } from "./read-complaints.ts";
import { askedOfCells, LOOKED_AT, numberAsRead, type OpenedParts, type ReadingRules } from "./split-cells.ts";
import { isUsualCode } from "./unknown-errors.ts";

export interface Said {
  /** Columns whose limits a user has named. */
  readonly limits: ReadonlySet<string>;
  /** False where a user says that no column is the errors of another. */
  readonly areErrorsWanted: boolean;
}

/**
 * The parts with what the numbers say of those that are named as errors to either side:
 * - NAME_upper and NAME_lower, which are limits where NAME lies between them, are errors where it mostly doesn't;
 * - NAME_err1 and NAME_err2 are columns as others where both have numbers above 0;
 * - a column without numbers above 0 holds errors towards lower values, written below 0.
 */
export async function withTwoSidedErrors(
  connection: DuckDBConnection,
  opened: OpenedParts,
  rules: ReadingRules,
  said: Said,
): Promise<OpenedParts> {
  const parts = await withoutErrorsAsLimits(connection, opened, rules, said);
  const sides = parts.filter(({ pair }) => pair !== undefined);
  const isPresent = (cell: string) => `NOT ${isMissingSql(cell, rules.missing)}`;
  const answers = await askedOfCells(
    connection,
    opened.relations,
    sides,
    (cell) => {
      const number = `TRY_CAST(${cell} AS DOUBLE)`;
      const below = `${number} < 0 AND ${isPresent(cell)}`;
      return `count(*) FILTER (${number} > 0 AND ${isPresent(cell)}), min(${number}) FILTER (${below}), max(${number}) FILTER (${below})`;
    },
    numberAsRead,
  );
  const found = new Map(
    sides.map((part, i) => {
      const below = answers.flatMap((each) => [each[i][1], each[i][2]]).filter((each) => each !== null);
      const hasPositive = answers.some((each) => Number(each[i][0]) > 0);
      return [part.name, { hasPositive, below: new Set(below) }] as const;
    }),
  );
  const isColumn = ({ pair }: Part) =>
    pair !== undefined && isNumbered(pair) && pair.every((name) => found.get(name)?.hasPositive);
  const sided = parts.map((part): Part => {
    const own = found.get(part.name);
    if (part.pair === undefined || own === undefined) return part;
    if (isColumn(part)) return { name: part.name };
    const isCode = own.below.size === 1 && isUsualCode(String([...own.below][0]));
    const isBelowZero = !own.hasPositive && own.below.size > 0 && !isCode;
    return {
      ...part,
      ...(isBelowZero && { isBelowZero: true }),
      ...(part.name === part.pair[1] && { remark: remarkOf(part, part.pair) }),
    };
  });
  return { ...opened, parts: sided };
}

function remarkOf({ errorsOf = "" }: Part, [upper, lower]: readonly [string, string]): string {
  return `${errorsOf}: errors to either side, "${upper}" and "${lower}", are read as one: the root of the mean of their squares. As columns: \`errors\` none.`;
}

/** Columns with limits by their names alone, and those two limits. */
interface Ends {
  readonly name: string;
  readonly pair: readonly [upper: string, lower: string];
}

async function withoutErrorsAsLimits(
  connection: DuckDBConnection,
  { relations, parts }: OpenedParts,
  { missing }: ReadingRules,
  said: Said,
): Promise<readonly Part[]> {
  const withErrors = new Set(parts.map(({ errorsOf }) => errorsOf));
  const ends = parts.flatMap(({ name, limits }): Ends[] => {
    const pair = said.limits.has(name) || withErrors.has(name) ? undefined : bothEnds(limits);
    return pair ? [{ name, pair }] : [];
  });
  const areErrors = await amongNumbers(connection, relations, ends, missing);
  return parts.flatMap((part): Part[] => {
    const own = areErrors.find(({ name }) => name === part.name);
    if (own) {
      const { limits: _, ...alone } = part;
      const side = said.areErrorsWanted ? { errorsOf: own.name, pair: own.pair } : {};
      return [alone, ...own.pair.map((name) => ({ name, ...side }))];
    }
    return areErrors.some(({ name }) => name === part.limitOf) ? [] : [part];
  });
}

function bothEnds(rule: LimitRule | undefined): Ends["pair"] | undefined {
  if (rule === undefined || !("upper" in rule && "lower" in rule)) return undefined;
  const { upper, lower } = rule;
  return typeof upper === "string" && typeof lower === "string" ? [upper, lower] : undefined;
}

/** Those of which most values do not lie between their ends. */
async function amongNumbers(
  connection: DuckDBConnection,
  relations: readonly FileRelation[],
  ends: readonly Ends[],
  missing: ReadingRules["missing"],
): Promise<Ends[]> {
  if (ends.length === 0) return [];
  const rows = ends.map(() => ({ whole: 0, between: 0 }));
  for (const relation of relations) {
    const number = (name: string) => {
      const cell = numberAsRead(columnOf(relation, { name }));
      return `CASE WHEN NOT ${isMissingSql(cell, missing)} THEN TRY_CAST(${cell} AS DOUBLE) END`;
    };
    const about = (some: readonly Ends[]) => {
      const cells = some.map(
        ({ name, pair: [upper, lower] }, i) =>
          `${number(name)} AS x${i}, ${number(upper)} AS upper${i}, ${number(lower)} AS lower${i}`,
      );
      const counts = some.map(
        (_, i) =>
          `count(x${i} + upper${i} + lower${i}), count(*) FILTER (x${i} BETWEEN lower${i} AND upper${i})`,
      );
      return `SELECT ${counts.join(", ")} FROM (SELECT ${cells.join(", ")} FROM ${relation.from} LIMIT ${LOOKED_AT})`;
    };
    const answers = await answersOfEach(ends, about, (sql) =>
      rowsOf(connection, sql).catch(async (error: unknown) => {
        throw await explainBrokenFile(relation, error);
      }),
    );
    for (const [i, own] of rows.entries()) {
      own.whole += Number(answers[i][0]);
      own.between += Number(answers[i][1]);
    }
  }
  return ends.filter((_, i) => rows[i].between < rows[i].whole / 2);
}
