import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { questionsFor, randomContexts, statedContexts } from "./contexts.ts";

const everywhere = () => true;

describe("random contexts", () => {
  test("ask for what is present and a possible target, and give only other, present columns", () => {
    const cells = fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), { maxLength: 20 });
    fc.assert(
      fc.property(cells, fc.nat(3), fc.nat(5), (present, fewest, more) => {
        const isPresent = (row: number, column: number) => present[row][column];
        const possible = [0, 2, 3];
        const contexts = randomContexts({
          rows: present.length,
          columns: 4,
          present: isPresent,
          of: possible,
          fewest,
          most: fewest + more,
          seed: 1,
        });
        const expected = [...present.keys()].filter((row) =>
          possible.some((column) => isPresent(row, column)),
        );
        expect(Array.from(contexts.rows)).toEqual(expected);
        contexts.rows.forEach((row, question) => {
          const target = contexts.targets[question];
          expect(possible).toContain(target);
          expect(isPresent(row, target)).toBe(true);
          const given = contexts.given.subarray(question * 4, question * 4 + 4);
          expect(given[target]).toBe(0);
          given.forEach((is, column) => {
            if (is) expect(isPresent(row, column)).toBe(true);
          });
          expect(given.reduce((sum, is) => sum + is, 0)).toBeLessThanOrEqual(Math.min(3, fewest + more));
        });
      }),
    );
  });

  test("draw targets and numbers of givens uniformly", () => {
    const rows = 30_000;
    const { targets, given } = randomContexts({
      rows,
      columns: 5,
      present: everywhere,
      of: [0, 1, 4],
      fewest: 1,
      most: 3,
      seed: 5,
    });
    const error = Math.sqrt((1 / 3) * (2 / 3) * rows);
    for (const column of [0, 1, 4]) {
      expect(Math.abs(targets.filter((each) => each === column).length - rows / 3)).toBeLessThan(4 * error);
    }
    const counts = [0, 0, 0, 0, 0, 0];
    let thirdGiven = 0;
    for (let question = 0; question < rows; question++) {
      const cells = given.subarray(question * 5, question * 5 + 5);
      counts[cells.reduce((sum, is) => sum + is, 0)] += 1;
      thirdGiven += cells[3];
    }
    expect(counts[0] + counts[4] + counts[5]).toBe(0);
    for (const count of counts.slice(1, 4)) expect(Math.abs(count - rows / 3)).toBeLessThan(4 * error);
    // Two of the four others on average.
    expect(Math.abs(thirdGiven - rows / 2)).toBeLessThan(4 * Math.sqrt(rows / 4));
  });

  test("of a row don't depend on the rows around it", () => {
    const options = { columns: 6, of: [0, 1, 2], fewest: 0, most: 5, seed: 9 };
    const all = randomContexts({ ...options, rows: 40, present: everywhere });
    const few = randomContexts({ ...options, rows: 20, present: (row) => row !== 3 });
    expect(Array.from(few.rows)).not.toContain(3);
    few.rows.forEach((row, question) => {
      expect(few.targets[question]).toBe(all.targets[row]);
      expect(few.given.slice(question * 6, question * 6 + 6)).toEqual(all.given.slice(row * 6, row * 6 + 6));
    });
    expect(randomContexts({ ...options, rows: 40, present: everywhere, seed: 10 })).not.toEqual(all);
  });

  test("give all others where more are wanted than there are", () => {
    const options = { rows: 3, columns: 3, present: everywhere, of: [1], seed: 1 };
    expect(Array.from(randomContexts({ ...options, fewest: 7, most: 7 }).given)).toEqual([
      1, 0, 1, 1, 0, 1, 1, 0, 1,
    ]);
    expect(() => randomContexts({ ...options, fewest: 3, most: 2 })).toThrow("Between 3 and 2");
    expect(() => randomContexts({ ...options, fewest: 0.5, most: 2 })).toThrow("whole numbers");
  });
});

test("stated contexts ask each row for every target it has, given what is stated and there", () => {
  const absent = new Set(["1,0", "2,1"]); // row, column
  const contexts = statedContexts({
    rows: 3,
    columns: 3,
    present: (row, column) => !absent.has(`${row},${column}`),
    of: [0, 2],
    given: [0, 1],
  });
  expect(contexts).toEqual({
    columns: 3,
    rows: Uint32Array.of(0, 0, 1, 2, 2),
    targets: Int32Array.of(0, 2, 2, 0, 2),
    given: Uint8Array.from([0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]),
  });
  expect(Array.from(questionsFor(contexts, 2))).toEqual([1, 2, 4]);
});
