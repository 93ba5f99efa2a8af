/** @file `anygiven density`: the distribution of a column itself, of one question or for every row of a table. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { encodingOfColumn } from "../columns/encoding.ts";
import { densityJson } from "../distribution/density-json.ts";
import { DEFAULT_LEVELS, evenLevels } from "../distribution/levels.ts";
import { describedColumns } from "../model/describe.ts";
import type { Model } from "../model/model.ts";
import type { Given } from "../model/question-table.ts";
import { answersAt, givenText } from "../model/question-text.ts";
import { targetIndices } from "../model/questions.ts";
import { shares, texts, whole } from "./arguments.ts";
import { type AskedRows, askedOf, checkTableOptions, noteErrors } from "./asked.ts";
import { answersAtText, densityText } from "./density-report.ts";
import { askCommand, modelOptions, withAsking, withKept, withModel } from "./options.ts";
import { answer, note } from "./output.ts";
import { densityPicture } from "./plot/density.ts";
import { figurePath } from "./plot/options.ts";
import { writePicture } from "./plot/picture.ts";
import { blocksFor, keptChoice, type TableChoice, type WrittenBeside, writeAnswers } from "./tables.ts";

const DEFAULT_QUANTILES = [0.05, 0.16, 0.5, 0.84, 0.95];

export function densityCommand() {
  return withKept(
    withAsking(
      askCommand(
        "density",
        "Show the distribution of a column given others; with a table, describe it for every row.",
      )
        .addOption(modelOptions.of())
        .addOption(modelOptions.known())
        .option("--at <values>", "also tell density and probabilities at these values", texts)
        .option(
          "--levels <n>",
          `quantiles worked out, from -4 to 4 sigma (default: ${DEFAULT_LEVELS.length})`,
          levels,
        )
        .option("--plot <file>", "draw it: .svg or .png (more of this: anygiven plot density)", figurePath),
    ),
  )
    .optionsGroup("For a table:")
    .option("--out <file>", "write the answers: .csv, .parquet or .jsonl, one row for each row of the table")
    .option(
      "--quantiles <shares>",
      `the quantiles to write (default: ${DEFAULT_QUANTILES.join(",")})`,
      shares,
    )
    .addHelpText("after", HELP)
    .action(async (folder, sources, { levels, device, unseen, ...options }) => {
      const asked = askedOf(sources, options);
      const { out, quantiles, at, plot } = options;
      checkTableOptions(sources.length > 0, { table: { out, quantiles }, question: { at, plot } });
      if (plot !== undefined && options.of.length > 1)
        throw new InputError("--plot draws one column: name one with --of.");
      await withModel(folder, defined({ device, levels, unseen }), async (model) => {
        if (asked.sources) return writeDensities(model, asked, options);
        const { given } = asked;
        await showDensities(model, given, options);
        const picture = { of: options.of[0], given, theme: "light" } as const;
        if (plot !== undefined) await writePicture(plot, () => densityPicture(model, picture), note);
      });
    });
}

const HELP = `
Examples:
  anygiven density houses --of HouseValue --given MedInc=7 --given AveRooms=5
  anygiven density survey --of logg --given teff=4700+-50 --at 2.5,4.6
  anygiven density survey --of logg --given teff=4700 --plot kiel.svg
  anygiven density houses new.csv --of HouseValue,Kind --quantiles 0.05,0.5,0.95 --out answers.parquet

For each row of a table, the answers about NAME are
  NAME_mean, NAME_sd, and NAME_q05, NAME_q50, NAME_q025 ... for quantiles 0.05, 0.5, 0.025 ... of a number or date,
  NAME_mode and, for each category, NAME_p_CATEGORY (its probability) of a category.`;

function levels(text: string): Float64Array {
  const count = whole(text);
  if (count < 3) throw new InvalidArgumentError("There must be at least 3 levels.");
  return evenLevels(count, 4);
}

interface DensityOptions {
  readonly of: readonly string[];
  readonly json?: boolean | undefined;
}

async function writeDensities(
  model: Model,
  { sources, out, given }: AskedRows,
  options: DensityOptions & TableChoice & WrittenBeside & { readonly quantiles?: readonly number[] },
): Promise<void> {
  const { of, quantiles = DEFAULT_QUANTILES, json } = options;
  const described = describedColumns(model.config, of, quantiles);
  const columns = described.map(({ column }) => column);
  const { keep, overwrite } = options;
  const open = () => blocksFor(model, sources, options, { of, given }, { keep: keptChoice(keep) });
  const file = { out, sources, overwrite, columns, open };
  const { rows, written } = await writeAnswers(file, async function* (table, work) {
    for await (const { densities } of model.density(table, { ...defined({ of, given }), ...work }))
      yield Object.fromEntries(described.map(({ column, valuesOf }) => [column.name, valuesOf(densities)]));
  });
  answer(json, { out, rows, columns: written }, `${rows} rows are in ${out}: ${written.join(", ")}.`);
}

async function showDensities(
  model: Model,
  given: Given,
  { of, at, json }: DensityOptions & { readonly at?: readonly string[] },
): Promise<void> {
  targetIndices(model.config, of); // all names, before the first is worked out
  if (at && of.length > 1) throw new InputError("--at is for one column: name one with --of.");
  noteErrors(model, given);
  const [answers, texts]: [[string, object][], string[]] = [[], []];
  for (const name of of) {
    const encoding = encodingOfColumn(model.config, name);
    const distribution = await model.density({ of: name, given });
    const found = at && answersAt(distribution, at, encoding);
    answers.push([name, { ...densityJson(distribution), ...defined({ at: found }) }]);
    texts.push(`${name}${givenText(given)}`, densityText(distribution, encoding));
    if (found) texts.push(answersAtText(name, found));
  }
  answer(json, { given, of: Object.fromEntries(answers) }, texts.join("\n"));
}
