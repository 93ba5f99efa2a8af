/** @file What a training reached, as it is kept with the model: each column beside two baselines, and whether more would help. */
import type { JsonSection } from "../base/json-section.ts";

/** Why a training ended: "done" where no column got better any more, "running" while it has not. */
const ENDINGS = [
  "running",
  "done",
  "finished",
  "interrupted",
  "out of time",
  "no better validation loss",
] as const;

export interface TrainingReport {
  readonly ended: (typeof ENDINGS)[number];
  /** Whether columns got better still, or it was too short to tell: more training would help. */
  readonly stoppedEarly: boolean;
  /** The names of those columns; none where it was too short to tell. */
  readonly improving: readonly string[];
  readonly epochs: number;
  readonly steps: number;
  /** After which of the steps the weights are those that are kept. */
  readonly keptStep: number;
  /** Held-out rows that there were. */
  readonly heldOutRows: number;
  readonly columns: readonly ReportedColumn[];
}

/** How well a column is answered on held-out rows, given all other columns that a row has. */
export interface ReportedColumn {
  readonly name: string;
  /** Held-out rows that it was asked of. */
  readonly rows: number;
  /** Minus the mean log likelihood by the column's own distribution, in nats, in standardised units. */
  readonly own: number;
  /**
   * By how many nats the mean log likelihood of the model is better than that, with its standard error: the true values
   * are exp(gain) times as probable.
   */
  readonly gain: number;
  readonly error: number;
  /** By how many nats that of a linear model of all other columns is; absent where there is none. */
  readonly linearGain?: number;
}

export function readTrainingReport(section: JsonSection): TrainingReport {
  return {
    ended: section.oneOf("ended", ENDINGS),
    stoppedEarly: section.flag("stoppedEarly"),
    improving: section.texts("improving"),
    epochs: section.number("epochs"),
    steps: section.number("steps"),
    keptStep: section.number("keptStep"),
    heldOutRows: section.number("heldOutRows"),
    columns: section.sections("columns").map((column) => ({
      name: column.text("name"),
      rows: column.number("rows"),
      own: column.number("own"),
      gain: column.number("gain"),
      error: column.number("error"),
      ...(column.has("linearGain") && { linearGain: column.number("linearGain") }),
    })),
  };
}
