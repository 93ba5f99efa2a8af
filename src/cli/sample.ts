/** @file `anygiven sample`: draws from the distribution of a column given some others. */

import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { type ColumnEncoding, encodingOfColumn } from "../columns/encoding.ts";
import { columnLike, kindOf } from "../columns/kinds.ts";
import type { ChainOrder } from "../model/joint.ts";
import type { Model } from "../model/model.ts";
import type { Given } from "../model/question-table.ts";
import { formatNumber } from "../numeric/format.ts";
import { summarise } from "../numeric/samples.ts";
import { writeTable } from "../table/files/write.ts";
import { whole } from "./arguments.ts";
import { givenTable } from "./asked-table.ts";
import { givenText, noteErrors, shownTo } from "./column-values.ts";
import { categoryBars, histogram } from "./histogram.ts";
import { checkKnown, checkOut, knownOption, NOTHING } from "./known-things.ts";
import { modelOptions, withModel } from "./model-options.ts";
import { print, printJson } from "./output.ts";
import { writeRowSamples } from "./row-samples.ts";
import { TABLE_HELP, withTableOptions } from "./table-options.ts";

/** What is printed of a distribution. */
const PROBABILITIES = [0.05, 0.16, 0.5, 0.84, 0.95];

export function sampleCommand() {
  return withTableOptions(
    new Command("sample")
      .description(
        "Draw samples of a column given others, or of several jointly; with a table, for every row.",
      )
      .argument("<model>", "a model's folder")
      .argument("[table...]", TABLE_HELP)
      .addOption(modelOptions.of("the target column (several: each separately, unless --joint)"))
      .addOption(knownOption())
      .addOption(modelOptions.size(10_000))
      .addOption(modelOptions.seed())
      .addOption(modelOptions.method())
      .option(
        "--joint",
        "draw the columns together, one given the ones before; --out has their log_density too",
      )
      .addOption(
        new Option(
          "--order <order>",
          "with --joint: given, the columns in the order named (default), or random:M, a mixture of M orders",
        ).argParser(chainOrder),
      )
      .option("--out <file>", "write the samples: .csv, .parquet or .jsonl")
      .addOption(modelOptions.device())
      .addOption(modelOptions.json())
      .optionsGroup("For a table:"),
  )
    .addHelpText(
      "after",
      `
Examples:
  anygiven sample houses --of HouseValue --given MedInc=7 --given AveRooms=5
  anygiven sample survey --of logg --given teff=4700+-50 --size 50000 --seed 2 --out logg.parquet
  anygiven sample survey --of teff,logg --joint --order random:4 --out pairs.csv
  anygiven sample survey stars.csv --of teff,logg --joint --size 20 --out draws.parquet

With a table the samples of its first row come first, then those of the second; "row" counts from 1.
anygiven density shows the same distributions without the noise of samples.`,
    )
    .action(
      async (folder, sources, { joint, order, method, json, out, device, given = NOTHING, ...rest }) => {
        const { of, size, seed, ...reading } = rest;
        if (order !== undefined && !joint) throw new InputError("--order is for --joint: add that.");
        if (joint && method === "ancestral") {
          throw new InputError("--joint samples come from the density itself: leave out --method ancestral.");
        }
        const isTable = sources.length > 0;
        checkKnown(isTable, given);
        checkOut(isTable, out);
        const drawing = {
          of,
          size,
          seed,
          method,
          joint: joint === true,
          ...(order !== undefined && { order }),
        };
        await withModel(folder, { device }, async (model) => {
          if (isTable) {
            const columns = given.columns.length > 0 ? given.columns : undefined;
            const table = await givenTable(model, sources, { of, given: columns, ...reading });
            await writeRowSamples(model, table, { ...drawing, given: columns, out: out!, json });
          } else await showSamples(model, { ...drawing, given: given.values, out, json });
        });
      },
    );
}

interface ShownSamples {
  readonly of: readonly string[];
  readonly given: Given;
  readonly size: number;
  readonly seed: number;
  readonly method: "flow" | "ancestral";
  readonly joint: boolean;
  readonly order?: ChainOrder;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
}

async function showSamples(
  model: Model,
  { method, joint, order, out, json, ...question }: ShownSamples,
): Promise<void> {
  noteErrors(model.config, question.given);
  const { samples, logPdf } = joint
    ? await model.sample({ ...question, joint, ...(order !== undefined && { order }) })
    : await model.sample({ ...question, method });
  const encodings = new Map(question.of.map((name) => [name, encodingOfColumn(model.config, name)]));
  if (out !== undefined) await writeSamples(out, samples, encodings, logPdf);
  if (json) printJson({ ...question, ...jsonOf(samples, encodings, out === undefined, logPdf) });
  else printSamples(samples, encodings, question, logPdf);
  if (out !== undefined && !json) print(`The samples are in ${out}.`);
}

