/** @file How the batches of a run are drawn: which drawer its network wants, and the room that a batch needs. */
import { type AnyNetwork, isShared } from "../networks/any-network.ts";
import type { NetworkConfig } from "../networks/leung-bovy/config.ts";
import type { Generator } from "../numeric/generator.ts";
import { diffusion } from "../sampling/ddpm-schedule.ts";
import { BatchDrawer } from "./draw.ts";
import type { TrainingBatch } from "./objective.ts";
import type { TrainingSettings } from "./settings.ts";
import { SharedDrawer } from "./shared-draw.ts";
import type { TrainingData } from "./training-data.ts";
import type { TrainingRows } from "./training-rows.ts";

/** Fewest and most columns given: no more than the table has. */
function contextRange(
  { contextRange: [fewest, most] }: TrainingSettings,
  data: TrainingData,
): [number, number] {
  return [Math.min(fewest, data.columns.length), Math.min(most, data.columns.length)];
}

/** The room that a batch of the table needs. */
export function roomOf(settings: TrainingSettings, data: TrainingData) {
  const width = contextRange(settings, data)[1];
  if (settings.architecture === "shared") {
    return { width, requests: Math.min(settings.requests, data.outputs.length), draws: settings.draws };
  }
  return { width, requests: 1, draws: 1 };
}

/** Fills batches: what is given and asked in these rows, under which noise. */
export interface Drawer {
  /** @returns the number of rows in the batch. */
  draw(rows: Uint32Array, random: Generator, batch: TrainingBatch): number;
}

/** Cells of a group of rows, which is run at once. And fewer rows than this are not worth a run. */
const GROUP_CELLS = 1024;
const LEAST_ROWS = 8;

/**
 * How many groups of about so many rows a batch is cut into: an even number, where there are rows enough, for two
 * workers to have the same work. Not by the workers there are, so that any number draws the same.
 */
function evenGroups(batchSize: number, rows: number): number {
  const groups = 2 * Math.ceil(batchSize / (2 * rows));
  return groups * LEAST_ROWS <= batchSize ? groups : 1;
}

/** The drawer of a run, for its network. */
export function drawerOf(
  network: AnyNetwork,
  settings: TrainingSettings,
  { data, reference }: TrainingRows,
): Drawer {
  const range = contextRange(settings, data);
  if (isShared(network) && settings.architecture === "shared") {
    const { requests } = roomOf(settings, data);
    const cells = Math.min(data.columns.length, range[1] + requests) + 1;
    const groups = evenGroups(settings.batchSize, Math.max(LEAST_ROWS, Math.floor(GROUP_CELLS / cells)));
    const { fewGiven } = settings;
    const drawing = { contextRange: range, fewGiven, requests, groups };
    return new SharedDrawer(data, drawing, network, reference) as Drawer;
  }
  const { schedule, steps, betaStart, betaEnd } = (network as NetworkConfig).head;
  return new BatchDrawer(data, {
    contextRange: range,
    diffusion: diffusion(schedule, steps, betaStart, betaEnd),
  }) as Drawer;
}
