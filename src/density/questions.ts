/** @file Questions in the user's words, checked against a model and brought to its tokens and scale. */
import { InputError } from "../errors.ts";
import type { ModelColumn, ModelConfig } from "../model/model-config.ts";
import { isShared } from "../network/any-network.ts";
import type { Questions } from "../network/context-feeds.ts";
import { tableColumn } from "../table/chosen-rows.ts";
import { unknownName } from "../table/near-misses.ts";
import type { Table } from "../table/table.ts";

/** The place of a column in the model. @throws InputError with near misses if there is none. */
export function columnPlace({ columns }: ModelConfig, name: string): number {
  const place = columns.findIndex((column) => column.name === name);
  if (place < 0) {
    const names = columns.map((column) => column.name);
    throw new InputError(unknownName("column", name, names, "the model"));
  }
  return place;
}

/** The places of the asked columns. @throws InputError if one is unknown or was never trained as an answer. */
export function askedPlaces(config: ModelConfig, asked: string | readonly string[]): number[] {
  const names = typeof asked === "string" ? [asked] : asked;
  if (names.length === 0) throw new InputError("No column is asked: name at least one.");
  return names.map((name) => {
    const place = columnPlace(config, name);
    if (!config.columns[place]!.output) {
      const outputs = config.columns.filter((column) => column.output).map((column) => column.name);
      throw new InputError(
        `The model takes "${name}" as given only; it was trained to answer for ${outputs.join(", ")}.`,
      );
    }
    return place;
  });
}

/** Some consecutive rows of a table as questions: for each row, one for each asked column. */
export function questionsOfTable(
  config: ModelConfig,
  table: Table,
  given: readonly string[],
  start: number,
  rows: number,
  asked: readonly number[],
): Questions {
  const columns = given.map((name) => ({
    place: columnPlace(config, name),
    values: tableColumn(table, name).values,
  }));
  return questions(config, columns, start, rows, asked);
}

/**
 * The columns of a table that are given unless said otherwise: those of the model that are not asked.
 * @throws InputError if there is none: answers that use nothing of the table are hardly what is meant.
 */
export function givenByDefault(
  { columns }: ModelConfig,
  known: readonly string[],
  asked: readonly number[],
): string[] {
  const possible = columns.filter((_, place) => !asked.includes(place)).map(({ name }) => name);
  const given = known.filter((name) => possible.includes(name));
  if (given.length > 0 || possible.length === 0) return given;
  throw new InputError(
    `The table has none of the columns that the model can be given (${possible.join(", ")}): rename its columns to these.`,
  );
}

/**
 * The published network learns to copy a column that is both given and asked; the default one never meets this in
 * training and would make something up. @throws InputError there.
 */
export function refuseAskedGiven(
  config: ModelConfig,
  asked: readonly number[],
  given: readonly string[],
): void {
  if (!isShared(config.network)) return;
  const both = asked.map((place) => config.columns[place]!.name).find((name) => given.includes(name));
  if (both === undefined) return;
  throw new InputError(`"${both}" is both asked and given: leave it out of what is given.`);
}

interface GivenColumn {
  readonly place: number;
  readonly values: ArrayLike<number>;
}

function questions(
  config: ModelConfig,
  columns: readonly GivenColumn[],
  start: number,
  rows: number,
  asked: readonly number[],
): Questions {
  const width = Math.max(1, columns.length);
  const count = rows * asked.length;
  const made = {
    width,
    tokens: new Int32Array(count * width),
    values: new Float32Array(count * width),
    given: new Int32Array(count),
    request: new Int32Array(count),
  };
  for (let row = 0; row < rows; row++) {
    asked.forEach((request, which) => {
      const question = row * asked.length + which;
      made.request[question] = request + 1;
      for (const { place, values } of columns) {
        const value = values[start + row]!;
        if (Number.isNaN(value)) continue;
        const { center, scale } = config.columns[place] as ModelColumn;
        const at = question * width + made.given[question]!++;
        made.tokens[at] = place + 1;
        made.values[at] = (value - center) / scale;
      }
    });
  }
  return made;
}
