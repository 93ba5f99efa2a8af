/** @file Rows of a table as questions to the published network: one column asked, some given. */
import type { Table } from "../../table/table.ts";
import { tableColumn } from "../../table/table.ts";
import { columnPlace, type ModelConfig } from "../model-config.ts";
import type { Questions } from "./context-feeds.ts";

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
        const value = values[start + row];
        if (Number.isNaN(value)) continue;
        const { center, scale } = config.columns[place].coding;
        const at = question * width + made.given[question]++;
        made.tokens[at] = place + 1;
        made.values[at] = (value - center) / scale;
      }
    });
  }
  return made;
}
