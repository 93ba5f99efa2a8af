/**
 * @file A model folder of the published PyTorch code, as plain data: config.json and checkpoints/epoch_K.pt, or, as its first commit
 * left it in model_weights/ (907f11a), weights.pt.
 */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { Guard } from "../../runtime/node/guarded-thread.ts";
import { type PublishedConfig, readPublishedConfig } from "./published-config.ts";
import {
  mapOf,
  type PublishedOptimizer,
  type PublishedScheduler,
  publishedOptimizer,
  publishedScheduler,
} from "./published-optimizer.ts";
import { checkedWeights, type PublishedTensor } from "./published-weights.ts";
import { readTorchFileGuarded, type TorchValue } from "./torch-file.ts";

/** A trained model of henrysky/stars_foundation_diffusion (Leung & Bovy 2024, arXiv 2407.15703). */
export interface PublishedModel extends PublishedConfig {
  readonly folder: string;
  readonly checkpointFile: string;
  /** Epochs trained. */
  readonly epoch: number;
  /** By original name, in the original's order. */
  readonly weights: ReadonlyMap<string, PublishedTensor>;
  readonly optimizer?: PublishedOptimizer;
  readonly scheduler?: PublishedScheduler;
  /** What the folder held that could not be taken over, or is doubtful, one sentence each: show them. */
  readonly notes: readonly string[];
}

/**
 * Reads a published model without executing anything of it.
 *
 * @param epoch which `checkpoints/epoch_K.pt`; the newest by number if not given.
 * @param limits of the thread that reads it.
 * @throws InputError when a file or field is missing, damaged or not understood, when the weights do not fit
 * the configuration, or when the checkpoint holds anything but data.
 */
export async function readPublishedModel(
  folder: string,
  epoch?: number,
  limits: Guard & { readonly maxUnpacked?: number } = {},
): Promise<PublishedModel> {
  const config = await readPublishedConfig(join(folder, "config.json"));
  const { file: checkpointFile, epoch: chosen } = await chosenFile(folder, epoch);
  const checkpoint = mapOf(await readTorchFileGuarded(checkpointFile, limits));
  const stateDict = checkpoint?.get("model_state_dict");
  if (!checkpoint || stateDict === undefined) {
    throw new InputError(
      `${checkpointFile} has no model_state_dict: take a checkpoint that the published code saved.`,
    );
  }
  const notes: string[] = [];
  const trained = checkpoint.get("current_epoch") ?? chosen;
  if (typeof trained !== "number") {
    throw new InputError(`${checkpointFile}: current_epoch is not a number; take another checkpoint.`);
  }
  if (chosen !== undefined && trained !== chosen) {
    notes.push(`${checkpointFile} was saved after epoch ${trained}, not the ${chosen} of its name.`);
  }
  const { conditionDim, headDim, isFirst } = config.diffusion;
  if (conditionDim === headDim && !isFirst) {
    notes.push(
      `${folder} was trained blind to its inputs: where embedding and head are equally wide (${config.embeddingDim}) the published code leaves the condition out of the head, so that every answer is the same whatever is given; train it anew to get answers that depend on what is given.`,
    );
  }
  const weights = checkedWeights(isFirst ? renamed(stateDict) : stateDict, config, checkpointFile);
  const optimizer = publishedOptimizer(checkpoint, weights, checkpointFile, notes);
  const scheduler = publishedScheduler(checkpoint, checkpointFile);
  return {
    ...config,
    folder,
    checkpointFile,
    epoch: trained,
    weights,
    ...(optimizer && { optimizer }),
    ...(scheduler && { scheduler }),
    notes,
  };
}

/** The first commit's names of the head's layers, lin1 to lin3 and lin4, as later ones have them. */
function renamed(stateDict: TorchValue): TorchValue {
  if (!(stateDict instanceof Map)) return stateDict;
  const name = (key: TorchValue) =>
    String(key)
      .replace(
        /^(diffusion_head\.)lin([123])\./,
        (_, head, layer) => `${head}lin_layers.${Number(layer) - 1}.`,
      )
      .replace(/^(diffusion_head\.)lin4\./, "$1lin_out.");
  return new Map(Array.from(stateDict, ([key, value]) => [name(key), value]));
}

/** The weights of the epoch that is wanted; else those that the training ended with, or the newest. */
async function chosenFile(
  folder: string,
  wanted: number | undefined,
): Promise<{ readonly file: string; readonly epoch?: number }> {
  const last = join(folder, "weights.pt");
  if (wanted === undefined && existsSync(last)) return { file: last };
  const epoch = chooseEpoch(await savedEpochs(folder), folder, wanted);
  return { file: join(folder, "checkpoints", `epoch_${epoch}.pt`), epoch };
}

async function savedEpochs(folder: string): Promise<number[]> {
  const path = join(folder, "checkpoints");
  let names: string[];
  try {
    names = await readdir(path);
  } catch (cause) {
    throw new InputError(
      `There is no readable folder ${path}: name a folder that holds checkpoints/ or weights.pt.`,
      {
        cause,
      },
    );
  }
  // Without leading zeros: the number must lead back to the name.
  return names
    .flatMap((name) => /^epoch_(0|[1-9]\d*)\.pt$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function chooseEpoch(epochs: readonly number[], folder: string, wanted?: number): number {
  const newest = epochs.at(-1);
  if (newest === undefined) {
    throw new InputError(
      `${join(folder, "checkpoints")} holds no epoch_K.pt: name a trained model's folder.`,
    );
  }
  if (wanted === undefined) return newest;
  if (!epochs.includes(wanted)) {
    throw new InputError(
      `${folder} has no checkpoint of epoch ${wanted}: choose one of ${epochs.join(", ")}.`,
    );
  }
  return wanted;
}
