/** @file The columns that the cells of a text's rows are: one for a cell, or one for each element of an array in it. */
import type { FileReport } from "../../file-report.ts";
import { elementNames, type FoundArrays } from "../array-names.ts";
import type { DeclaredKind, Unreadable } from "../file-relation.ts";

/** What the cells at one place of the rows are. */
export interface TextField {
  readonly name: string;
  /** The file's word for its type, where it declares one. */
  readonly type?: string;
  readonly declared?: DeclaredKind;
  readonly arrays?: FoundArrays;
  /** True where arrays were found, not declared: a user should hear of it. */
  readonly isFound?: boolean;
  readonly unit?: string;
  readonly ucd?: string;
  /** Why no column can be made of it. */
  readonly unreadable?: Unreadable;
}

/** A column of the table. */
export interface TextColumn {
  readonly name: string;
  /** The place of its cell in a row, from 0. */
  readonly cell: number;
  /** Which element of an array it is, from 0, and how many there are. */
  readonly element?: { readonly index: number; readonly of: number };
  readonly type?: string;
  readonly declared?: DeclaredKind;
  readonly unreadable?: Unreadable;
}

/** The columns, and the report with what is to be told of them: units, arrays read, arrays left out. */
export function columnsOf(
  fields: readonly TextField[],
  report: FileReport,
): { readonly columns: readonly TextColumn[]; readonly report: FileReport } {
  const shaped = fields.map(({ name, arrays }) => ({
    name,
    dims: arrays && "dims" in arrays ? arrays.dims : [],
  }));
  const units: Record<string, string> = { ...report.units };
  const ucds: Record<string, string> = {};
  const leftOut = [...report.leftOut];
  const arrays: { name: string; first: string; last: string; numbers: number }[] = [];
  const columns = fields.flatMap((field, cell): TextColumn[] => {
    const { name, type, declared, unit, ucd, isFound = false } = field;
    const about = { cell, ...(type !== undefined && { type }), ...(declared && { declared }) };
    const unreadable = unreadableField(field);
    if (unreadable !== undefined) {
      leftOut.push({ name, why: `its cells are ${unreadable.held}`, isUnreadable: true });
      return [{ ...about, name, unreadable }];
    }
    const names = elementNames(shaped[cell], shaped);
    const ownUnit = unit ?? report.units[name];
    if (ownUnit !== undefined) for (const each of names) units[each] = ownUnit;
    if (ucd !== undefined) for (const each of names) ucds[each] = ucd;
    if (field.arrays === undefined) return [{ ...about, name }];
    if (isFound) arrays.push({ name, first: names[0], last: names[names.length - 1], numbers: names.length });
    return names.map((each, index) => ({ ...about, name: each, element: { index, of: names.length } }));
  });
  return { columns, report: { ...report, units, ucds, leftOut, ...(arrays.length > 0 && { arrays }) } };
}

function unreadableField({ unreadable, arrays }: TextField): Unreadable | undefined {
  if (unreadable) return unreadable;
  return arrays && "held" in arrays
    ? { held: arrays.held, mend: "write those of use as columns" }
    : undefined;
}
