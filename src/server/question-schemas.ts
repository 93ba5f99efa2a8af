/** @file What may be asked, as schemas: they check requests, and the OpenAPI document is made of them. */
import { z } from "zod";
import { IMPUTE_METHODS } from "../model/impute.ts";

/** Schemas with a name of their own in the OpenAPI document. */
export const NAMED = z.registry<{ id: string }>();

const name = z.string({ error: "must be a text" });
const names = z.array(name, { error: "must be a list of columns' names" });
const finite = z.number({ error: "must be a number" });
const whole = z.int({ error: "must be a whole number" }).min(0, { error: "must be at least 0" });
const count = z.int({ error: "must be a whole number" }).min(1, { error: "must be at least 1" });
const truth = z.boolean({ error: "must be true or false" });
const shares = z
  .array(finite.gt(0, { error: "must be above 0" }).lt(1, { error: "must be below 1" }), {
    error: "must be a list of numbers between 0 and 1",
  })
  .describe("Shares of the probability: 0.05 is the 5 % quantile.");
const end = z.union([finite, name], { error: "must be a number or a date" });

const given = z
  .record(
    z.string(),
    z.union(
      [
        finite,
        z.string(),
        z.boolean(),
        z.null(),
        z.strictObject({ value: finite, error: finite.min(0) }),
        z.strictObject({
          lower: end.exactOptional(),
          upper: end.exactOptional(),
          above: end.exactOptional(),
          below: end.exactOptional(),
        }),
      ],
      {
        error:
          "must be a number, a text, true, false, null, { value, error } of a measured one, or an interval { lower, upper, above, below }",
      },
    ),
    { error: "must be an object with a value for each column" },
  )
  .describe(
    "Known values by column: numbers, names of categories, truth values, dates as texts (2026-11-28); null is not known. A measured value has its error, of one only limits may be known.",
  )
  .register(NAMED, { id: "Given" });

const targets = z
  .union([name, names.min(1, { error: "must name at least one column" })], {
    error: "must be a column's name, or a list of names",
  })
  .describe("The column asked, or several, each on its own.");
const rows = z
  .array(given, { error: "must be a list of objects" })
  .min(1, { error: "must have at least one row" })
  .describe("The rows asked about: an object with the known cells of each.");
const givenNames = names.describe(
  "The columns of the rows that are given; by default all that the model knows, but those asked.",
);
const size = count.describe("How many samples.");
const seed = whole.describe("The same seed gives the same samples.");
const probabilities = z
  .array(given, { error: "must be a list of objects" })
  .describe('What may be true of a column, to learn how probable it is: [{ "teff": { "below": 5000 } }].');
const method = z.enum(["flow", "ancestral"], { error: "must be flow or ancestral" });
const order = z
  .union([z.literal("given"), count], { error: 'must be "given", or how many random orders' })
  .describe("The order of the chain rule: as the columns are named, or so many random ones.");

const drawing = {
  size: size.optional(),
  seed: seed.optional(),
  method: method.optional(),
  joint: truth
    .optional()
    .describe("Whether the columns are drawn together; each sample then has its log density."),
  order: order.optional(),
};

/** A question by itself, of the verbs that take one; `rows` is asked about each row, and so is a table sent as the body. */
export const densityQuestion = z
  .strictObject({
    of: targets,
    given: given.optional(),
    at: z
      .array(z.union([finite, name]), { error: "must be a list of numbers or texts" })
      .optional()
      .describe("Values of the one column asked, of which density and probabilities are told."),
    probabilities: probabilities.optional(),
    curve: truth
      .optional()
      .describe("Whether intervals, entropy and the curve of the density are told too; default true."),
  })
  .register(NAMED, { id: "DensityQuestion" });
export const densityOfRows = z.strictObject({
  of: targets,
  given: givenNames.optional(),
  quantiles: shares.optional(),
});

export const sampleQuestion = z
  .strictObject({ of: targets, given: given.optional(), ...drawing })
  .register(NAMED, { id: "SampleQuestion" });
