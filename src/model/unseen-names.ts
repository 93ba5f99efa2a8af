/** @file Categories that training has not seen, taken as not given: which cells, how many. */
import { kindInTable, kindOf } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { Column, Table } from "../table/table.ts";

/** What becomes of a row whose category training has not seen: it stops the question, or the cell is not given. */
export type UnseenChoice = "error" | "missing";
export const UNSEEN_CHOICES: readonly UnseenChoice[] = ["error", "missing"];

/** So many names are told. */
const LISTED = 5;

interface Found {
  cells: number;
  readonly names: Set<string>;
}

/** Takes unseen categories out of tables, piece by piece, and counts them. */
export class UnseenNames {
  readonly #config: ModelConfig;
  readonly #found = new Map<string, Found>();

  constructor(config: ModelConfig) {
    this.#config = config;
  }

  /** The table with NaN in these cells; its columns are shared where nothing is to be changed. */
  without(table: Table): Table {
    return { ...table, columns: table.columns.map((column) => this.#cleaned(column)) };
  }

  #cleaned(column: Column): Column {
    const known = this.#config.columns.find(({ name }) => name === column.name);
    const from = kindInTable(column);
    const isKnown = known && kindOf(known.encoding).knowsIn?.(column, from, known.encoding);
    if (!isKnown) return column;
    const isUnseen = (value: number) => !Number.isNaN(value) && !isKnown(value);
    if (!column.values.some(isUnseen)) return column;
    const found = this.#found.get(column.name) ?? { cells: 0, names: new Set() };
    this.#found.set(column.name, found);
    const values = Float64Array.from(column.values, (value) => {
      if (!isUnseen(value)) return value;
      found.cells++;
      if (found.names.size <= LISTED) found.names.add(from.nameOf(column, value));
      return Number.NaN;
    });
    return { ...column, values };
  }

  /** One sentence for each column. */
  report(): string[] {
    return [...this.#found].map(([name, { cells, names }]) => {
      const listed = [...names].slice(0, LISTED).map((each) => `"${each}"`);
      const more = names.size > LISTED ? ", ..." : "";
      return `${name}: ${cells} ${cells === 1 ? "cell has a category" : "cells have categories"} that training has not seen (${listed.join(", ")}${more}); taken as not given.`;
    });
  }
}
