/** @file An evaluation as one web page: its numbers and its pictures, in a file that needs no other. */

import type { Estimate } from "../evaluation/bootstrap.ts";
import { ksOfPerfectModel } from "../evaluation/calibration.ts";
import type { Evaluation } from "../evaluation/evaluate.ts";
import { MASSES } from "../evaluation/number-answers.ts";
import { contextsText, measured } from "../evaluation/report.ts";
import { calibrationFigure } from "./calibration-figure.ts";
import { checkShape } from "./checked-plots.ts";
import { escaped, type Figure } from "./figure.ts";
import { FONT_FAMILY, type Theme, type ThemeName, themeOf } from "./theme.ts";

export interface EvaluationPageOptions {
  /** Default "light". */
  readonly theme?: ThemeName | undefined;
  /** What the page calls the model. */
  readonly model?: string;
  /** Shown after the calibration of all columns: marginals, predictions. */
  readonly figures?: readonly Figure[];
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
  const figures = [
    ...(overall.numbers
      ? [calibrationFigure(overall.numbers, { theme: theme.name, title: "All columns" })]
      : []),
    ...(options.figures ?? []),
  ];
  const each = columns.flatMap((column) =>
    column.kind === "number" ? [calibrationFigure(column, { theme: theme.name, title: column.name })] : [],
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${styleOf(theme)}</style>
<h1>${escaped(title)}</h1>
<p>${escaped(contextsText(evaluation))}</p>
${numberTables(evaluation)}
${categoryTable(evaluation)}
${figures.map(framed).join("\n")}
${each.length > 1 ? `<h2>Column by column</h2>\n<div class="figures">${each.map(framed).join("\n")}</div>` : ""}
<footer>made by anygiven evaluate --report; the same numbers are in evaluation.json</footer>
</html>
`;
}

const framed = ({ svg, title }: Figure) => `<figure aria-label="${escaped(title)}">${svg}</figure>`;

function styleOf({ background, text, faint, grid }: Theme): string {
  return `
body { margin: 2rem auto; max-width: 1180px; padding: 0 1rem; font: 15px/1.5 ${FONT_FAMILY}; color: ${text}; background: ${background} }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2.5rem }
p { white-space: pre-line } .table { overflow-x: auto }
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
  const accuracy = lines.map((scores) => [
    scores.label,
    String(scores.questions),
    ...[scores.nll, scores.intervalNll, scores.crps, scores.rmse, scores.mae, scores.meanStd].map(measured),
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
    table("Accuracy, each column in its own units; ± is half of the 95 % bootstrap interval", head, accuracy),
    table(
      "Calibration: KS distance of PIT values from uniform (below: a perfect model's, were the questions independent), share of values inside central intervals",
      ["column", "KS", "below", ...masses],
      calibration,
    ),
  ].join("\n");
}

function categoryTable({ columns }: Evaluation): string {
  const rows = columns.flatMap((column) =>
    column.kind === "category"
      ? [
          [
            column.name,
            String(column.questions),
            ...[column.logScore, column.brier, column.accuracy].map(measured),
          ],
        ]
      : [],
  );
  return rows.length === 0
    ? ""
    : table("Categories", ["column", "questions", "log score", "Brier", "accuracy"], rows);
}

const share = ({ value }: Estimate) => `${(100 * value).toFixed(1)} %`;

function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="table"><table><caption>${escaped(caption)}</caption>${line(head, "th")}\n${rows.map((row) => line(row, "td")).join("\n")}</table></div>`;
}
