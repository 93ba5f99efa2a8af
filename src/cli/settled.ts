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
}

/** Undefined where there is no model to be read: the command says so. */
async function columnsOf(folder: string): Promise<readonly ModelColumn[] | undefined> {
  try {
    return (await readModelConfig(folderToAsk(folder))).columns;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
