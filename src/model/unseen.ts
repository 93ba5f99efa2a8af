/** @file Given values that training has not seen the like of: outside a column's range, or beyond its bounds. */
import { boundsText, isBeyond } from "../columns/bounds.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { geometryOf, kindOf } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { formatNumber } from "../numeric/format.ts";
import type { Column, Table } from "../table/table.ts";
import { ColumnSample } from "./other-units.ts";

/** Some cells of a column that lie outside what training has seen. */
export interface Unseen {
  readonly column: string;
  /** Outside the range of the training's values, or beyond the column's bounds, where there can be none. */
  readonly beyond: "range" | "bounds";
  /** The lowest and the highest value that there was, or can be; null where there is no bound. */
  readonly low: number | null;
  readonly high: number | null;
  /** How many such cells, and in which rows the first of them are: 1 is the first row. */
  readonly count: number;
  readonly rows: readonly number[];
  /** The first of these values. */
  readonly value: number;
  /** Of a table most of whose values are so: how they lie to those of training, "about 1000 times that of training". */
  readonly units?: string;
  /** All of this in one sentence. */
  readonly warning: string;
}

/** So much of the width of a range lies still within what has been seen. */
const MARGIN = 0.02;
/** So many rows are named. */
const NAMED_ROWS = 5;

/** What has been found of one column in one way. */
interface Found {
  readonly value: number;
  count: number;
  readonly rows: number[];
}

/** Looks at tables, piece by piece; what the model does not know of a column it does not look at. */
export class UnseenCells {
  readonly #columns: ReadonlyMap<string, ModelColumn>;
  readonly #found = new Map<string, Found>();
  readonly #samples = new Map<string, ColumnSample>();
  #rows = 0;

  /** @param names of the columns that are looked at; default all. */
  constructor({ columns }: ModelConfig, names?: readonly string[]) {
    const known = columns.filter(({ name }) => names?.includes(name) ?? true);
    this.#columns = new Map(known.map((column) => [column.name, column]));
  }

  /** The next rows. */
  add(table: Table): void {
    for (const column of table.columns) {
      const known = this.#columns.get(column.name);
      // On a circle there is no outside.
      if (!known || kindOf(known.encoding).isCategorical || geometryOf(known.encoding).period !== undefined)
        continue;
      this.#look(column, known);
    }
    this.#rows += table.rows;
  }

  #look({ name, values, errors }: Column, { encoding, written }: ModelColumn): void {
    const margin = written ? MARGIN * (written.greatest - written.least) : 0;
    const [low, high] = written
      ? [written.least - margin, written.greatest + margin]
      : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const sample = this.#samples.get(name) ?? new ColumnSample();
    this.#samples.set(name, sample);
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      if (Number.isNaN(value)) continue;
      const error = errors && errors[row] > 0 ? errors[row] : 0;
      const isImpossible =
        encoding.bounds !== undefined && error === 0 && isBeyond(encoding.bounds, value) !== undefined;
      const isOutside = value + error < low || value - error > high;
      sample.add(value, isOutside || isImpossible);
      if (isImpossible) this.#note(`bounds ${name}`, value, row);
      else if (isOutside) this.#note(`range ${name}`, value, row);
    }
  }

  #note(key: string, value: number, row: number): void {
    const found = this.#found.get(key) ?? { value, count: 0, rows: [] };
    found.count++;
    if (found.rows.length < NAMED_ROWS) found.rows.push(this.#rows + row + 1);
    this.#found.set(key, found);
  }

  /** In the model's order of columns. */
  report(): Unseen[] {
    return [...this.#columns.values()].flatMap((column) =>
      (["bounds", "range"] as const).flatMap((beyond) => {
        const found = this.#found.get(`${beyond} ${column.name}`);
        return found ? [this.#unseen(column, beyond, found)] : [];
      }),
    );
  }

  #unseen(column: ModelColumn, beyond: Unseen["beyond"], found: Found): Unseen {
    const { name, encoding, written, unit } = column;
    const units = written && this.#samples.get(name)?.remark(column);
    const kind = kindOf(encoding);
    const text = (value: number) => (kind.isText ? kind.write(value, {}) : formatNumber(value));
    const [low, high] =
      beyond === "bounds"
        ? (encoding.bounds ?? [null, null])
        : [written?.least ?? null, written?.greatest ?? null];
    const where =
      beyond === "bounds"
        ? `beyond its bounds (${boundsText([low, high], text)})`
        : `outside what training has seen (${low === null || high === null ? "" : `${text(low)} to ${text(high)}`})`;
    const { count, rows, value } = found;
    const which = `${rows.join(", ")}${count > rows.length ? ", ..." : ""}`;
    const warning =
      this.#rows === 1
        ? `${name}=${text(value)} lies ${where}: the answer is a guess.`
        : `${name} lies ${where} in ${count} ${count === 1 ? "row" : "rows"} (${which}): ${count === 1 ? "its answer is a guess" : "their answers are guesses"}.`;
    const other =
      units &&
      ` ${name} in this table is ${units}: ${unit ? `give it in ${unit}` : "is it in other units"}${unit ? "." : "?"}`;
    return {
      column: name,
      beyond,
      low,
      high,
      count,
      rows,
      value,
      ...(units && { units }),
      warning: `${warning}${other ?? ""}`,
    };
  }
}
