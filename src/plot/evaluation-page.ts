/** @file An evaluation as one web page: what it says in words, its numbers and its pictures, in a file that needs no other. */

import type { Attribution } from "../evaluation/attribution.ts";
import { ATTRIBUTION_MEANING, attributionCells, attributionTitle } from "../evaluation/attribution-report.ts";
import type { Estimate } from "../evaluation/bootstrap.ts";
import { ksOfPerfectModel } from "../evaluation/calibration.ts";
import type { Evaluation } from "../evaluation/evaluate.ts";
import { MASSES } from "../evaluation/number-answers.ts";
import { contextsText, figure as digits, measured } from "../evaluation/report.ts";
import { verdictOfAll, verdictsOf } from "../evaluation/verdict.ts";
import { attributionFigure } from "./attribution-figure.ts";
import { calibrationFigure } from "./calibration-figure.ts";
import { checkShape } from "./checked-plots.ts";
import { classesFigure } from "./classes-figure.ts";
import { escaped, type Figure } from "./figure.ts";
import { FONT_FAMILY, type Theme, type ThemeName, themeOf } from "./theme.ts";

export interface EvaluationPageOptions {
  /** Default "light". */
  readonly theme?: ThemeName | undefined;
  /** What the page calls the model. */
  readonly model?: string;
  /** Shown after the calibration of all columns: marginals. */
  readonly figures?: readonly Figure[];
  /** Predicted against true, column by column. */
  readonly predictions?: readonly Figure[];
  /** What each given column tells. */
  readonly attribution?: Attribution;
  /** How the training went. */
  readonly training?: Figure;
  /** How the model was trained: names and values. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * The whole page as HTML, pictures and all inside.
 * @example
 * import { writeFile } from "node:fs/promises";
 * const stars = await readTable("stars.parquet");
 * const model = await load("survey");
 * const evaluation = await evaluate(model, stars, { of: ["logg"], given: ["teff"], bootstrap: 0 });
 * await writeFile("evaluation.html", evaluationPage(evaluation, { model: "survey" }));
 */
export function evaluationPage(evaluation: Evaluation, options: EvaluationPageOptions = {}): string {
  checkShape("evaluation", evaluation);
  checkShape("evaluation page's options", options);
  for (const figure of options.figures ?? []) checkShape("figure", figure);
  const theme = themeOf(options.theme);
  const { overall, columns } = evaluation;
  const title = `How good ${options.model ? `the model ${options.model}` : "a model"} is`;
  const look = { theme: theme.name };
  const all = overall.numbers ? [calibrationFigure(overall.numbers, { ...look, title: "All columns" })] : [];
  const each = columns.flatMap((column) =>
    column.kind === "number" ? [calibrationFigure(column, { ...look, title: column.name })] : [],
  );
  const classes = columns.flatMap((column) =>
    column.kind === "category" ? [classesFigure(column, look)] : [],
  );
  const { predictions = [], attribution, training, settings } = options;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${styleOf(theme)}</style>
<h1>${escaped(title)}</h1>
${verdict(evaluation)}
<p>${escaped(contextsText(evaluation))}</p>
${numberTables(evaluation)}
${categoryTable(evaluation)}
${[...all, ...(options.figures ?? [])].map(framed).join("\n")}
${section("Predicted against true", predictions)}
${section("Categories", classes)}
${attribution ? attributionSection(attribution, theme.name) : ""}
${each.length > 1 ? section("Column by column", each) : ""}
${section("How the training went", training ? [training] : [])}
${settings ? settingsSection(settings) : ""}
<footer>made by anygiven evaluate --report; the same numbers are in evaluation.json</footer>
</html>
`;
}

/** What is found, in words, before any number. */
function verdict(evaluation: Evaluation): string {
  const verdicts = verdictsOf(evaluation);
  const items = verdicts.map(
    ({ sentence, isCalibrated }) => `<li class="${isCalibrated ? "right" : "off"}">${escaped(sentence)}</li>`,
  );
  return `<p class="verdict">${escaped(verdictOfAll(verdicts))}</p>\n<ul>${items.join("\n")}</ul>`;
}

function section(title: string, figures: readonly Figure[]): string {
  if (figures.length === 0) return "";
  return `<h2>${escaped(title)}</h2>\n<div class="figures">${figures.map(framed).join("\n")}</div>`;
}

function attributionSection({ columns }: Attribution, theme: ThemeName): string {
  const parts = columns.flatMap((column) => {
    if (column.given.length === 0) return [];
    const { head, rows } = attributionCells(column);
    return [framed(attributionFigure(column, { theme })), table(attributionTitle(column), head, rows)];
  });
  return `<h2>What each given column tells</h2>\n<p>${escaped(ATTRIBUTION_MEANING)}</p>\n${parts.join("\n")}`;
}

function settingsSection(settings: Readonly<Record<string, string>>): string {
  const rows = Object.entries(settings);
  return `<h2>How it was trained</h2>\n<details><summary>${rows.length} settings</summary>\n${table("", ["setting", "value"], rows)}</details>`;
}

const framed = ({ svg, title }: Figure) => `<figure aria-label="${escaped(title)}">${svg}</figure>`;

function styleOf({ background, text, faint, grid, answers }: Theme): string {
  return `
body { margin: 2rem auto; max-width: 1180px; padding: 0 1rem; font: 15px/1.5 ${FONT_FAMILY}; color: ${text}; background: ${background} }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2.5rem }
p { white-space: pre-line } .verdict { font-size: 1.15rem; color: ${text}; margin: 0.5rem 0 }
ul { padding-left: 1.2rem; margin: 0.5rem 0 1.5rem } li { margin: 0.2rem 0 } li.off::marker { content: "✗ "; color: ${answers[1]} } li.right::marker { content: "✓ "; color: ${answers[2]} }
summary { cursor: pointer; color: ${faint} } details td { white-space: normal; overflow-wrap: anywhere }
tr.base td { color: ${faint}; border-bottom-color: ${faint} }
 .table { overflow-x: auto }
p, footer, caption { color: ${faint} } footer { margin: 3rem 0 1rem; font-size: 13px }
table { border-collapse: collapse; margin: 1.5rem 0; font-size: 13px }
caption { text-align: left; padding-bottom: 0.4rem }
th, td { padding: 0.25rem 0.5rem; text-align: right; border-bottom: 1px solid ${grid}; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
figure { margin: 1.5rem 0 } figure svg { max-width: 100%; height: auto }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(520px, 1fr)); gap: 1rem }`;
}

/** Two tables, as the report in the terminal has them: one would be wider than the page. */
function numberTables({ columns, overall }: Evaluation): string {
  const numbers = columns.flatMap((column) =>
    column.kind === "number" ? [{ ...column, label: column.name }] : [],
  );
  if (!overall.numbers || numbers.length === 0) return "";
  const lines = [...numbers, { ...overall.numbers, label: "all, in units of each column's scale" }];
  const accuracy = lines.flatMap(({ baseline, ...scores }) => [
    [
      scores.label,
      String(scores.questions),
      ...[scores.nll, scores.intervalNll, scores.crps, scores.rmse, scores.mae, scores.meanStd].map(measured),
    ],
    ...(baseline
      ? [
          [
            GIVEN_NOTHING,
            "",
            ...[baseline.nll, baseline.intervalNll, baseline.crps, baseline.rmse, baseline.mae].map(digits),
            "",
          ],
        ]
      : []),
  ]);
  const calibration = lines.map(({ label, ks, questions, intervals }) => [
    label,
    ks.value.toFixed(3),
    ksOfPerfectModel(questions).toFixed(3),
    ...intervals.map(({ coverage }) => share(coverage)),
  ]);
  const head = ["column", "questions", "NLL", "interval NLL", "CRPS", "RMSE", "MAE", "mean sd"];
  const masses = MASSES.map((mass) => `in ${100 * mass} %`);
  return [
    table(
      "Accuracy, each column in its own units; lower is better; ± is half of the 95 % bootstrap interval",
      head,
      accuracy,
    ),
    table(
      "Calibration: KS distance of PIT values from uniform (below: a perfect model's, were the questions independent), share of values inside central intervals",
      ["column", "KS", "below", ...masses],
      calibration,
    ),
  ].join("\n");
}

const GIVEN_NOTHING = "– given nothing";
const SHARES = "– shares alone";

function categoryTable({ columns }: Evaluation): string {
  const rows = columns.flatMap((column) => {
    if (column.kind !== "category") return [];
    const { name, questions, logScore, brier, accuracy, auc, calibrationError, baseline } = column;
    return [
      [
        name,
        String(questions),
        ...[logScore, brier, accuracy, auc].map(measured),
        calibrationError.toFixed(3),
      ],
      ...(baseline
        ? [[SHARES, "", ...[baseline.logScore, baseline.brier, baseline.accuracy].map(digits), "0.5", ""]]
        : []),
    ];
  });
  if (rows.length === 0) return "";
  return table(
    "Categories; log score, Brier and calibration error: lower is better, accuracy and AUC: higher",
    ["column", "questions", "log score", "Brier", "accuracy", "AUC", "calibration error"],
    rows,
  );
}

const share = ({ value }: Estimate) => `${(100 * value).toFixed(1)} %`;

function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isBase = ([first]: readonly string[]) => first === GIVEN_NOTHING || first === SHARES;
  const line = (cells: readonly string[], tag: "th" | "td") =>
    `<tr${isBase(cells) ? ' class="base"' : ""}>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="table"><table><caption>${escaped(caption)}</caption>${line(head, "th")}\n${rows.map((row) => line(row, "td")).join("\n")}</table></div>`;
}
