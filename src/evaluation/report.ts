/** @file An evaluation as text: aligned tables of numbers, calibration and categories. */
import { textTable } from "../numeric/text-table.ts";
import type { Estimate } from "./bootstrap.ts";
import { ksOfPerfectModel } from "./calibration.ts";
import type { CategoryScores, ClassScores } from "./category-answers.ts";
import type { CategoryBaseline, CategoryColumnEvaluation, Evaluation, NumberBaseline } from "./evaluate.ts";
import type { JointEvaluation } from "./joint.ts";
import { MASSES, type NumberScores } from "./number-answers.ts";
import { overWhat } from "./row-groups.ts";
import { verdictsOf } from "./verdict.ts";

/** The name of the last line of each table. */
const OVERALL = "(overall)";

/** The readable tables of an evaluation: a line per column and one overall, without colours. */
export function evaluationReport(evaluation: Evaluation): string {
  const { columns, overall } = evaluation;
  const numbers = columns.flatMap((column) => (column.kind === "number" ? [column] : []));
  const categories = columns.flatMap((column) => (column.kind === "category" ? [column] : []));
  const numberLines: NumberLine[] = numbers.map((column) => [column.name, column]);
  const categoryLines: CategoryLine[] = categories.map((column) => [column.name, column]);
  if (overall.numbers) numberLines.push([OVERALL, overall.numbers]);
  if (overall.categories) categoryLines.push([OVERALL, overall.categories]);
  const scales = new Map(numbers.map(({ name, scale }) => [name, scale]));
  const parts = [contextsText(evaluation)];
  if (numberLines.length > 0) {
    parts.push(accuracyTable(numberLines, scales), calibrationTable(numberLines));
  }
  if (categoryLines.length > 0) parts.push(categoryTable(categoryLines));
  const shown = categories.filter(({ categories: { length } }) => length <= CLASSES_SHOWN);
  if (categories.length <= COLUMNS_SHOWN) parts.push(...shown.map(classesText));
  if (categories.length > COLUMNS_SHOWN || shown.length < categories.length)
    parts.push(
      "Confusion and reliability of each category: --report FOLDER, --json, or --of with few columns.",
    );
  parts.push(["In words:", ...verdictsOf(evaluation).map(({ sentence }) => `- ${sentence}`)].join("\n"));
  return parts.join("\n\n");
}

type NumberLine = readonly [string, NumberScores & { readonly baseline?: NumberBaseline }];
type CategoryLine = readonly [
  string,
  CategoryScores & Partial<ClassScores> & { readonly baseline?: CategoryBaseline },
];

/** Confusion and reliability are printed of few columns with few classes; JSON and the report page have all. */
const COLUMNS_SHOWN = 3;
const CLASSES_SHOWN = 10;

/** One line about several columns together. */
export function jointReport({ of, given, questions, energyScore, nll }: JointEvaluation): string {
  const density = nll
    ? `, NLL ${measured(nll)}`
    : ", no NLL: the density is of true values, the rows are measured";
  return (
    `${of.join(", ")} together, ${questions} rows, given ${given.join(", ") || "nothing"}: ` +
    `energy score ${measured(energyScore)}${density}`
  );
}

/** What was asked: how many questions about which rows, given what. */
export function contextsText({
  source,
  rows,
  questions,
  contexts,
  resamples,
  seed,
  groups,
}: Evaluation): string {
  const given =
    contexts.kind === "random"
      ? `given a random ${contexts.fewest} to ${contexts.most} other columns`
      : `given ${contexts.given.join(", ") || "nothing"}`;
  const interval =
    resamples === 0
      ? ""
      : `\n±: half of the 95 % bootstrap interval ${overWhat(groups)} (${resamples} resamples)`;
  return `${questions} questions about ${rows} rows of ${source}, ${given} (seed ${seed})${interval}`;
}

