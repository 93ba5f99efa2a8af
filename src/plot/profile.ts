/** @file What a column would be while another runs over its range: the answers, before they are drawn. */
import { checkFields, FINITE, listOf, OBJECT, oneOf, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { type ColumnEncoding, encodingOfColumn } from "../columns/encoding.ts";
import { columnLike, isWhole, kindOf } from "../columns/kinds.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { Model } from "../model/model.ts";
import { type Given, questionTable } from "../model/question-table.ts";
import type { Column } from "../table/table.ts";
import { checkShape } from "./checked-plots.ts";
import { written } from "./column-axis.ts";

/** The quantiles of a number at each value of the other column, in its data units. */
export interface ProfileBands {
  readonly kind: "bands";
  readonly median: Float64Array;
  /** Ends of the intervals that hold 68 and 95 %, with equal shares on either side. */
  readonly inner: readonly [low: Float64Array, high: Float64Array];
  readonly outer: readonly [low: Float64Array, high: Float64Array];
}

/** The probabilities of names or of few values at each value of the other column. */
export interface ProfileShares {
  readonly kind: "shares";
  readonly levels: readonly { readonly label: string; readonly probabilities: Float64Array }[];
}

export interface Profile {
  /** The column asked, and the one that runs. */
  readonly of: string;
  readonly over: string;
  /** Of the one that runs, ascending; of names their indices in its list. */
  readonly values: Float64Array;
  readonly answers: ProfileBands | ProfileShares;
}

export interface ProfileQuestion {
  readonly of: string;
  readonly over: string;
  /** What is given besides, the same throughout. */
  readonly given?: Given | undefined;
  /** From where to where the column runs; default from its quantile of 0.5 % to that of 99.5 %, given nothing. */
  readonly range?: readonly [number, number] | undefined;
  /** Whether its values are spaced evenly in their logarithm. */
  readonly spacing?: "even" | "logarithmic" | undefined;
}

const POINTS = 81;
const SHARES = [0.025, 0.16, 0.5, 0.84, 0.975];
const TAIL = 0.005;

/**
 * Answers about one column while another runs over its range and all else stays as it is given.
 * @throws InputError for columns that the model does not know, one that is also given, and angles, whose median is no curve.
 * @example
 * const profile = await profileOf(await load("survey"), { of: "logg", over: "teff", given: { m_h: 0 } });
 * await writeFigure(profileFigure(profile, { name: "logg" }, { name: "teff" }), "profile.svg");
 */
export async function profileOf(model: Model, question: ProfileQuestion): Promise<Profile> {
  checkShape("model", model);
  checkFields("the question", question, {
    needed: { of: TEXT, over: TEXT },
    optional: { given: OBJECT, range: listOf(FINITE), spacing: oneOf(["even", "logarithmic"]) },
  });
  const { of, over, given = {} } = question;
  const { config } = model;
  const [asked, running] = [of, over].map((name) => encodingOfColumn(config, name));
  if (of === over) throw new InputError(`"${of}" can't be asked while it runs itself: name another column.`);
  for (const name of [of, over])
    if (Object.hasOwn(given, name))
      throw new InputError(`"${name}" is ${name === of ? "asked" : "to run"}: it can't be given.`);
  if (kindOf(asked).geometry(asked).period !== undefined)
    throw new InputError(
      `"${of}" lies on a circle, where a median is no curve: see plot density with --compare.`,
    );
  const values = await runningValues(model, running, question);
  const repeated = (cells: ArrayLike<number>) => new Float64Array(values.length).fill(cells[0]);
  const columns: Column[] = questionTable(config, given).columns.map(
    ({ name, kind, categories, ...column }) => ({
      name,
      ...(kind && { kind }),
      ...(categories && { categories }),
      values: repeated(column.values),
      ...(column.errors && { errors: repeated(column.errors) }),
      ...(column.lower && { lower: repeated(column.lower) }),
      ...(column.upper && { upper: repeated(column.upper) }),
    }),
  );
  columns.push({ ...columnLike(over, running), values });
  const table = { source: "the question", rows: values.length, columns };
  const names = [...Object.keys(given), over];
  const answers = await model.density(table, { of, given: names });
  return { of, over, values, answers: answersOf(answers, asked) };
}

function answersOf(answers: ColumnDistributions, encoding: ColumnEncoding): ProfileBands | ProfileShares {
  const { categories, onlyPointMasses, pointMasses, kind } = encoding;
  const each = (probability: (row: number) => number) =>
    Float64Array.from({ length: answers.rows }, (_, row) => probability(row));
  if (categories.length > 0) {
    const levels = categories.map((label, i) => ({
      label,
      probabilities: each((row) => answers.classes[row * categories.length + i]),
    }));
    return { kind: "shares", levels };
  }
  if (onlyPointMasses) {
    const levels = pointMasses.map((value) => ({
      label: written({ name: answers.name, kind }, value),
      probabilities: each((row) => answers.probability(row, value)),
    }));
    return { kind: "shares", levels };
  }
  const [lowest, low, median, high, highest] = answers.quantiles(SHARES);
  return { kind: "bands", median, inner: [low, high], outer: [lowest, highest] };
}

/** The values at which it is asked. */
async function runningValues(
  model: Model,
  encoding: ColumnEncoding,
  { over, range, spacing = "even" }: ProfileQuestion,
): Promise<Float64Array> {
  const { categories, onlyPointMasses, pointMasses } = encoding;
  if (categories.length > 0) return Float64Array.from(categories.keys());
  const isInside = (value: number) => !range || (value >= range[0] && value <= range[1]);
  if (onlyPointMasses) return Float64Array.from(pointMasses).filter(isInside);
  const [low, high] = range ?? (await rangeOf(model, encoding, over));
  const isLogarithmic = spacing === "logarithmic";
  if (isLogarithmic && !(high > 0))
    throw new InputError(`No value of "${over}" is above 0: it has no logarithm.`);
  const from = isLogarithmic ? Math.log10(low > 0 ? low : high / 1000) : low;
  const step = ((isLogarithmic ? Math.log10(high) : high) - from) / (POINTS - 1);
  const spaced = Array.from({ length: POINTS }, (_, i) => from + i * step).map((place) =>
    isLogarithmic ? 10 ** place : place,
  );
  return Float64Array.from(isWhole(encoding) ? new Set(spaced.map(Math.round)) : spaced);
}

async function rangeOf(
  model: Model,
  encoding: ColumnEncoding,
  over: string,
): Promise<readonly [number, number]> {
  const { period } = kindOf(encoding).geometry(encoding);
  if (period !== undefined) return [0, period];
  const own = await model.density({ of: over });
  if (own.kind !== "number") throw new Error(`"${over}" has categories and none of them`);
  return [own.quantile(TAIL), own.quantile(1 - TAIL)];
}
