/** @file The training of a table in memory as the page's worker does it: the trainer of Node, and what it tells the page. */
import { VERSION } from "../base/version.ts";
import type { TrainedModel } from "../model/trained-model.ts";
import { WASM_VERSION } from "../runtime/web/wasm-sessions.ts";
import type { Table } from "../table/table.ts";
import type { TrainOptions } from "../training/options.ts";
import { freshPlan } from "../training/plan.ts";
import { preparedInMemory } from "../training/prepared-run.ts";
import { trainPrepared } from "../training/prepared-training.ts";
import { checkOptions } from "../training/presets.ts";
import { DEFAULT_PRESET } from "../training/settings.ts";
import type { SettingOptions } from "../training/training-settings.ts";
import { tableAsSaid, wishesOf } from "../training/understood.ts";
import { StepRate } from "./step-rate.ts";
import type { Told } from "./training-messages.ts";

interface Page {
  readonly tell: (told: Told) => void;
  readonly signal: AbortSignal;
  readonly modelSeconds: number;
}

/** Seconds between two tellings of progress. */
const TOLD_EVERY = 0.1;

/** @throws InputError as a training in Node does. */
export async function trainInMemory(
  table: Table,
  given: SettingOptions,
  { tell, signal, modelSeconds }: Page,
): Promise<TrainedModel> {
  const rate = new StepRate();
  let loss = Number.NaN;
  let epoch = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  const options: TrainOptions = {
    ...given,
    signal,
    onTable: (described) => tell({ kind: "table", ...described }),
    onInspection: (inspection) => tell({ kind: "inspection", inspection }),
    onNotice: (notice) => tell({ kind: "notice", notice }),
    onCheck: (check) => tell({ kind: "check", check }),
    onStep: (progress) => {
      ({ loss, epoch } = progress);
    },
    onProgress: (step, steps) => {
      const progress = { ...rate.after(step, steps), loss, epoch };
      if (progress.seconds - toldAt < TOLD_EVERY && step < steps) return;
      toldAt = progress.seconds;
      tell({ kind: "progress", progress });
    },
  };
  checkOptions(options, DEFAULT_PRESET);
  const said = tableAsSaid(table, options);
  const prepared = await preparedInMemory(said, options, (measured, rows) =>
    freshPlan(measured, rows, options, "cpu", wishesOf(options)),
  );
  rate.start();
  let modelAt = performance.now();
  const run = await trainPrepared(prepared, options, {
    device: "cpu",
    versions: { anygiven: VERSION, "onnxruntime-web": WASM_VERSION },
    onState(model) {
      const now = performance.now();
      if (now - modelAt < 1000 * modelSeconds) return;
      modelAt = now;
      tell({ kind: "model", model: model() });
    },
  });
  return run.model;
}
