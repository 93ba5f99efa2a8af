/** @file What training feeds for a row and a set of given columns is bit for bit what asking feeds. */
import { expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import type { EncodedTable } from "../encoded-table.ts";
import { queryBatches } from "./batch.ts";
import { QueryBatchSampler } from "./batch-sampler.ts";
import type { QueryConfig } from "./config.ts";
import { contextOfRows } from "./context-layout.ts";
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

test("the feeds of a drawn row are those of the same question asked", () => {
  const data = table();
  const batches = queryBatches(config, diffusionHead(config.head), {
    rows: ROWS,
    given: 4,
    targets: 4,
    copies: 1,
  });
  const batch = batches.over(new ArrayBuffer(batches.bytes));
  const sampling = { contextRange: [1, 4], fewGiven: 0, groups: 1, deconvolve: false } as const;
  const rows = { data, reference: data };
  const sampler = new QueryBatchSampler(rows, Int32Array.of(0, 1, 2, 3), sampling, config, batch);
  sampler.draw(
    Uint32Array.from({ length: ROWS }, (_, row) => row),
    generator(2, "draw"),
  );
  const { tokens, given, errors } = batch.arrays;
  let compared = 0;
  for (let row = 0; row < ROWS; row++) {
    if (given[row] === 0) continue;
    const indices = Array.from({ length: given[row] }, (_, i) => 4 * row + i);
    // Training withholds errors at random: the question is asked with those that it kept.
    const columns = indices.map((at) => {
      const { errors: known, ...cells } = data.columns[tokens[at] - 1];
      return errors[at] > 0 && known ? { ...cells, errors: known } : cells;
    });
    const asked = contextOfRows({ rows: ROWS, columns }, { start: row, rows: 1 }, [0], config).feeds;
    const trained = batch.feeds({ start: row, rows: 1, given: given[row], targets: 1 }, { seed: 1, step: 1 });
    for (const name of ["tokens", "values", "errors", "classes", "keyMask"]) {
      expect(asked[name], `${name} of row ${row}`).toEqual(trained[name]);
    }
    compared++;
  }
  expect(compared).toBeGreaterThan(ROWS / 2);
});
