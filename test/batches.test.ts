/** @file Batches as training draws, cuts and sums them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EncodedTable } from "../src/networks/encoded-table.ts";
import {
  type LeungBovyArrays,
  largestPart,
  leungBovyBatches,
  microBatches,
} from "../src/networks/leung-bovy/batch.ts";
import { LeungBovyBatchSampler } from "../src/networks/leung-bovy/batch-sampler.ts";
import { contextFeeds, contextSizes } from "../src/networks/leung-bovy/context-layout.ts";
import { leungBovyConfig } from "../src/networks/leung-bovy/plan.ts";
import { lossProgram } from "../src/networks/leung-bovy/programs.ts";
import { cells, initialise, parameterCount } from "../src/networks/parts/parameter-layout.ts";
import { gradientName } from "../src/networks/parts/program-parts.ts";
import { generator } from "../src/numeric/generator.ts";
import { Executable } from "../src/runtime/executable.ts";
import { createKernels, seedLanes } from "../src/runtime/kernels/kernels.ts";
import { diffusion } from "../src/sampling/ddpm-schedule.ts";
import { GradientWorkers, shareOut } from "../src/training/gradient-workers.ts";
import { settingsOf } from "../src/training/presets.ts";

const STEPS = 10;
const NOISE = { schedule: "linear", steps: STEPS, betaStart: 1e-3, betaEnd: 0.1 } as const;
const noiseLevels = diffusion("linear", STEPS, 1e-3, 0.1);
const COLUMNS = 6;
const OUTPUTS = [0, 2, 5];

/** Counts are multinomial: each within 4.5 standard deviations of an even share. */
function expectEven(counts: readonly number[]): void {
  const total = counts.reduce((a, b) => a + b);
  const p = 1 / counts.length;
  for (const count of counts) {
    expect(Math.abs(count - total * p)).toBeLessThan(4.5 * Math.sqrt(total * p * (1 - p)));
  }
}

/**
 * 64 rows whose cells tell their row: cell = row / 64 + column. In turn, rows have every cell, lack column 2,
 * lack columns 1, 2 and 5, lack all columns that may be asked.
 */
const LACKING = [[], [2], [1, 2, 5], OUTPUTS];
const data: EncodedTable = {
  rows: 64,
  columns: Array.from({ length: COLUMNS }, (_, index) => ({
    index,
    values: Float32Array.from({ length: 64 }, (_, row) =>
      LACKING[row % 4].includes(index) ? Number.NaN : row / 64 + index,
    ),
  })),
};

function newBatch(rows: number, given: number) {
  const batches = leungBovyBatches({ rows, given });
  return batches.over(new ArrayBuffer(batches.bytes));
}

interface DrawnRow {
  readonly row: number;
  readonly asked: number;
  readonly context: readonly number[];
  readonly step: number;
  readonly noise: number;
}

/** What a batch asks, read back from its arrays alone. */
function readBack(batch: LeungBovyArrays, width: number, rows: number): DrawnRow[] {
  return Array.from({ length: rows }, (_, index) => {
    const [step, noise] = [batch.step[index], batch.noise[index]];
    const kept = noiseLevels.alphaBar[step];
    const value = (batch.noisy[index] - Math.sqrt(1 - kept) * noise) / Math.sqrt(kept);
    const asked = batch.request[index] - 1;
    const row = Math.round((value - asked) * 64) + 0; // + 0: no -0
    expect(value).toBeCloseTo(row / 64 + asked, 4);
    const from = index * width;
    const context = Array.from({ length: batch.given[index] }, (_, i) => batch.tokens[from + i] - 1);
    context.forEach((column, i) => {
      expect(batch.values[from + i]).toBe(data.columns[column].values[row]);
    });
    expect(batch.tokens.subarray(from + context.length, from + width).every((t) => t === 0)).toBe(true);
    return { row, asked, context, step, noise };
  });
}

