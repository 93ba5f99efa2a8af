/** @file Options that name columns, settled against the columns of the model that is asked. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { folderToAsk } from "../files/model-files.ts";
import { readModelConfig } from "../model/trained-model.ts";

/** What the texts of an option mean where the columns are known. */
type Settle = (texts: readonly string[], columns: readonly ModelColumn[]) => object;

/** What an option's value was made of, until the model is known. */
const WAITING = new WeakMap<object, { readonly texts: readonly string[]; readonly settle: Settle }>();

/** The texts that an option was given up to now. */
export function textsOf(value: object | undefined): readonly string[] {
  return (value && WAITING.get(value)?.texts) ?? [];
}

/** The value, remembering what it was made of: {@link settleNames} makes it anew. */
export function settledLater<Value extends object>(
  value: Value,
  texts: readonly string[],
  settle: (texts: readonly string[], columns: readonly ModelColumn[]) => Value,
): Value {
  WAITING.set(value, { texts, settle });
  return value;
}

/** Settles the options of a command that asks a model, whatever is in the names of its columns. */
export async function settleNames(command: CommandUnknownOpts): Promise<void> {
  const [folder] = command.args;
  if (folder === undefined || command.registeredArguments[0]?.name() !== "model") return;
  const waiting = command.options.flatMap((option) => {
    const name = option.attributeName();
    const value: unknown = command.getOptionValue(name);
    const found = typeof value === "object" && value !== null ? WAITING.get(value) : undefined;
    return found ? [{ name, ...found }] : [];
  });
  if (waiting.length === 0) return;
  const columns = await columnsOf(folder);
  if (!columns) return;
  for (const { name, texts, settle } of waiting)
    command.setOptionValueWithSource(name, settle(texts, columns), "cli");
  const of: unknown = command.getOptionValue("of");
  if (String(of) === "all" && columns.every(({ name }) => name !== "all"))
    command.setOptionValueWithSource("of", allBut(givenNames(command), columns), "cli");
}

/** What `--of all` stands for. */
const ALL = new WeakSet<object>();

/** Whether `--of all` was said: then each column is asked given all others, unless it is said what is given. */
export function asksForAll(of: readonly string[]): boolean {
  return ALL.has(of);
}

/** The columns that the model answers for, but those given. */
function allBut(given: readonly string[], columns: readonly ModelColumn[]): string[] {
  const all = columns.filter(({ name, output }) => output && !given.includes(name)).map(({ name }) => name);
  ALL.add(all);
  return all;
}

/** The columns of which `--given` gives values or, of a table, the cells. */
function givenNames(command: CommandUnknownOpts): string[] {
  const given: unknown = command.getOptionValue("given");
  if (Array.isArray(given)) return given.map(String);
  if (typeof given !== "object" || given === null) return [];
  const { values, columns } = given as { readonly values?: unknown; readonly columns?: unknown };
  if (!Array.isArray(columns) || typeof values !== "object" || values === null) return Object.keys(given);
  return [...columns.map(String), ...Object.keys(values)];
}

/** Undefined where there is no model to be read: the command says so. */
async function columnsOf(folder: string): Promise<readonly ModelColumn[] | undefined> {
  try {
    return (await readModelConfig(folderToAsk(folder), { verify: false })).columns;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
