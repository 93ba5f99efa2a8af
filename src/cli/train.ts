/** @file `anygiven train`: from a table to a model. */
import { Command, Option } from "@commander-js/extra-typings";
import { NOISE_SCHEDULES } from "../network/schedule.ts";
import type { TrainOptions } from "../training/options.ts";
import { DEFAULT_PRESET, LEARNING_RATE_SCHEDULES, PRESET_NAMES } from "../training/presets.ts";
import type { EpochMetrics } from "../training/run-log.ts";
import { trainTable } from "../training/train-table.ts";
import type { StepProgress } from "../training/trainer.ts";
import { names, number, range, whole } from "./arguments.ts";
import { modelOptions } from "./model-options.ts";
import { abortOnInterrupt, figure, note, ProgressBar, print, printJson } from "./output.ts";
import { TABLE_HELP, tableOf, tableOptions } from "./table-options.ts";

export function trainCommand() {
  return new Command("train")
    .description("Train a model on a table.")
    .argument("<table...>", TABLE_HELP)
    .requiredOption("--out <folder>", "the folder for model, checkpoints and logs")
    .option("--resume", "go on from the newest checkpoint in the folder, bit for bit")
    .addOption(
      new Option(
        "--preset <name>",
        `where settings not given come from (default: ${DEFAULT_PRESET})`,
      ).choices(PRESET_NAMES),
    )
    .addOption(tableOptions.columns())
    .addOption(
      new Option("--outputs <names>", "columns the model shall answer for (default: all)").argParser(names),
    )
    .addOption(tableOptions.missing())
    .addOption(tableOptions.errors())
    .addOption(tableOptions.format())
    .optionsGroup("Length and speed of training (defaults by preset):")
    .option("--epochs <n>", "passes over the rows", whole)
    .option("--batch-size <n>", "rows per step", whole)
    .option("--learning-rate <x>", "AdamW's step size at the start", number)
    .option("--learning-rate-min <x>", "where the schedule ends", number)
    .addOption(
      new Option("--schedule <name>", "how the learning rate falls").choices(LEARNING_RATE_SCHEDULES),
    )
    .option("--restart-epochs <n>", "epochs from one warm restart to the next", whole)
    .option("--validation <share>", "share of the rows held out", number)
    .option("--patience <n>", "stop after n epochs without a better validation loss; 0: never", whole)
    .option("--checkpoint-every <n>", "epochs between checkpoints; 0: one at the end", whole)
    .option("--seed <n>", "same seed, table and machine: same weights", whole)
    .option("--workers <n>", "worker threads; 0: one per core", whole)
    .addOption(modelOptions.device())
    .optionsGroup("Size of the network (defaults by preset):")
    .option("--embedding-dim <n>", "width of embeddings, encoder and condition", whole)
    .option("--heads <n>", "attention heads", whole)
    .option("--ffn-dim <n>", "width of the feed-forward layers", whole)
    .option("--encoder-layers <n>", "encoder layers", whole)
    .option("--dropout <share>", "share of cells dropped in training", number)
    .option("--head-dim <n>", "width of the diffusion head", whole)
    .option("--head-layers <n>", "layers of the diffusion head", whole)
    .option("--steps <n>", "diffusion steps", whole)
    .addOption(
      new Option("--noise-schedule <name>", "how noise grows over the steps").choices(NOISE_SCHEDULES),
    )
    .option("--context-range <a,b>", "fewest and most columns given in training", range)
    .optionsGroup("Output:")
    .option("--no-system-info", "do not write system.json")
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven train houses.csv --out houses --epochs 40
  anygiven train 'runs/*.parquet' --out runs --columns a,b,c --missing -9999
  anygiven train houses.csv --out houses --resume --epochs 80
  anygiven train stars.csv.gz --out stars --preset paper-stellar --outputs teff,logg

Ctrl-C ends the run after the step in hand, with a checkpoint to resume from.`,
    )
    .action(async (sources, { json, missing, errors, format, columns, resume, systemInfo, ...settings }) => {
      const table = await tableOf(sources, { columns, missing, errors, format });
      note(`${table.source}: ${table.rows} rows, ${table.columns.length} columns`);
      const show = new TrainingDisplay();
      const interrupt = abortOnInterrupt(
        "Ending after the step in hand (Ctrl-C again to end at once) ...",
        () => show.stop(),
      );
      try {
        const run = await trainTable(table, {
          ...(defined(settings) as TrainOptions),
          ...(resume && { resume }),
          systemInfo,
          signal: interrupt.signal,
          onStep: (progress) => show.step(progress),
          onEpoch: (metrics) => show.epoch(metrics),
          onNotice: note,
        });
        show.stop();
        if (json)
          printJson({
            folder: settings.out,
            why: run.why,
            epochs: run.epochs,
            steps: run.steps,
            metrics: run.metrics,
          });
        else print(ending(settings.out, run.why, run.epochs, run.metrics.at(-1)));
        if (run.why === "interrupted") process.exitCode = 130;
      } finally {
        show.stop();
        interrupt.stop();
      }
    });
}

function ending(folder: string, why: string, epochs: number, last: EpochMetrics | undefined): string {
  if (why === "interrupted") {
    return `Interrupted after ${epochs} epochs; go on with: anygiven train ... --out ${folder} --resume`;
  }
  const validation =
    last && !Number.isNaN(last.validationLoss) ? `, validation loss ${figure(last.validationLoss)}` : "";
  const loss = last ? `: loss ${figure(last.loss)}${validation}` : "";
  return `Trained ${epochs} epochs (${why})${loss}. The model is in ${folder}; ask it with: anygiven sample ${folder} --of COLUMN`;
}

/** A bar on a terminal, a line for each epoch elsewhere. */
export class TrainingDisplay {
  #bar: ProgressBar | undefined;
  #validation = "-";

  step({ epoch, epochs, stepOfEpoch, stepsPerEpoch, loss }: StepProgress): void {
    if (this.#stopped) return;
    this.#bar ??= new ProgressBar(
      "epoch {epoch}/{epochs} {bar} {percentage}% | loss {loss} | validation {validation} | {rate} steps/s | {left} left",
      epochs * stepsPerEpoch,
      { epoch: epoch + 1, epochs, loss: "-", validation: "-", rate: "-", left: "-" },
    );
    const done = epoch * stepsPerEpoch + stepOfEpoch;
    this.#began ??= { at: performance.now(), done };
    const seconds = (performance.now() - this.#began.at) / 1000;
    const rate = (done - this.#began.done) / seconds;
    const left = (epochs * stepsPerEpoch - done) / rate;
    this.#bar.update(done, {
      epoch: epoch + 1,
      loss: loss.toFixed(4),
      validation: this.#validation,
      rate: rate >= 10 ? rate.toFixed(0) : rate.toFixed(2),
      left: duration(left),
    });
  }
  #began: { at: number; done: number } | undefined;

  epoch(metrics: EpochMetrics): void {
    const { epoch, loss, validationLoss, learningRate, rowsPerSecond } = metrics;
    this.#validation = Number.isNaN(validationLoss) ? "-" : validationLoss.toFixed(4);
    if (this.#bar?.isShown) return;
    note(
      `epoch ${epoch}  loss ${loss.toFixed(4)}  validation ${this.#validation}  learning rate ${learningRate.toExponential(2)}  ${rowsPerSecond.toFixed(0)} rows/s`,
    );
  }

  stop(): void {
    this.#bar?.stop();
    this.#stopped = true;
  }
  #stopped = false;
}

/** "1h 02m", "3m 20s", "12s". */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "-";
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours}h ${String(minutes).padStart(2, "0")}m`;
  return minutes > 0 ? `${minutes}m ${String(whole % 60).padStart(2, "0")}s` : `${whole}s`;
}

/** Options that were not given are absent, not undefined. */
function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
