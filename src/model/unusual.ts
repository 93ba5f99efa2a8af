/** @file How unusual given values are together: beside rows that the model makes up itself. */
import { encodingOfColumn } from "../columns/encoding.ts";
import { columnLike } from "../columns/kinds.ts";
import type { Table } from "../table/table.ts";
import type { DensityModel } from "./density-model.ts";
import { logPdfJoint, repeated, sampleJointRows } from "./joint.ts";
import { type Given, questionTable } from "./question-table.ts";

export interface UnusualQuestion {
  /** The values, by column. */
  readonly given: Given;
  /** Rows made up to compare with; default 500. */
  readonly size?: number;
  /** Default 1. */
  readonly seed?: number;
}

export interface Unusual {
  /**
   * The share of made-up rows whose values in these columns are at most as probable: even on 0 .. 1 over rows that are as
   * those of the training, 0 for a combination far from all of them.
   */
  readonly share: number;
  /** How many rows were made up: a share of 0 means less than about 1 / size. */
  readonly size: number;
  /** The joint log density of the values, mixed with log probabilities, as `JointSamples.logPdf`. */
  readonly logPdf: number;
}

const DEFAULT_SIZE = 500;

/**
 * The chance of what is at most as probable as the given values together, by the joint density p(a) p(b | a) ..., over rows
 * drawn from it. Columns that the model only takes as given are given to both; one that is given with an error is left
 * out. Undefined where nothing is left to compare.
 * @throws InputError for an unknown column, and for a value that its column can't have.
 */
export async function unusual(
  model: DensityModel,
  { given, size = DEFAULT_SIZE, seed = 1 }: UnusualQuestion,
): Promise<Unusual | undefined> {
  const table = questionTable(model.config, given);
  const known = table.columns.filter(({ values, errors }) => !Number.isNaN(values[0]) && !errors);
  const isAsked = (name: string) => model.config.columns.some((each) => each.name === name && each.output);
  const of = known.map(({ name }) => name).filter(isAsked);
  if (of.length === 0) return undefined;
  const others = known.filter(({ name }) => !isAsked(name));
  const question = { of, given: others.map(({ name }) => name) };
  const [logPdf] = await logPdfJoint(model, { ...table, columns: known }, question);
  for await (const { samples } of sampleJointRows(
    model,
    { ...table, columns: others },
    { ...question, size, seed },
  )) {
    const made: Table = {
      source: "made-up rows",
      rows: size,
      columns: [
        ...of.map((name) => ({
          ...columnLike(name, encodingOfColumn(model.config, name)),
          values: samples[name],
        })),
        ...others.map((column) => repeated(column, size)),
      ],
    };
    const logs = await logPdfJoint(model, made, question);
    return { share: logs.filter((log) => log <= logPdf).length / size, size, logPdf };
  }
  throw new Error("a table of one row has no batch");
}
