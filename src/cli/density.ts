/** @file `anygiven density`: the distribution of a column itself, of one question or for every row of a table. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { encodingOfColumn, unitBehind } from "../columns/encoding.ts";
import { densityJson } from "../distribution/density-json.ts";
import { DEFAULT_LEVELS, evenLevels } from "../distribution/levels.ts";
import type { DensityBatch } from "../model/density-model.ts";
import { DEFAULT_QUANTILES, describedColumns } from "../model/describe.ts";
import type { Model } from "../model/model.ts";
import { eventsOf } from "../model/predict.ts";
import type { Given } from "../model/question-table.ts";
import { answersAt, givenText } from "../model/question-text.ts";
import { targetIndices } from "../model/questions.ts";
import { percent } from "../numeric/format.ts";
import { shares, texts, whole } from "./arguments.ts";
import { type AskedRows, askedOf, checkTableOptions, noteDoubts } from "./asked.ts";
import { questionTitle, type RowQuestion, rowQuestions } from "./chosen-rows.ts";
import { answersAtText, densityText } from "./density-report.ts";
import { type EnsembleWishes, ensembleOptions, ensemblesOf } from "./ensembles.ts";
import { noteGiven, othersOf } from "./given-columns.ts";
import { askCommand, modelOptions, withAsking, withKept, withModel, withParts } from "./options.ts";
import { answer, note, rowsAre } from "./output.ts";
import { inPartition, namedTables, type Place } from "./partitions/run.ts";
import { densityPicture } from "./plot/density.ts";
import { figurePath } from "./plot/options.ts";
import { writePicture } from "./plot/picture.ts";
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

export function densityCommand() {
  return withParts(
    withKept(
      withAsking(
        askCommand(
          "density",
          "Show the distribution of a column given others; with a table, describe it for every row.",
        )
          .addOption(modelOptions.of())
          .addOption(modelOptions.known())
          .addOption(modelOptions.probability())
          .option("--at <values>", "also tell density and probabilities at these values", texts)
          .option(
            "--levels <n>",
            `quantiles worked out, from -4 to 4 sigma (default: ${DEFAULT_LEVELS.length})`,
            levels,
          )
          .option(
            "--plot <file>",
            "draw it: .svg, .pdf or .png (more of this: anygiven plot density)",
            figurePath,
          ),
      ),
    ),
  )
    .optionsGroup("For a table:")
    .addOption(tableOut("write the answers", ", one row for each row of the table"))
    .addOption(outFormat())
    .option(
      "--quantiles <shares>",
      `the quantiles to write (default: ${DEFAULT_QUANTILES.join(",")})`,
      shares,
    )
    .addOption(ensembleOptions.as())
    .addOption(ensembleOptions.grid())
    .addHelpText("after", HELP)
    .action(async (folder, tables, { levels, device, unseen, partition, filesFrom, ...options }) => {
      const asked = askedOf(await namedTables(tables, filesFrom), options, true);
      const { out, quantiles, as, grid, at, plot, json } = options;
      checkTableOptions(asked.kind === "table", {
        table: { out, quantiles, as, grid, partition },
        question: { at, plot },
      });
      if (plot !== undefined && options.of.length > 1)
        throw new InputError("--plot draws one column: name one with --of.");
      const loading = defined({ device, levels, unseen });
      if (asked.kind === "table") {
        const { out: _, json: __, ...others } = options;
        const run = { command: "density", model: folder, ...asked, partition, json };
        return inPartition({ ...run, options: { ...others, levels, unseen } }, (place) =>
          withModel(folder, loading, (model) => writeDensities(model, { ...asked, ...place }, options)),
        );
      }
      await withModel(folder, loading, async (model) => {
        const questions: RowQuestion[] =
          asked.kind === "rows"
            ? await rowQuestions(model, { ...asked, of: options.of, most: MOST_ROWS }, options)
            : [{ given: asked.given }];
        await showDensities(model, questions, options);
        if (plot === undefined) return;
        const [{ given }] = questions;
        const picture = questions.length === 1 ? { given } : { given: {}, questions };
        await writePicture(
          plot,
          () => densityPicture(model, { of: options.of[0], theme: "light", ...picture }),
          { say: note },
        );
      });
    });
}

/** So many rows are shown, or drawn in one picture. */
const MOST_ROWS = 8;

