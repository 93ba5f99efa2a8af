/** @file `anygiven evaluate`: how good a model's distributions are on rows it was not trained on. */
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { type Evaluation, evaluate } from "../evaluation/evaluate.ts";
import { evaluateJoint, type JointEvaluation } from "../evaluation/joint.ts";
import { evaluationReport, jointReport } from "../evaluation/report.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import type { Model } from "../model/model.ts";
import type { Table } from "../table/table.ts";
import { names, range, whole } from "./arguments.ts";
import { rowsFor } from "./asked-table.ts";
import { writeEvaluationFolder } from "./evaluation-folder.ts";
import { modelOptions, withModel } from "./model-options.ts";
import { abortOnInterrupt, note, print, printJson, RowsBar } from "./output.ts";
import { plotOptions } from "./plot/options.ts";
import { TABLE_HELP, withTableOptions } from "./table-options.ts";

export function evaluateCommand() {
  return withTableOptions(
    new Command("evaluate")
      .description(
        "Score a model's distributions on rows it was not trained on: likelihood, CRPS, calibration.",
      )
      .argument("<model>", "a model's folder")
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
      .option("--held-out", "only rows held out for validation; the table is then that of the training")
      .option("--bootstrap <n>", "resamples for the intervals (default: 500; 0: none)", whole)
      .addOption(modelOptions.seed("of random choices and resamples"))
      .option("--out <file>", "write the whole evaluation as JSON")
      .option(
        "--report <folder>",
        "write a web page with pictures and numbers (index.html needs no other file)",
      )
      .addOption(plotOptions.theme()),
  )
    .addOption(modelOptions.device())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven evaluate houses houses.csv --held-out
  anygiven evaluate houses test.csv --of HouseValue --given MedInc,HouseAge
  anygiven evaluate houses houses.csv --held-out --joint HouseValue,HouseAge
  anygiven evaluate houses houses.csv --held-out --report houses-report
  anygiven evaluate survey test.parquet --contexts 2,5 --bootstrap 0 --out report.json`,
    )
    .action(async (folder, sources, options) => {
      if (options.given && options.contexts)
        throw new InputError("--given and --contexts exclude each other: leave out one of the two.");
      await withModel(folder, { device: options.device }, async (model) => {
        const table = await rowsFor(model, folder, sources, options);
        const evaluation = await evaluated(model, table, options);
        const joint = options.joint && (await jointly(model, table, options.joint, options));
        const whole = { ...evaluation, ...(joint && { joint }) };
        if (options.out !== undefined) {
          await writeFileAtomic(options.out, `${JSON.stringify(whole, undefined, 2)}\n`);
        }
        if (options.report !== undefined) {
          const { report, theme } = options;
          await writeEvaluationFolder(report, model, whole, { name: folder, table, theme });
          note(`The report is in ${join(report, "index.html")}.`);
        }
        if (options.json) printJson(whole);
        else print([evaluationReport(evaluation), ...(joint ? [jointReport(joint)] : [])].join("\n\n"));
      });
    });
}

function jointly(
  model: Model,
  table: Table,
  of: readonly string[],
  { given, bootstrap, seed }: EvaluateOptions,
): Promise<JointEvaluation> {
  const stated = given?.filter((name) => !of.includes(name));
  return evaluateJoint(model, table, {
    of,
    ...(stated && { given: stated }),
    ...(bootstrap !== undefined && { bootstrap }),
    seed,
  });
}

interface EvaluateOptions {
  readonly of?: readonly string[];
  readonly given?: readonly string[];
  readonly contexts?: readonly [number, number];
  readonly bootstrap?: number;
  readonly seed: number;
}

async function evaluated(
  model: Model,
  table: Table,
  { of, given, contexts, bootstrap, seed }: EvaluateOptions,
): Promise<Evaluation> {
  let bar: RowsBar | undefined;
  const interrupt = abortOnInterrupt("Ending ...", () => bar?.stop());
  try {
    return await evaluate(model, table, {
      of: of ?? answerable(model, table),
      ...(given && { given }),
      ...(contexts && { fewest: contexts[0], most: contexts[1] }),
      ...(bootstrap !== undefined && { bootstrap }),
      seed,
      signal: interrupt.signal,
      onProgress: (done, questions) => {
        bar ??= new RowsBar(questions, "questions");
        bar.update(done);
      },
    });
  } finally {
    bar?.stop();
    interrupt.stop();
  }
}

/** The columns of the table that the model was trained to answer for. */
function answerable({ config }: Model, table: Parameters<typeof evaluate>[1]): string[] {
  const outputs = new Set(config.columns.filter(({ output }) => output).map(({ name }) => name));
  return table.columns.map(({ name }) => name).filter((name) => outputs.has(name));
}
