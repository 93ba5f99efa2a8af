/** @file The distributions of columns for every row of a table, described in a file. */

import { type ColumnEncoding, encodingOfColumn } from "../columns/encoding.ts";
import { columnLike, kindOf } from "../columns/kinds.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { Model } from "../model/model.ts";
import { quantileName } from "../model/predict.ts";
import type { WrittenColumn } from "../table/files/write.ts";
import { openTableWriter } from "../table/files/write.ts";
import { givenBlocks } from "./asked-table.ts";
import { onRows, print, printJson, type RowWork } from "./output.ts";
import type { TableChoice } from "./table-options.ts";

export const DEFAULT_QUANTILES = [0.05, 0.16, 0.5, 0.84, 0.95];

export interface DensityTableOptions extends Omit<TableChoice, "columns" | "categories"> {
  readonly of: readonly string[];
  readonly given?: readonly string[] | undefined;
  readonly quantiles?: readonly number[];
  readonly out: string;
  readonly json?: boolean | undefined;
}

export async function writeDensities(
  model: Model,
  sources: readonly string[],
  { out, json, quantiles = DEFAULT_QUANTILES, ...asked }: DensityTableOptions,
): Promise<void> {
  const { of, given } = asked;
  const answers = of.flatMap((name) => answersAbout(name, encodingOfColumn(model.config, name), quantiles));
  // Opened before the table is read, so that a wrong name of a file is reported at once.
  const writer = await openTableWriter(
    out,
    answers.map(({ column }) => column),
  );
  let rows: number;
  try {
    const table = await givenBlocks(model, sources, asked);
    rows = table.rows;
    const append = async (work: RowWork) => {
      for await (const { densities } of model.densityBatches(table, {
        of,
        ...(given && { given }),
        ...work,
      })) {
        const pieces = answers.map(({ of: name, column, from }) => [column.name, from(densities[name])]);
        await writer.append(Object.fromEntries(pieces));
      }
    };
    try {
      await onRows(rows, append, () => writer.close());
    } finally {
      await table.close();
    }
  } finally {
    await writer.abort();
  }
  if (json) printJson({ out, rows, columns: answers.map(({ column }) => column.name) });
  else print(`${rows} rows are in ${out}: ${answers.map(({ column }) => column.name).join(", ")}.`);
}

/** A column of answers, and how it comes from the distributions. */
interface AnswerColumn {
  readonly of: string;
  readonly column: WrittenColumn;
  readonly from: (densities: ColumnDistributions) => Float64Array;
}

function answersAbout(of: string, encoding: ColumnEncoding, quantiles: readonly number[]): AnswerColumn[] {
  if (kindOf(encoding).isCategorical) return categoryAnswers(of, encoding);
  const inUnits = (ending: string) => columnLike(`${of}_${ending}`, encoding);
  return [
    { of, column: inUnits("mean"), from: (densities) => densities.means() },
    { of, column: { name: `${of}_sd` }, from: (densities) => densities.stds() },
    ...quantiles.map((share) => ({
      of,
      column: inUnits(quantileName(share)),
      from: (densities: ColumnDistributions) => densities.quantiles(share),
    })),
  ];
}

function categoryAnswers(of: string, encoding: ColumnEncoding): AnswerColumn[] {
  const { categories } = encoding;
  const row = ({ classes }: ColumnDistributions, at: number) =>
    classes.subarray(at * categories.length, (at + 1) * categories.length);
  const eachRow = (answer: (probabilities: Float64Array) => number) => (densities: ColumnDistributions) =>
    Float64Array.from({ length: densities.rows }, (_, at) => answer(row(densities, at)));
  return [
    {
      of,
      column: columnLike(`${of}_mode`, encoding),
      from: eachRow((chances) => chances.indexOf(Math.max(...chances))),
    },
    ...categories.map((category, index) => ({
      of,
      column: { name: `${of}_p_${category}` },
      from: eachRow((chances) => chances[index]),
    })),
  ];
}
