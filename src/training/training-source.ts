/** @file From a table, in memory or in files of any size, to the plan of a run and its rows. */
import { freemem, tmpdir } from "node:os";
import type { Wishes } from "../columns/inspection/inspect.ts";
import type { Device } from "../runtime/device-names.ts";
import { checkPrecision } from "../runtime/node/devices.ts";
import { type LongTable, type OpenTableFiles, type TableFiles, withTableFiles } from "../table/files/read.ts";
import { measuredRows } from "../table/scan/row-sample.ts";
import type { Table } from "../table/table.ts";
import type { TrainOptions } from "./options.ts";
import { freshPlan, type Plan } from "./plan.ts";
import { type PreparedRun, preparedInMemory, tellSample } from "./prepared-run.ts";
import { checkFree, resumedPlan } from "./resumed-plan.ts";
import { RowFileWriter } from "./row-file.ts";
import { RowGroupsReader } from "./split-groups.ts";
import { encodedForTraining, outputsOf } from "./training-rows.ts";
import { readingAsSaid, tableAsSaid, wishesOf } from "./understood.ts";

/** What a model can be trained on: a table in memory, or files that need not fit there. */
export type TrainingSource = Table | TableFiles;

/**
 * The plan of a run and its rows. Files stay on the disk if they would take more memory than `options.memory`: then one
 * pass through them measures the columns, and another puts all rows, ready for training, into a file.
 * @param device the device that the run is for, settled.
 * @throws InputError as `trainTable` does; what `options.signal` was aborted with, while files are read.
 */
export async function prepareRun(
  source: TrainingSource,
  options: TrainOptions,
  device: Device,
): Promise<PreparedRun> {
  if (!("files" in source)) return inMemory(tableAsSaid(source, options), options, device, wishesOf(options));
  const limit = memoryLimit(options.memory);
  const wishes = wishesOf(options, listedIn(source));
  return await withTableFiles(readingAsSaid(source, options), async (opened) => {
    if (memoryNeeded(opened.parts, await opened.expectedRows()) <= limit) {
      const table = await opened.inMemory();
      options.signal?.throwIfAborted();
      return inMemory(table, options, device, wishes);
    }
    return onDisk(opened, limit, options, device, wishes);
  });
}

interface MeasuredRows {
  /** All rows, or a random sample. */
  readonly measured: Table;
  readonly rows: number;
  readonly wishes: Wishes;
}

/** Does work with the rows that a source's columns are measured on; a long one is gone through once. */
export async function withMeasuredRows<Made>(
  source: TrainingSource,
  options: TrainOptions,
  work: (rows: MeasuredRows) => Promise<Made>,
): Promise<Made> {
  if (!("files" in source)) {
    const table = tableAsSaid(source, options);
    return work({ measured: measuredRows(table), rows: table.rows, wishes: wishesOf(options) });
  }
  return await withTableFiles(readingAsSaid(source, options), async (opened) => {
    const { rows, sample } = await opened.inBlocks(options.signal);
    return work({ measured: sample, rows, wishes: wishesOf(options, listedIn(source)) });
  });
}

/** The columns that are asked for by name. */
function listedIn({ columns }: TableFiles): readonly string[] {
  return typeof columns === "function" ? [] : (columns ?? []);
}

function inMemory(table: Table, options: TrainOptions, device: Device, wishes: Wishes): Promise<PreparedRun> {
  return preparedInMemory(table, options, (measured, rows) =>
    planOf(measured, rows, options, device, wishes),
  );
}

async function onDisk(
  opened: OpenTableFiles,
  limit: number,
  options: TrainOptions,
  device: Device,
  wishes: Wishes,
): Promise<PreparedRun> {
  const table = await opened.inBlocks(options.signal);
  const { rows, sample } = table;
  options.onTable?.({ source: opened.source, rows, columns: sample.columns.length });
  tellSample(sample.rows, rows, options);
  const plan = await planOf(sample, rows, options, device, wishes);
  const folder = options.out ?? tmpdir();
  const megabytes = (bytes: number) => Math.ceil(bytes / 1e6).toLocaleString("en");
  options.onNotice?.(
    `The table would take about ${megabytes(memoryNeeded(opened.parts, rows))} MB of memory, and ${megabytes(limit)} MB ` +
      `may be used (\`memory\`): its rows stay on the disk, in a temporary file in ${folder}.`,
  );
  return { plan, ...(await rowsOnDisk(table, plan, folder, options.signal)) };
}

async function rowsOnDisk(
  { rows, blocks }: LongTable,
  { config, settings }: Plan,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<Omit<PreparedRun, "plan">> {
  const groups = settings.splitBy === "" ? undefined : new RowGroupsReader(settings.splitBy);
  const writer = new RowFileWriter(folder, rows, outputsOf(config.columns));
  try {
    let firstRow = 0;
    for await (const block of blocks) {
      signal?.throwIfAborted();
      writer.add(encodedForTraining(block, config, firstRow));
      groups?.add(block);
      firstRow += block.rows;
    }
    const made = await writer.finish(settings.batchSize);
    return { rows: made, ...(groups && { groups: groups.groups() }) };
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/** @param sample the rows to measure columns on. @param rows how many the table has. */
async function planOf(
  sample: Table,
  rows: number,
  options: TrainOptions,
  device: Device,
  wishes: Wishes,
): Promise<Plan> {
  if (!options.resume && options.out !== undefined) await checkFree(options.out);
  const plan = options.resume
    ? await resumedPlan(sample, rows, options, device)
    : await freshPlan(sample, rows, options, device, wishes);
  await checkPrecision(device, plan.settings.precision);
  return plan;
}

/** A cell as it is read and as it is trained on, and what is needed on the way; a row in two lists. */
const BYTES_PER_CELL = 12;
const BYTES_PER_ROW = 12;

function memoryNeeded(parts: number, rows: number): number {
  return rows * (parts * BYTES_PER_CELL + BYTES_PER_ROW);
}

/** @returns bytes. @param megabytes what the user allows. */
function memoryLimit(megabytes: number | undefined): number {
  if (megabytes === undefined) return Math.min(freemem(), process.constrainedMemory() || Infinity) / 2;
  return 1e6 * megabytes;
}
