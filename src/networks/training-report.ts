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
  /** Of networks that were trained in turn: how many have begun, and of how many the answers are averaged. */
  readonly inTurn?: { readonly begun: number; readonly averaged: number };
  /** Held-out rows that there were. */
  readonly heldOutRows: number;
  readonly columns: readonly ReportedColumn[];
  /** What recalibration brings each column; absent where it was not tried. */
  readonly recalibration?: readonly RecalibratedColumn[];
}

/** A column whose answers were compared with held-out rows. */
export interface RecalibratedColumn {
  readonly name: string;
  /** Of numbers that are no point masses: how many the central intervals of the answers hold, before recalibration. */
  readonly coverage?: Coverage;
  /** By size of the given set: questions that give so many columns at most, and more than those before. */
  readonly sizes: readonly {
    readonly most: number;
    /** Of numbers that are no point masses, and of categories and point masses. */
    readonly numbers?: Verdict;
    readonly classes?: Verdict;
  }[];
}

export interface Coverage {
  readonly questions: number;
  /** The shares inside the intervals that should hold 68 and 95 %. */
  readonly of68: number;
  readonly of95: number;
}

/** Fitted to one half of the held-out rows and tried on the other, and the other way round. */
export interface Verdict {
  /** Whether answers are recalibrated. */
  readonly kept: boolean;
  /** Held-out rows that were asked about; 0 of too few to tell. */
  readonly rows: number;
  /** By how many nats held-out values are more probable on average, with the standard error. */
  readonly gain: number;
  readonly error: number;
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
  /** Of categories, the share of each in the rows trained on, in the encoding's order. */
  readonly shares?: readonly number[];
}

export function readTrainingReport(section: JsonSection): TrainingReport {
  return {
    ended: section.oneOf("ended", ENDINGS),
    stoppedEarly: section.flag("stoppedEarly"),
    improving: section.texts("improving"),
    epochs: section.number("epochs"),
    steps: section.number("steps"),
    keptStep: section.number("keptStep"),
    ...(section.has("inTurn") && { inTurn: readInTurn(section.section("inTurn")) }),
    heldOutRows: section.number("heldOutRows"),
    columns: section.sections("columns").map((column) => ({
      name: column.text("name"),
      rows: column.number("rows"),
      own: column.number("own"),
      gain: column.number("gain"),
      error: column.number("error"),
      ...(column.has("linearGain") && { linearGain: column.number("linearGain") }),
      ...(column.has("shares") && { shares: column.numbers("shares") }),
    })),
    ...(section.has("recalibration") && {
      recalibration: section.sections("recalibration").map(readRecalibratedColumn),
    }),
  };
}

function readInTurn(section: JsonSection): { readonly begun: number; readonly averaged: number } {
  return { begun: section.number("begun"), averaged: section.number("averaged") };
}

function readRecalibratedColumn(column: JsonSection): RecalibratedColumn {
  return {
    name: column.text("name"),
    ...(column.has("coverage") && { coverage: readCoverage(column.section("coverage")) }),
    sizes: column.sections("sizes").map((size) => ({
      most: size.number("most"),
      ...(size.has("numbers") && { numbers: readVerdict(size.section("numbers")) }),
      ...(size.has("classes") && { classes: readVerdict(size.section("classes")) }),
    })),
  };
}

function readCoverage(section: JsonSection): Coverage {
  return {
    questions: section.number("questions"),
    of68: section.number("of68"),
    of95: section.number("of95"),
  };
}

function readVerdict(section: JsonSection): Verdict {
  return {
    kept: section.flag("kept"),
    rows: section.number("rows"),
    gain: section.number("gain"),
    error: section.number("error"),
  };
}
