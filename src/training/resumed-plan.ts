/** @file The plan of a run that is gone on with, from what lies in its folder; and what a run that begins must not overwrite. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { readModelConfig } from "../model/trained-model.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { type NetworkConfig, networkOf, networkOfMembers } from "../networks/registry.ts";
import type { Device } from "../runtime/device-names.ts";
import type { Table } from "../table/table.ts";
import { newestCheckpoint, readCheckpoint } from "./checkpoint.ts";
import type { TrainOptions } from "./options.ts";
import { type Plan, withWorkers } from "./plan.ts";
import { checkSameCells, checkSameModel, checkSameRows, resumedSettings } from "./resumption.ts";
import { startOf, startWeights } from "./start.ts";
import type { TrainingSettings } from "./training-settings.ts";

/** @throws InputError if a new run into the folder would overwrite a model. */
export async function checkFree(out: string): Promise<void> {
  if (!(await holdsModel(out))) return;
  throw new InputError(
    `${out} holds a model already: choose another folder, remove it, or go on with \`resume\`.`,
    { option: "out" },
  );
}

/**
 * Whether training into the folder would overwrite something. A run that ended before its first checkpoint
 * (a device that did not start, a loss that was no number) has left only its plan and logs, and may be begun anew.
 */
async function holdsModel(folder: string): Promise<boolean> {
  if (existsSync(join(folder, "weights.safetensors"))) return true;
  if (!existsSync(join(folder, "config.json"))) return false;
  if ((await newestCheckpoint(folder)) !== undefined) return true;
  return readModelConfig(folder).then(
    () => false,
    () => true, // not one of ours, or of a newer format: never overwritten
  );
}

/** An interrupted or finished run, to continue from its newest checkpoint; table and rows as of {@link freshPlan}. */
export async function resumedPlan(
  table: Table,
  rows: number,
  options: TrainOptions,
  device: Device,
): Promise<Plan> {
  const { out } = options;
  if (out === undefined)
    throw new InputError("To resume, name the folder of the run with `out`.", { option: "out" });
  const { report: _, ...written } = await readModelConfig(out, options);
  if (!written.training) {
    throw new InputError(
      `${out}/config.json has no training settings: train a new model instead of resuming.`,
    );
  }
  const { untrainable } = networkOf(written.network);
  if (untrainable !== undefined) throw new InputError(`${out} ${untrainable}: train a new model.`);
  checkSameModel(written, options);
  const settings = withWorkers(resumedSettings(written, options), device);
  // Networks that were trained in turn are together in the model; trained is one of them.
  const stored = { ...written, network: trainedAtOnce(written.network, settings) };
  const { parameters } = networkOf(stored.network);
  const config: ModelConfig = { ...stored, training: { ...settings } };
  const newest = await newestCheckpoint(out);
  if (newest === undefined && existsSync(join(out, "weights.safetensors"))) {
    throw new InputError(
      `${out} holds a finished model without a checkpoint to resume from: train a new one in another folder.`,
    );
  }
  if (newest === undefined && config.startedFrom) {
    throw new InputError(
      `${out} ended before its first checkpoint: begin anew, with \`from\` and without \`resume\`.`,
    );
  }
  const start = newest
    ? await readCheckpoint(newest, parameters, options)
    : startOf(startWeights(config.network, settings), settings, rows);
  // An imported model does not know its rows: it may be trained on with any.
  if (start.progress.rows !== 0) {
    checkSameRows(rows, start.progress.rows, table.source, out);
    checkSameCells(table, stored, settings, out);
  }
  return { config, settings, start: { ...start, progress: { ...start.progress, rows } } };
}

function trainedAtOnce(network: NetworkConfig, settings: TrainingSettings): NetworkConfig {
  return "members" in settings ? networkOfMembers(network, settings.members) : network;
}
