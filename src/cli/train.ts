/** @file `anygiven train`: from a table to a model. */
import { Command, Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { formatNumber } from "../numeric/format.ts";
import { PRECISIONS } from "../runtime/device-names.ts";
import { NOISE_SCHEDULES } from "../sampling/ddpm-schedule.ts";
import type { TrainOptions } from "../training/options.ts";
import { DEFAULT_PRESET, LEARNING_RATE_SCHEDULES, PRESET_NAMES, SIZES } from "../training/presets.ts";
import type { EpochMetrics } from "../training/run-log.ts";
import { trainTable } from "../training/train-table.ts";
import { names, number, range, whole } from "./arguments.ts";
import { modelOptions } from "./model-options.ts";
import { abortOnInterrupt, note, print, printJson } from "./output.ts";
import { TABLE_HELP, tableOptions, trainingSourceOf } from "./table-options.ts";
import { TrainingDisplay } from "./training-display.ts";

export function trainCommand() {
  return new Command("train")
    .description("Train a model on a table.")
    .argument("<table...>", TABLE_HELP)
    .requiredOption("--out <folder>", "the folder for model, checkpoints and logs")
    .option("--resume", "go on from the newest checkpoint in the folder, bit for bit")
    .addOption(
      new Option(
        "--preset <name>",
        `where settings not given come from (default: ${DEFAULT_PRESET})`,
      ).choices(PRESET_NAMES),
    )
    .addOption(tableOptions.columns())
    .addOption(
      new Option("--outputs <names>", "columns the model shall answer for (default: all)").argParser(names),
    )
    .addOption(tableOptions.categories())
    .addOption(tableOptions.missing())
    .addOption(tableOptions.errors())
    .addOption(tableOptions.units())
    .addOption(tableOptions.format())
    .addOption(tableOptions.group())
    .addOption(tableOptions.allowRemote())
    .optionsGroup("Columns (defaults by preset; not in the paper's):")
    .addOption(
      new Option("--transform <how>", "how values are bent before the network sees them").choices(TRANSFORMS),
    )
    .option("--no-atoms", "values that many rows share exactly are no point masses")
    .addOption(
      new Option(
        "--measurement-errors <use>",
        "deconvolve: given values have theirs, of asked ones they are taken out; given: only the first",
      ).choices(ERROR_USES),
    )
    .optionsGroup("Length and speed of training (defaults by preset):")
    .option("--epochs <n>", "passes over the rows", whole)
    .option("--seconds <n>", "stop after so long, if the epochs are not done by then", number)
    .option("--minutes <x>", "the same in minutes", number)
    .option("--batch-size <n>", "rows per step", whole)
    .option("--learning-rate <x>", "AdamW's step size at the start", number)
    .option("--learning-rate-min <x>", "where the schedule ends", number)
    .addOption(
      new Option("--schedule <name>", "how the learning rate falls").choices(LEARNING_RATE_SCHEDULES),
    )
    .option("--restart-epochs <n>", "epochs from one warm restart to the next", whole)
    .option("--validation <share>", "share of the rows held out", number)
    .option("--patience <n>", "stop after n epochs without a better validation loss; 0: never", whole)
    .option("--checkpoint-every <n>", "epochs between checkpoints; 0: one at the end", whole)
    .option(
      "--averaging <share>",
      "the model is the mean weights over this share of the steps; 0: the last",
      number,
    )
    .option("--draws <n>", "noisy copies of each asked number in a step", whole)
    .option("--seed <n>", "same seed, table and machine: same weights", whole)
    .option(
      "--workers <n>",
      "worker threads; 0: one per core. Any number trains the same, to rounding",
      whole,
    )
    .option(
      "--memory <MB>",
      "memory that the table may take; a larger one stays on the disk, with the same result (default: half of what is free)",
      number,
    )
    .addOption(modelOptions.device())
    .addOption(
      new Option(
        "--precision <name>",
        "what matrix products are computed in, where the device has it (info --system shows); weights stay float32",
      ).choices(PRECISIONS),
    )
    .optionsGroup("Size of the network (defaults by preset):")
    .addOption(
      new Option(
        "--size <name>",
        "all of the following, for the preset default (default: as suits the table)",
      ).choices(SIZES),
    )
    .option("--embedding-dim <n>", "width of embeddings, encoder and condition", whole)
    .option("--heads <n>", "attention heads", whole)
    .option("--ffn-dim <n>", "width of the feed-forward layers", whole)
    .option("--encoder-layers <n>", "encoder layers", whole)
    .option("--dropout <share>", "share of cells dropped in training", number)
    .option("--head-dim <n>", "width of the diffusion head", whole)
    .option("--head-layers <n>", "layers of the diffusion head", whole)
    .option("--steps <n>", "diffusion steps (the paper's presets)", whole)
    .addOption(
      new Option("--noise-schedule <name>", "how noise grows over the steps (the paper's presets)").choices(
        NOISE_SCHEDULES,
      ),
    )
    .option("--beta-start <x>", "noise variance of the first step (the paper's presets)", number)
    .option("--beta-end <x>", "and of the last", number)
    .option("--context-range <a,b>", "fewest and most columns given in training", range)
    .option(
      "--few-given <share>",
      "share of the rows that have few given more often (not in the paper's)",
      number,
    )
    .optionsGroup("Output:")
    .option("--no-system-info", "do not write system.json")
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven train houses.csv --out houses --minutes 5
  anygiven train 'runs/*.parquet' --out runs --columns a,b,c --missing -9999
  anygiven train houses.csv --out houses --resume --epochs 80
  anygiven train stars.csv.gz --out stars --preset paper-stellar --outputs teff,logg
  anygiven train survey.h5 --group catalogue/stars --out stars --minutes 5
  anygiven train 'gaia/*.parquet' --out gaia --memory 2000 --minutes 60     larger than memory

A table that would take more memory than --memory is read from the disk while it trains. Its rows are copied, ready for
training, to a temporary file in the folder --out, 4 bytes for each number.
Ctrl-C ends the run after the step in hand, with a checkpoint to resume from.`,
    )
    .action(
      async (
        sources,
        { json, categories, missing, errors, units, format, group, allowRemote, columns, ...options },
      ) => {
        const settings = trainOptions(options);
        const choice = { columns, categories, missing, errors, units, format, group, allowRemote };
        const source = await trainingSourceOf(sources, choice);
        const show = new TrainingDisplay(settings.seconds);
        const interrupt = abortOnInterrupt(
          "Ending after the step in hand (Ctrl-C again to end at once) ...",
          () => show.stop(),
        );
        try {
          const run = await trainTable(source, {
            ...settings,
            signal: interrupt.signal,
            onTable: (table) => note(`${table.source}: ${table.rows} rows, ${table.columns} columns`),
            onStep: (progress) => show.step(progress),
            onEpoch: (metrics) => show.epoch(metrics),
            onNotice: note,
          });
          show.stop();
          if (json)
            printJson({
              folder: options.out,
              why: run.why,
              epochs: run.epochs,
              steps: run.steps,
              metrics: run.metrics,
            });
          else print(ending(options.out, run.why, run.epochs, run.metrics.at(-1)));
          if (run.why === "interrupted") process.exitCode = 130;
        } finally {
          show.stop();
          interrupt.stop();
        }
      },
    );
}

const TRANSFORMS = ["auto", "none", "asinh", "quantiles"] as const;
const ERROR_USES = ["deconvolve", "given", "ignore"] as const;

interface OptionsOfOwn {
  readonly seconds?: number;
  readonly minutes?: number;
  readonly measurementErrors?: TrainOptions["errors"];
  /** False for --no-atoms; true says nothing, for what the preset says stands. */
  readonly atoms: boolean;
}

/** The command's options in the words of the library. */
function trainOptions({ seconds, minutes, measurementErrors, atoms, ...others }: OptionsOfOwn): TrainOptions {
  if (seconds !== undefined && minutes !== undefined)
    throw new InputError("--seconds and --minutes say the same: leave out one of the two.");
  const limit = minutes === undefined ? seconds : 60 * minutes;
  if (limit !== undefined && !(limit >= 0 && limit < Infinity))
    throw new InputError(`A training can't last ${limit} seconds: give a number of at least 0.`);
  return {
    ...(defined(others) as TrainOptions),
    // Whole seconds; not 0 by rounding, which would be no limit.
    ...(limit !== undefined && { seconds: Math.ceil(limit) }),
    ...(measurementErrors && { errors: measurementErrors }),
    ...(!atoms && { atoms }),
  };
}

function ending(folder: string, why: string, epochs: number, last: EpochMetrics | undefined): string {
  if (why === "interrupted") {
    return `Interrupted after ${epochs} epochs; go on with: anygiven train ... --out ${folder} --resume`;
  }
  const validation =
    last && !Number.isNaN(last.validationLoss)
      ? `, validation loss ${formatNumber(last.validationLoss)}`
      : "";
  const loss = last ? `: loss ${formatNumber(last.loss)}${validation}` : "";
  return `Trained ${epochs} epochs (${why})${loss}. The model is in ${folder}; ask it with: anygiven density ${folder} --of COLUMN`;
}

/** Options that were not given are absent, not undefined. */
function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
