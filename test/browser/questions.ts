/** @file The questions that a browser and Node are both asked, and their answers as numbers. */
import type { Model } from "../../src/model/model.ts";
import type { Given } from "../../src/model/question-table.ts";

export const LEVELS = [0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999];

/** Quantiles in data units, by question and column: one number given numbers, one with an error, several columns. */
export async function answersOf(model: Model): Promise<Record<string, number[]>> {
  const quantiles = async (of: string, given: Given = {}) => {
    const density = await model.density({ of, given });
    if (!("quantile" in density)) throw new Error(`${of} is no number`);
    return LEVELS.map((level) => density.quantile(level));
  };
  const answers: Record<string, number[]> = {
    "teff given numbers": await quantiles("teff", { logg: 2.5, m_h: -0.3 }),
    "logg given a number with an error": await quantiles("logg", { teff: { value: 4800, error: 60 } }),
  };
  const cell = (name: string, value: number) => ({ name, values: Float64Array.of(value) });
  const table = { source: "the test", rows: 1, columns: [cell("teff", 5000), cell("m_h", 0.1)] };
  const of = ["logg", "bprp", "jh"];
  const several = await model.density(table, { of });
  for (const name of of) {
    answers[`${name} of several`] = LEVELS.map((level) => several[name].quantile(0, level));
  }
  return answers;
}

/** An error in words. */
export function failureOf(error: unknown): { failure: string } {
  return { failure: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) };
}
