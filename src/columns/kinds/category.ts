/** @file Categories: names, or codes that are declared to be names. */
import { categoricalKind } from "./categorical.ts";
import type { Kind } from "./kind.ts";

export const category: Kind = categoricalKind({
  name: "category",
  inTable: "category",
  categoriesOf: ({ categories }) => [...(categories ?? [])],
  nameFrom: (from, column, value) => from.nameOf(column, value),
  nameOf: ({ categories }, value) => categories?.[value] ?? "",
  describeCell: ({ categories }, value) => `"${categories?.[value] ?? ""}"`,
  write: (value, { categories }) => categories?.[value] ?? "-",
  givenCell: (name, value) => ({
    name,
    kind: "category",
    categories: [String(value)],
    values: Float64Array.of(0),
  }),
  tableColumn: (name, { categories }) => ({ name, kind: "category", categories }),
});