describe("drawn batches", () => {
  const [fewest, most] = [1, 4];
  const batch = newBatch(64, most);
  const sampler = new LeungBovyBatchSampler(data, Int32Array.from(OUTPUTS), [fewest, most], NOISE, batch);
  const order = Uint32Array.from({ length: 64 }, (_, row) => row);
  const batches = Array.from({ length: 400 }, (_, i) => {
    const count = sampler.draw(order, generator(1, "test", i));
    const rows = readBack(batch.arrays, most, count);
    return { rows, weights: [...batch.arrays.weight.subarray(0, count)] };
  });
  const ofKind = (kind: number) => batches.flatMap(({ rows }) => rows.filter(({ row }) => row % 4 === kind));

  test("have each row once, but those without a column that may be asked, with equal weights", () => {
    for (const { rows, weights } of batches) {
      expect(rows.map(({ row }) => row).sort((a, b) => a - b)).toEqual(
        [...order].filter((row) => row % 4 < 3),
      );
      expect(weights.every((weight) => weight === Math.fround(1 / 48))).toBe(true);
    }
  });

  test("ask uniformly among the outputs that are present", () => {
    const asked = (kind: number, column: number) => ofKind(kind).filter((row) => row.asked === column).length;
    expectEven(OUTPUTS.map((column) => asked(0, column)));
    expectEven([asked(1, 0), asked(1, 5)]);
    expect(asked(1, 2)).toBe(0);
    expect(asked(2, 0)).toBe(ofKind(2).length);
  });

  test("give as many columns as the batch draws, uniformly over the range, missing ones dropped", () => {
    const lengths = batches.map(({ rows }) => {
      const full = new Set(rows.filter(({ row }) => row % 4 === 0).map(({ context }) => context.length));
      expect(full.size).toBe(1);
      return [...full][0];
    });
    expectEven([1, 2, 3, 4].map((length) => lengths.filter((each) => each === length).length));
    batches.forEach(({ rows }, i) => {
      for (const { context, row } of rows) {
        expect(new Set(context).size).toBe(context.length);
        expect(context.length).toBeLessThanOrEqual(lengths[i]);
        expect(context.some((column) => LACKING[row % 4].includes(column))).toBe(false);
      }
    });
    // Drawn without regard to what is missing: a row that lacks 3 of 6 columns keeps half of them.
    const kept = ofKind(2).reduce((sum, { context }) => sum + context.length, 0);
    const drawn = lengths.reduce((sum, length) => sum + 16 * length, 0);
    expect(kept / drawn).toBeGreaterThan(0.48);
    expect(kept / drawn).toBeLessThan(0.52);
  });

  test("give every column equally often, the asked one too", () => {
    const given = ofKind(0).flatMap(({ context }) => context);
    expectEven(Array.from({ length: COLUMNS }, (_, column) => given.filter((c) => c === column).length));
    const asked = ofKind(0).filter(({ asked, context }) => context.includes(asked)).length;
    expect(asked / ofKind(0).length).toBeCloseTo(2.5 / 6, 1);
  });

  test("are sorted by falling number of given columns", () => {
    for (const { rows } of batches) {
      const lengths = rows.map(({ context }) => context.length);
      expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    }
  });

  test("draw steps uniformly for the first n // 2 + 1 rows and mirror them for the rest", () => {
    for (const { rows } of batches) {
      const step = new Map(rows.map((drawn) => [drawn.row, drawn.step]));
      for (let row = 33; row < 64; row++) {
        if (row % 4 === 3 || (row - 33) % 4 === 3) continue;
        expect(step.get(row)).toBe(STEPS - 1 - step.get(row - 33)!);
      }
    }
    const first = batches.flatMap(({ rows }) => rows.filter(({ row }) => row < 33).map(({ step }) => step));
    expectEven(Array.from({ length: STEPS }, (_, step) => first.filter((each) => each === step).length));
  });

  test("draw standard normal noise", () => {
    const noise = batches.flatMap(({ rows }) => rows.map((row) => row.noise));
    const n = noise.length;
    expect(Math.abs(noise.reduce((a, b) => a + b) / n)).toBeLessThan(4.5 / Math.sqrt(n));
    expect(Math.abs(noise.reduce((a, b) => a + b * b, 0) / n - 1)).toBeLessThan(4.5 * Math.sqrt(2 / n));
  });
});

test("dropout masks drop their share of the cells and make up for it in the others", () => {
  const length = 100_000;
  const kernels = createKernels([length]);
  const mask = kernels.floats(length);
  kernels.dropoutMask(mask, 0.2, seedLanes(kernels.state(), 1, "test"));
  const dropped = mask.filter((cell) => cell === 0).length;
  expect(Math.abs(dropped - 0.2 * length)).toBeLessThan(4.5 * Math.sqrt(length * 0.2 * 0.8));
  expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.8)]));
});

