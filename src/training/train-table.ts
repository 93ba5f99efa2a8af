/** @file Training a model on a table, from the first row read to the last checkpoint written. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { withFolderLock } from "../files/folder-lock.ts";
import { writeModelFile } from "../files/model-files.ts";
import { writeTogether } from "../files/written-together.ts";
import { modelConfigFiles, trainedModelFiles } from "../model/trained-model.ts";
import { parameterCount } from "../networks/parts/parameter-layout.ts";
import { networkOf } from "../networks/registry.ts";
import type { Device } from "../runtime/device-names.ts";
import { fastestDevice } from "../runtime/node/devices.ts";
import { checkpointFile, newestCheckpoint } from "./checkpoint.ts";
import { modelOf } from "./judgement/report.ts";
import type { TrainOptions } from "./options.ts";
import type { Plan } from "./plan.ts";
import { type RunKeeper, type TrainedRun, trainPrepared } from "./prepared-training.ts";
import { checkOptions } from "./presets.ts";
import { RunLog, versionsUsed } from "./run-log.ts";
import { encodeSchema, schemaOf, withSchema } from "./schema.ts";
import { DEFAULT_PRESET } from "./settings.ts";
import { prepareRun, type TrainingSource } from "./training-source.ts";

/**
 * Trains a model on a table, or on files that may be larger than memory.
 * @throws InputError for a column or setting that can't be used, a folder that holds a model already, a
 * full disk, and a loss that stops being a number (naming the epoch and the last good checkpoint).
 */
export async function trainTable(asked: TrainingSource, choice: TrainOptions = {}): Promise<TrainedRun> {
  checkOptions(choice, choice.preset ?? (choice.resume ? undefined : DEFAULT_PRESET));
  const { out, onNotice } = choice;
  if (out === undefined) return await trainHere(asked, choice);
  return await withFolderLock(out, { what: "a training", onNotice }, () => trainHere(asked, choice));
}

async function trainHere(asked: TrainingSource, choice: TrainOptions): Promise<TrainedRun> {
  const { source, options } = await withSchema(asked, ownSchema(choice));
  const device = await settledDevice(options);
  const prepared = await prepareRun(source, options, device);
  try {
    const { out, systemInfo = true } = options;
    const keep = (plan: Plan) => keptIn(out ?? "", plan, source, options, device);
    const surroundings = { device, versions: versionsUsed(systemInfo), ...(out !== undefined && { keep }) };
    return await trainPrepared(prepared, options, surroundings);
  } finally {
    await prepared.rows.close();
  }
}

/** What is written beside a model, and read again where its training goes on. */
const SCHEMA_FILE = "schema.json";

function ownSchema(options: TrainOptions): TrainOptions {
  const { resume, out, schema } = options;
  if (!resume || out === undefined || schema !== undefined) return options;
  const path = join(out, SCHEMA_FILE);
  return existsSync(path) ? { ...options, schema: path } : options;
}

async function settledDevice({ device = "cpu", onNotice }: TrainOptions): Promise<Device> {
  if (device !== "auto") return device;
  const fastest = await fastestDevice();
  onNotice?.(fastest.why);
  return fastest.device;
}

/** Writes checkpoints, and with each the model as it then is, so that it can answer questions during the training. */
async function keptIn(
  out: string,
  plan: Plan,
  source: TrainingSource,
  options: TrainOptions,
  device: Device,
): Promise<RunKeeper> {
  const { config, settings } = plan;
  const log = await openLog(out, plan, options, device, settings.workers);
  if (config.inspection && !options.resume) {
    const schema = schemaOf(config.inspection, config.columns, source);
    await writeModelFile(out, SCHEMA_FILE, encodeSchema(schema));
  }
  const { parameters } = networkOf(config.network);
  return {
    line: (text) => log.line(text),
    epoch: (metrics, epochs) => log.epoch(metrics, epochs),
    async save(state, sofar) {
      const { name, content } = checkpointFile(parameters, state);
      await writeTogether(out, { [name]: content, ...trainedModelFiles(modelOf(sofar, state)) });
      await log.line(`checkpoint ${join(out, name)}`);
    },
    write: (model) => writeTogether(out, trainedModelFiles(model)),
    newest: () => newestCheckpoint(out),
  };
}

async function openLog(
  out: string,
  { config, settings, start }: Plan,
  { systemInfo = true }: TrainOptions,
  device: Device,
  workers: number,
): Promise<RunLog> {
  // The weights that lie there may be of several networks that are done, and the config must be theirs.
  await writeTogether(
    out,
    start.finished ? trainedModelFiles(modelOf(config, start)) : modelConfigFiles(config),
  );
  const log = await RunLog.open(out, start.progress);
  if (systemInfo) await log.system(device, workers);
  const parameters = parameterCount(networkOf(config.network).parameters);
  const { epoch, step, rows } = start.progress;
  await log.line(
    `${parameters} parameters, ${config.columns.length} columns, ${rows} rows, on ${device}, ${JSON.stringify(settings)}`,
  );
  await log.line(step === 0 ? "starting" : `resuming after epoch ${epoch}, step ${step}`);
  return log;
}
