/** @file Drawing batches: which column is asked, which are given, how much noise, exactly as published. */

import type { Generator } from "../numeric/generator.ts";
import { mirroredSteps, type NoiseLevels } from "../sampling/ddpm-schedule.ts";
import type { Batch } from "./batch.ts";
import type { TrainingData } from "./training-data.ts";

export interface DrawSettings {
  /** Fewest and most columns given. */
  readonly contextRange: readonly [number, number];
  readonly diffusion: NoiseLevels;
}

/** Draws into one batch again and again. */
export class BatchDrawer {
  readonly #data: TrainingData;
  readonly #settings: DrawSettings;
  readonly #shuffled: Int32Array;
  readonly #present: Int32Array;

  constructor(data: TrainingData, settings: DrawSettings) {
    this.#data = data;
    this.#settings = settings;
    this.#shuffled = new Int32Array(data.columns.length);
    this.#present = new Int32Array(data.outputs.length);
  }

  /**
   * For each row: one asked column, uniformly among the outputs present in the row (a row that has none is
   * left out); a context of as many columns as the whole batch draws, missing ones dropped; a diffusion
   * step, drawn for the first half and mirrored for the rest; normal noise.
   * Rows end up sorted by falling number of given cells, as micro-batches want them.
   *
   * @returns the number of rows in the batch.
   */
  draw(rows: Uint32Array, random: Generator, batch: Batch): number {
    const { contextRange, diffusion } = this.#settings;
    // From the same order every time: what a batch draws depends on its generator alone, not on batches before.
    this.#shuffled.forEach((_, place, columns) => {
      columns[place] = place;
    });
    const [fewest, most] = contextRange;
    const length = fewest + random.integer(most - fewest + 1);
    const steps = mirroredSteps(rows.length, diffusion.steps, random);
    const drawn: { row: number; asked: number; context: number[]; step: number; noise: number }[] = [];
    rows.forEach((row, place) => {
      const asked = this.#ask(row, random);
      const context = this.#context(row, length, random);
      const noise = random.normal();
      if (asked >= 0) drawn.push({ row, asked, context, step: steps[place], noise });
    });
    drawn.sort((a, b) => b.context.length - a.context.length);
    drawn.forEach(({ row, asked, context, step, noise }, place) => {
      const value = this.#data.columns[asked][row];
      const kept = diffusion.alphaBar[step];
      batch.given[place] = context.length;
      batch.request[place] = asked + 1;
      batch.step[place] = step;
      batch.noise[place] = noise;
      batch.noisy[place] = Math.sqrt(kept) * value + Math.sqrt(1 - kept) * noise;
      batch.weight[place] = 1 / drawn.length;
      const start = place * batch.width;
      for (let i = 0; i < batch.width; i++) {
        const column = context[i];
        batch.tokens[start + i] = column === undefined ? 0 : column + 1;
        batch.values[start + i] = column === undefined ? 0 : this.#data.columns[column][row];
      }
    });
    return drawn.length;
  }

  #ask(row: number, random: Generator): number {
    const { columns, outputs } = this.#data;
    let present = 0;
    for (const output of outputs) {
      if (!Number.isNaN(columns[output][row])) this.#present[present++] = output;
    }
    return present === 0 ? -1 : this.#present[random.integer(present)];
  }

  /** The present ones among `length` columns drawn without regard to what is missing. */
  #context(row: number, length: number, random: Generator): number[] {
    random.shuffle(this.#shuffled, length);
    const context: number[] = [];
    for (let i = 0; i < length; i++) {
      const column = this.#shuffled[i];
      if (!Number.isNaN(this.#data.columns[column][row])) context.push(column);
    }
    return context;
  }
}
