import { describe, expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import type { EncodedCells, EncodedTable } from "../encoded-table.ts";
import { ContextWeights } from "../parts/context-weights.ts";
import { type QueryArrays, queryBatches } from "./batch.ts";
import { QueryBatchSampler } from "./batch-sampler.ts";
import type { QueryConfig } from "./config.ts";
import { GivenCounts, rarityOfDraws } from "./given-counts.ts";
import type { DenoiserConfig } from "./heads/diffusion/config.ts";
import { diffusionHead } from "./heads/diffusion/diffusion-head.ts";
import type { MixtureConfig } from "./heads/mixture/config.ts";
import { mixtureHead } from "./heads/mixture/mixture-head.ts";

const ROWS = 400;
const COLUMNS = 6;
const network: QueryConfig<DenoiserConfig> = {
  kind: "query",
  columns: COLUMNS,
  classes: [0, 0, 0, 0, 3, 2],
  errors: true,
  embeddingDim: 8,
  heads: 1,
  ffnDim: 8,
  encoderLayers: 1,
  dropout: 0,
  frequencies: 2,
  head: { width: 8, blocks: 1, frequencies: 2, highestFrequency: 5, sigmaMin: 0.005, sigmaMax: 10 },
};

/** Columns 0-3 numbers, a quarter missing; 4 with two point masses; 5 a category of two. */
function data(missing = 0.25, errors = 0): EncodedTable {
  const random = generator(1, "cells");
  const columns = Array.from({ length: COLUMNS }, (_, index): EncodedCells => {
    const classes = new Int32Array(ROWS);
    const values = Float32Array.from({ length: ROWS }, (_, row) => {
      if (random.uniform() < missing) return Number.NaN;
      if (index === 4) classes[row] = random.integer(3);
      if (index === 5) classes[row] = random.integer(2);
      return index === 5 || classes[row] > 0 ? 0 : index + row / 1000;
    });
    if (index >= 4) return { index, values, classes, isMixed: index === 4 };
    return errors === 0 ? { index, values } : { index, values, errors: new Float32Array(ROWS).fill(errors) };
  });
  return { rows: ROWS, columns };
}
const ALL = Int32Array.of(0, 1, 2, 3, 4, 5);

function drawn(
  table: EncodedTable,
  outputs = ALL,
  contextRange: [number, number] = [0, 64],
  { allGiven = 0 } = {},
) {
  const capacity = { rows: ROWS, given: COLUMNS, targets: COLUMNS, copies: 2 };
  const batches = queryBatches(network, diffusionHead(network.head), capacity);
  const batch = batches.over(new ArrayBuffer(batches.bytes));
  const sampling = {
    contextRange,
    allGiven,
    fewGiven: 0,
    groups: ROWS / 25,
    intervals: 0,
    deconvolve: false,
  };
  const rows = { data: table, reference: table };
  const sampler = new QueryBatchSampler(rows, outputs, sampling, network, batch);
  const count = sampler.draw(
    Uint32Array.from({ length: ROWS }, (_, row) => row),
    generator(2, "draw"),
  );
  return { batch, arrays: batch.arrays, count, parts: batch.microBatches(count, 2, 1), batches };
}

const given = (batch: QueryArrays, row: number) => [
  ...batch.tokens.subarray(row * COLUMNS, row * COLUMNS + batch.given[row]),
];
const asked = (batch: QueryArrays, row: number) =>
  [...batch.targets.subarray(row * COLUMNS, (row + 1) * COLUMNS)].filter((token) => token > 0);

/** The tokens that a target reads. */
const read = (batch: QueryArrays, row: number, target: number) =>
  given(batch, row).filter((_, i) => batch.reads[(row * COLUMNS + target) * COLUMNS + i] === 1);
const all = (batch: QueryArrays) =>
  Array.from({ length: ROWS }, (_, row) =>
    asked(batch, row).map((_, target) => read(batch, row, target)),
  ).flat();

describe("a batch of the default network", () => {
  test("asks for every column that a row has, and lets none read itself", () => {
    const table = data();
    const { arrays: batch, count } = drawn(table);
    expect(count).toBe(ROWS);
    const patterns = (tokens: (row: number) => number[]) =>
      Array.from({ length: ROWS }, (_, row) => tokens(row).sort().join()).sort();
    const there = patterns((row) =>
      [1, 2, 3, 4, 5, 6].filter((token) => !Number.isNaN(table.columns[token - 1].values[row])),
    );
    expect(patterns((row) => asked(batch, row))).toEqual(there);
    expect(patterns((row) => given(batch, row))).toEqual(there);
    for (let row = 0; row < ROWS; row++) {
      asked(batch, row).forEach((token, target) => {
        expect(read(batch, row, target)).not.toContain(token);
      });
    }
  });

  test("lets targets read 0 .. 5 of the others about equally often, and each of them", () => {
    const { arrays: batch } = drawn(data(0));
    const counts = Array<number>(6).fill(0);
    const columns = Array<number>(7).fill(0);
    for (const tokens of all(batch)) {
      counts[tokens.length]++;
      for (const token of tokens) columns[token]++;
    }
    for (const each of counts) expect(Math.abs(each - ROWS)).toBeLessThan(60);
    for (const each of columns.slice(1)) expect(Math.abs(each / (2.5 * ROWS) - 1)).toBeLessThan(0.1);
  });

  test("lets a share of the targets read all others", () => {
    const { arrays: batch } = drawn(data(0), ALL, [0, 64], { allGiven: 0.4 });
    const whole = all(batch).filter((tokens) => tokens.length === 5).length / all(batch).length;
    expect(Math.abs(whole - (0.4 + 0.6 / 6))).toBeLessThan(0.03);
  });

  test("asks only for outputs, of all others if that is wanted", () => {
    const { arrays: batch } = drawn(data(0), Int32Array.of(2), [5, 5]);
    for (let row = 0; row < ROWS; row++) {
      expect(asked(batch, row)).toEqual([3]);
      expect(read(batch, row, 0).sort()).toEqual([1, 2, 4, 5, 6]);
    }
  });

  test("shares a row's weight out: numbers by their value, the others by their class", () => {
    const table = data();
    const { arrays: batch } = drawn(table);
    const counts = new GivenCounts([0, 64], { allGiven: 0, fewGiven: 0 });
    const contextWeights = new ContextWeights(table, ALL, rarityOfDraws(counts, ALL.length));
    const rows = Array.from({ length: ROWS }, (_, row) => asked(batch, row).length > 0).filter(
      Boolean,
    ).length;
    for (let row = 0; row < ROWS; row++) {
      const present = asked(batch, row).length;
      asked(batch, row).forEach((token, i) => {
        const context = Int32Array.from(read(batch, row, i));
        const each = contextWeights.of({ present, askable: present }, context) / (rows * present);
        const at = row * COLUMNS + i;
        // A point mass has no continuous value: the sampler gives it a value of 0.
        const isNumber = token <= 4 || (token === 5 && batch.targetClasses[at] === 0);
        expect(batch.weights[at]).toBeCloseTo(isNumber ? each : 0, 7);
        expect(batch.classWeights[at]).toBeCloseTo(token >= 5 ? each : 0, 7);
        if (token === 6) expect([3, 4]).toContain(batch.targetClasses[at]);
      });
    }
  });

  test("withholds the given cells' errors, often all of a row's, and never makes one up", () => {
    const { arrays: batch } = drawn(data(0, 0.3), ALL, [5, 5]);
    const known = Array.from({ length: ROWS }, (_, row) => {
      const indices = given(batch, row).flatMap((token, i) => (token <= 4 ? [row * COLUMNS + i] : []));
      return indices.map((at) => batch.errors[at] > 0);
    });
    const share = (of: (row: boolean[]) => boolean) => known.filter(of).length / ROWS;
    // Four errors are given: a quarter of the rows has none, half of them all, but for the coins.
    expect(Math.abs(share((row) => !row.some(Boolean)) - 0.27)).toBeLessThan(0.1);
    expect(Math.abs(share((row) => row.every(Boolean)) - 0.52)).toBeLessThan(0.11);
    expect(new Set(batch.errors)).toEqual(new Set([0, Math.fround(0.3)]));
    batch.tokens.forEach((token, at) => {
      if (token === 0 || token > 4) expect(batch.errors[at]).toBe(0);
    });
  });

  test("is cut into groups that hold every row once, with room for their largest", () => {
    const { arrays: batch, parts } = drawn(data());
    let next = 0;
    for (const { start, rows, given, targets } of parts) {
      expect(start).toBe(next);
      next += rows;
      for (let row = start; row < start + rows; row++) {
        expect(batch.given[row]).toBeLessThanOrEqual(given);
        expect(asked(batch, row).length).toBeLessThanOrEqual(targets);
      }
    }
    expect(next).toBe(ROWS);
  });

  test("is cut into groups of about the same work", () => {
    const { parts, batches } = drawn(data(0));
    const work = parts.map(batches.cost);
    expect(parts.length).toBe(16);
    expect(Math.max(...work) / Math.min(...work)).toBeLessThan(2);
  });
});

/** Noisy copies of a column of normal truth, measured with an error: x, noise level, target F and weight of each. */
function copies(
  truth: number,
  error: number,
): { x: number; sigma: number; target: number; weight: number }[] {
  const { batch, arrays, parts } = drawn(data(0), Int32Array.of(0, 1, 2, 3), [2, 2]);
  const random = generator(4, "values");
  const all: { x: number; sigma: number; target: number; weight: number }[] = [];
  for (let step = 0; step < 60; step++) {
    for (let i = 0; i < arrays.targetValues.length; i++) {
      arrays.targetErrors[i] = error;
      arrays.targetValues[i] = truth * random.normal() + error * random.normal();
    }
    for (const part of parts) {
      const feeds = batch.feeds(part, { seed: 1, step }) as Record<string, Float32Array>;
      feeds.sigma.forEach((sigma, i) => {
        const weight = feeds.weight[i];
        if (weight > 0) all.push({ x: feeds.noisy[i], sigma, target: feeds.target[i], weight });
      });
    }
  }
  return all;
}

/** The slope of weighted least squares of y on x, through 0. */
function slope(points: readonly { x: number; y: number; weight: number }[]): number {
  const sum = (of: (point: (typeof points)[number]) => number) => points.reduce((all, p) => all + of(p), 0);
  return sum(({ x, y, weight }) => weight * x * y) / sum(({ x, weight }) => weight * x * x);
}

test("an interval to be learnt ends where its column does, unless what is measured may lie beyond", () => {
  const limited = (errors: number): EncodedTable => {
    const full = (value: number) => new Float32Array(ROWS).fill(value);
    const cells = {
      index: 0,
      values: full(Number.NaN),
      lower: full(Number.NEGATIVE_INFINITY),
      upper: full(0.5),
    };
    return { rows: ROWS, columns: [{ ...cells, ...(errors > 0 && { errors: full(errors) }) }] };
  };
  const head: MixtureConfig = {
    kind: "mixture",
    width: 8,
    layers: 1,
    free: 2,
    fixed: 2,
    intervals: true,
    ends: [[-1.5, null]],
  };
  const config: QueryConfig<MixtureConfig> = { ...network, columns: 1, classes: [0], intervals: true, head };
  const targetOf = (errors: number) => {
    const batches = queryBatches(config, mixtureHead(head), { rows: ROWS, given: 1, targets: 1, copies: 1 });
    const batch = batches.over(new ArrayBuffer(batches.bytes));
    const sampling = {
      contextRange: [0, 1] as [number, number],
      allGiven: 0,
      fewGiven: 0,
      groups: 2,
      intervals: 0,
      deconvolve: true,
      ends: mixtureHead(head).ends ?? [],
    };
    const table = limited(errors);
    const sampler = new QueryBatchSampler(
      { data: table, reference: table },
      Int32Array.of(0),
      sampling,
      config,
      batch,
    );
    sampler.draw(Uint32Array.of(0, 1, 2, 3), generator(2, "draw"));
    const { targetValues, targetWidths } = batch.arrays;
    return [targetValues[0] - targetWidths[0] / 2, targetValues[0] + targetWidths[0] / 2];
  };
  expect(targetOf(0)).toEqual([-1.5, 0.5]);
  expect(targetOf(0.3)[0]).toBeLessThan(-40);
});

describe("what the head is fitted to", () => {
  test("is the true value's mean: with errors, least squares on it finds the density without them", () => {
    // Truth N(0, 1), measured with an error of 1: the best F at sigma has D(x) = x / (1 + sigma^2), which is
    // skip x + out F for F = 0: the fitted slope vanishes. Without the errors' part it would be about 0.3.
    const all = copies(1, 1).map(({ x, sigma, target, weight }) => ({
      x: x / Math.sqrt(1 + sigma * sigma),
      y: target,
      sigma,
      weight,
    }));
    const below = all.filter(({ sigma }) => sigma < 1);
    expect(Math.abs(slope(all.filter(({ sigma }) => sigma > 1)))).toBeLessThan(0.02);
    expect(Math.abs(slope(below))).toBeLessThan(0.05);
    expect(below.length / all.length).toBeGreaterThan(0.2);
  });

  test("below the error is the least level's score, less a standard normal's", () => {
    // Truth N(0, 0.5^2), error 0.5: at the least level, 0.55, the score is -x / (0.5^2 + 0.55^2). By F it is
    // (D - x) / sigma^2 = -x / (1 + sigma^2) + out F / sigma^2, whose last part is to be the same below.
    const excess = 1 / (1 + 0.55 ** 2) - 1 / (0.5 ** 2 + 0.55 ** 2);
    const all = copies(0.5, 0.5).map(({ x, sigma, target, weight }) => ({
      x,
      y: target / (sigma * Math.sqrt(1 + sigma * sigma)),
      sigma,
      weight,
    }));
    for (const [from, to] of [
      [0, 0.1],
      [0.1, 0.3],
      [0.3, 0.5],
      [0.54, 0.56],
    ] as const) {
      const some = all.filter(({ sigma }) => sigma >= from && sigma < to);
      expect(Math.abs(slope(some) / excess - 1), `${from} to ${to}`).toBeLessThan(0.1);
    }
  });
});
