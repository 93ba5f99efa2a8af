/** @file `anygiven sample`: draws from the distribution of a column given some others. */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { encodingOfColumn, unitBehind } from "../columns/encoding.ts";
import type { SamplingOptions } from "../model/answers.ts";
import { sampledColumns } from "../model/describe.ts";
import type { ChainOrder } from "../model/joint.ts";
import type { Model, Samples } from "../model/model.ts";
import { givenText } from "../model/question-text.ts";
import { formatNumber } from "../numeric/format.ts";
import { writeTable } from "../table/files/write.ts";
import { whole } from "./arguments.ts";
import { type AskedRows, askedOf, checkTableOptions, noteDoubts } from "./asked.ts";
import { chainOption, checkChain, writeChain } from "./chains.ts";
import { questionTitle, type RowQuestion, rowQuestions } from "./chosen-rows.ts";
import { noteGiven } from "./given-columns.ts";
import { askCommand, modelOptions, withAsking, withKept, withModel, withParts } from "./options.ts";
import { answer } from "./output.ts";
import { firstRowOf, inPartition, namedTables, type Place } from "./partitions/run.ts";
import { samplesJson, samplesText } from "./sample-report.ts";
import { asksForAll } from "./settled.ts";
import { outFormat, tableOut } from "./table-output.ts";
import {
  blocksFor,
  keptChoice,
  onlyBlock,
  type TableChoice,
  type WrittenBeside,
  writeAnswers,
} from "./tables.ts";

export function sampleCommand() {
  return withParts(
    withKept(
      withAsking(
        askCommand(
          "sample",
          "Draw samples of a column given others, or of several jointly; with a table, for every row.",
        )
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
          .addOption(tableOut("write the samples"))
          .addOption(chainOption())
          .addOption(outFormat()),
      ),
    ),
  )
    .addHelpText("after", HELP)
    .action(async (folder, tables, { device, unseen, partition, filesFrom, ...options }) => {
      const { joint, order, method, out } = options;
      if (order !== undefined && !joint) throw new InputError("--order is for --joint: add that.");
      if (joint && method === "ancestral")
        throw new InputError("--joint samples come from the density itself: leave out --method ancestral.");
      const asked = askedOf(await namedTables(tables, filesFrom), options, true);
      checkTableOptions(asked.kind === "table", { table: { partition } });
      const isTable = asked.kind === "table";
      const withChecked = (work: (model: Model) => Promise<void>) =>
        withModel(folder, { device, unseen }, (model) => {
          if (options.as) checkChain(model.config, options.of, { joint, out, isTable });
          return work(model);
        });
      if (asked.kind === "table") {
        const { out: _, json, ...others } = options;
        const run = { command: "sample", model: folder, ...asked, partition, json };
        return inPartition({ ...run, options: { ...others, unseen } }, (place) =>
          withChecked((model) => writeRowSamples(model, { ...asked, ...place }, options)),
        );
      }
      await withChecked(async (model) => {
        if (asked.kind === "question") return showSamples(model, asked, options);
        const [question] = await rowQuestions(model, { ...asked, of: options.of, most: 1 }, options);
        return showSamples(model, question, options);
      });
    });
}

const HELP = `
Examples:
  anygiven sample houses --of HouseValue --given MedInc=7 --given AveRooms=5
  anygiven sample survey --of logg --given teff=4700+-50 --size 50000 --seed 2 --out logg.parquet
  anygiven sample survey --of teff,logg --joint --order random:4 --out pairs.csv
  anygiven sample survey stars.csv --of teff,logg --joint --size 20 --out draws.parquet
  anygiven sample survey --of teff,logg,m_h --joint --given bprp=1.1 --out star.txt --as chain

With a table and --out the samples of its first row come first, then those of the second; "row" counts from 1.
anygiven density shows the same distributions without the noise of samples.`;

function chainOrder(text: string): ChainOrder {
  if (text === "given") return text;
  const [, orders] = /^random:(\d+)$/.exec(text) ?? [];
  if (orders === undefined) throw new InvalidArgumentError(`"${text}" is neither given nor random:M.`);
  return whole(orders);
}

interface Drawing extends Required<Omit<SamplingOptions, "firstRow">> {
  readonly of: readonly string[];
  readonly joint?: true | undefined;
  readonly order?: ChainOrder | undefined;
  readonly json?: boolean | undefined;
}

/** `size` lines for each row. */
async function writeRowSamples(
  model: Model,
  { sources, out, given, part }: AskedRows & Place,
  options: Drawing & TableChoice & WrittenBeside,
): Promise<void> {
  const { of, size, seed, method, joint, order, json } = options;
  const { keep } = options;
  if (asksForAll(of) && !given)
    throw new InputError(
      "With a table, say what is given when all are asked: --given COLUMNS (or see impute).",
    );
  const columns = sampledColumns(model.config, of, joint);
  const wishes = { keep: keptChoice(keep, out), inOne: true, part };
  const open = () => blocksFor(model, sources, options, { of, given }, wishes);
  const file = { out, columns, times: size, open };
  const { rows, written, known } = await writeAnswers(file, async function* (blocks, work) {
    const table = await onlyBlock(blocks);
    const question = { of, size, seed, ...defined({ given, firstRow: firstRowOf(part) }), ...work };
    const batches = joint
      ? model.sample(table, { ...question, joint, ...defined({ order }) })
      : model.sample(table, { ...question, method });
    for await (const { samples, logPdf } of batches)
      yield { ...samples, ...(logPdf && { log_density: logPdf }) };
  });
  const text = `${size} samples for each of ${rows} rows are in ${out}: ${written.join(", ")}.`;
  answer(json, { out, rows, size, columns: written }, text);
  noteGiven(model, known, { of, given });
}

async function showSamples(
  model: Model,
  asked: RowQuestion,
  {
    of,
    size,
    seed,
    method,
    joint,
    order,
    out,
    as,
    json,
  }: Drawing & { readonly out?: string | undefined; readonly as?: "chain" | undefined },
): Promise<void> {
  const { given, row } = asked;
  noteDoubts(model, given);
  const question = { of, size, seed, given };
  const { samples, logPdf } = joint
    ? await model.sample({ ...question, joint, ...defined({ order }) })
    : await model.sample({ ...question, method });
  const drawn = Object.entries(samples).map(([name, each]) => {
    const encoding = encodingOfColumn(model.config, name);
    const text = `${name}${questionTitle(asked, givenText(given))} (${size} samples)\n${samplesText(each, encoding, unitBehind(model.config, name))}`;
    return { name, text, json: samplesJson(each, encoding, out === undefined) };
  });
  const text = drawn.map((each) => each.text);
  if (logPdf) text.push(`jointly: mean log density ${formatNumber(mean(logPdf))}`);
  if (out !== undefined && as) {
    await writeChain(model.config, out, { samples, ...(logPdf && { logPdf }) });
    text.push(`The chain is in ${out}, for GetDist.`);
  } else if (out !== undefined) {
    const values: Samples["samples"] = { ...samples, ...(logPdf && { log_density: logPdf }) };
    const columns = sampledColumns(model.config, Object.keys(samples), joint);
    await writeTable({ columns: columns.map((each) => ({ ...each, values: values[each.name] })) }, out);
    text.push(`The samples are in ${out}.`);
  }
  const found = {
    of: Object.fromEntries(drawn.map((each) => [each.name, each.json])),
    ...(logPdf && { meanLogDensity: mean(logPdf) }),
    ...(logPdf && out === undefined && { logDensity: Array.from(logPdf) }),
  };
  answer(json, { ...defined({ row }), ...question, ...found }, text.join("\n"));
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
