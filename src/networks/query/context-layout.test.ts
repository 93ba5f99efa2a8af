/** @file What training feeds for a row and a set of given columns is bit for bit what asking feeds. */
import { expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import type { EncodedTable } from "../encoded-table.ts";
import { queryBatches } from "./batch.ts";
import { QueryBatchSampler } from "./batch-sampler.ts";
import type { QueryConfig } from "./config.ts";
import { contextMaker, contextOfRows } from "./context-layout.ts";
import type { DenoiserConfig } from "./heads/diffusion/config.ts";
import { diffusionHead } from "./heads/diffusion/diffusion-head.ts";

const ROWS = 60;
const config: QueryConfig<DenoiserConfig> = {
  kind: "query",
  columns: 4,
  classes: [0, 3, 2, 0],
  errors: true,
  embeddingDim: 8,
  heads: 1,
  ffnDim: 8,
  encoderLayers: 1,
  dropout: 0,
  frequencies: 2,
  head: { width: 8, blocks: 1, frequencies: 2, highestFrequency: 5, sigmaMin: 0.005, sigmaMax: 10 },
};

/** Numbers, numbers with point masses and errors, categories, and numbers again; some cells are missing. */
function table(): EncodedTable {
  const random = generator(1, "cells");
  const values = () =>
    Float32Array.from({ length: ROWS }, () => (random.uniform() < 0.2 ? Number.NaN : random.normal()));
  const classes = (count: number) => Int32Array.from({ length: ROWS }, () => random.integer(count));
  return {
    rows: ROWS,
    columns: [
      { index: 0, values: values() },
      {
        index: 1,
        values: values(),
        classes: classes(3),
        isMixed: true,
        errors: new Float32Array(ROWS).fill(0.25),
      },
      { index: 2, values: values(), classes: classes(2), isMixed: false },
      { index: 3, values: values() },
    ],
  };
}

test("what a drawn target reads is what the same question is asked with", () => {
  const data = table();
  const capacity = { rows: ROWS, given: 4, targets: 4, copies: 1 };
  const batches = queryBatches(config, diffusionHead(config.head), capacity);
  const batch = batches.over(new ArrayBuffer(batches.bytes));
  const sampling = {
    contextRange: [0, 4],
    allGiven: 0.4,
    fewGiven: 0,
    groups: 1,
    intervals: 0,
    deconvolve: false,
  } as const;
  const rows = { data, reference: data };
  const sampler = new QueryBatchSampler(rows, Int32Array.of(0, 1, 2, 3), sampling, config, batch);
  const order = Uint32Array.from({ length: ROWS }, (_, row) => row);
  sampler.draw(order, generator(2, "draw"));
  let compared = 0;
  for (let at = 0; at < ROWS; at++) {
    // The sampler puts rows with few cells first: the row is known by its values.
    const cells = batch.arrays.given[at];
    const trained = batch.feeds({ start: at, rows: 1, given: 4, targets: 4 }, { seed: 1, step: 1 }) as Record<
      string,
      Float32Array
    >;
    const row = order.find((candidate) =>
      Array.from({ length: cells }, (_, i) => 4 * at + i).every((i) => {
        const column = data.columns[batch.arrays.tokens[i] - 1];
        return column.values[candidate] === batch.arrays.values[i];
      }),
    );
    if (row === undefined || cells === 0) continue;
    for (let target = 0; target < 4; target++) {
      const token = trained.targets[target];
      if (token === 0) continue;
      const read = [1, 2, 3, 4].filter((i) => trained.keyMask[target * 5 + i] === 0);
      // Training withholds errors at random: the question is asked with those that it kept.
      const columns = read.map((i) => {
        const { errors: known, ...column } = data.columns[trained.tokens[i] - 1];
        return trained.errors[i] > 0 && known ? { ...column, errors: known } : column;
      });
      const asked = contextOfRows(
        { rows: ROWS, columns },
        { start: row, rows: 1 },
        [token - 1],
        contextMaker(config),
      ).feeds as Record<string, Float32Array>;
      for (const name of ["tokens", "values", "errors", "classes"]) {
        const own = read.map((i) => trained[name][i]);
        expect([...asked[name].slice(1)], `${name} of row ${row}`).toEqual(own);
      }
      expect(trained.tokens.filter((_, i) => read.includes(i))).not.toContain(token);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(ROWS);
});
