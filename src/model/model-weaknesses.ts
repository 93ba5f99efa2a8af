/** @file What a model is known to be weak at, and how its intervals held on held-out rows, in words. */
import type { ModelConfig } from "../networks/model-config.ts";
import type {
  Coverage,
  RecalibratedColumn,
  ReportedColumn,
  TrainingReport,
} from "../networks/training-report.ts";
import { percent } from "../numeric/format.ts";
import { textTable } from "../numeric/text-table.ts";

/** Fewer rows leave most of how columns depend on each other open. */
const FEW_ROWS = 300;
/** Fewer held-out rows judge roughly. */
const FEW_HELD_OUT = 50;
/** A column with a larger share of missing cells is told. */
const MANY_MISSING = 0.3;
/** Standard errors that make a difference. */
const SURE = 2;
const SHARES = { of68: 0.6827, of95: 0.95 };

/** One sentence each. */
export function weaknesses(config: ModelConfig): string[] {
  const { made, report, inspection } = config;
  const columns = report?.columns ?? [];
  const heldOut = report?.heldOutRows ?? made?.heldOutRows;
  const unlearnt = columns.filter(({ gain, error }) => !(gain > SURE * error));
  const behind = columns.filter(isBehindLinear);
  const sparse = (inspection?.columns ?? []).filter(
    ({ kind, missing, present }) => kind !== "left out" && missing > MANY_MISSING * (missing + present),
  );
  return [
    ...(made && made.trainedRows < FEW_ROWS
      ? [
          `It was trained on ${made.trainedRows} rows: rare combinations are guesses, and intervals in them too.`,
        ]
      : []),
    ...(heldOut !== undefined && heldOut < FEW_HELD_OUT
      ? [`Only ${heldOut} rows were held out: what was reached, and the calibration, are known roughly.`]
      : []),
    ...(unlearnt.length > 0
      ? [
          `Nothing was learnt of ${listed(unlearnt)} from the other columns: answers are no better than their own distribution.`,
        ]
      : []),
    ...(behind.length > 0
      ? [`A linear model of the other columns answers better about ${listed(behind)}.`]
      : []),
    ...(sparse.length > 0
      ? [
          `Often missing, so known from fewer rows: ${sparse.map(({ name, missing, present }) => `${name} (${percent(missing / (missing + present))})`).join(", ")}.`,
        ]
      : []),
    "Categories that its table had not are refused, or taken as not given (--unseen missing).",
    "Where values are given that its table had not the like of, the answer is a guess; that is told.",
  ];
}

const isBehindLinear = ({ gain, linearGain, error }: ReportedColumn) =>
  linearGain !== undefined && linearGain - gain > SURE * error;

const listed = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name).join(", ");

/** A sentence on the whole and a table of the columns of numbers; a sentence where it was not measured. */
export function calibrationLines(report: TrainingReport | undefined): string[] {
  const measured = (report?.recalibration ?? []).flatMap(({ coverage, ...column }) =>
    coverage ? [{ ...column, coverage }] : [],
  );
  if (!report || measured.length === 0)
    return ["Not measured in training; anygiven evaluate and plot calibration measure it."];
  const rows = measured.map((column) => {
    const { name, coverage } = column;
    const words = verdict(coverage, report.heldOutRows);
    const since = isRecalibrated(column) ? "recalibrated since" : "";
    return [name, percent(coverage.of68), percent(coverage.of95), [words, since].filter(Boolean).join(", ")];
  });
  return [
    `How many values of ${report.heldOutRows} held-out rows the central intervals of 68 % and 95 % hold, whatever is given, before any recalibration:`,
    textTable(["column", "68 %", "95 %", ""], rows),
  ];
}

const isRecalibrated = ({ sizes }: Pick<RecalibratedColumn, "sizes">) =>
  sizes.some(({ numbers }) => numbers?.kept);

/** Beyond what chance explains among so many rows, questions about the same row counting as one. */
function verdict(coverage: Coverage, rows: number): string {
  const away = (["of68", "of95"] as const).map((which) => {
    const share = SHARES[which];
    return (coverage[which] - share) / Math.sqrt((share * (1 - share)) / Math.max(1, rows));
  });
  if (Math.min(...away) < -SURE) return "too narrow";
  return Math.max(...away) > SURE ? "too wide" : "as they should";
}
