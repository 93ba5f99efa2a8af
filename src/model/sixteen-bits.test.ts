/** @file Weights of 16 bits: what rounding loses, and that a model written so answers as before, to a thousandth. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Model } from "./model.ts";
import { LARGEST_SHIFT, scaledRows, unscaledRows } from "./sixteen-bits.ts";

const folder = mkdtempSync(join(tmpdir(), "sixteen-bits-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("rows of whole numbers lose half a step of the largest of their row at most", () => {
  const cell = fc.integer({ min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(fc.array(cell, { minLength: 6, maxLength: 6 }), (cells) => {
      const row = 3;
      const weights = Float32Array.from(cells, (each) => each / 7);
      const made = unscaledRows(scaledRows(weights, row));
      for (const [i, value] of weights.entries()) {
        const start = i - (i % row);
        const largest = Math.max(...weights.subarray(start, start + row).map(Math.abs));
        expect(Math.abs(made[i] - value)).toBeLessThanOrEqual((0.51 * largest) / 32_767);
      }
    }),
  );
});

let survey: Model;
let shift: number;
beforeAll(async () => {
  survey = await Model.load("survey");
  shift = await survey.save(join(folder, "half"), { weights: 16 });
});

test("the survey's model is written in 0.7 of its size, and says by how much its answers move", () => {
  const size = (path: string) => statSync(join(path, "weights.safetensors")).size;
  expect(size(join(folder, "half"))).toBeLessThan(0.75 * size("models/survey"));
  expect(shift).toBeGreaterThan(0);
  expect(shift).toBeLessThanOrEqual(LARGEST_SHIFT);
});

test("opened again it answers as before, in rows that were not looked at: to a thousandth of the quartiles' distance", async () => {
  const half = await Model.load(join(folder, "half"));
  const rows = await survey.synthesize({ rows: 40, seed: 5, complete: true });
  const moves: number[] = [];
  for (const of of ["teff", "logg", "m_h", "bprp"]) {
    const own = await survey.density({ of });
    if (!("quantile" in own)) throw new Error(`${of} is no number`);
    const scale = own.quantile(0.75) - own.quantile(0.25);
    const given = ["teff", "logg", "m_h", "bprp", "jh"].filter((name) => name !== of);
    const [before, after] = [
      await survey.density(rows, { of, given }),
      await half.density(rows, { of, given }),
    ];
    for (let row = 0; row < rows.rows; row++)
      for (const level of [0.05, 0.25, 0.5, 0.75, 0.95])
        moves.push(Math.abs(after.quantile(row, level) - before.quantile(row, level)) / scale);
  }
  expect(Math.max(...moves)).toBeLessThan(LARGEST_SHIFT);
  await half.dispose();
});
