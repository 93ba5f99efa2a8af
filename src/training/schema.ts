/**
 * @file A schema: what a table's columns are and how its files are read, in a file that a person may change. It is written
 * beside each model and by `anygiven inspect --out`, and accepted again.
 */
import { readFile } from "node:fs/promises";
import { InputError } from "../base/errors.ts";
import { JsonSection } from "../base/json-section.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { type Inspection, SPLIT_BY } from "../columns/inspection/inspected.ts";
import { asReadError } from "../files/system-errors.ts";
import type { TableFiles } from "../table/files/read.ts";
import { unitOfForm } from "../table/number-form.ts";
import { partsOf, readAs, type StatedColumn } from "../table/stated-kinds.ts";
import { type HowRead, withUnits } from "../table/table.ts";
import type { TrainOptions } from "./options.ts";
import type { TrainingSource } from "./training-source.ts";

const FORMAT = "anygiven-schema";
const VERSION = 1;

/** Of one column. */
interface SchemaColumn {
  /** number, integer, category, boolean, date, circular, or ignore. */
  readonly kind: string;
  readonly form?: HowRead["form"];
  /** Of a circular one. */
  readonly period?: number;
  readonly unit?: string;
  /** Of one that is left out: for people. */
  readonly why?: string;
}

export interface Schema {
  /** How the files are read: options of `readTable`, by their names. */
  readonly reading: Readonly<Record<string, unknown>>;
  readonly columns: Readonly<Record<string, SchemaColumn>>;
}

/** The options of reading that a schema keeps. */
const READING = [
  ...["missing", "errorColumns", "errorNames", "limits", "group", "format"],
  ...["decimal", "encoding", "header", "comment", "skipLines", "separator", "delimiter", "errors"],
] as const;

/** What was understood of a table, and how it was read. */
export function schemaOf(
  { columns }: Inspection,
  learnt: readonly Pick<ModelColumn, "name" | "encoding">[],
  source: TrainingSource,
): Schema {
  const given: Readonly<Record<string, unknown>> = "files" in source ? { ...source } : {};
  const reading = Object.fromEntries(
    READING.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
  // What rows are split by is read again to find out the held-out ones, and left out of the model again.
  const said = columns.filter(({ why }) => why !== SPLIT_BY);
  const entries = said.map(({ name, kind, why, form, unit }): [string, SchemaColumn] => {
    if (kind === "left out") return [name, { kind: "ignore", why }];
    const period = learnt.find((column) => column.name === name)?.encoding.period;
    return [
      name,
      {
        kind,
        ...(form !== undefined && { form }),
        ...(period !== undefined && { period }),
        ...(unit !== undefined && { unit }),
      },
    ];
  });
  return { reading, columns: Object.fromEntries(entries) };
}

export function encodeSchema(schema: Schema): string {
  return `${JSON.stringify({ format: FORMAT, formatVersion: VERSION, ...schema }, undefined, 2)}\n`;
}

/** @throws InputError for a file that can't be read, or is no schema, or one of a newer anygiven; for a kind that there isn't. */
async function readSchema(path: string): Promise<Schema> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw asReadError(path, error);
  });
  const fields = parsed(text, path);
  if (fields.format !== FORMAT) throw new InputError(`${path} is no schema: it lacks "format": "${FORMAT}".`);
  if (fields.formatVersion !== VERSION) {
    throw new InputError(
      `${path} is a schema of version ${fields.formatVersion}; this anygiven knows version ${VERSION}: update anygiven, or write the schema anew with "anygiven inspect TABLE --out FILE".`,
    );
  }
  const section = new JsonSection(
    path,
    fields,
    'correct it, or write it anew with "anygiven inspect TABLE --out FILE"',
  );
  const columns = section.section("columns");
  const made = Object.keys(columns.fields).map(
    (name) => [name, columnOf(columns.section(name), name, path)] as const,
  );
  const reading = section.has("reading") ? section.section("reading").fields : {};
  const stray = Object.keys(reading).find((name) => !READING.some((known) => known === name));
  if (stray !== undefined)
    throw new InputError(
      `${path}: there is no option of reading "${stray}"; there are ${READING.join(", ")}.`,
    );
  return { reading, columns: Object.fromEntries(made) };
}

function columnOf(section: JsonSection, name: string, path: string): SchemaColumn {
  const column: SchemaColumn = {
    kind: section.text("kind"),
    ...(section.has("form") && { form: section.fields.form as NonNullable<HowRead["form"]> }),
    ...(section.has("period") && { period: section.number("period") }),
    ...(section.has("unit") && { unit: section.text("unit") }),
  };
  try {
    readAs(name, said(column));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${path}: ${error.message}`, { cause: error });
  }
  return column;
}

function said({ kind, form, period }: SchemaColumn): StatedColumn {
  if (kind === "circular") return { kind, period: period ?? Number.NaN };
  return form === undefined ? (kind as "number") : { kind: kind as "number", form };
}

/** Kinds that a unit is of. */
const MEASURED = ["number", "integer", "circular"];

/** The unit that a schema says, where its column is still measured in it. @param instead what the caller says that the column is. */
function unitAs({ kind, form, unit }: SchemaColumn, instead: StatedColumn | undefined): string | undefined {
  if (instead === undefined) return kind === "ignore" ? undefined : unit;
  // What stood in the cells is found in them again.
  const isOfForm = typeof form === "object" && unitOfForm(form) === unit;
  return isOfForm || !MEASURED.includes(partsOf(instead).kind) ? undefined : unit;
}

function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    throw new InputError(`${path} is not valid JSON: ${(error as Error).message}.`);
  }
  throw new InputError(`${path} is no schema: it must hold an object.`);
}

/** Source and options with what a schema says; what they say themselves comes first. */
export async function withSchema<Options extends TrainOptions>(
  source: TrainingSource,
  options: Options,
): Promise<{ readonly source: TrainingSource; readonly options: Options }> {
  const { schema: path } = options;
  if (path === undefined) return { source, options };
  const { columns, reading } = await readSchema(path);
  const excluded = new Set(options.exclude ?? []);
  const wanted = Object.entries(columns).filter(([name]) => !excluded.has(name));
  const kinds = Object.fromEntries(wanted.map(([name, column]) => [name, said(column)]));
  const units = Object.fromEntries(
    wanted.flatMap(([name, column]) => {
      const instead = Object.hasOwn(options.kinds ?? {}, name) ? options.kinds?.[name] : undefined;
      const unit = unitAs(column, instead);
      return unit === undefined ? [] : [[name, unit]];
    }),
  );
  const withIts: TrainingSource =
    "files" in source
      ? ({ ...reading, ...source, units: { ...units, ...source.units } } as TableFiles)
      : withUnits(source, units);
  return { source: withIts, options: { ...options, kinds: { ...kinds, ...options.kinds } } };
}
