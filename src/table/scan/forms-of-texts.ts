/** @file Texts that are numbers or dates in a form of their own, judged by how many of them are, and what is told of that. */
import { type DateForm, formOfDates, orderOf, otherOrder } from "../date-form.ts";
import type { FileReport } from "../file-report.ts";
import { describedForm, formOfNumbers, type NumberForm, numberOfForm } from "../number-form.ts";
import type { ReadAs } from "../stated-kinds.ts";
import type { HowRead } from "../table.ts";
import type { ColumnType } from "./column-types.ts";
import { type Counts, plainKind } from "./kind-of-texts.ts";

/** Different texts by which a form is chosen; all of them then say whether it is right. */
const LOOKED_AT = 500;
/** So much of the present cells must be in a form; the others are then wrong cells. */
const MOST = 0.9;
/** The texts of a column that mean something, wherever they are counted. */
export interface TextsOfColumn {
  readonly name: string;
  readonly counts: Counts;
  /** What it is without a form. */
  readonly kind: ColumnType["kind"];
  /** What a user says of it. */
  readonly said: ReadAs | undefined;
  /** Whether a comma is rather a decimal one. */
  readonly hasCommas: boolean;
  /** Some of the different texts, always the same. */
  readonly some: (most: number) => Promise<string[]>;
  /** How many cells are numbers, or dates, in a form. */
  readonly cellsOfNumbers: (form: NumberForm) => Promise<number>;
  readonly cellsOfDates: (form: DateForm) => Promise<number>;
}

/** The type of a column whose texts are numbers or dates in a form; undefined if plain ones are, or none. */
export async function formedType(asked: TextsOfColumn): Promise<ColumnType | undefined> {
  const { counts, kind, said } = asked;
  if (said?.numberForm) return { kind: "number", form: said.numberForm, read: { form: said.numberForm } };
  if (said?.dateForm !== undefined)
    return { kind: "date", form: said.dateForm, read: { form: said.dateForm } };
  const wanted = said && plainKind(said.kind);
  if (wanted === "category" || wanted === "boolean" || counts.present === 0) return undefined;
  const isPlain = counts.numbers + counts.booleans === counts.present || counts.dates === counts.present;
  if (wanted === undefined && (isPlain || kind === "boolean")) return undefined;
  const texts = await asked.some(LOOKED_AT);
  if (wanted !== "date") {
    const found = await formedNumbers(asked, texts, wanted === "number");
    if (found) return found;
  }
  return wanted === "number" ? undefined : await formedDates(asked, texts, wanted === "date");
}

/** Beside semicolons a comma is a decimal one, unless decimals have points there. */
export function hasCommas({ separator, decimal }: FileReport): boolean {
  return decimal?.mark === "," || (separator?.mark === ";" && decimal?.mark !== ".");
}

async function formedNumbers(
  { name, counts, hasCommas, cellsOfNumbers }: TextsOfColumn,
  texts: readonly string[],
  isSaid: boolean,
): Promise<ColumnType | undefined> {
  const found = formOfNumbers(texts, hasCommas);
  if (!found) return undefined;
  const { form, isOpen } = found;
  const cells = await cellsOfNumbers(form);
  if (cells <= counts.numbers || (!isSaid && cells < MOST * counts.present)) return undefined;
  const example = texts.find((text) => Number.isNaN(Number(text)) && numberOfForm(text, form) !== undefined);
  if (example === undefined) return undefined;
  const remarks = [
    `${name}: ${describedForm(form, example)}: "${example}" is read as ${numberOfForm(example, form)}. As text: \`kinds\` ${name}=category.`,
    ...(isOpen
      ? [
          `${name}: a comma may part thousands or decimals; it is taken for ${form.decimal === "," ? "a decimal one" : "one between thousands"}. Otherwise: \`decimal\` ${form.decimal === "," ? "." : ","}.`,
        ]
      : []),
  ];
  return { kind: "number", form, read: { form, remarks } };
}

async function formedDates(
  { name, counts, said, cellsOfDates }: TextsOfColumn,
  texts: readonly string[],
  isSaid: boolean,
): Promise<ColumnType | undefined> {
  const order = said?.order;
  const found = formOfDates(texts, order);
  if (!found) return undefined;
  const cells = await cellsOfDates(found.form);
  const other = otherOrder(found.form);
  const isOpen = found.isOpen && other !== undefined && (await cellsOfDates(other)) >= cells;
  // Texts that were not looked at may tell the order.
  const isOther = found.isOpen && other !== undefined && (await cellsOfDates(other)) > cells;
  const form = isOther ? other : found.form;
  const most = isOther ? await cellsOfDates(other) : cells;
  if (most <= counts.dates || (!isSaid && most < MOST * counts.present)) return undefined;
  return { kind: "date", form, read: readDates(name, form, texts, isOpen && !isOther) };
}

function readDates(name: string, form: DateForm, texts: readonly string[], isOpen: boolean): HowRead {
  const order = orderOf(form);
  const first = order === "dmy" ? "the day" : "the month";
  const [own, turned] = order === "dmy" ? ["dmy", "mdy"] : ["mdy", "dmy"];
  const about = `${name}: dates such as "${texts[0]}", read by the pattern ${form}`;
  const remarks = isOpen
    ? [
        `${about}. Day and month may be either way round: ${first} is taken to be first (${own}). Otherwise: \`kinds\` ${name}=date:${turned}.`,
      ]
    : [
        `${about}${order ? ` (${first} first, as the cells show)` : ""}. As text: \`kinds\` ${name}=category.`,
      ];
  return { form, remarks };
}

/** A column of whole numbers that are days such as 20230623. */
export function dayNumbers(name: string, example: string): ColumnType {
  const form = "%Y%m%d";
  const remarks = [
    `${name}: whole numbers such as ${Number(example)}, read as days. As numbers: \`kinds\` ${name}=number.`,
  ];
  return { kind: "date", form, read: { form, remarks } };
}

export function codeRemark(name: string, example: string): string {
  return `${name}: some numbers are written with a 0 in front (${example}), as codes are, and read without it. As codes: \`kinds\` ${name}=category.`;
}
