/** @file A model trained for a benchmark. */
import { Model } from "../../src/model/model.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { trainTable } from "../../src/training/train-table.ts";

/** Trains for `options.seconds` (or `options.epochs`, where they are given) and tells what it did on stderr. */
export async function trainedModel(name: string, table: Table, options: TrainOptions): Promise<Model> {
  const began = performance.now();
  const { model, steps, epochs } = await trainTable(table, options);
  const seconds = (performance.now() - began) / 1000;
  process.stderr.write(
    `${name}: ${table.rows} rows, ${steps} steps, ${epochs} epochs, ${seconds.toFixed(0)} s\n`,
  );
  return new Model(model);
}
