/** @file A model trained for a benchmark: for seconds of the clock, or of the processor, so that a busy machine is fair to all. */
import { Model } from "../../src/model/model.ts";
import type { TrainedModel } from "../../src/model/trained-model.ts";
import { networkOf, networkOfMembers } from "../../src/networks/registry.ts";
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

/** Seconds of processor time since a moment, all threads together. */
export function processorSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

/** More epochs than any of these trainings gets to. */
const ENDLESS = 100_000;

/**
 * Trains for seconds of processor time, of all threads together, or (undefined) until done; `options` may say anything else.
 */
export async function trainedFor(
  seconds: number | undefined,
  table: Table,
  options: TrainOptions,
): Promise<{
  readonly model: Model;
  /** The same, of the first network alone, of the first two and so on, where they were trained in turn; else as it is. */
  readonly growing: readonly Model[];
  readonly steps: number;
  readonly epochs: number;
  readonly used: number;
}> {
  const ending = new AbortController();
  const began = process.cpuUsage();
  const run = await trainTable(table, {
    systemInfo: false,
    ...(seconds !== undefined && { epochs: ENDLESS }),
    ...options,
    onNotice: (notice) => {
      if (notice.startsWith("Network"))
        process.stderr.write(`${processorSeconds(began).toFixed(0)} s: ${notice}\n`);
    },
    signal: ending.signal,
    onStep: () => {
      if (seconds !== undefined && processorSeconds(began) > seconds) ending.abort();
    },
  } as TrainOptions);
  const used = processorSeconds(began);
  const model = new Model(run.model);
  const growing = growingOf(run.model).map((each) => new Model(each));
  return { model, growing, steps: run.steps, epochs: run.epochs, used };
}

/** Recalibrated as all of them together are. */
function growingOf({ config, weights }: TrainedModel): TrainedModel[] {
  const { averaged = 1 } = config.report?.inTurn ?? {};
  const ofEach = networkOf(config.network).members / averaged;
  return Array.from({ length: averaged }, (_, k) => ({
    config: { ...config, network: networkOfMembers(config.network, ofEach * (k + 1)) },
    weights: weights.slice(0, ((k + 1) * weights.length) / averaged),
  }));
}
