/** @file `anygiven reduce`: the published training set of stars, made from the surveys' own files. */
import { Command } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { type ReductionCounts, reduceApogeeGaia } from "../reduction/apogee-gaia.ts";
import { texts, whole } from "./arguments.ts";
import { modelOptions } from "./options.ts";
import { answer, interruptible, note, ProgressBar } from "./output.ts";

export function reduceCommand() {
  return new Command("reduce")
    .description("Make a training set from the files of surveys, as a published reduction does.")
    .addCommand(apogeeGaiaCommand());
}

function apogeeGaiaCommand() {
  return new Command("apogee-gaia")
    .description("APOGEE's labels, Gaia's spectra and a dust map: training_set.h5 and testing_set.h5.")
    .requiredOption("--allstar <file>", "allStar of APOGEE DR17")
    .requiredOption(
      "--gaia <files>",
      "Gaia's rows of its stars: the archive's answer, or GaiaSource_*.csv.gz; repeated or with commas",
      texts,
    )
    .requiredOption("--xp <files>", "XpContinuousMeanSpectrum_*.csv.gz; repeated or with commas", texts)
    .requiredOption(
      "--dust <map>",
      "combine19.h5, bayestar2019.h5, a folder with the maps of SFD, column=NAME of allStar, or none",
    )
    .requiredOption("--out <folder>", "the folder to write to")
    .option("--seed <n>", "of the split and of the distances drawn", whole, 0)
    .option("--files-at-once <n>", "bulk files that are read at once", whole, 4)
    .option("--as-published", "keep the original's faults (docs/reduction.md), to get its rows")
    .option("--parquet", "write Parquet besides")
    .option("--limits-from <file>", "cut outlying spectra as the reduction did whose reduction.json this is")
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven reduce apogee-gaia --allstar allStar-dr17-synspec_rev1.fits --gaia apogee_dr17_gaia_allcols.fits \\
    --xp 'xp/XpContinuousMeanSpectrum_*.csv.gz' --dust combine19.h5 --out stars
  anygiven train stars/training_set.h5 --preset paper-stellar --out model

After an interruption the same command goes on where it was. More in docs/reduction.md.`,
    )
    .action(async (options) => {
      const { allstar, filesAtOnce, json, ...same } = options;
      if (filesAtOnce < 1) throw new InputError("`filesAtOnce` must be at least 1.");
      const bar = new StageBar();
      const counts = await interruptible(
        "Ending; files that were read to their end are kept, and the same command goes on from there ...",
        bar,
        (signal) =>
          reduceApogeeGaia({
            ...defined({ ...same, allStar: allstar, filesAtOnce, signal }),
            onProgress: (doing, done, total) => bar.update(doing, done, total),
            onNote: note,
          }),
      );
      answer(json, counts, summary(counts, same.out));
    });
}

/** A bar for one stage of the work after the other. */
class StageBar {
  #bar: ProgressBar | undefined;
  #doing: string | undefined;

  update(doing: string, done: number, total: number): void {
    if (!Number.isFinite(total) || total === 0) return;
    if (doing !== this.#doing) {
      this.stop();
      this.#doing = doing;
      this.#bar = new ProgressBar(
        "{bar} {percentage}% | {value}/{total} {doing} | {eta_formatted} left",
        total,
        {
          doing,
        },
      );
    }
    this.#bar?.update(done, { doing });
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

function summary(
  { allStar, stars, withSpectra, goodSpectra, kept, training, testing, trainingWith }: ReductionCounts,
  out: string,
): string {
  return [
    `${training} rows for training and ${testing} for testing are in ${out}: ${kept} of ${allStar} rows of allStar (${stars} stars).`,
    `${withSpectra} rows have a spectrum, ${goodSpectra} a good one.`,
    `Of the training rows ${trainingWith.spectrum} have a good spectrum, ${trainingWith.allLabels} all of Teff, logg and [M/H], ` +
      `${trainingWith.parallax} a good parallax, ${trainingWith.reddening} a reddening, ${trainingWith.colours} both colours of 2MASS.`,
  ].join("\n");
}
