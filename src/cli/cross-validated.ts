/** @file `anygiven evaluate --cv`: models trained like one, each scored on rows that it has not seen, and what that says in words. */
import { defined } from "../base/defined.ts";
import { figure } from "../evaluation/report.ts";
import type { Model } from "../model/model.ts";
import { answerable } from "../model/questions.ts";
import { textTable } from "../numeric/text-table.ts";
import {
  type CrossValidatedColumn,
  type CrossValidation,
  type CrossValidationOptions,
  crossValidate,
  type Fold,
  type FoldScore,
  trainingLike,
} from "../training/cross-validation.ts";
import { splitColumnOf } from "../training/split-groups.ts";
import { withFlags } from "./arguments.ts";
import { counted, note } from "./output.ts";
import { type TableChoice, tableWith } from "./tables.ts";

/** Reads the table as the model knows it, and trains and scores. Ctrl-C ends it; no model is kept. */
export async function crossValidated(
  model: Model,
  folder: string,
  sources: readonly string[],
  choice: TableChoice,
  {
    folds,
    splitBy,
    evaluation = {},
  }: Pick<CrossValidationOptions, "folds" | "evaluation"> & { readonly splitBy: string | undefined },
): Promise<CrossValidation> {
  const like = trainingLike(model.config);
  const by = splitBy ?? like.splitBy ?? "";
  const table = await tableWith(model, sources, choice, by === "" ? undefined : splitColumnOf(by).name);
  const of = evaluation.of ?? answerable(model.config, table);
  note(`Training ${folds ?? 5} models with the settings of ${folder}; Ctrl-C ends it.`);
  const options = defined({ folds });
  return counted("hundredths of a training", (work) =>
    crossValidate(table, {
      ...options,
      ...work,
      training: {
        ...like,
        splitBy: by,
        onNotice: (sentence) => /^Held out are/.test(sentence) && note(withFlags(sentence)),
      },
      evaluation: { ...evaluation, of },
      onFold: (fold) => note(foldSentence(fold)),
    }),
  );
}

function foldSentence({ fold, folds, trainedRows, steps, evaluation: { rows, overall } }: Fold): string {
  const { numbers, categories } = overall;
  const scores = [
    ...(numbers ? [`CRPS ${figure(numbers.crps.value)} in units of the scale`] : []),
    ...(categories ? [`log score of categories ${figure(categories.logScore.value)}`] : []),
  ];
  return `fold ${fold} of ${folds}: ${trainedRows} rows trained on (${steps} steps), ${rows} left out: ${scores.join(", ")}`;
}

const NUMBER_SCORES = ["nll", "intervalNll", "crps", "rmse", "mae", "coverage68", "coverage90"];
const NUMBER_HEADS = ["NLL", "interval NLL", "CRPS", "RMSE", "MAE", "in 68 %", "in 90 %"];
const CATEGORY_SCORES = ["logScore", "brier", "accuracy", "auc", "calibrationError"];
const CATEGORY_HEADS = ["log score", "Brier", "accuracy", "AUC", "calibration error"];

/** @param folder of the model whose settings they have. */
export function crossValidationReport(
  { source, rows, splitBy, folds, columns }: CrossValidation,
  folder: string,
): string {
  const by = splitBy === "" ? "by chance" : `by ${splitBy}`;
  const title =
    `Cross-validation on ${rows} rows of ${source}, parted ${by}: ${folds.length} models with the settings of ${folder}, each scored on ` +
    "rows left out.\nMean over the folds ± standard deviation from fold to fold. Lower is better, of accuracy and AUC higher; " +
    "the line below has the same rows by the column's own distribution.";
  const of = (kind: CrossValidatedColumn["kind"]) => columns.filter((column) => column.kind === kind);
  const [numbers, categories] = [of("number"), of("category")];
  return [
    title,
    ...(numbers.length > 0 ? [tableOf(numbers, NUMBER_SCORES, NUMBER_HEADS, "- given nothing")] : []),
    ...(categories.length > 0
      ? [tableOf(categories, CATEGORY_SCORES, CATEGORY_HEADS, "- shares alone")]
      : []),
  ].join("\n\n");
}

function tableOf(
  columns: readonly CrossValidatedColumn[],
  names: readonly string[],
  heads: readonly string[],
  below: string,
): string {
  const cells = (scores: Readonly<Record<string, FoldScore>>) =>
    names.map((name) => (scores[name] ? spread(scores[name]) : ""));
  const lines = columns.flatMap(({ name, scores, baseline }) => [
    [name, ...cells(scores)],
    ...(baseline ? [[below, ...cells(baseline)]] : []),
  ]);
  return textTable(["column", ...heads], lines);
}

/** "0.412 ±0.013" */
function spread({ mean, sd }: FoldScore): string {
  return Number.isFinite(sd) && Number.isFinite(mean)
    ? `${figure(mean)} ±${Number(sd.toPrecision(2))}`
    : figure(mean);
}
