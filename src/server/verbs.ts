/** @file The verbs as requests: what each is asked with, and what it answers. The paths and the OpenAPI document are made of this list. */
import type { z } from "zod";
import { defined } from "../base/defined.ts";
import { encodingOfColumn } from "../columns/encoding.ts";
import { densityJson } from "../distribution/density-json.ts";
import type { Distribution } from "../distribution/distribution.ts";
import type { Model } from "../model/model.ts";
import { eventsOf } from "../model/predict.ts";
import type { Given } from "../model/question-table.ts";
import { answersAt } from "../model/question-text.ts";
import type { TableBlocks } from "../table/blocks.ts";
import { adviceAnswer, densityAnswer, evaluationAnswer, tableAnswer } from "./answer-schemas.ts";
import { inMemory, type Wanted } from "./asked-rows.ts";
import type { Lease } from "./model-shelf.ts";
import {
  adviseOfRows,
  adviseQuestion,
  densityOfRows,
  densityQuestion,
  evaluateOfRows,
  imputeOfRows,
  predictOfRows,
  sampleOfRows,
  sampleQuestion,
  scoreOfRows,
  synthesizeQuestion,
  withReading,
  withRows,
} from "./question-schemas.ts";
import { Refusal } from "./refusals.ts";
import {
  type Asking,
  advisedRows,
  describedRows,
  filledRows,
  madeUpRows,
  predictedRows,
  sampledOnce,
  sampledRows,
  scoredRows,
  type TableAnswer,
} from "./table-answers.ts";

/** What a verb makes: JSON, or a table in whatever type is accepted. */
export type VerbAnswer = { readonly json: object } | { readonly table: TableAnswer };

/** One question by itself. */
interface OneQuestion {
  readonly schema: z.ZodType;
  readonly answers: z.ZodType;
  /** Whether the answer is a table, in any of the types. */
  readonly isTable: boolean;
  readonly ask: (lease: Lease, question: never, asking: Asking) => Promise<VerbAnswer>;
}

/** A question about each row. */
interface RowsQuestion {
  /** The options alone, and those of reading, for the query of a table that is sent. */
  readonly query: z.ZodObject;
  /** Options and rows, as JSON. */
  readonly schema: z.ZodType;
  readonly answers: z.ZodType;
  readonly isTable: boolean;
  readonly wanted: (options: never) => Wanted;
  readonly ask: (model: Model, blocks: TableBlocks, options: never, asking: Asking) => Promise<VerbAnswer>;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly about: string;
  readonly one?: OneQuestion;
  readonly rows?: RowsQuestion;
}

function one<Schema extends z.ZodType>(
  schema: Schema,
  answers: z.ZodType,
  ask: (lease: Lease, question: z.output<Schema>, asking: Asking) => Promise<VerbAnswer>,
): OneQuestion {
  return { schema, answers, isTable: answers === tableAnswer, ask };
}

function ofRows<Shape extends z.ZodRawShape>(
  options: z.ZodObject<Shape, z.core.$strict>,
  id: string,
  answers: z.ZodType,
  wanted: (options: z.output<z.ZodObject<Shape, z.core.$strict>>) => Wanted,
  ask: (
    model: Model,
    blocks: TableBlocks,
    options: z.output<z.ZodObject<Shape, z.core.$strict>>,
    asking: Asking,
  ) => Promise<VerbAnswer>,
): RowsQuestion {
  const schema = withRows(options, id);
  return {
    query: withReading(options),
    schema,
    answers,
    isTable: answers === tableAnswer,
    wanted,
    ask,
  };
}

const asTable = async (table: TableAnswer | Promise<TableAnswer>): Promise<VerbAnswer> => ({
  table: await table,
});

/** What a question with targets needs of a table. */
const needed = ({
  of,
  given,
}: {
  of: string | readonly string[];
  given?: readonly string[] | undefined;
}): Wanted => ({
  question: { of: [of].flat(), given },
});