describe("cutting a batch into parts", () => {
  const cut = fc.record({
    given: fc.array(fc.nat(20), { minLength: 1, maxLength: 400 }),
    tokens: fc.integer({ min: 1, max: 2000 }),
    workers: fc.integer({ min: 1, max: 8 }),
  });
  const cost = ({ rows, given }: { rows: number; given: number }) => rows * (given + 1);

  test("takes every row once and in order, and no part is larger than its buffers", () => {
    fc.assert(
      fc.property(cut, ({ given, tokens, workers }) => {
        const sorted = Int32Array.from(given).sort().reverse();
        const parts = microBatches(sorted, sorted.length, tokens, workers);
        let next = 0;
        for (const { start, rows, given: length } of parts) {
          expect(start).toBe(next);
          expect(rows).toBeGreaterThan(0);
          expect(length).toBe(Math.max(1, sorted[start])); // the longest of its rows comes first
          expect(cost({ rows, given: length })).toBeLessThanOrEqual(tokens + 1 + Math.max(1, sorted[0]) + 1);
          const width = Math.max(1, sorted[0]);
          expect(rows).toBeLessThanOrEqual(largestPart(tokens, length + 1, width, sorted.length));
          next += rows;
        }
        expect(next).toBe(sorted.length);
      }),
    );
  });

  test("gives every part to one worker, and no worker more than one part ahead", () => {
    fc.assert(
      fc.property(cut, ({ given, tokens, workers }) => {
        const sorted = Int32Array.from(given).sort().reverse();
        const parts = microBatches(sorted, sorted.length, tokens, workers);
        const shares = shareOut(parts, workers, cost);
        expect(shares).toHaveLength(workers);
        expect(new Set(shares.flat())).toEqual(new Set(parts));
        expect(shares.flat()).toHaveLength(parts.length);
        const work = shares.map((share) => share.reduce((sum, part) => sum + cost(part), 0));
        expect(Math.max(...work) - Math.min(...work)).toBeLessThanOrEqual(Math.max(...parts.map(cost)));
      }),
    );
  });
});

describe("the gradient of a batch of 600 rows", () => {
  const sizes = { embeddingDim: 16, heads: 2, ffnDim: 32, headDim: 16, steps: STEPS };
  const rows = 600;
  const width = 6;
  const many: EncodedTable = {
    rows,
    columns: Array.from({ length: 6 }, (_, index) => {
      const random = generator(index, "cells");
      const values = Float32Array.from({ length: rows }, () =>
        random.uniform() < 0.3 ? Number.NaN : random.normal(),
      );
      return { index, values };
    }),
  };
  const batch = newBatch(rows, width);
  const outputs = Int32Array.of(0, 1, 2, 3, 4, 5);
  const drawn = new LeungBovyBatchSampler(many, outputs, [5, 6], NOISE, batch).draw(
    Uint32Array.from({ length: rows }, (_, i) => i),
    generator(1, "batch"),
  );

  async function gradient(workers: number, dropout: number, steps: readonly number[] = [0]) {
    const network = leungBovyConfig(6, settingsOf("paper", { ...sizes, dropout }));
    const { parameters } = lossProgram(network, { training: true });
    const count = parameterCount(parameters);
    const weights = new Float32Array(count);
    initialise(parameters, weights, 1);
    const kernels = createKernels([count, count]);
    const capacity = { rows, given: width, targets: 1, copies: 1 };
    const options = { device: "cpu", workers, seed: 1, capacity, kernels } as const;
    const pool = await GradientWorkers.start(network, options);
    pool.setWeights(weights);
    const found: { loss: number; gradient: Float32Array }[] = [];
    for (const step of steps) {
      const loss = await pool.gradient(batch, drawn, step);
      found.push({ loss, gradient: Float32Array.from(pool.sum) });
    }
    await pool.stop();
    return { network, parameters, weights, found };
  }

  test.each([1, 2, 3])(
    "summed over parts by %i workers is that of one run over all rows",
    async (workers) => {
      const { network, parameters, weights, found } = await gradient(workers, 0);
      expect(microBatches(batch.arrays.given, drawn, 1024, workers).length).toBeGreaterThan(2);
      const whole = await Executable.load(lossProgram(network, { training: true }).program);
      const part = { start: 0, rows: drawn, given: width };
      const own = (name: "noisy" | "step" | "noise" | "weight") => batch.arrays[name].slice(0, drawn);
      const results = await whole.run(
        {
          ...Object.fromEntries(parameters.map((p) => [p.name, cells(weights, p)])),
          ...contextFeeds(batch.arrays, part),
          noisy: own("noisy"),
          step: own("step"),
          noise: own("noise"),
          weight: own("weight"),
        },
        contextSizes(part),
      );
      const { loss, gradient: summed } = found[0];
      expect(Math.abs(loss / results.loss[0] - 1)).toBeLessThan(1e-5);
      // Relative to the whole: some gradients (of the key biases) are 0 but for rounding.
      const norm = Math.hypot(...summed);
      for (const p of parameters) {
        const expected = results[gradientName(p.name)];
        const off = Math.hypot(...cells(summed, p).map((cell, i) => cell - expected[i]));
        expect(off, p.name).toBeLessThan(1e-6 * norm);
      }
    },
  );

  test("with dropout is repeated for the same step, and differs at the next", async () => {
    const { found } = await gradient(2, 0.3, [4, 5, 4]);
    expect(found[2]).toEqual(found[0]);
    expect(found[1].loss).not.toBe(found[0].loss);
  });
});
