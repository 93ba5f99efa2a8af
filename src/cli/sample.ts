/** @file `anygiven sample`: the distribution of a column given some others, as samples. */
import { Command, Option } from "@commander-js/extra-typings";
import { Model } from "../density/model.ts";
import { summarise } from "../density/summary.ts";
import { writeTable } from "../table/write.ts";
import { given, names } from "./arguments.ts";
import { histogram } from "./histogram.ts";
import { modelOptions } from "./model-options.ts";
import { figure, print, printJson } from "./output.ts";

/** What is printed of a distribution. */
const PROBABILITIES = [0.05, 0.16, 0.5, 0.84, 0.95];

export function sampleCommand() {
  return new Command("sample")
    .description("Draw samples of a column given others: the whole distribution, not a point.")
    .argument("<model>", "a model's folder")
    .addOption(
      new Option("--of <columns>", "the column asked (several: each on its own)")
        .argParser(names)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--given <name=value>", "a known value; repeat for more; none asks for the marginal")
        .argParser(given)
        .default({} as Record<string, number>, "nothing"),
    )
    .addOption(modelOptions.size(10_000))
    .addOption(modelOptions.seed())
    .option("--out <file>", "write the samples: .csv, .parquet or .jsonl")
    .addOption(modelOptions.device())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven sample houses --of HouseValue
  anygiven sample houses --of HouseValue --given MedInc=7 --given AveRooms=5
  anygiven sample survey --of logg --given teff=4700 --size 50000 --seed 2 --out logg.parquet`,
    )
    .action(async (folder, options) => {
      const model = await Model.load(folder, { device: options.device });
      const question = { of: options.of, given: options.given, size: options.size, seed: options.seed };
      const samples = await model.samples(question);
      await model.dispose();
      if (options.out !== undefined) {
        const columns = Object.entries(samples).map(([name, values]) => ({ name, values }));
        await writeTable({ columns }, options.out);
      }
      if (options.json) {
        const answers = Object.entries(samples).map(([name, drawn]) => [
          name,
          described(drawn, options.out === undefined),
        ]);
        printJson({
          given: options.given,
          size: options.size,
          seed: options.seed,
          of: Object.fromEntries(answers),
        });
        return;
      }
      for (const [name, drawn] of Object.entries(samples)) {
        print(`${name}${givenText(options.given)} (${options.size} samples)`);
        print(histogram(drawn));
        print(summaryLine(drawn));
      }
      if (options.out !== undefined) print(`The samples are in ${options.out}.`);
    });
}

function givenText(values: Readonly<Record<string, number>>): string {
  const parts = Object.entries(values).map(([name, value]) => `${name} = ${figure(value)}`);
  return parts.length === 0 ? "" : ` given ${parts.join(", ")}`;
}

/** Median, scaled MAD, and the intervals that hold 68 % and 90 % of the samples. */
export function summaryLine(samples: Float64Array): string {
  const { median, mad } = summarise(samples);
  const [low90, low68, , high68, high90] = quantiles(samples).map(figure);
  return `median ${figure(median)}, scaled MAD ${figure(mad)}; 68 % in ${low68} .. ${high68}, 90 % in ${low90} .. ${high90}`;
}

function described(samples: Float64Array, withSamples: boolean) {
  const summary = summarise(samples);
  const at = Object.fromEntries(PROBABILITIES.map((p, i) => [String(p), quantiles(samples)[i]!]));
  return { ...summary, quantiles: at, ...(withSamples && { samples: Array.from(samples) }) };
}

function quantiles(samples: Float64Array): number[] {
  const sorted = samples.slice().sort();
  return PROBABILITIES.map((p) => {
    const place = p * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low + (high - low) * (place - Math.floor(place));
  });
}
