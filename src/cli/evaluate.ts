/** @file `anygiven evaluate`: how good a model's distributions are on rows it was not trained on. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { type Attribution, evaluateAttribution } from "../evaluation/attribution.ts";
import { attributionReport } from "../evaluation/attribution-report.ts";
import { type Evaluation, evaluate } from "../evaluation/evaluate.ts";
import { evaluateJoint, type JointEvaluation } from "../evaluation/joint.ts";
import { evaluationReport, jointReport } from "../evaluation/report.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { folderToAsk } from "../files/model-files.ts";
import type { Model } from "../model/model.ts";
import { answerable } from "../model/questions.ts";
import { recalibrationLines } from "../model/training-words.ts";
import type { Figure } from "../plot/figure.ts";
import type { ThemeName } from "../plot/theme.ts";
import { type Table, tableColumn } from "../table/table.ts";
import { groupColumn } from "../training/held-out.ts";
import { readMetrics } from "../training/run-log.ts";
import { splitColumnOf } from "../training/split-groups.ts";
import { flagOf, names, range, whole } from "./arguments.ts";
import { crossValidated, crossValidationReport } from "./cross-validated.ts";
import { modelCommand, modelOptions, TABLE_HELP, withAsking, withModel } from "./options.ts";
import { answer, counted, note } from "./output.ts";
import { plotOptions } from "./plot/options.ts";
import { loadPlot } from "./plot/picture.ts";
import { rowsFor } from "./tables.ts";

export function evaluateCommand() {
  return withAsking(
    modelCommand(
      "evaluate",
      "Score a model's distributions on rows it was not trained on: likelihood, CRPS, calibration.",
    )
      .argument("<table...>", TABLE_HELP)
      .option("--of <columns>", "the columns asked (default: all that the model answers for)", names)
      .option("--given <columns>", "the columns given in every row (default: a random choice in each)", names)
      .option(
        "--contexts <a,b>",
        "fewest and most columns of the random choice (default: none to all)",
        range,
      )
      .option(
        "--joint <columns>",
        "also score these together: energy score of joint samples, joint likelihood, given --given or all others",
        names,
      )
      .option(
        "--attribution",
        "also tell how much each given column (--given, or all others) tells: how much worse scores are where it is not given",
      )
      .option("--held-out", "only rows held out for validation; the table is then that of the training")
      .option(
        "--cv <folds>",
        "cross-validate: train so many models with this one's settings, each without a part of the rows, and score it on that part",
        whole,
      )
      .option(
        "--split-by <column>",
        "of --cv: rows with the same value of this column are in the same part; dates (or last:COLUMN) part by time (default: as the model was trained); also without --cv whole groups are resampled for the intervals",
      )
      .option("--bootstrap <n>", "resamples for the intervals (default: 500; 0: none)", whole)
      .addOption(modelOptions.seed("of random choices and resamples"))
      .option("--out <file>", "write the whole evaluation as JSON")
      .option(
        "--report <folder>",
        "write a web page with pictures and numbers (index.html needs no other file)",
      )
      .addOption(plotOptions.theme()),
  )
    .addHelpText("after", HELP)
    .action(async (folder, sources, { device, unseen, json, ...options }) => {
      if (options.given && options.contexts)
        throw new InputError("--given and --contexts exclude each other: leave out one of the two.");
      checkCrossValidation(options);
      await withModel(folder, { device, unseen }, async (model) => {
        if (options.cv !== undefined) {
          const { of, given, contexts, bootstrap, seed, out, cv: folds, splitBy } = options;
          const made = await crossValidated(model, folder, sources, options, {
            folds,
            splitBy,
            evaluation: askedOf(defined({ of, given, contexts, bootstrap, seed })),
          });
          if (out !== undefined) await writeFileAtomic(out, `${JSON.stringify(made, undefined, 2)}\n`);
          return answer(json, made, crossValidationReport(made, folder));
        }
        const { splitBy } = options;
        const more = splitBy === undefined ? undefined : splitColumnOf(splitBy).name;
        const table = await rowsFor(model, folder, sources, options, more);
        const groupBy = groupColumn(model.config, table, splitBy);
        const evaluation = await evaluated(model, table, { ...options, groupBy });
        const joint = options.joint && (await jointly(model, table, options.joint, { ...options, groupBy }));
        const attribution = options.attribution && (await attributed(model, table, { ...options, groupBy }));
        const { training } = model;
        const { recalibration } = training ?? {};
        const all = { ...evaluation, ...defined({ joint, attribution, recalibration }) };
        const { out, report, theme } = options;
        if (out !== undefined) await writeFileAtomic(out, jsonText(all));
        if (report !== undefined)
          await writeEvaluationFolder(report, model, all, {
            name: folder,
            table,
            theme,
            given: options.given,
          });
        const text = [evaluationReport(evaluation), ...(joint ? [jointReport(joint)] : [])];
        if (attribution) text.push(attributionReport(attribution));
        const changed = recalibrationLines(training);
        if (changed.length > 0) text.push(changed.join("\n"));
        if (options.heldOut && training)
          note(
            "Training chose its weights by these rows, and what is recalibrated: on rows that it has not seen at all scores are a little worse.",
          );
        answer(json, all, text.join("\n\n"));
      });
    });
}

const HELP = `
Examples:
  anygiven evaluate houses houses.csv --held-out
  anygiven evaluate houses test.csv --of HouseValue --given MedInc,HouseAge
  anygiven evaluate houses houses.csv --held-out --joint HouseValue,HouseAge
  anygiven evaluate houses houses.csv --held-out --of HouseValue --attribution
  anygiven evaluate houses houses.csv --held-out --report houses-report
  anygiven evaluate stars stars.csv --cv 5 --split-by star --of mass
  anygiven evaluate survey test.parquet --contexts 2,5 --bootstrap 0 --out report.json`;

interface EvaluateOptions {
  readonly of?: readonly string[];
  readonly given?: readonly string[];
  readonly contexts?: readonly [number, number];
  readonly bootstrap?: number;
  readonly seed: number;
  /** The column whose groups of rows are resampled whole. */
  readonly groupBy?: string | undefined;
}

