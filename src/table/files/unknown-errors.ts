/** @file Codes below 0 that stand for unknown measurement errors, -999.99 or -1, as many catalogues have them. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { isMissingSql } from "../scan/cell-stream.ts";
import { columnOf } from "../scan/infer-types.ts";
import type { Part } from "../scan/parts.ts";
import type { FileColumn, FileRelation } from "./file-relation.ts";
import { askedOfCells, numberAsRead, type OpenedParts, type ReadingRules } from "./split-cells.ts";

/** What catalogues write for "unknown": -1, -9, -99, -999.99. Any other number is a code where it is there more than once. */
export function isUsualCode(number: string): boolean {
  return /^-(1|9+(\.9+)?)$/.test(number);
}

const numberOf = (cell: string) => `TRY_CAST(${cell} AS DOUBLE)`;

/**
 * The files and their parts, where all errors of a column that are below 0 are one and the same number: no error can be, so it says
 * that the error is unknown, which is told. (Of several such numbers, or one mistake, a user is asked what they mean.)
 */
export async function withUnknownErrors(
  connection: DuckDBConnection,
  opened: OpenedParts,
  { missing }: ReadingRules,
): Promise<OpenedParts> {
  const errors = opened.parts.filter(({ errorsOf }) => errorsOf !== undefined);
  const isBelow = (cell: string) => `${numberOf(cell)} < 0 AND NOT ${isMissingSql(cell, missing)}`;
  const answers = await askedOfCells(
    connection,
    opened.relations,
    errors,
    (cell) =>
      `min(${numberOf(cell)}) FILTER (${isBelow(cell)}), max(${numberOf(cell)}) FILTER (${isBelow(cell)}), count(*) FILTER (${isBelow(cell)})`,
    numberAsRead,
  );
  const codes = new Map<Part, number>();
  const cells = new Map<Part, number>();
  for (const [i, part] of errors.entries()) {
    const found = new Set(
      answers.flatMap((each) => [each[i][0], each[i][1]]).filter((each) => each !== null),
    );
    const [code] = found;
    const count = answers.reduce((sum, each) => sum + Number(each[i][2]), 0);
    if (part.isBelowZero || found.size !== 1 || (count < 2 && !isUsualCode(String(code)))) continue;
    codes.set(part, Number(code));
    cells.set(part, count);
  }
  await addCodesOfOtherSide(connection, opened, codes, cells);
  if (codes.size === 0) return opened;
  const parts = opened.parts.map((part): Part => {
    const code = codes.get(part);
    if (code === undefined) return part;
    const said = `${part.errorsOf}: its error is ${code} in ${cellsAre(cells.get(part) ?? 0)} of "${part.name}", which no error can be: taken for unknown. If "${part.name}" is a column as others: \`errors\` none.`;
    return { ...part, remark: part.remark === undefined ? said : `${part.remark} ${said}` };
  });
  return { parts, relations: opened.relations.map((each) => withoutCodes(each, codes)) };
}

/** Among errors that are written below 0 a code is told by those to the other side. */
async function addCodesOfOtherSide(
  connection: DuckDBConnection,
  { relations, parts }: OpenedParts,
  codes: Map<Part, number>,
  cells: Map<Part, number>,
): Promise<void> {
  const others = parts.flatMap((part) => {
    const other = [...codes.keys()].find(({ name }) => name !== part.name && part.pair?.includes(name));
    return part.isBelowZero && other ? [{ part, code: codes.get(other) ?? 0 }] : [];
  });
  for (const { part, code } of others) {
    const isCode = (cell: string) => `count(*) FILTER (${numberOf(cell)} = ${code})`;
    const answers = await askedOfCells(connection, relations, [part], isCode, numberAsRead);
    const count = answers.reduce((sum, each) => sum + Number(each[0][0]), 0);
    if (count === 0) continue;
    codes.set(part, code);
    cells.set(part, count);
  }
}

function cellsAre(count: number): string {
  return count === 1 ? "1 cell" : `${count.toLocaleString("en")} cells`;
}

/** The file with missing cells in the place of each part's code. */
function withoutCodes(relation: FileRelation, codes: ReadonlyMap<Part, number>): FileRelation {
  const { fastFrom } = relation;
  const theirs = [...codes].map(([part, code]) => ({ column: columnOf(relation, part), code }));
  const made = theirs.map(
    ({ column: { sql }, code }, i) =>
      `CASE WHEN ${numberOf(`${sql}::VARCHAR`)} = ${code} THEN NULL ELSE ${sql} END AS known_error${i}`,
  );
  const from = (inner: string) => `(SELECT *, ${made.join(", ")} FROM ${inner})`;
  const columns = relation.columns.map((column): FileColumn => {
    const i = theirs.findIndex((each) => each.column === column);
    if (i < 0) return column;
    const { sql, written = sql } = column;
    return { ...column, sql: `known_error${i}`, written };
  });
  return {
    ...relation,
    columns,
    from: from(relation.from),
    ...(fastFrom && { fastFrom: (texts, missing) => from(fastFrom(texts, missing)) }),
  };
}
