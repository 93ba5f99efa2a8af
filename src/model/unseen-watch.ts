/** @file What a model does about things that its training has not seen, in all that it is asked: takes them out, or tells of them. */
import type { ModelConfig } from "../networks/model-config.ts";
import { changedBlocks, type TableBlocks } from "../table/blocks.ts";
import { isKnown, type Table } from "../table/table.ts";
import { type Given, questionTable } from "./question-table.ts";
import { UnseenCells } from "./unseen.ts";
import { type UnseenChoice, UnseenNames } from "./unseen-names.ts";

/** Looks at what a model is given. Each sentence is told once in the model's life. */
export class UnseenWatch {
  readonly #config: ModelConfig;
  readonly #choice: UnseenChoice;
  readonly #onWarning: ((warning: string) => void) | undefined;
  readonly #told = new Set<string>();

  constructor(config: ModelConfig, choice: UnseenChoice, onWarning?: (warning: string) => void) {
    this.#config = config;
    this.#choice = choice;
    this.#onWarning = onWarning;
  }

  /** The table as the model can be given it: without unseen categories, if that is wanted. */
  seen(table: Table): Table {
    if (this.#choice === "error") return table;
    const names = new UnseenNames(this.#config);
    const seen = names.without(table);
    this.#tell(names.report());
    return seen;
  }

  /** What is given of one question, in the same way. */
  seenGiven(given: Given): Given {
    if (this.#choice === "error") return given;
    const { columns } = this.seen(questionTable(this.#config, given));
    const known = columns.filter((column) => isKnown(column, 0)).map(({ name }) => name);
    return Object.fromEntries(Object.entries(given).filter(([name]) => known.includes(name)));
  }

  seenBlocks(blocks: TableBlocks): TableBlocks {
    if (this.#choice === "error") return blocks;
    const names = new UnseenNames(this.#config);
    return changedBlocks(
      blocks,
      (block) => names.without(block),
      () => this.#tell(names.report()),
    );
  }

  /** The same table; tells what of it is unseen. @param given names of the columns that are given; default all. */
  warned(table: Table, given?: readonly string[]): Table {
    if (this.#onWarning) {
      const cells = new UnseenCells(this.#config, given);
      cells.add(table);
      this.#tell(cells.report().map(({ warning }) => warning));
    }
    return table;
  }

  /** The blocks as the model can be given them; at their end it is told what of them was unseen. */
  warnedBlocks(blocks: TableBlocks, given: readonly string[]): TableBlocks {
    const seen = this.seenBlocks(blocks);
    if (!this.#onWarning) return seen;
    const cells = new UnseenCells(this.#config, given);
    const lookedAt = (block: Table) => {
      cells.add(block);
      return block;
    };
    return changedBlocks(seen, lookedAt, () => this.#tell(cells.report().map(({ warning }) => warning)));
  }

  #tell(warnings: readonly string[]): void {
    for (const warning of warnings) {
      if (this.#told.has(warning)) continue;
      this.#told.add(warning);
      this.#onWarning?.(warning);
    }
  }
}