function chainOrder(text: string): ChainOrder {
  if (text === "given") return text;
  const [, orders] = /^random:(\d+)$/.exec(text) ?? [];
  if (orders === undefined) throw new InvalidArgumentError(`"${text}" is neither given nor random:M.`);
  return whole(orders);
}

type Samples = Readonly<Record<string, Float64Array>>;
type Codings = ReadonlyMap<string, ColumnEncoding>;

async function writeSamples(
  out: string,
  samples: Samples,
  encodings: Codings,
  logPdf: Float64Array | undefined,
): Promise<void> {
  const columns = Object.entries(samples).map(([name, values]) => ({
    ...columnLike(name, encodings.get(name)!),
    values,
  }));
  await writeTable(
    { columns: [...columns, ...(logPdf ? [{ name: "log_density", values: logPdf }] : [])] },
    out,
  );
}

function printSamples(
  samples: Samples,
  encodings: Codings,
  { given, size }: { readonly given: Given; readonly size: number },
  logPdf: Float64Array | undefined,
): void {
  for (const [name, drawn] of Object.entries(samples)) {
    const encoding = encodings.get(name)!;
    print(`${name}${givenText(given)} (${size} samples)`);
    const { isCategorical, isText } = kindOf(encoding);
    if (isCategorical) {
      const { categories } = encoding;
      print(categoryBars({ categories, probabilities: shares(drawn, categories.length) }));
    } else if (isText) print(dateText(drawn, encoding));
    else {
      print(histogram(drawn));
      print(summaryLine(drawn, encoding));
    }
  }
  if (logPdf) print(`jointly: mean log density ${formatNumber(mean(logPdf))}`);
}

/** Median, scaled MAD, and the intervals that hold 68 % and 90 % of the samples. */
function summaryLine(samples: Float64Array, encoding: ColumnEncoding): string {
  const { median, mad } = summarise(samples, encoding);
  const [low90, low68, , high68, high90] = quantiles(samples).map(formatNumber);
  return `median ${formatNumber(median)}, scaled MAD ${formatNumber(mad)}; 68 % in ${low68} .. ${high68}, 90 % in ${low90} .. ${high90}`;
}

function dateText(samples: Float64Array, encoding: ColumnEncoding): string {
  const { mad } = summarise(samples);
  const show = shownTo(mad, encoding);
  const [low90, low68, median, high68, high90] = quantiles(samples).map(show);
  return `${histogram(samples, show)}\nmedian ${median}; 68 % in ${low68} .. ${high68}, 90 % in ${low90} .. ${high90}`;
}

function jsonOf(
  samples: Samples,
  encodings: Codings,
  withSamples: boolean,
  logPdf: Float64Array | undefined,
) {
  const of = Object.entries(samples).map(([name, drawn]) => [
    name,
    described(drawn, encodings.get(name)!, withSamples),
  ]);
  return {
    of: Object.fromEntries(of),
    ...(logPdf && { meanLogDensity: mean(logPdf) }),
    ...(logPdf && withSamples && { logDensity: Array.from(logPdf) }),
  };
}

function described(samples: Float64Array, encoding: ColumnEncoding, withSamples: boolean) {
  if (kindOf(encoding).isCategorical) {
    const { categories } = encoding;
    const found = shares(samples, categories.length);
    return {
      shares: Object.fromEntries(categories.map((category, index) => [category, found[index]])),
      ...(withSamples && { samples: Array.from(samples, (index) => categories[index]) }),
    };
  }
  const at = Object.fromEntries(PROBABILITIES.map((p, i) => [String(p), quantiles(samples)[i]]));
  return {
    ...summarise(samples, encoding),
    quantiles: at,
    ...(withSamples && { samples: Array.from(samples) }),
  };
}

function shares(indices: Float64Array, categories: number): Float64Array {
  const made = new Float64Array(categories);
  for (const index of indices) made[index] += 1 / indices.length;
  return made;
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function quantiles(samples: Float64Array): number[] {
  const sorted = samples.slice().sort();
  return PROBABILITIES.map((p) => {
    const index = p * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(index)], sorted[Math.ceil(index)]];
    return low + (high - low) * (index - Math.floor(index));
  });
}
