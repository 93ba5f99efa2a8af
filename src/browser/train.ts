/** @file Training in a page: a worker trains, the page is told how far it is and is handed models on the way. */
import { InputError } from "../base/errors.ts";
import type { Inspection } from "../columns/inspection/inspected.ts";
import { Model, type ModelOptions } from "../model/model.ts";
import type { TrainedModel } from "../model/trained-model.ts";
import { revivedError } from "../runtime/told-error.ts";
import { threadsHere } from "../runtime/web/web-platform.ts";
import type { StatedColumn } from "../table/stated-kinds.ts";
import type { Size } from "../training/settings.ts";
import type { TrainingCheck } from "../training/training-run.ts";
import type { SettingOptions, SettingsOf } from "../training/training-settings.ts";
import { absolute, type PageOptions, usePage, wasmFolder } from "./page-platform.ts";
import { inputOf, type TableSource } from "./table-input.ts";
import type { Told, TrainBegin, TrainingProgress } from "./training-messages.ts";

export type { BytesReading, TableSource } from "./table-input.ts";
export type { TrainingProgress } from "./training-messages.ts";

/** What a training in a page may be told; settings are those of `train` in Node (preset "default"). */
export interface PageTrainOptions
  extends Partial<SettingsOf<"query">>,
    PageOptions,
    Omit<ModelOptions, "device" | "threads"> {
  /** What columns are, where they would be taken for something else: `{ zip: "category", start: "date:dmy" }`. */
  readonly kinds?: Readonly<Record<string, StatedColumn>>;
  /** Columns to leave out. */
  readonly exclude?: readonly string[];
  /** The size of the network, of batches and of the learning rate in one; by default as suits the table. */
  readonly size?: Size;
  /** Columns the model shall answer for; default all. */
  readonly outputs?: readonly string[];
  /** A model to start from. */
  readonly from?: Model;
  /** Under which licence the model is given away. */
  readonly licence?: string;
  /** Seconds between two models on the way; default 3. */
  readonly modelSeconds?: number;
  /** Called with a description of the table, once it has been read. */
  readonly onTable?: (table: {
    readonly source: string;
    readonly rows: number;
    readonly columns: number;
  }) => void;
  /** Called with what was understood of the table, before the training begins. */
  readonly onInspection?: (inspection: Inspection) => void;
  /** Called, with one sentence each, for what the user should know. */
  readonly onNotice?: (notice: string) => void;
  /** Called ten times a second at most. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Called after each look at the held-out rows: what each column has learnt, and which get better still. */
  readonly onCheck?: (check: TrainingCheck) => void;
  /**
   * Called with the model as it is, every few seconds: its densities get sharper from one to the next. It is disposed of when the
   * next comes.
   */
  readonly onModel?: (model: Model) => void;
}

/** A training that is going on. */
export interface Training {
  /** The model when the training has ended, by itself or by {@link stop}; rejected with what was wrong. */
  readonly finished: Promise<Model>;
  /** The newest model; undefined before there is one. */
  readonly model: Model | undefined;
  /** Ends the training after the step in hand. @returns `finished`. */
  stop(): Promise<Model>;
  /** Ends the training at once, without a model; `finished` is rejected. */
  cancel(): void;
}

/**
 * Trains a model on a table, in a worker of the page: nothing is sent anywhere. The table is a CSV or Parquet file (of an input or
 * a drop), its bytes, its address, or rows as plain objects. It is inspected as Node does it, and trained by the same programs:
 * with the same seed and settings the model is Node's but for rounding.
 * @example
 * import { train } from "anygiven/browser";
 * const training = train([{ x: 1, y: 2 }, { x: 2, y: 4 }], { onProgress: ({ step, loss }) => console.log(step, loss) });
 * const model = await training.finished;
 * console.log(model.columns);
 */
export function train(table: TableSource, options: PageTrainOptions = {}): Training {
  return new PageTraining(table, options);
}

/** More workers than these have too little to do each. */
const MOST_WORKERS = 8;

class PageTraining implements Training {
  readonly finished: Promise<Model>;
  readonly #options: PageTrainOptions;
  readonly #worker: Worker;
  #model: Model | undefined;
  #settle: { done: (model: Model) => void; failed: (error: Error) => void } = { done() {}, failed() {} };

  constructor(table: TableSource, options: PageTrainOptions) {
    this.#options = options;
    usePage(options);
    this.#worker = new Worker(new URL("./browser-training.js", import.meta.url), { type: "module" });
    this.finished = new Promise((done, failed) => {
      this.#settle = { done, failed };
    });
    // Who only stops a training need not listen to how it ends.
    this.finished.catch(() => undefined);
    this.#worker.onmessage = ({ data }: MessageEvent<Told>) => this.#hear(data);
    this.#worker.onerror = ({ message }) =>
      this.#fail(new Error(`The worker that trains has ended: ${message || "its file can't be loaded"}.`));
    this.#begin(table);
  }

  get model(): Model | undefined {
    return this.#model;
  }

  stop(): Promise<Model> {
    this.#worker.postMessage({ kind: "stop" });
    return this.finished;
  }

  cancel(): void {
    this.#fail(new InputError("The training was cancelled."));
  }

  #begin(table: TableSource): void {
    const { wasm, modelSeconds = 3 } = this.#options;
    try {
      const begin: TrainBegin = {
        kind: "train",
        table: inputOf(table, absolute),
        options: settingsOf(this.#options),
        wasm: wasmFolder(wasm),
        threads: threadsHere(MOST_WORKERS),
        modelSeconds,
      };
      this.#worker.postMessage(begin);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #hear(told: Told): void {
    const { onTable, onInspection, onNotice, onProgress, onCheck, onModel } = this.#options;
    switch (told.kind) {
      case "table": {
        const { kind: _, ...table } = told;
        onTable?.(table);
        break;
      }
      case "inspection":
        onInspection?.(told.inspection);
        break;
      case "notice":
        onNotice?.(told.notice);
        break;
      case "progress":
        onProgress?.(told.progress);
        break;
      case "check":
        onCheck?.(told.check);
        break;
      case "model":
        onModel?.(this.#newest(told.model));
        break;
      case "end":
        this.#worker.terminate();
        this.#settle.done(this.#newest(told.model));
        break;
      case "failure":
        this.#fail(revivedError(told.failure));
    }
  }

  #newest(trained: TrainedModel): Model {
    void this.#model?.dispose();
    this.#model = new Model(trained, modelOptions(this.#options));
    return this.#model;
  }

  #fail(error: Error): void {
    this.#worker.terminate();
    this.#settle.failed(error);
  }
}

/** What the worker needs to know: functions can't be sent to it. */
function settingsOf(options: PageTrainOptions): SettingOptions {
  const {
    wasm: _,
    worker: __,
    threads: ___,
    modelSeconds: ____,
    flow: _____,
    levels: ______,
    unseen: _______,
    from,
    ...others
  } = options;
  const told = Object.entries(others).filter(([, value]) => typeof value !== "function");
  return {
    ...Object.fromEntries(told),
    ...(from && { from: { config: from.config, weights: from.weights } }),
  };
}

function modelOptions({ flow, levels, unseen, onWarning }: PageTrainOptions): ModelOptions {
  return {
    ...(flow && { flow }),
    ...(levels && { levels }),
    ...(unseen && { unseen }),
    ...(onWarning && { onWarning }),
  };
}
