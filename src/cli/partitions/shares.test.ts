/** @file A table's shares are consecutive, have all of its rows once, and go by files where there are enough. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sharesOf } from "./shares.ts";

const filesOf = (rows: readonly number[]) => rows.map((each, i) => ({ path: `${i}`, bytes: 1, rows: each }));
const cutsOf = (rows: readonly number[], count: number) =>
  sharesOf(filesOf(rows), count).map((share) => share.rows);

describe("shares", () => {
  test("of any files are consecutive, none is empty, and each names the files that its rows lie in", () => {
    const rows = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 15 }), (files, count) => {
        const all = files.reduce((sum, each) => sum + each, 0);
        fc.pre(all >= count);
        let end = 0;
        for (const share of sharesOf(filesOf(files), count)) {
          const [from, to] = share.rows;
          expect(from).toBe(end);
          expect(to).toBeGreaterThan(from);
          end = to;
          const before = files.slice(0, share.files[0]).reduce((sum, each) => sum + each, 0);
          const within = files.slice(...share.files).reduce((sum, each) => sum + each, 0);
          expect(before).toBeLessThanOrEqual(from);
          expect(before + files[share.files[0]]).toBeGreaterThan(from);
          expect(before + within).toBeGreaterThanOrEqual(to);
        }
        expect(end).toBe(all);
      }),
    );
  });

  test("end where files end, as even as these allow, where there are as many files or more", () => {
    expect(cutsOf([10, 10, 10, 10], 2)).toEqual([
      [0, 20],
      [20, 40],
    ]);
    expect(cutsOf([100, 1, 1, 1], 2)).toEqual([
      [0, 100],
      [100, 103],
    ]);
    expect(cutsOf([1, 1, 1, 100], 3)).toEqual([
      [0, 2],
      [2, 3],
      [3, 103],
    ]);
    expect(cutsOf([5, 0, 5], 2)).toEqual([
      [0, 5],
      [5, 10],
    ]);
  });

  test("are cut between rows where there are fewer files, and refused where there are too few rows", () => {
    expect(cutsOf([4, 6], 3)).toEqual([
      [0, 3],
      [3, 6],
      [6, 10],
    ]);
    expect(sharesOf(filesOf([4, 6]), 3)[1].files).toEqual([0, 2]);
    expect(() => cutsOf([2], 3)).toThrow("The table has 2 rows, and can't be cut into 3 partitions");
  });
});