function evaluated(model: Model, table: Table, options: EvaluateOptions): Promise<Evaluation> {
  const asked = askedOf({ ...options, of: options.of ?? answerable(model.config, table) });
  return counted("questions", (work) => evaluate(model, table, { ...asked, ...work }));
}

/** In the words of the library. */
function askedOf({ of, given, contexts, bootstrap, seed, groupBy }: EvaluateOptions) {
  const [fewest, most] = contexts ?? [];
  return defined({ of, given, fewest, most, bootstrap, seed, groupBy });
}

/** @throws InputError for options that have no meaning with --cv, or only with it. */
function checkCrossValidation(options: {
  readonly cv?: number | undefined;
  readonly splitBy?: string | undefined;
  readonly [name: string]: unknown;
}): void {
  if (options.cv === undefined) return;
  const other = ["heldOut", "joint", "report", "attribution"].find((name) => options[name] !== undefined);
  if (other !== undefined)
    throw new InputError(`--cv trains models of its own and only scores them: leave out ${flagOf(other)}.`);
}

function jointly(
  model: Model,
  table: Table,
  of: readonly string[],
  { given, bootstrap, seed, groupBy }: EvaluateOptions,
): Promise<JointEvaluation> {
  const asked = defined({ of, given: given?.filter((name) => !of.includes(name)), bootstrap, seed, groupBy });
  return counted("rows", (work) => evaluateJoint(model, table, { ...asked, ...work }));
}

function attributed(
  model: Model,
  table: Table,
  { of = answerable(model.config, table), given, bootstrap, seed, groupBy }: EvaluateOptions,
): Promise<Attribution> {
  const asked = defined({ of, given, bootstrap, seed, groupBy });
  return counted("questions", (work) => evaluateAttribution(model, table, { ...asked, ...work }));
}

/** What --report leaves in its folder: index.html, which needs no other file; pictures; evaluation.json. */
async function writeEvaluationFolder(
  folder: string,
  model: Model,
  evaluation: Evaluation & { readonly attribution?: Attribution },
  { name, table, theme, given }: ReportOptions,
): Promise<void> {
  const { calibrationFigure, evaluationPage, marginalsOf, writeFigure } = await loadPlot();
  const numbers = evaluation.columns.flatMap((column) => (column.kind === "number" ? [column.name] : []));
  const figures: Record<string, Figure> = {};
  if (evaluation.overall.numbers)
    figures.calibration = calibrationFigure(evaluation.overall.numbers, { theme });
  if (numbers.length > 0) figures.marginals = await marginalsOf(model, table, { of: numbers, theme });
  const { attribution } = evaluation;
  const training = await trainingPicture(name, theme);
  const page = evaluationPage(evaluation, {
    theme,
    model: name,
    figures: figures.marginals ? [figures.marginals] : [],
    predictions: await predictionPictures(model, table, numbers, { given, theme }),
    settings: settingsOf(model),
    ...defined({ attribution, training }),
  });
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, "index.html"), page);
  await writeFileAtomic(join(folder, "evaluation.json"), jsonText(evaluation));
  for (const [file, figure] of Object.entries(figures))
    await writeFigure(figure, join(folder, `${file}.svg`));
  note(`The report is in ${join(folder, "index.html")}.`);
}

interface ReportOptions {
  readonly name: string;
  readonly table: Table;
  readonly theme: ThemeName;
  readonly given?: readonly string[] | undefined;
}

/** A page with more would take long to make and to read. */
const MOST_PREDICTED = 12;

/** Predicted against true, of the first columns whose values are numbers on an axis. */
async function predictionPictures(
  model: Model,
  table: Table,
  names: readonly string[],
  { given, theme }: Pick<ReportOptions, "given" | "theme">,
): Promise<Figure[]> {
  const { predictionFigure, predictionsOf } = await loadPlot();
  const isNumber = (name: string) => tableColumn(table, name).kind !== "date";
  const figures: Figure[] = [];
  for (const of of names.filter(isNumber).slice(0, MOST_PREDICTED)) {
    const those = given?.filter((name) => name !== of);
    const predictions = await predictionsOf(model, table, { of, ...defined({ given: those }) });
    const subtitle = `given ${those ? those.join(", ") || "nothing" : "all other columns that a row has"}`;
    figures.push(predictionFigure(predictions, { theme, subtitle }));
  }
  return figures;
}

/** How the training went, where the model's folder tells. */
async function trainingPicture(name: string, theme: ThemeName): Promise<Figure | undefined> {
  const folder = folderToAsk(name);
  if (!existsSync(join(folder, "metrics.csv"))) return undefined;
  const epochs = await readMetrics(folder);
  return epochs.length > 0 ? (await loadPlot()).trainingFigure(epochs, { theme }) : undefined;
}

function settingsOf({ config: { preset, training = {} } }: Model): Record<string, string> {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const settings = Object.entries(training).filter(([, value]) => value !== "" && value !== undefined);
  return { preset, ...Object.fromEntries(settings.map(([name, value]) => [name, text(value)])) };
}

const jsonText = (evaluation: Evaluation) => `${JSON.stringify(evaluation, undefined, 2)}\n`;
