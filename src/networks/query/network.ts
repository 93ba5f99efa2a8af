/** @file The default network: targets read the given cells, a head answers for each target. */
import type { ModelColumn } from "../../columns/encoding.ts";
import type { BatchCapacity, BatchSettings, Network } from "../network.ts";
import { describeEncoder } from "../parts/sizes.ts";
import { queryBatches } from "./batch.ts";
import { QueryBatchSampler } from "./batch-sampler.ts";
import type { QueryConfig } from "./config.ts";
import { encodeForQuery } from "./encode.ts";
import type { Head } from "./heads/head.ts";
import { headOf } from "./heads/registry.ts";
import { queryParameters } from "./parameters.ts";
import { QueryPredictor } from "./predictor.ts";
import { queryGradientProgram, queryLossProgram } from "./programs.ts";

/** A shorter memory than AdamW's usual one suits a rate that falls, less decay an average of the weights. */
const OPTIMIZER = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01 } as const;

/** @param head default: that which the config names. Threads know no other. */
export function queryNetwork(config: QueryConfig, head: Head = headOf(config.head)): Network {
  const { dropout, members = 1 } = config;
  return {
    parameters: queryParameters(config, head),
    members,
    dropout,
    optimizer: OPTIMIZER,
    // It never meets this in training and would make something up.
    takesTargetsAsGiven: false,
    isMixture: head.isMixture,
    describe: () => [
      ...(members > 1 ? [`${members} networks, whose answers are averaged, each:`] : []),
      describeEncoder(config),
      ...describeSummary(config),
      ...describeCounted(config),
      head.describe(),
    ],
    encode: (rows, columns) => encodeForQuery(rows, columns, config),
    capacity: capacityFor,
    batches: (capacity) => queryBatches(config, head, capacity),
    sampler(rows, outputs, settings) {
      const columns = rows.data.columns.length;
      const capacity = capacityFor(columns, outputs, settings);
      const batches = queryBatches(config, head, capacity);
      const sampling = {
        contextRange: [Math.min(settings.contextRange[0], columns), settings.contextRange[1]],
        ...(head.ends && { ends: head.ends }),
        allGiven: used("allGiven", settings),
        fewGiven: used("fewGiven", settings),
        intervals: config.intervals ? (settings.intervals ?? 0) : 0,
        groups: groupsOf(capacity, members),
        deconvolve: used("measurementErrors", settings) === "deconvolve",
      } as const;
      const batch = batches.over(new ArrayBuffer(batches.bytes));
      return new QueryBatchSampler(rows, outputs, sampling, config, batch);
    },
    ...(head.likelihood && { likelihood: head.likelihood }),
    lossProgram: (training) =>
      training ? queryGradientProgram(config, head) : queryLossProgram(config, head),
    openPredictor: (columns: readonly ModelColumn[], weights, options) =>
      QueryPredictor.open(config, head, columns, weights, options),
  };
}

function describeSummary({ normal }: QueryConfig): string[] {
  if (!normal) return [];
  return [`summary of what is given, by a normal model of ${normal.columns.length} columns`];
}

function describeCounted({ counted }: QueryConfig): string[] {
  if (!counted) return [];
  return [`with at most one column given, in part by what was counted of ${counted.columns.length} columns`];
}

function capacityFor(columns: number, outputs: Int32Array, settings: BatchSettings): BatchCapacity {
  return {
    rows: settings.batchSize,
    // What is given of a row's cells, and the target itself.
    given: Math.min(settings.contextRange[1] + 1, columns),
    targets: Math.min(used("requests", settings), outputs.length),
    copies: settings.draws ?? 1,
  };
}

/** A setting that this network uses. */
function used<Name extends keyof BatchSettings>(
  name: Name,
  settings: BatchSettings,
): NonNullable<BatchSettings[Name]> {
  const value = settings[name];
  if (value === undefined) throw new Error(`the settings are of another network: they have no ${name}`);
  return value;
}

/** Cells of a group of rows, which is run at once. And fewer rows than this are not worth a run. */
const GROUP_CELLS = 2048;
const MIN_ROWS = 8;

/**
 * Into how many groups of about equal work a batch is cut: so that, where there are rows enough, they and the networks make
 * an even number of runs, for two workers to have the same work. Not by the workers there are, so that any number draws the same.
 */
function groupsOf({ rows, given, targets }: BatchCapacity, members: number): number {
  const cells = given + targets + 1;
  const rowsOfGroup = Math.max(MIN_ROWS, Math.floor(GROUP_CELLS / cells));
  const multiple = members % 2 === 0 ? 1 : 2;
  const groups = multiple * Math.ceil(rows / (multiple * rowsOfGroup));
  return groups * MIN_ROWS <= rows ? groups : 1;
}