const HELP = `
Examples:
  anygiven density houses --of HouseValue --given MedInc=7 --given AveRooms=5
  anygiven density survey --of logg --given teff=4700+-50 --at 2.5,4.6
  anygiven density survey --of logg --given teff=4700 --plot kiel.svg
  anygiven density survey --of teff --given bprp=1.1 jk=0.6 --probability "teff < 5000"
  anygiven density survey stars.csv --row 17 --of logg
  anygiven density houses new.csv --of HouseValue,Kind --quantiles 0.05,0.5,0.95 --out answers.parquet
  anygiven density photoz new.fits --of z --as quant --keep id --out z.hdf5
  anygiven density photoz new.fits --of z --as interp --grid 0..3:301 --out z.hdf5

For each row of a table, the answers about NAME are
  NAME_mean, NAME_sd, and NAME_q05, NAME_q50, NAME_q025 ... for quantiles 0.05, 0.5, 0.025 ... of a number or date,
  NAME_mode and, for each category, NAME_p_CATEGORY (its probability) of a category.
With --as, the file is an ensemble that qp.read("z.hdf5") reads (several columns: qp.read_dict), row numbers and kept columns as ancil.`;

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
  { sources, out, given, part }: AskedRows & Place,
  options: DensityOptions & TableChoice & WrittenBeside & EnsembleWishes,
): Promise<void> {
  const { of, quantiles, json } = options;
  const ensembles = ensemblesOf(model, of, out, options);
  const described =
    ensembles?.described ?? describedColumns(model.config, of, quantiles ?? DEFAULT_QUANTILES);
  const columns = described.map(({ column }) => column);
  const { keep } = options;
  const isEach = asksForAll(of) && !given;
  const question = isEach ? undefined : { of, given };
  const open = () =>
    blocksFor(model, sources, options, question, { keep: keptChoice(keep, out), inOne: isEach, part });
  const file = { out, columns, hdf5: ensembles?.layout, open };
  const valuesOf = (densities: DensityBatch["densities"], only = of) =>
    Object.fromEntries(
      described
        .filter((each) => only.includes(each.of))
        .map((each) => [each.column.name, each.valuesOf(densities)]),
    );
  const { rows, written, known } = await writeAnswers(file, async function* (table, work) {
    if (!isEach) {
      for await (const { densities } of model.density(table, { ...defined({ of, given }), ...work }))
        yield valuesOf(densities);
      return;
    }
    const whole = await onlyBlock(table);
    const names = whole.columns.map(({ name }) => name);
    const made = [];
    for (const name of of) {
      const densities = await model.density(whole, { of: [name], given: othersOf(model, names, name) });
      made.push(valuesOf(densities, [name]));
      work.signal.throwIfAborted();
    }
    yield Object.assign({}, ...made) as ReturnType<typeof valuesOf>;
  });
  const inside = ensembles ? `distributions of ${of.join(", ")} for qp` : written.join(", ");
  answer(json, { out, rows, columns: written }, `${rowsAre(rows)} in ${out}: ${inside}.`);
  noteGiven(model, known, { of, given, each: isEach });
}

async function showDensities(
  model: Model,
  questions: readonly RowQuestion[],
  {
    of,
    at,
    probability,
    json,
  }: DensityOptions & { readonly at?: readonly string[]; readonly probability?: readonly Given[] },
): Promise<void> {
  targetIndices(model.config, of); // all names, before the first is worked out
  const events = eventsOf(model.config, of, probability ?? []);
  if (at && of.length > 1) throw new InputError("--at is for one column: name one with --of.");
  const [found, texts]: [object[], string[]] = [[], []];
  for (const question of questions) {
    const { row } = question;
    noteDoubts(model, question.given);
    const answers: [string, object][] = [];
    for (const name of of) {
      const given = row === undefined ? question.given : without(question.given, name); // all may be asked of a row
      const encoding = encodingOfColumn(model.config, name);
      const distribution = await model.density({ of: name, given });
      const values = at && answersAt(distribution, at, encoding);
      const chances = events
        .filter((event) => event.of === name)
        .map((event) => [event.text, event.probability(distribution)] as const);
      const probabilities = chances.length > 0 ? Object.fromEntries(chances) : undefined;
      answers.push([
        name,
        { ...densityJson(distribution), ...defined({ at: values, events: probabilities }) },
      ]);
      texts.push(
        `${name}${questionTitle(question, givenText(given))}`,
        densityText(distribution, encoding, unitBehind(model.config, name)),
      );
      for (const [event, share] of chances) texts.push(`  P(${event}) = ${percent(share)}`);
      if (values) texts.push(answersAtText(name, values, unitBehind(model.config, name)));
    }
    found.push({ ...defined({ row }), given: question.given, of: Object.fromEntries(answers) });
  }
  answer(json, found.length === 1 ? found[0] : found, texts.join("\n"));
}

function without(given: Given, name: string): Given {
  return Object.fromEntries(Object.entries(given).filter(([each]) => each !== name));
}
