import { describe, expect, test } from "vitest";
import { type Generator, generator } from "../../numeric/generator.ts";
import type { EncodedTable } from "../encoded-table.ts";
import { GivenCounts, rarityOfDraws } from "../query/given-counts.ts";
import { ContextWeights, MAX_WEIGHT } from "./context-weights.ts";

/** Rows with all columns, and as many with the first few alone; `outputs` of the columns can be asked. */
function halved(columns: number, few: number, outputs = columns): [EncodedTable, Int32Array] {
  const rows = 200;
  const values = (index: number) =>
    Float32Array.from({ length: rows }, (_, row) => (row % 2 === 1 && index >= few ? Number.NaN : row));
  return [
    { rows, columns: Array.from({ length: columns }, (_, index) => ({ index, values: values(index) })) },
    Int32Array.from({ length: outputs }, (_, index) => index),
  ];
}

/** Tokens of so many columns of 1 .. `of`, in random order. */
function tokens(of: number, count: number, random: Generator): Int32Array {
  const all = Int32Array.from({ length: of }, (_, index) => index + 1);
  random.shuffle(all);
  return all.slice(0, count);
}

describe("what a row counts for the columns given", () => {
  test("makes each question as likely from rows with few columns as from those with many", () => {
    // By drawing: n given evenly from 0 .. present - 1, and one of the others asked.
    const weights = new ContextWeights(
      ...halved(3, 2),
      rarityOfDraws(new GivenCounts([0, 64], { allGiven: 0, fewGiven: 0 }), 3),
    );
    const random = generator(1, "questions");
    const draws = 200_000;
    const counted = new Map<string, [few: number, many: number]>();
    for (const present of [2, 3]) {
      for (let draw = 0; draw < draws; draw++) {
        const order = tokens(present, present, random);
        const given = order.subarray(0, random.integer(present));
        const question = `${[...given].sort()} -> ${order[given.length]}`;
        const counts = counted.get(question) ?? [0, 0];
        // The row's weight is shared out evenly among the columns it is asked.
        counts[present - 2] += weights.of({ present, askable: present }, given) / draws;
        counted.set(question, counts);
      }
    }
    for (const question of [" -> 1", " -> 2", "1 -> 2", "2 -> 1"]) {
      const [few, many] = counted.get(question)!;
      expect(few / many, question).toBeCloseTo(1, 1);
    }
  });

  test("leaves what a set of given columns counts in all as it was", () => {
    // Columns 1 and 2 are given with the chance 1/4 . 1/6 by rows of four columns, 1/3 . 1/3 by rows of three.
    const weights = new ContextWeights(
      ...halved(4, 3),
      rarityOfDraws(new GivenCounts([0, 64], { allGiven: 0, fewGiven: 0 }), 4),
    );
    const given = Int32Array.of(1, 2);
    const many = weights.of({ present: 4, askable: 4 }, given);
    const few = weights.of({ present: 3, askable: 3 }, given);
    // Every row of three asks one column with all it counts, one of four two with half.
    expect(many / 24 / 2).toBeCloseTo(few / 9, 12);
    expect(2 * (few / 9)).toBeCloseTo(1 / 9 + 1 / 24 / 2, 12);
  });

  test("is 1 where all rows have the same columns", () => {
    const weights = new ContextWeights(
      ...halved(5, 5),
      rarityOfDraws(new GivenCounts([0, 64], { allGiven: 0, fewGiven: 0 }), 5),
    );
    const random = generator(2, "given");
    for (let n = 0; n < 5; n++) {
      expect(weights.of({ present: 5, askable: 5 }, tokens(5, n, random))).toBe(1);
    }
  });

  test("is 1 for a set that only rows of one kind can have", () => {
    const weights = new ContextWeights(
      ...halved(6, 3),
      rarityOfDraws(new GivenCounts([0, 64], { allGiven: 0, fewGiven: 0 }), 6),
    );
    expect(weights.of({ present: 6, askable: 6 }, Int32Array.of(1, 5))).toBeCloseTo(1, 12);
  });

  test("does not look at rows that never give so many columns", () => {
    // At least three are given, but rows of two columns give one: no other row ever does.
    const weights = new ContextWeights(
      ...halved(6, 2),
      rarityOfDraws(new GivenCounts([3, 64], { allGiven: 0, fewGiven: 0 }), 6),
    );
    expect(weights.of({ present: 2, askable: 2 }, Int32Array.of(1))).toBeCloseTo(1, 12);
  });

  test("has a limit", () => {
    const weights = new ContextWeights(
      ...halved(60, 10),
      rarityOfDraws(new GivenCounts([0, 64], { allGiven: 0, fewGiven: 0 }), 60),
    );
    const given = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(weights.of({ present: 60, askable: 60 }, given)).toBe(MAX_WEIGHT);
    expect(weights.of({ present: 10, askable: 10 }, given)).toBeCloseTo(0.5, 6);
  });

  test("knows that one column that can be asked is always left out", () => {
    // Only column 1 can be asked, so it is never given: of the others each set is as likely as the next.
    const weights = new ContextWeights(
      ...halved(3, 2, 1),
      rarityOfDraws(new GivenCounts([1, 1], { allGiven: 0, fewGiven: 0 }), 3),
    );
    const many = weights.of({ present: 3, askable: 1 }, Int32Array.of(2));
    const few = weights.of({ present: 2, askable: 1 }, Int32Array.of(2));
    expect(many / 2).toBeCloseTo(few, 12);
  });

  test("tells columns beyond the thirty-second apart", () => {
    const weights = new ContextWeights(
      ...halved(80, 70),
      rarityOfDraws(new GivenCounts([0, 64], { allGiven: 0, fewGiven: 0 }), 80),
    );
    const many = weights.of({ present: 80, askable: 80 }, Int32Array.of(40));
    expect(many).toBeGreaterThan(1.1);
    expect(weights.of({ present: 80, askable: 80 }, Int32Array.of(75))).toBeCloseTo(1, 12);
  });
});
