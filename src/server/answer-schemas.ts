/** @file What is answered, as schemas: for the OpenAPI document, and for tests that hold answers against them. */
import { z } from "zod";
import { NAMED } from "./question-schemas.ts";

const cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const range = z.tuple([z.number(), z.number()]);
const byShare = z.record(z.string(), z.number());
const warnings = z
  .array(z.string())
  .optional()
  .describe("What is given that training has not seen the like of: the answer is then a guess.");
const told = {
  at: z
    .array(
      z.object({
        value: z.union([z.number(), z.string()]),
        pdf: z.number().optional(),
        cdf: z.number().optional(),
        probability: z.number(),
      }),
    )
    .optional(),
  events: byShare.optional().describe("The probability of what was asked with `probabilities`."),
};

const numberDensity = z
  .object({
    kind: z.literal("number"),
    name: z.string(),
    period: z.number().optional(),
    mean: z.number(),
    std: z.number(),
    median: z.number(),
    mad: z.number(),
    quantiles: byShare,
    modes: z.array(z.number()),
    pointMasses: z.array(z.object({ value: z.number(), probability: z.number() })),
    probabilities: byShare.optional(),
    intervals: z.record(z.string(), range).optional(),
    highestDensity: z.record(z.string(), z.array(range)).optional(),
    entropy: z.number().optional().describe("In nats."),
    curve: z
      .object({ x: z.array(z.number()), pdf: z.array(z.number()), cdf: z.array(z.number()) })
      .optional()
      .describe("The density to draw, in data units; dates in days since 1970-01-01."),
    ...told,
  })
  .register(NAMED, { id: "NumberDensity" });
const categoryDensity = z
  .object({
    kind: z.literal("category"),
    name: z.string(),
    mode: z.string(),
    probabilities: byShare,
    entropy: z.number().optional(),
    ...told,
  })
  .register(NAMED, { id: "CategoryDensity" });

export const densityAnswer = z
  .object({
    of: z.record(z.string(), z.discriminatedUnion("kind", [numberDensity, categoryDensity])),
    warnings,
  })
  .register(NAMED, { id: "DensityAnswer" });

export const tableAnswer = z
  .object({
    columns: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(["number", "category", "boolean", "date"]),
        unit: z.string().optional(),
      }),
    ),
    rows: z
      .array(z.record(z.string(), cell))
      .describe("Names of categories, truth values, dates as texts; null is missing."),
    notices: z.array(z.string()).optional().describe("What was decided when the table was read."),
    warnings,
  })
  .register(NAMED, { id: "Table" });

export const adviceAnswer = z
  .object({
    ranking: z
      .array(
        z.object({
          column: z.string(),
          entropyNow: z.number(),
          expectedEntropy: z.number(),
          reduction: z.number(),
          error: z.number(),
        }),
      )
      .describe("In nats, the most informative first."),
    warnings,
  })
  .register(NAMED, { id: "Advice" });

export const evaluationAnswer = z
  .looseObject({
    source: z.string(),
    rows: z.number(),
    questions: z.number(),
    columns: z.array(z.looseObject({ name: z.string(), kind: z.string() })),
    overall: z.looseObject({}),
  })
  .describe("As `anygiven evaluate --json` has it.")
  .register(NAMED, { id: "Evaluation" });

const modelColumn = z.object({
  name: z.string(),
  kind: z.string(),
  unit: z.string().optional(),
  asked: z.boolean().describe("Whether the model answers for it, or only takes it as given."),
  values: z.string().describe("What values it can have, in words."),
  categories: z.array(z.string()).optional(),
});

export const modelList = z
  .object({
    models: z.array(z.object({ name: z.string(), columns: z.array(z.string()), loadedAt: z.string() })),
  })
  .register(NAMED, { id: "ModelList" });
export const modelAnswer = z
  .object({
    name: z.string(),
    loadedAt: z.string(),
    columns: z.array(modelColumn),
    card: z.string().describe("model-card.md: how it was trained, what was reached, what it is weak at."),
  })
  .register(NAMED, { id: "Model" });

export const stateAnswer = z.object({ status: z.string() }).register(NAMED, { id: "State" });

export const errorAnswer = z
  .object({
    error: z.object({
      message: z.string().describe("One sentence: what is wrong, where, and how to mend it."),
      column: z.string().optional(),
      row: z.number().optional().describe("1 is the first."),
    }),
  })
  .register(NAMED, { id: "Error" });
