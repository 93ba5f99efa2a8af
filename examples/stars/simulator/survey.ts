/** @file The simulated survey: a table of stars as a survey would publish it, the same for the same seed. */
import { InputError } from "../../../src/base/errors.ts";
import { generator } from "../../../src/numeric/generator.ts";
import type { Table } from "../../../src/table/table.ts";
import { COLUMNS, observe, UNITS } from "./observe.ts";
import { simulateStars } from "./stars.ts";

export interface SurveyOptions {
  /** How many stars; 20,000 if not given. */
  readonly rows?: number;
  /** A whole number; 1 if not given. The same seed and number of rows give the same table, bit for bit. */
  readonly seed?: number;
}

/**
 * A table of simulated stars, ten columns of `rows` single-precision numbers; `readSurvey` in src/datasets/survey.ts
 * says what they are, of the survey of 20,000 stars that comes with the package.
 *
 * Where the numbers come from: births in masses.ts and galaxy.ts, lives in main-sequence.ts and giants.ts, light in
 * colours.ts and dust.ts, measurements in observe.ts; each names its sources.
 *
 * @throws InputError if `rows` isn't a whole number of at least 1 or `seed` isn't a whole number.
 */
export function simulateSurvey({ rows = 20_000, seed = 1 }: SurveyOptions = {}): Table {
  if (!Number.isSafeInteger(rows) || rows < 1)
    throw new InputError(`The simulated survey can't have ${rows} rows: give a whole number of at least 1.`);
  if (!Number.isSafeInteger(seed))
    throw new InputError(`The simulated survey can't start from seed ${seed}: give a whole number.`);
  const columns = COLUMNS.map((name) => ({
    name,
    unit: UNITS[name],
    values: new Float32Array(rows),
    errors: new Float32Array(rows),
  }));
  const random = generator(seed, "simulated survey", "measurements");
  for (const [row, star] of simulateStars(rows, seed).entries()) {
    const { values, errors } = observe(star, random);
    for (const column of columns) {
      column.values[row] = values[column.name];
      column.errors[row] = errors[column.name];
    }
  }
  return { source: "simulated survey", rows, columns };
}
