/** @file The two published configurations, and random data for them and others. */

import type { EncodedTable } from "../../src/networks/encoded-table.ts";
import { leungBovyConfig } from "../../src/networks/leung-bovy/plan.ts";
import { generator } from "../../src/numeric/generator.ts";
import type { Table } from "../../src/table/table.ts";
import { settingsOf } from "../../src/training/presets.ts";

export const CONFIGS = {
  california: { columns: 9, settings: settingsOf("paper", {}) },
  stellar: { columns: 118, settings: settingsOf("paper-stellar", {}) },
} as const;
export type ConfigName = keyof typeof CONFIGS;

export function configOf(name: string) {
  if (!(name in CONFIGS)) throw new Error(`no configuration "${name}": ${Object.keys(CONFIGS).join(", ")}`);
  const { columns, settings } = CONFIGS[name as ConfigName];
  return { columns, settings, network: leungBovyConfig(columns, settings) };
}

/** Standard normal columns without missing cells. */
export function randomData(columns: number, rows: number, seed: number): EncodedTable {
  return {
    rows,
    columns: Array.from({ length: columns }, (_, index) => {
      const random = generator(seed, "bench", index);
      return { index, values: Float32Array.from({ length: rows }, () => random.normal()) };
    }),
  };
}

/** Columns c0, c1, ... of which each is half the one before and half fresh noise, without missing cells. */
export function dependentTable(columns: number, rows: number, seed: number): Table {
  const made: { name: string; values: Float64Array }[] = [];
  for (let column = 0; column < columns; column++) {
    const random = generator(seed, "bench", column);
    const before = made.at(-1)?.values;
    const values = Float64Array.from({ length: rows }, (_, row) =>
      before ? Math.SQRT1_2 * (before[row] + random.normal()) : random.normal(),
    );
    made.push({ name: `c${column}`, values });
  }
  return { source: "random numbers", rows, columns: made };
}
