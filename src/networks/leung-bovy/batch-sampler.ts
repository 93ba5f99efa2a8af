/** @file The published batch sampler: which column is the target, which are given, how much noise, exactly as published. */
import type { Generator } from "../../numeric/generator.ts";
import { diffusion, mirroredSteps, type NoiseLevels } from "../../sampling/ddpm-schedule.ts";
import type { EncodedTable } from "../encoded-table.ts";
import type { BatchSampler } from "../network.ts";
import type { LeungBovyBatch } from "./batch.ts";
import type { HeadConfig } from "./config.ts";
import { give } from "./context-layout.ts";

/** Draws into one batch again and again. */
export class LeungBovyBatchSampler implements BatchSampler {
  readonly batch: LeungBovyBatch;
  readonly #table: EncodedTable;
  readonly #outputs: Int32Array;
  readonly #contextRange: readonly [number, number];
  readonly #noise: NoiseLevels;
  readonly #shuffled: Int32Array;
  readonly #present: Int32Array;

  /** @param outputs indices of the columns that may be targets; @param contextRange fewest and most columns given. */
  constructor(
    table: EncodedTable,
    outputs: Int32Array,
    contextRange: readonly [number, number],
    { schedule, steps, betaStart, betaEnd }: Pick<HeadConfig, "schedule" | "steps" | "betaStart" | "betaEnd">,
    batch: LeungBovyBatch,
  ) {
    this.batch = batch;
    this.#table = table;
    this.#outputs = outputs;
    this.#contextRange = contextRange;
    this.#noise = diffusion(schedule, steps, betaStart, betaEnd);
    this.#shuffled = new Int32Array(table.columns.length);
    this.#present = new Int32Array(outputs.length);
  }

  /**
   * For each row: one target, uniformly among the outputs present in the row (a row that has none is
   * left out); a context of as many columns as the whole batch draws, missing ones dropped; a diffusion
   * step, drawn for the first half and mirrored for the rest; normal noise.
   * Rows end up sorted by falling number of given cells, as micro-batches want them.
   *
   * @returns the number of rows in the batch.
   */
  draw(rows: Uint32Array, random: Generator): number {
    // From the same order every time: what a batch draws depends on its generator alone, not on batches before.
    this.#shuffled.forEach((_, index, columns) => {
      columns[index] = index;
    });
    const [min, max] = this.#contextRange;
    const length = min + random.integer(max - min + 1);
    const steps = mirroredSteps(rows.length, this.#noise.steps, random);
    const drawn: DrawnRow[] = [];
    rows.forEach((row, index) => {
      const target = this.#target(row, random);
      const context = this.#context(row, length, random);
      const noise = random.normal();
      if (target >= 0) drawn.push({ row, target, context, step: steps[index], noise });
    });
    drawn.sort((a, b) => b.context.length - a.context.length);
    for (const [index, each] of drawn.entries()) this.#put(each, index, 1 / drawn.length);
    return drawn.length;
  }

  #put({ row, target, context, step, noise }: DrawnRow, index: number, weight: number): void {
    const { arrays } = this.batch;
    const { columns } = this.#table;
    const kept = this.#noise.alphaBar[step];
    arrays.given[index] = context.length;
    arrays.request[index] = target + 1;
    arrays.step[index] = step;
    arrays.noise[index] = noise;
    arrays.noisy[index] = Math.sqrt(kept) * columns[target].values[row] + Math.sqrt(1 - kept) * noise;
    arrays.weight[index] = weight;
    const width = arrays.tokens.length / arrays.given.length;
    const start = index * width;
    arrays.tokens.fill(0, start, start + width);
    arrays.values.fill(0, start, start + width);
    for (const [i, column] of context.entries()) give(arrays, start + i, columns[column], row);
  }

  #target(row: number, random: Generator): number {
    let present = 0;
    for (const output of this.#outputs) {
      if (!Number.isNaN(this.#table.columns[output].values[row])) this.#present[present++] = output;
    }
    return present === 0 ? -1 : this.#present[random.integer(present)];
  }

  /** The present ones among `length` columns drawn without regard to what is missing. */
  #context(row: number, length: number, random: Generator): number[] {
    random.shuffle(this.#shuffled, length);
    const context: number[] = [];
    for (let i = 0; i < length; i++) {
      const column = this.#shuffled[i];
      if (!Number.isNaN(this.#table.columns[column].values[row])) context.push(column);
    }
    return context;
  }
}

interface DrawnRow {
  readonly row: number;
  readonly target: number;
  readonly context: readonly number[];
  readonly step: number;
  readonly noise: number;
}