function accuracyTable(lines: readonly NumberLine[], scales: ReadonlyMap<string, number>): string {
  const rows = lines.flatMap(([name, { baseline, ...scores }]) => [
    [
      name,
      String(scores.questions),
      scales.has(name) ? figure(scales.get(name)!) : "",
      ...[scores.nll, scores.intervalNll, scores.crps, scores.rmse, scores.mae, scores.meanStd].map(measured),
    ],
    ...(baseline
      ? [
          [
            GIVEN_NOTHING,
            "",
            "",
            ...[baseline.nll, baseline.intervalNll, baseline.crps, baseline.rmse, baseline.mae].map(figure),
            "",
          ],
        ]
      : []),
  ]);
  const title = `Numbers, each in its own units; overall in units of each column's scale. Lower is better${
    lines.some(([, { baseline }]) => baseline)
      ? `; "${GIVEN_NOTHING}": the same rows, by the column's own distribution`
      : ""
  }`;
  const header = ["column", "questions", "scale", "NLL", "interval NLL", "CRPS", "RMSE", "MAE", "mean sd"];
  return [title, textTable(header, rows), ...remarks(lines)].join("\n");
}

const GIVEN_NOTHING = "- given nothing";
const SHARES = "- shares alone";

/** What the plain NLL doesn't say by itself. */
function remarks(lines: readonly NumberLine[]): string[] {
  return lines.flatMap(([name, { impossible, nllOfPossible, atPointMasses, questions }]) => {
    if (name === OVERALL) return [];
    const made: string[] = [];
    if (impossible > 0) {
      made.push(
        `${name}: ${impossible} of ${questions} values were held impossible; NLL of the others ${measured(nllOfPossible)}`,
      );
    }
    if (atPointMasses > 0) {
      made.push(
        `${name}: ${atPointMasses} of ${questions} values lie at point masses; compare interval NLL, not NLL`,
      );
    }
    return made;
  });
}

function calibrationTable(lines: readonly NumberLine[]): string {
  const rows = lines.map(([name, { ks, questions, intervals }]) => [
    name,
    ranged(ks),
    ksOfPerfectModel(questions).toFixed(3),
    ...intervals.map(({ coverage }) => measured(coverage)),
    ...intervals
      .filter(({ mass }) => mass === 0.9)
      .flatMap(({ meanWidth, medianWidth, conformal }) => [
        measured(meanWidth),
        measured(medianWidth),
        conformal === undefined || name === OVERALL ? "-" : `${(100 * conformal).toFixed(1)} %`,
      ]),
  ]);
  const coverages = MASSES.map((mass) => `in ${100 * mass} %`);
  const header = ["column", "KS", "(perfect <)", ...coverages, "90 % width", "its median", "sure of 90 %"];
  const title =
    "Calibration: KS distance of PIT values from uniform, share of values inside central intervals";
  const sure =
    "sure of 90 %: ask for the interval of this probability, and it holds 90 % of further rows like these at least";
  return `${title}\n${textTable(header, rows)}\n${sure}`;
}

function categoryTable(lines: readonly CategoryLine[]): string {
  const rows = lines.flatMap(([name, { baseline, ...scores }]) => [
    [
      name,
      String(scores.questions),
      ...[scores.logScore, scores.brier, scores.accuracy].map(measured),
      scores.auc ? measured(scores.auc) : "",
      scores.calibrationError === undefined ? "" : scores.calibrationError.toFixed(3),
      String(scores.impossible),
    ],
    ...(baseline
      ? [[SHARES, "", ...[baseline.logScore, baseline.brier, baseline.accuracy].map(figure), "0.5", "", ""]]
      : []),
  ]);
  const header = [
    "column",
    "questions",
    "log score",
    "Brier",
    "accuracy",
    "AUC",
    "calibration error",
    "impossible",
  ];
  const title = `Categories. Log score, Brier, calibration error: lower is better; accuracy, AUC: higher${
    lines.some(([, { baseline }]) => baseline)
      ? `; "${SHARES}": the shares of the categories, the same for every row`
      : ""
  }`;
  return `${title}\n${textTable(header, rows)}`;
}

/** How the classes of one column are confused, and whether their probabilities are as often right as they say. */
function classesText({ name, categories, confusion, reliability }: CategoryColumnEvaluation): string {
  const counts = confusion.flatMap((row, k) =>
    row.some((count) => count > 0) ? [[categories[k], ...row.map(String)]] : [],
  );
  const bins = reliability.map(({ from, to, answers, probability, share }) => [
    `${Math.round(100 * from)} to ${Math.round(100 * to)} %`,
    String(answers),
    `${(100 * probability).toFixed(1)} %`,
    `${(100 * share).toFixed(1)} %`,
  ]);
  return [
    `${name}: rows by their true category, columns by the most probable one`,
    textTable([name, ...categories], counts),
    `${name}: ${categories.length === 2 ? `the probability of ${categories[1]}` : "the probability of each category"}, and how often it was that`,
    textTable(["probability", "answers", "on average", "was that"], bins),
  ].join("\n");
}

/** "0.812 ±0.011": as many digits as the interval is worth. */
export function measured({ value, lower, upper }: Estimate): string {
  const half = (upper - lower) / 2;
  if (!Number.isFinite(half) || !Number.isFinite(value) || half === 0) return figure(value);
  const rounded = Number(half.toPrecision(2)); // 0.0996 is 0.10, with two decimals
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(rounded)));
  if (decimals > 8 || Math.abs(value) >= 1e9) return `${figure(value)} ±${half.toExponential(1)}`;
  return `${value.toFixed(decimals).replace(/^-(0(\.0*)?)$/, "$1")} ±${half.toFixed(decimals)}`;
}

/** "0.050 (0.041-0.062)": the interval of a KS distance isn't around its value. */
function ranged({ value, lower, upper }: Estimate): string {
  const interval = Number.isNaN(lower) ? "" : ` (${lower.toFixed(3)}-${upper.toFixed(3)})`;
  return `${value.toFixed(3)}${interval}`;
}

/** Four significant digits. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Math.abs(value) >= 1e9) return value.toExponential(3);
  return String(Number(value.toPrecision(4)));
}
