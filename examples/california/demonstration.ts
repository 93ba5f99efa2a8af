/** @file California Housing: nine marginals and two conditionals, each beside the rows it should look like. */
import {
  chosenRows,
  evaluate,
  InputError,
  ksOfPerfectModel,
  type Model,
  type Table,
  tableColumn,
} from "../../src/index.ts";
import {
  densityFigure,
  type Figure,
  type FigureOptions,
  type Marginal,
  measuredMarginals,
  plottedOf,
} from "../../src/plot/index.ts";

export const UNITS = {
  MedInc: "10 k$",
  HouseAge: "years",
  HouseValue: "100 k$",
  Latitude: "°",
  Longitude: "°",
};

/** A question of the published notebook, and how near a row's values must be to count as an answer to it. */
export interface Question {
  readonly file: string;
  readonly given: Readonly<Record<string, number>>;
  readonly within: Readonly<Record<string, number>>;
}

/** Few rows are near the first: the windows are as wide as to hold some. */
export const QUESTIONS: readonly Question[] = [
  { file: "value-of-the-poor", given: { MedInc: 1, AveRooms: 1 }, within: { MedInc: 0.5, AveRooms: 1 } },
  { file: "value-of-the-rich", given: { MedInc: 7 }, within: { MedInc: 0.25 } },
];

export interface Conditional {
  readonly question: Question;
  readonly rows: number;
  /**
   * KS distance of the PIT values of the rows in the window, each asked with its own given values: the same conditions on
   * both sides, which a density at the window's middle would not have.
   */
  readonly ks: number;
  readonly perfect: number;
}

export interface Demonstration {
  readonly figures: Readonly<Record<string, Figure>>;
  readonly marginals: readonly Marginal[];
  readonly conditionals: readonly Conditional[];
}

/** @param table the rows to hold the answers against; as published, all of them, the training's included. */
export async function demonstrateCalifornia(
  model: Model,
  table: Table,
  options: FigureOptions = {},
): Promise<Demonstration> {
  const title = "California Housing: each column given nothing";
  const { figure, marginals } = await measuredMarginals(model, table, { ...options, title, units: UNITS });
  const figures: Record<string, Figure> = { marginals: figure };
  const conditionals: Conditional[] = [];
  for (const question of QUESTIONS) {
    const rows = rowsNear(table, question);
    const measured = await distanceOn(model, rows, question);
    conditionals.push(measured);
    figures[question.file] = await conditionalFigure(model, rows, measured, options);
  }
  return { figures, marginals, conditionals };
}

async function distanceOn(model: Model, rows: Table, question: Question): Promise<Conditional> {
  const { overall } = await evaluate(model, rows, {
    of: ["HouseValue"],
    given: Object.keys(question.given),
    bootstrap: 0,
    baseline: false,
  });
  const { ks, questions } = overall.numbers!;
  const perfect = ksOfPerfectModel(questions);
  return { question, rows: questions, ks: ks.value, perfect };
}

async function conditionalFigure(
  model: Model,
  rows: Table,
  { question, ks, perfect }: Conditional,
  options: FigureOptions,
): Promise<Figure> {
  const { given, within } = question;
  const distribution = await model.density({ of: "HouseValue", given });
  const named = Object.entries(given).map(([name, value]) => `${name} = ${value}`);
  const near = Object.entries(given).map(([name, value]) => `${name} ${value} ± ${within[name]}`);
  return densityFigure(
    {
      column: plottedOf(model, "HouseValue", UNITS),
      answers: [{ label: `given ${named.join(", ")}`, distribution }],
      data: {
        label: `${rows.rows} rows with ${near.join(", ")}`,
        values: tableColumn(rows, "HouseValue").values,
      },
    },
    {
      ...options,
      title: `House value given ${named.join(" and ")}`,
      subtitle: `KS distance of these rows, each given its own values, ${ks.toFixed(3)} (a perfect model: below ${perfect.toFixed(3)})`,
    },
  );
}

/** The rows whose values lie within the windows. @throws InputError if there is none. */
export function rowsNear(table: Table, { given, within }: Question): Table {
  const near = (row: number) =>
    Object.entries(given).every(
      ([name, value]) => Math.abs(tableColumn(table, name).values[row] - value) <= within[name],
    );
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter(near);
  if (rows.length === 0) throw new InputError(`No row of ${table.source} is near ${JSON.stringify(given)}.`);
  return chosenRows(table, rows);
}
