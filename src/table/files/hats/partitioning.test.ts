/** @file Partitions of the sky: every row once, none too large, none finer than it must be. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { adaptivePartitions } from "./partitioning.ts";

const ORDER = 4;
const COUNTS = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 * 4 ** ORDER - 1 }), fc.integer({ min: 1, max: 50 })), {
    minLength: 1,
    maxLength: 200,
  })
  .map((pairs) => new Map(pairs));

const rowsIn = (counts: ReadonlyMap<number, number>, { order, pixel }: { order: number; pixel: number }) =>
  [...counts].reduce((sum, [each, rows]) => sum + (each >> (2 * (ORDER - order)) === pixel ? rows : 0), 0);

test("partitions hold every row once, no more than the limit, and could not be coarser", () => {
  fc.assert(
    fc.property(COUNTS, fc.integer({ min: 1, max: 400 }), (counts, most) => {
      const made = adaptivePartitions(counts, ORDER, most);
      const rows = made.map((each) => rowsIn(counts, each));
      const all = [...counts.values()].reduce((sum, each) => sum + each, 0);
      expect(rows.reduce((sum, each) => sum + each, 0)).toBe(all);
      for (const [i, { order, pixel }] of made.entries()) {
        expect(rows[i]).toBeGreaterThan(0);
        if (order < ORDER) expect(rows[i]).toBeLessThanOrEqual(most);
        const parent = { order: order - 1, pixel: Math.floor(pixel / 4) };
        if (order > 0) expect(rowsIn(counts, parent)).toBeGreaterThan(most);
      }
    }),
  );
});
