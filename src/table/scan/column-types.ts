/** @file What the cells of a file's column become, once it is known what they hold. */
import type { DateForm } from "../date-form.ts";
import type { NumberForm } from "../number-form.ts";
import type { HowRead } from "../table.ts";

/** What the cells of a column become; see {@link ColumnKind}. */
export type ColumnType =
  | { readonly kind: "boolean"; readonly read?: HowRead }
  | {
      readonly kind: "number";
      readonly form?: NumberForm;
      readonly read?: HowRead;
      /** Whether true and false stand for 1 and 0 among its cells. */
      readonly hasTruths?: boolean;
    }
  | { readonly kind: "date"; readonly form?: DateForm; readonly read?: HowRead }
  | {
      readonly kind: "category";
      readonly read?: HowRead;
      readonly categories: readonly string[];
      /** The ENUM in DuckDB of all texts in the files; one category may be written in several ways. */
      readonly spellings: string;
      /** The index in `categories` of each spelling, in the order of the ENUM. */
      readonly indices: readonly number[];
    };

/** What has not been looked at closer is read as numbers. */
export const presumed: ColumnType = { kind: "number" };
