/** @file The kinds of columns that there are. To add one, write its file here and list it. */
import { boolean } from "./boolean.ts";
import { category } from "./category.ts";
import { type CircularColumn, circular } from "./circular.ts";
import { date } from "./date.ts";
import { integer } from "./integer.ts";
import { number } from "./number.ts";

export const KINDS = { number, integer, category, boolean, date, circular };
export type KindName = keyof typeof KINDS;

/** What a user says that a column of numbers is, where its table can't tell; see `Kind.stated`. */
export type StatedKind = CircularColumn;
