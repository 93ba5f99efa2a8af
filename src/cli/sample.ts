/** @file `anygiven sample`: draws from the distribution of a column given some others. */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { type ColumnEncoding, encodingOfColumn } from "../columns/encoding.ts";
import { columnLike } from "../columns/kinds.ts";
import type { ChainOrder } from "../model/joint.ts";
import type { Model, Samples } from "../model/model.ts";
import type { Given } from "../model/question-table.ts";
import { givenText } from "../model/question-text.ts";
import { formatNumber } from "../numeric/format.ts";
import { writeTable } from "../table/files/write.ts";
import { whole } from "./arguments.ts";
import {
  askedOf,
  modelCommand,
  modelOptions,
  noteErrors,
  TABLE_HELP,
  withModel,
  withTableOptions,
} from "./options.ts";
import { answer } from "./output.ts";
import { samplesJson, samplesText } from "./sample-report.ts";
import { type TableChoice, tableFor, writeAnswers } from "./tables.ts";

export function sampleCommand() {
  return withTableOptions(
    modelCommand(
      "sample",
      "Draw samples of a column given others, or of several jointly; with a table, for every row.",
    )
      .argument("[table...]", TABLE_HELP)
      .addOption(modelOptions.of("the target column (several: each separately, unless --joint)"))
      .addOption(modelOptions.known())
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
    .addHelpText("after", HELP)
    .action(async (folder, sources, { device, ...options }) => {
      const { joint, order, method, out } = options;
      if (order !== undefined && !joint) throw new InputError("--order is for --joint: add that.");
      if (joint && method === "ancestral")
        throw new InputError("--joint samples come from the density itself: leave out --method ancestral.");
      const asked = askedOf(sources, options);
      await withModel(folder, { device }, (model) =>
        asked.sources
          ? writeRowSamples(model, { ...options, ...asked, given: asked.given })
          : showSamples(model, { ...options, given: asked.given, out }),
      );
    });
}

const HELP = `
Examples:
  anygiven sample houses --of HouseValue --given MedInc=7 --given AveRooms=5
  anygiven sample survey --of logg --given teff=4700+-50 --size 50000 --seed 2 --out logg.parquet
  anygiven sample survey --of teff,logg --joint --order random:4 --out pairs.csv
  anygiven sample survey stars.csv --of teff,logg --joint --size 20 --out draws.parquet

With a table the samples of its first row come first, then those of the second; "row" counts from 1.
anygiven density shows the same distributions without the noise of samples.`;

function chainOrder(text: string): ChainOrder {
  if (text === "given") return text;
  const [, orders] = /^random:(\d+)$/.exec(text) ?? [];
  if (orders === undefined) throw new InvalidArgumentError(`"${text}" is neither given nor random:M.`);
  return whole(orders);
}

interface Drawing {
  readonly of: readonly string[];
  readonly size: number;
  readonly seed: number;
  readonly method: "flow" | "ancestral";
  readonly joint?: true | undefined;
  readonly order?: ChainOrder | undefined;
  readonly json?: boolean | undefined;
}

interface RowsDrawing extends Drawing, TableChoice {
  readonly sources: readonly string[];
  readonly given: readonly string[] | undefined;
  readonly out: string;
}

/** `size` lines for each row. */
async function writeRowSamples(model: Model, drawing: RowsDrawing): Promise<void> {
  const { sources, of, given, size, seed, method, joint, order, out, json } = drawing;
  const answers = of.map((name) => columnLike(name, encodingOfColumn(model.config, name)));
  const columns = [{ name: "row" }, ...answers, ...(joint ? [{ name: "log_density" }] : [])];
  const open = () => tableFor(model, sources, drawing, { of, given });
  const lines = await writeAnswers({ out, columns, open }, async function* (table, work) {
    const question = { of, size, seed, ...defined({ given }), ...work };
    const batches = joint
      ? model.sample(table, { ...question, joint, ...defined({ order }) })
      : model.sample(table, { ...question, method });
    for await (const { start, rows, samples, logPdf } of batches) {
      const row = Float64Array.from({ length: rows * size }, (_, i) => start + 1 + Math.floor(i / size));
      yield { row, ...samples, ...(logPdf && { log_density: logPdf }) };
    }
  });
  const written = columns.map(({ name }) => name);
  const text = `${size} samples for each of ${lines} rows are in ${out}: ${written.join(", ")}.`;
  answer(json, { out, rows: lines, size, columns: written }, text);
}

interface OneDrawing extends Drawing {
  readonly given: Given;
  readonly out?: string | undefined;
}

async function showSamples(model: Model, drawing: OneDrawing): Promise<void> {
  const { of, given, size, seed, method, joint, order, out, json } = drawing;
  noteErrors(model, given);
  const question = { of, size, seed, given };
  const drawn = joint
    ? await model.sample({ ...question, joint, ...defined({ order }) })
    : await model.sample({ ...question, method });
  if (out !== undefined) await writeSamples(model, drawn, out);
  const text = samplesOf(model, drawn, (name, samples, encoding) =>
    [`${name}${givenText(given)} (${size} samples)`, samplesText(samples, encoding)].join("\n"),
  );
  if (drawn.logPdf) text.push(`jointly: mean log density ${formatNumber(mean(drawn.logPdf))}`);
  if (out !== undefined) text.push(`The samples are in ${out}.`);
  answer(json, { ...question, ...jsonOf(model, drawn, out === undefined) }, text.join("\n"));
}

function jsonOf(model: Model, drawn: Samples, withSamples: boolean) {
  const { logPdf } = drawn;
  const of = samplesOf(model, drawn, (name, samples, encoding) => [
    name,
    samplesJson(samples, encoding, withSamples),
  ]);
  return {
    of: Object.fromEntries(of),
    ...(logPdf && { meanLogDensity: mean(logPdf) }),
    ...(logPdf && withSamples && { logDensity: Array.from(logPdf) }),
  };
}

async function writeSamples(model: Model, drawn: Samples, out: string): Promise<void> {
  const columns = samplesOf(model, drawn, (name, values, encoding) => ({
    ...columnLike(name, encoding),
    values,
  }));
  const { logPdf } = drawn;
  await writeTable(
    { columns: [...columns, ...(logPdf ? [{ name: "log_density", values: logPdf }] : [])] },
    out,
  );
}

function samplesOf<Made>(
  { config }: Model,
  { samples }: Samples,
  make: (name: string, samples: Float64Array, encoding: ColumnEncoding) => Made,
): Made[] {
  return Object.entries(samples).map(([name, each]) => make(name, each, encodingOfColumn(config, name)));
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
