/** @file What training feeds for a row and a set of given columns is bit for bit what asking feeds. */
import { expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import type { EncodedTable } from "../encoded-table.ts";
import { leungBovyBatches } from "./batch.ts";
import { LeungBovyBatchSampler } from "./batch-sampler.ts";
import { contextFeeds, questionsOf } from "./context-layout.ts";

const ROWS = 60;
const COLUMNS = 5;
const NOISE = { schedule: "linear", steps: 10, betaStart: 1e-3, betaEnd: 0.1 } as const;

test("the feeds of a drawn row are those of the same question asked", () => {
  const random = generator(1, "cells");
  // The first column has the row's number, so that a drawn row can be found again.
  const data: EncodedTable = {
    rows: ROWS,
    columns: Array.from({ length: COLUMNS }, (_, index) => ({
      index,
      values: Float32Array.from({ length: ROWS }, (_cell, row) =>
        index === 0 ? row : random.uniform() < 0.2 ? Number.NaN : random.normal(),
      ),
    })),
  };
  const batches = leungBovyBatches({ rows: ROWS, given: COLUMNS });
  const batch = batches.over(new ArrayBuffer(batches.bytes));
  const sampler = new LeungBovyBatchSampler(data, Int32Array.of(1, 2), [5, 5], NOISE, batch);
  const order = Uint32Array.from({ length: ROWS }, (_, row) => row);
  const count = sampler.draw(order, generator(2, "draw"));
  const { tokens, values, given, request } = batch.arrays;
  for (let place = 0; place < count; place++) {
    const drawn = Array.from({ length: given[place] }, (_, i) => COLUMNS * place + i);
    const row = values[drawn.find((at) => tokens[at] === 1) ?? -1];
    const columns = drawn.map((at) => {
      const { index, values: cells } = data.columns[tokens[at] - 1];
      return { index, values: cells.subarray(row, row + 1) };
    });
    const questions = questionsOf({ rows: 1, columns }, [request[place] - 1]);
    const asked = contextFeeds(questions, { start: 0, rows: 1, given: given[place] });
    const trained = contextFeeds(batch.arrays, { start: place, rows: 1, given: given[place] });
    expect(asked).toEqual(trained);
  }
  expect(count).toBeGreaterThan(ROWS / 2);
});
