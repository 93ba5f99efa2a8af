/** @file What a run writes beside its model: metrics.csv, training.log, system.json. */

import { constants } from "node:fs";
import { appendFile, readFile, rm } from "node:fs/promises";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { VERSION } from "../base/version.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { asReadError, asWriteError, isAbsent } from "../files/system-errors.ts";
import { nvidiaGpus } from "../runtime/node/cuda-parts.ts";
import { env } from "../runtime/node/onnxruntime.ts";
import { readTable } from "../table/files/read.ts";
import { ENDLESS_EPOCHS } from "./presets.ts";

/** One epoch's numbers: a line of metrics.csv. */
export interface EpochMetrics {
  /** 1 for the first. */
  readonly epoch: number;
  readonly step: number;
  /** Training time so far, over all resumed parts. */
  readonly seconds: number;
  /** Mean squared error of the predicted noise, with dropout. */
  readonly loss: number;
  /** The same on the held-out rows, without dropout; NaN where none are held out. */
  readonly validationLoss: number;
  readonly learningRate: number;
  /** Rows trained on per second, in this epoch. */
  readonly rowsPerSecond: number;
}

/** The epochs of metrics.csv in a model's folder, in order. @throws InputError if there is none, or it is damaged. */
export async function readMetrics(folder: string): Promise<EpochMetrics[]> {
  const table = await readTable(join(folder, "metrics.csv"), { columns: COLUMNS.map(([name]) => name) });
  return Array.from({ length: table.rows }, (_, row) => {
    const cells = COLUMNS.map(([, key], i) => [key, table.columns[i].values[row]] as const);
    return Object.fromEntries(cells) as unknown as EpochMetrics;
  });
}

const COLUMNS: readonly [string, keyof EpochMetrics][] = [
  ["epoch", "epoch"],
  ["step", "step"],
  ["seconds", "seconds"],
  ["loss", "loss"],
  ["validation_loss", "validationLoss"],
  ["learning_rate", "learningRate"],
  ["rows_per_second", "rowsPerSecond"],
];

export class RunLog {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens the logs; metrics of epochs after `epoch` (a run that was killed past its checkpoint) are dropped. */
  static async open(folder: string, { epoch, step }: { epoch: number; step: number }): Promise<RunLog> {
    const path = join(folder, "metrics.csv");
    const old = await readFile(path, "utf8").catch((error: unknown) => {
      if (isAbsent(error)) return "";
      throw asReadError(path, error);
    });
    // The last line may have been cut off.
    const isWhole = (line: string) => line.split(",").length === COLUMNS.length;
    const kept = old.split("\n").filter((line) => isWhole(line) && Number.parseInt(line, 10) <= epoch);
    const text = `${[COLUMNS.map(([name]) => name).join(","), ...kept].join("\n")}\n`;
    await writeFileAtomic(path, text, { follow: false });
    if (step === 0) await rm(join(folder, "training.log"), { force: true });
    return new RunLog(folder);
  }

  /** A line of metrics.csv, and one of training.log to be read. @param epochs of how many. */
  async epoch(metrics: EpochMetrics, epochs: number): Promise<void> {
    const cells = COLUMNS.map(([, key]) =>
      Number.isNaN(metrics[key]) ? "" : Number(metrics[key].toPrecision(9)),
    );
    await append(join(this.#folder, "metrics.csv"), `${cells.join(",")}\n`);
    await this.line(epochLine(metrics, epochs));
  }

  async line(text: string): Promise<void> {
    await append(join(this.#folder, "training.log"), `${new Date().toISOString()} ${text}\n`);
  }

  async system(device: string, workers: number): Promise<void> {
    const processors = cpus();
    const system = {
      ...versionsUsed(true),
      platform: `${platform()} ${arch()} ${release()}`,
      processor: processors[0]?.model ?? "unknown",
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      gpus: await nvidiaGpus("name"),
      device,
      workers,
    };
    await writeFileAtomic(join(this.#folder, "system.json"), `${JSON.stringify(system, undefined, 2)}\n`, {
      follow: false,
    });
  }
}

/** What the training runs on; of anygiven alone, unless the system is to be told. */
export function versionsUsed(tellsSystem: boolean): Record<string, string> {
  if (!tellsSystem) return { anygiven: VERSION };
  const { node, common } = env.versions;
  return { anygiven: VERSION, node: process.version, onnxruntime: node ?? common ?? "unknown" };
}

function epochLine(
  { epoch, seconds, loss, validationLoss, learningRate, rowsPerSecond }: EpochMetrics,
  epochs: number,
): string {
  const of = epochs < ENDLESS_EPOCHS ? `/${epochs}` : "";
  const validation = Number.isNaN(validationLoss) ? "" : `, validation ${validationLoss.toPrecision(5)}`;
  return (
    `epoch ${epoch}${of}: loss ${loss.toPrecision(5)}${validation}, learning rate ${learningRate.toPrecision(5)}, ` +
    `${seconds.toFixed(1)} s so far, ${rowsPerSecond.toFixed(0)} rows/s`
  );
}

/** Logs grow line by line, so a full disk can meet them before it meets a checkpoint. */
async function append(path: string, text: string): Promise<void> {
  const flag = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  await appendFile(path, text, { flag }).catch((cause: unknown) => {
    throw asWriteError(path, cause);
  });
}