export const sampleOfRows = z.strictObject({ of: targets, given: givenNames.optional(), ...drawing });

export const predictOfRows = z.strictObject({
  of: targets,
  given: givenNames.optional(),
  quantiles: shares.optional(),
  probabilities: probabilities.optional(),
  modes: truth.optional().describe("Whether the peaks of each density are told."),
  curve: count.optional().describe("So many even steps at which each density is told."),
  method: method.optional(),
  size: size.optional(),
  seed: seed.optional(),
});

export const imputeOfRows = z.strictObject({
  method: z.enum(IMPUTE_METHODS, { error: `must be one of ${IMPUTE_METHODS.join(", ")}` }).optional(),
  interval: finite
    .min(0, { error: "must be at least 0" })
    .lt(1, { error: "must be below 1" })
    .optional()
    .describe("The probability within NAME_low .. NAME_high; 0: no such columns."),
  seed: seed.optional(),
  columns: names
    .optional()
    .describe("The columns to fill; by default all of the table that the model answers for."),
});

export const scoreOfRows = z.strictObject({
  of: names
    .optional()
    .describe("The columns scored; by default all of the table that the model answers for."),
});

const advising = {
  of: name.describe("The column of interest."),
  candidates: names.optional().describe("The columns that could be measured."),
  size: size.optional(),
  seed: seed.optional(),
};
export const adviseQuestion = z
  .strictObject({ ...advising, given: given.optional() })
  .register(NAMED, { id: "AdviseQuestion" });
export const adviseOfRows = z.strictObject(advising);

export const evaluateOfRows = z.strictObject({
  of: names.optional(),
  given: names.optional(),
  bootstrap: whole.optional().describe("Resamples for the intervals; 0 for none."),
  seed: seed.optional(),
});

export const synthesizeQuestion = z
  .strictObject({
    rows: count.describe("How many rows to make up."),
    given: given.optional(),
    order: z
      .union([z.literal("table"), count, names], {
        error: 'must be "table", a number of random orders, or names',
      })
      .optional(),
    seed: seed.optional(),
    complete: truth.optional().describe("Whether no cell is missing."),
  })
  .register(NAMED, { id: "SynthesizeQuestion" });

/** How a table that is sent is to be read, where its bytes alone do not tell. */
const reading = z.object({
  missing: z
    .array(z.union([finite, z.string()]))
    .optional()
    .describe("Numbers and words that mean missing, besides empty cells, NA and the like."),
  notMissing: names.optional().describe("Words that never mean missing."),
  decimal: z.enum([".", ","], { error: "must be . or ," }).optional().describe("Of CSV: the decimal mark."),
  separator: name.optional().describe("Of CSV: what parts the cells."),
  encoding: name.optional().describe("Of CSV: utf-8, latin1, windows-1252, ..."),
});
const READING = Object.keys(reading.shape);

export interface TableReading {
  readonly missing: readonly (number | string)[];
  readonly notMissing: readonly string[];
  readonly decimal: "." | ",";
  readonly separator: string;
  readonly encoding: string;
}

/** The options of a verb and those of reading, as the query of a table that is sent has them. */
export function withReading<Shape extends z.ZodRawShape>(
  options: z.ZodObject<Shape, z.core.$strict>,
): z.ZodObject {
  return options.extend(reading.shape) as unknown as z.ZodObject;
}

/** Both apart. */
export function readingApart(query: object): {
  readonly reading: Partial<TableReading>;
  readonly options: object;
} {
  const [own, others] = [true, false].map((isReading) =>
    Object.fromEntries(
      Object.entries(query).filter(
        ([key, value]) => value !== undefined && READING.includes(key) === isReading,
      ),
    ),
  );
  return { reading: own, options: others };
}

/** The same options with the rows beside them. */
export function withRows<Shape extends z.ZodRawShape>(
  options: z.ZodObject<Shape, z.core.$strict>,
  id: string,
) {
  return options.extend({ rows }).register(NAMED, { id });
}
