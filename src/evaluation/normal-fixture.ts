/** @file For tests: models whose every answer is a normal distribution, known in closed form. */
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import type { Table } from "../table/table.ts";
import type { ScoredDistributions, ScoredModel } from "./scored-distributions.ts";

export interface Normal {
  readonly mean: number;
  readonly sd: number;
}

/** The CRPS of a normal distribution (Gneiting et al. 2005, eq. 5). */
export function normalCrps({ mean, sd }: Normal, x: number): number {
  const z = (x - mean) / sd;
  return sd * (z * (2 * normalCdf(z) - 1) + 2 * normalPdf(z) - 1 / Math.sqrt(Math.PI));
}

export function normalDistributions(answers: readonly Normal[]): ScoredDistributions {
  const level = (row: number, x: number) => (x - answers[row].mean) / answers[row].sd;
  const logPdf = (row: number, x: number) =>
    -0.5 * level(row, x) ** 2 - Math.log(answers[row].sd * Math.sqrt(2 * Math.PI));
  const quantiles = (p: number) =>
    Float64Array.from(answers, ({ mean, sd }) => mean + sd * normalQuantile(p));
  return {
    rows: answers.length,
    encoding: { kind: "number", categories: [] },
    probability: () => 0,
    logPdf,
    cdf: (row, x) => normalCdf(level(row, x)),
    logLikelihoods: (values) => Float64Array.from(values, (x, row) => logPdf(row, x)),
    pits: (values) => Float64Array.from(values, (x, row) => normalCdf(level(row, x))),
    crpses: (values) => Float64Array.from(values, (x, row) => normalCrps(answers[row], x)),
    medians: () => Float64Array.from(answers, ({ mean }) => mean),
    means: () => Float64Array.from(answers, ({ mean }) => mean),
    stds: () => Float64Array.from(answers, ({ sd }) => sd),
    intervals: (mass) => ({ low: quantiles((1 - mass) / 2), high: quantiles((1 + mass) / 2) }),
  };
}

/** Answers by `predict` from what is given in a row; a column that isn't given isn't in `given`. */
export function normalModel(
  columns: readonly string[],
  predict: (of: string, given: Readonly<Record<string, number>>) => Normal,
): ScoredModel & { readonly asked: { readonly of: string; readonly table: Table }[] } {
  const asked: { of: string; table: Table }[] = [];
  return {
    columns,
    asked,
    async density(table, { of, given }) {
      asked.push({ of, table });
      const shown = table.columns.filter(({ name }) => given.includes(name));
      const answers = Array.from({ length: table.rows }, (_, row) => {
        const cells = shown.map(({ name, values }) => [name, values[row]] as const);
        return predict(of, Object.fromEntries(cells.filter(([, value]) => !Number.isNaN(value))));
      });
      return normalDistributions(answers);
    },
  };
}
