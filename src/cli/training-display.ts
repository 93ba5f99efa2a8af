/** @file A training and how far it is: a bar on a terminal, a line for each epoch elsewhere; whether it was too short. */
import type { TableFiles } from "../table/files/read.ts";
import type { Table } from "../table/table.ts";
import type { TrainOptions } from "../training/options.ts";
import type { TrainedRun } from "../training/prepared-training.ts";
import { ENDLESS_EPOCHS } from "../training/presets.ts";
import type { EpochMetrics } from "../training/run-log.ts";
import { trainTable } from "../training/train-table.ts";
import type { StepProgress, TrainingCheck } from "../training/training-run.ts";
import { interruptible, note, ProgressBar } from "./output.ts";

/** The bar counts thousandths of the training, by epochs or by time, whichever will end it. */
const PARTS = 1000;

class TrainingDisplay {
  readonly #seconds: number;
  #bar: ProgressBar | undefined;
  #validation = "-";
  /** Which columns get better still, in words. */
  #better = "";
  /** Where the run stood at the first step seen here. */
  #began: { readonly at: number; readonly steps: number } | undefined;
  /** Seconds of training before that: of the run that is resumed. */
  #before = 0;
  #stopped = false;

  /** @param seconds after which the training stops; 0 for never. */
  constructor(seconds = 0) {
    this.#seconds = seconds;
  }

  step({ epoch, epochs, stepOfEpoch, stepsPerEpoch, loss, stepsLeft }: StepProgress): void {
    if (this.#stopped) return;
    this.#bar ??= new ProgressBar(
      "epoch {epoch}{epochs} {bar} {percentage}% | loss {loss} | validation {validation}{better} | {rate} steps/s | {left} left",
      PARTS,
      {
        epoch: epoch + 1,
        epochs: epochs < ENDLESS_EPOCHS ? `/${epochs}` : "",
        loss: "-",
        validation: "-",
        better: "",
        rate: "-",
        left: "-",
      },
    );
    const steps = epoch * stepsPerEpoch + stepOfEpoch;
    // Until anybody can tell, a run without a length is at its very beginning.
    const foretold = epochs < ENDLESS_EPOCHS ? Number.POSITIVE_INFINITY : steps + (stepsLeft ?? Number.NaN);
    const all = Math.min(epochs * stepsPerEpoch, foretold);
    this.#began ??= { at: performance.now(), steps };
    const seconds = (performance.now() - this.#began.at) / 1000;
    const rate = (steps - this.#began.steps) / seconds;
    const leftByTime = this.#seconds > 0 ? this.#seconds - this.#before - seconds : Number.POSITIVE_INFINITY;
    const share = this.#seconds > 0 ? (this.#before + seconds) / this.#seconds : 0;
    this.#bar.update(Math.floor(PARTS * Math.min(1, Math.max(share, steps / all || 0))), {
      epoch: epoch + 1,
      loss: loss.toFixed(4),
      validation: this.#validation,
      better: this.#better,
      rate: rate >= 10 ? rate.toFixed(0) : rate.toFixed(2),
      left: duration(timeLeft((all - steps) / rate, leftByTime)),
    });
  }

  /** After a look at the held-out rows. */
  check({ gains, improving }: TrainingCheck): void {
    if (improving) this.#better = ` | ${improving.length} of ${Object.keys(gains).length} columns get better`;
  }

  epoch(metrics: EpochMetrics): void {
    const { epoch, loss, validationLoss, learningRate, rowsPerSecond, seconds } = metrics;
    if (this.#began) this.#before = Math.max(0, seconds - (performance.now() - this.#began.at) / 1000);
    this.#validation = Number.isNaN(validationLoss) ? "-" : validationLoss.toFixed(4);
    if (this.#bar?.isShown) return;
    note(
      `epoch ${epoch}  loss ${loss.toFixed(4)}  validation ${this.#validation}  learning rate ${learningRate.toExponential(2)}  ${rowsPerSecond.toFixed(0)} rows/s${this.#better.replace(" | ", "  ")}`,
    );
  }

  stop(): void {
    this.#bar?.stop();
    this.#stopped = true;
  }
}

/**
 * Trains, and shows how far it is. Ctrl-C ends the training after the step in hand, and the process then ends as
 * interrupted.
 */
export async function trainWithDisplay(
  source: Table | TableFiles,
  options: TrainOptions,
  notice: string,
): Promise<TrainedRun> {
  const show = new TrainingDisplay(options.seconds);
  const run = await interruptible(notice, show, (signal) =>
    trainTable(source, {
      ...options,
      signal,
      onStep: (progress) => show.step(progress),
      onEpoch: (epoch) => show.epoch(epoch),
      onCheck: (check) => show.check(check),
    }),
  );
  const tooShort = shortTraining(run);
  if (tooShort) note(tooShort);
  if (run.why === "interrupted") process.exitCode = 130;
  return run;
}

/** What 1,500 steps are worth is in docs/lab-notebook.md; a busy machine may take far fewer in the same time. */
const FEW_STEPS = 1000;

/** What the user should know of a training that time cut short before it had learnt much, in one sentence. */
export function shortTraining({ why, steps, epochs }: Pick<TrainedRun, "why" | "steps" | "epochs">) {
  if (why !== "out of time" || steps >= FEW_STEPS) return undefined;
  return (
    `Only ${steps} steps (${epochs} whole epochs) fitted into the time, so the answers will be rough: ` +
    `${FEW_STEPS} or more are worth having; give it more --minutes, or continue with "anygiven train ... --resume".`
  );
}

/** In seconds; NaN while nobody can tell. */
function timeLeft(bySteps: number, byTime: number): number {
  const left =
    Number.isNaN(bySteps) && byTime < Number.POSITIVE_INFINITY ? byTime : Math.min(bySteps, byTime);
  return Math.max(0, left);
}

/** "1h 02m", "3m 20s", "12s". */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "-";
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours}h ${String(minutes).padStart(2, "0")}m`;
  return minutes > 0 ? `${minutes}m ${String(whole % 60).padStart(2, "0")}s` : `${whole}s`;
}