export const VERBS: readonly Verb[] = [
  {
    name: "density",
    summary: "The distribution of columns given others",
    about:
      "One question answers whole distributions; about rows, mean, standard deviation and quantiles of each (NAME_mean, NAME_sd, NAME_q05), or each category's probability.",
    one: one(densityQuestion, densityAnswer, askDensity),
    rows: ofRows(densityOfRows, "DensityOfRows", tableAnswer, needed, (model, blocks, options, asking) =>
      asTable(describedRows(model, blocks, options, asking)),
    ),
  },
  {
    name: "sample",
    summary: "Random values of columns given others",
    about: "Each column is drawn on its own, or all together (`joint`). The same seed draws the same.",
    one: one(sampleQuestion, tableAnswer, (lease, question, asking) =>
      asTable(sampledOnce(lease.model, question, asking)),
    ),
    rows: ofRows(
      sampleOfRows,
      "SampleOfRows",
      tableAnswer,
      (options) => ({ ...needed(options), inOne: true }),
      (model, blocks, options, asking) => asTable(sampledRows(model, blocks, options, asking)),
    ),
  },
  {
    name: "predict",
    summary: "Median, spread and quantiles, or the most probable category, of each row",
    about: "NAME, NAME_sd, NAME_q05 ... of a number; NAME and NAME_p_CATEGORY of a category.",
    rows: ofRows(predictOfRows, "PredictOfRows", tableAnswer, needed, (model, blocks, options, asking) =>
      asTable(predictedRows(model, blocks, options, asking)),
    ),
  },
  {
    name: "impute",
    summary: "The rows with their missing cells filled in",
    about:
      "Known cells stay as they are. Of a table that was sent all other columns are passed on too, letter by letter, unless the answer is JSON.",
    rows: ofRows(
      imputeOfRows,
      "ImputeOfRows",
      tableAnswer,
      () => ({ keepsAll: true, inOne: true }),
      (model, blocks, options, asking) => asTable(filledRows(model, blocks, options, asking)),
    ),
  },
  {
    name: "score",
    summary: "How well each known cell fits the rest of its row",
    about: "NAME_log_density and NAME_tail: small tails are errors in the data, or rare finds.",
    rows: ofRows(
      scoreOfRows,
      "ScoreOfRows",
      tableAnswer,
      () => ({ inOne: true }),
      (model, blocks, options, asking) => asTable(scoredRows(model, blocks, options, asking)),
    ),
  },
  {
    name: "advise",
    summary: "Which column to measure next",
    about: "The information, in nats, that each column is expected to have about the one asked.",
    one: one(adviseQuestion, adviceAnswer, async ({ model }, question) => ({
      json: { ranking: await model.advise(defined(question)) },
    })),
    rows: ofRows(
      adviseOfRows,
      "AdviseOfRows",
      tableAnswer,
      () => ({ inOne: true }),
      (model, blocks, options, asking) => asTable(advisedRows(model, blocks, options, asking)),
    ),
  },
  {
    name: "evaluate",
    summary: "Scores and calibration on rows that the model has not seen",
    about: "As `anygiven evaluate --json`: log score, CRPS, coverage, beside a baseline.",
    rows: ofRows(
      evaluateOfRows,
      "EvaluateOfRows",
      evaluationAnswer,
      () => ({ inOne: true }),
      async (model, blocks, options, { signal }) => ({
        json: await model.evaluate(await inMemory(blocks), { ...defined(options), signal }),
      }),
    ),
  },
  {
    name: "synthesize",
    summary: "Rows made up, as the training's table might have gone on",
    about: "Drawn jointly, with the missing cells' pattern; the same seed makes the same rows.",
    one: one(synthesizeQuestion, tableAnswer, ({ model }, question, asking) =>
      asTable(madeUpRows(model, question, asking)),
    ),
  },
];

async function askDensity(
  { model, batches }: Lease,
  { of: asked, given = {}, at, probabilities = [], curve = true }: z.output<typeof densityQuestion>,
): Promise<VerbAnswer> {
  const of = [asked].flat();
  if (at && of.length > 1) throw new Refusal(422, "`at` is for one column: ask one.");
  const events = eventsOf(model.config, of, probabilities);
  const known: Given = given;
  const answers = await batches.density(of, known);
  const told = of.map((name) => {
    const distribution: Distribution = answers[name];
    const chances = events
      .filter((event) => event.of === name)
      .map((event) => [event.text, event.probability(distribution)] as const);
    const values = at && answersAt(distribution, at.map(String), encodingOfColumn(model.config, name));
    const own = curve ? densityJson(distribution) : distribution.toJSON();
    const beside = { at: values, events: chances.length > 0 ? Object.fromEntries(chances) : undefined };
    return [name, { ...own, ...defined(beside) }] as const;
  });
  return { json: { of: Object.fromEntries(told) } };
}
