/** @file An evaluation in words: of each column whether its answers are as wide as they should be, and what they know. */
import type { Estimate } from "./bootstrap.ts";
import type { CategoryColumnEvaluation, Evaluation, NumberColumnEvaluation } from "./evaluate.ts";
import type { NumberScores } from "./number-answers.ts";

export interface Verdict {
  readonly column: string;
  /** A few words: "slightly too narrow", "as it should be". */
  readonly calibration: string;
  /** Whether nothing is wrong that these rows could show. */
  readonly isCalibrated: boolean;
  /** Whole sentences, the numbers in them. */
  readonly sentence: string;
}

/** A share that is off by less than these is slightly so, or just so; farther off it is far so. */
const SLIGHTLY = 0.05;
const FAR = 0.15;
/** Standard errors beyond which a share is off. */
const SURE = 2;
/** Fewer rows show nothing. */
const FEW = 30;
/** Shares that are off by less than this don't matter, however many rows show it. */
const LEAST = 0.01;

/** In the order of the columns. */
export function verdictsOf({ columns }: Evaluation): Verdict[] {
  return columns.map((column) => (column.kind === "number" ? ofNumbers(column) : ofCategories(column)));
}

/** One sentence about all columns. */
export function verdictOfAll(verdicts: readonly Verdict[]): string {
  const off = verdicts.filter(({ isCalibrated }) => !isCalibrated);
  const [all, right] = [verdicts.length, verdicts.length - off.length];
  if (off.length === 0) {
    const answers = all === 1 ? "The answers" : `The answers of all ${all} columns`;
    return `${answers} are as sure as they should be, as far as these rows can tell.`;
  }
  const named = off.map(({ column, calibration }) => `${column} (${calibration})`).join(", ");
  const about = right === 0 ? "none" : right;
  return all === 1
    ? `The answers are not calibrated: ${named}.`
    : `Calibrated are the answers about ${about} of ${all} columns; not those about ${named}.`;
}

function ofNumbers(column: NumberColumnEvaluation): Verdict {
  const { name, questions, intervals, crps, baseline } = column;
  const held = intervals.flatMap(({ mass, coverage }) =>
    mass === 0.68 || mass === 0.9 ? [`${percent(mass)} intervals hold ${percent(coverage.value)}`] : [],
  );
  const width = widthOf(column);
  const shift = shiftOf(column);
  const calibration = [...(width.isRight ? [] : [width.words]), ...shift.words].join(", ") || width.words;
  const isFew = questions < FEW;
  const isCalibrated = isFew || (width.isRight && shift.words.length === 0);
  // What ends on a step of the values holds the whole step.
  const off = intervals.some(({ mass, coverage }) => coverage.value - mass > 0.02 && mass === 0.68);
  const steps = width.isRight && off ? " (the values come in steps, which intervals hold whole)" : "";
  const judged = isFew
    ? `too few rows (${questions}) to tell whether that is right`
    : `${calibration}${steps}`;
  const knows = baseline ? `; ${knowledge("CRPS", crps.value, baseline.crps, baseline.gain)}` : "";
  return {
    column: name,
    calibration: isFew ? "too few rows to tell" : calibration,
    isCalibrated,
    sentence: `${name}: ${held.join(", ")}: ${judged}${knows}.`,
  };
}

/** By PIT values, which are uniform also where values come in steps. */
function widthOf({ calibrationCurve, questions }: NumberScores): { words: string; isRight: boolean } {
  const below = (level: number) =>
    calibrationCurve.find((point) => Math.abs(point.level - level) < 1e-9)?.share ?? level;
  const off = [
    [0.7, below(0.85) - below(0.15)],
    [0.9, below(0.95) - below(0.05)],
  ].map(([mass, found]) => ({
    away: found - mass,
    sure: Math.abs(found - mass) / Math.sqrt((mass * (1 - mass)) / questions),
  }));
  const [worst] = off.sort((a, b) => b.sure - a.sure);
  if (worst.sure < SURE || Math.abs(worst.away) < LEAST)
    return { words: "as wide as they should be", isRight: true };
  return {
    words: `${degree(worst.away)}too ${worst.away < 0 ? "narrow" : "wide"}`,
    isRight: false,
  };
}

/** Whether true values lie above their medians about as often as below. */
function shiftOf({ calibrationCurve, questions }: NumberScores): { words: string[] } {
  const below = calibrationCurve.find(({ level }) => Math.abs(level - 0.5) < 1e-9)?.share ?? 0.5;
  const away = below - 0.5;
  if (Math.abs(away) < Math.max(SLIGHTLY / 2, (SURE * 0.5) / Math.sqrt(questions))) return { words: [] };
  const side = away < 0 ? "low" : "high";
  return {
    words: [
      `${degree(away)}too ${side}, with ${percent(Math.max(below, 1 - below))} of the values ${away < 0 ? "above" : "below"} the median`,
    ],
  };
}

function ofCategories(column: CategoryColumnEvaluation): Verdict {
  const { name, questions, accuracy, confidence, logScore, baseline } = column;
  const away = accuracy.value - confidence;
  const error = Math.sqrt((confidence * (1 - confidence)) / questions);
  const isFew = questions < FEW;
  const isRight = Math.abs(away) < Math.max(LEAST, SURE * error);
  const words = isRight ? "as sure as it should be" : `${degree(away)}too ${away < 0 ? "sure" : "careful"}`;
  const calibration = isFew ? "too few rows to tell" : words;
  const knows = baseline
    ? `; ${knowledge("log score", logScore.value, baseline.logScore, baseline.gain)}`
    : "";
  return {
    column: name,
    calibration,
    isCalibrated: isFew || isRight,
    sentence: `${name}: its most probable category has ${percent(confidence)} on average and is right in ${percent(accuracy.value)}: ${calibration}${knows}.`,
  };
}

/** "CRPS 37 % below that of the column's own distribution" */
function knowledge(what: string, score: number, baseline: number, gain: Estimate): string {
  const than = "that of the column's own distribution";
  const less = 1 - score / baseline;
  if (!Number.isFinite(less)) return `its ${what} can't be compared (a value was held impossible)`;
  const [low, high] = Number.isNaN(gain.lower) ? [gain.value, gain.value] : [gain.lower, gain.upper];
  if (low > 0) return `${what} ${baseline > 0 ? `${percent(less)} below` : "below"} ${than}`;
  if (high < 0) return `${what} worse than ${than}`;
  return `${what} no better than ${than}, as far as these rows can tell`;
}

function degree(away: number): string {
  const size = Math.abs(away);
  return size < SLIGHTLY ? "slightly " : size < FAR ? "" : "far ";
}

const percent = (share: number) => {
  const points = 100 * share;
  return `${Math.abs(points) < 10 && points % 1 !== 0 ? points.toFixed(1) : Math.round(points)} %`;
};
