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

<<<<<<< HEAD
=======
async function trainPrepared(
  { plan, rows, groups }: PreparedRun,
  source: TrainingSource,
  options: TrainOptions,
  device: Device,
): Promise<TrainedRun> {
  const { out, signal } = options;
  const onStep = stepCallback(options);
  const { settings, start } = plan;
  // Other weights, other errors: what is to be corrected is found anew when training ends.
  const config = withoutRecalibration(plan.config);
  const split = splitRows(rows, settings, groups);
  const heldOut = split.validation.length;
  if (groups && heldOut > 0) options.onNotice?.(splitSentence(groups, split.validation));
  for (const notice of fewRowsNotices({
    rows: split.training.length + heldOut,
    columns: config.columns.length,
    heldOut,
  }))
    options.onNotice?.(notice);
  const spent = start.progress.seconds;
  if (settings.seconds > 0 && spent > 0)
    options.onNotice?.(
      `${minutes(spent)} minutes of training are done of ${minutes(settings.seconds)} in all: ${minutes(Math.max(0, settings.seconds - spent))} are left.`,
    );
  const { workers } = settings;
  if ((options.workers ?? 0) > workers)
    options.onNotice?.(
      `${workers} worker threads instead of ${options.workers}: this machine has ${platform().threads.cores} cores, and more would only take memory.`,
    );
  const log =
    out === undefined ? undefined : await openLog(out, { ...plan, config }, options, device, workers);
  if (out !== undefined && config.inspection && !options.resume) {
    const schema = schemaOf(config.inspection, config.columns, source);
    await writeModelFile(out, SCHEMA_FILE, encodeSchema(schema));
  }
  const { parameters } = networkOf(config.network);
  const metrics: EpochMetrics[] = [];
  const saved = new Saver(out, parameters, log);
  try {
    const isJudged = networkOf(config.network).likelihood !== undefined && split.validation.length > 0;
    const withMaking = (made: ModelConfig, { progress }: Checkpoint): ModelConfig => ({
      ...made,
      made: makingOf(progress.seconds, split, options, plan.config.made),
    });
    const sofar = (checkpoint: Checkpoint): ModelConfig =>
      withMaking(
        isJudged ? { ...config, report: reportWhileRunning(checkpoint, split) } : config,
        checkpoint,
      );
    const end = await runTraining({
      config,
      settings,
      rows,
      split,
      start,
      device,
      workers,
      ...(signal && { signal }),
      ...(onStep && { onStep }),
      ...(options.onCheck && { onCheck: options.onCheck }),
      onNetwork: async (sentence) => {
        options.onNotice?.(sentence);
        await log?.line(sentence);
      },
      onEpoch: async (epoch, checkpoint) => {
        metrics.push(epoch);
        options.onEpoch?.(epoch);
        await log?.epoch(epoch, settings.epochs);
        const due = settings.checkpointEvery > 0 && epoch.epoch % settings.checkpointEvery === 0;
        if (due && epoch.epoch < settings.epochs) {
          const state = checkpoint();
          await saved.save(state, sofar(state));
        }
      },
      onEnd: (state) => saved.save(state, sofar(state)),
    });
    const { progress } = end.checkpoint;
    const model = { ...end.model, config: withMaking(end.model.config, end.checkpoint) };
    const { report } = model.config;
    if (report) {
      await saved.write(model);
      await log?.line(`reached ${JSON.stringify(report)}`);
    }
    await log?.line(`${end.why} after ${progress.epoch} epochs, ${progress.step} steps`);
    return {
      model,
      metrics,
      why: end.why,
      steps: progress.step,
      epochs: progress.epoch,
    };
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    await log?.line(error.message);
    throw new InputError(await divergedMessage(error, out, settings));
  }
}

/** The licence of a run that is gone on with stays, unless another is stated. */
function makingOf(
  seconds: number,
  { training, validation }: Split,
  { licence, systemInfo = true }: TrainOptions,
  before: Making | undefined,
): Making {
  const stated = licence ?? before?.licence ?? "";
  return {
    at: `${new Date().toISOString().slice(0, 16)}Z`,
    seconds: Number(seconds.toPrecision(3)),
    trainedRows: training.length,
    heldOutRows: validation.length,
    versions: versionsUsed(systemInfo),
    ...(stated !== "" && { licence: stated }),
  };
}

const minutes = (seconds: number) => String(Number((seconds / 60).toPrecision(2)));

function stepCallback({ onStep, onProgress }: TrainOptions): TrainOptions["onStep"] {
  if (!onProgress) return onStep;
  return (progress) => {
    onStep?.(progress);
    const { epoch, epochs, stepOfEpoch, stepsPerEpoch, stepsLeft = Number.POSITIVE_INFINITY } = progress;
    const done = epoch * stepsPerEpoch + stepOfEpoch;
    const all = epochs < ENDLESS_EPOCHS ? epochs * stepsPerEpoch : Number.POSITIVE_INFINITY;
    onProgress(done, Math.min(all, done + stepsLeft));
  };
}

>>>>>>> fc10656 (More worker threads than could work are not started; tables of more than 4,000 columns are refused before the work; pictures of names with control characters are drawn)
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
