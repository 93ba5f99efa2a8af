/** @file The columns that the fields of a VOTable are: one for a field, or one for each element of its arrays. */
import type { FileReport } from "../../file-report.ts";
import { arraysOf, elementNames, type FoundArrays, OPEN_AXES, ofDifferentLengths } from "../array-names.ts";
import type { Unreadable } from "../file-relation.ts";
import type { VotableField } from "./fields.ts";
import type { VotableTable } from "./tables.ts";

/** A column of the table. */
export interface VotableColumn {
  readonly name: string;
  /** The index of its field. */
  readonly field: number;
  /** Which value of an array it is, from 0, and how many there are. */
  readonly element?: { readonly index: number; readonly of: number };
  /** Why no column can be made of the field. */
  readonly unreadable?: Unreadable;
}

/** The columns, and what is to be told of them. */
export function columnsOf(
  table: VotableTable,
): { readonly columns: readonly VotableColumn[] } & Pick<
  FileReport,
  "units" | "ucds" | "renamed" | "leftOut"
> {
  const { fields, items } = table;
  const arrays = fields.map((field, i) => arraysIn(field, items[i]));
  const shaped = fields.map(({ name }, i) => {
    const found = arrays[i];
    return { name, dims: found && "dims" in found ? found.dims : [] };
  });
  const units: Record<string, string> = {};
  const ucds: Record<string, string> = {};
  const renamed: { position: number; name: string; why: string }[] = [];
  const leftOut: { name: string; why: string; isUnreadable: true }[] = [];
  const taken = new Set<string>();
  const fieldNames = new Set(fields.map(({ name }) => name));
  const named = (name: string, field: number) => {
    const isTaken = (each: string) =>
      taken.has(each) || (each !== fields[field].name && fieldNames.has(each));
    let own = name;
    for (let again = 2; isTaken(own); again++) own = `${name}_${again}`;
    taken.add(own);
    if (own !== name)
      renamed.push({ position: field + 1, name: own, why: `another column is called "${name}", too` });
    return own;
  };
  const columns = fields.flatMap((each, field): VotableColumn[] => {
    const found = arrays[field];
    if (found && "held" in found) {
      const name = named(each.name, field);
      leftOut.push({ name, why: `its cells are ${found.held}`, isUnreadable: true });
      return [{ name, field, unreadable: { held: found.held, mend: "write those of use as columns" } }];
    }
    const names = elementNames(shaped[field], shaped).map((name) => named(name, field));
    if (each.unit !== undefined && !each.isText && each.datatype?.kind !== "boolean")
      for (const name of names) units[name] = each.unit;
    if (each.ucd !== undefined) for (const name of names) ucds[name] = each.ucd;
    if (found === undefined) return names.map((name) => ({ name, field }));
    return names.map((name, index) => ({ name, field, element: { index, of: names.length } }));
  });
  return { columns, units, ucds, renamed, leftOut };
}

/** What the arrays of a field are; undefined where its cells are single values. */
function arraysIn(
  { datatype, type, fixed, isVariable, isText }: VotableField,
  items: { readonly least: number; readonly most: number } | undefined,
): FoundArrays | undefined {
  if (datatype === undefined) return { held: `of the type ${type}, which VOTable does not have` };
  if (datatype.kind === "other") return { held: "complex numbers" };
  if (isText) return undefined;
  if (datatype.kind === "text") return { held: "arrays of texts" };
  if (!isVariable) return fixed.length === 0 ? undefined : arraysOf(fixed);
  if (fixed.length > 0) return { held: OPEN_AXES };
  if (items === undefined) return { held: "arrays, all of which are empty" };
  return items.least === items.most
    ? arraysOf([items.most])
    : { held: ofDifferentLengths(items.least, items.most) };
}
