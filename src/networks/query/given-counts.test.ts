import { expect, test } from "vitest";
import { GivenCounts } from "./given-counts.ts";

const shares = (counts: GivenCounts, present: number) => {
  const all = 10_000;
  const found = new Map<number, number>();
  for (let i = 0; i < all; i++) {
    const given = counts.at(present, (i + 0.5) / all);
    found.set(given, (found.get(given) ?? 0) + 1 / all);
  }
  return found;
};

test("every number from none to all but one is as likely", () => {
  const counts = new GivenCounts([0, 64], { allGiven: 0, fewGiven: 0 });
  expect(counts.at(5, 0)).toBe(0);
  expect(counts.at(5, 1)).toBe(4);
  for (let given = 0; given < 5; given++) expect(counts.chance(5, given)).toBeCloseTo(0.2, 12);
  expect([counts.chance(5, 5), counts.chance(5, -1), counts.chance(0, 0)]).toEqual([0, 0, 0]);
});

test.each([
  [0, 64, 0],
  [0, 64, 0.5],
  [2, 6, 0.3],
  [3, 3, 1],
])("from %i to %i with %f log-even, the numbers drawn have their chances", (fewest, most, logEven) => {
  const counts = new GivenCounts([fewest, most], { allGiven: 0, fewGiven: logEven });
  for (const present of [1, 2, 5, 18]) {
    const found = shares(counts, present);
    let sum = 0;
    for (let given = 0; given < present; given++) {
      expect(Math.abs((found.get(given) ?? 0) - counts.chance(present, given))).toBeLessThan(2e-4);
      sum += counts.chance(present, given);
    }
    expect(sum).toBeCloseTo(1, 12);
  }
});

test("the logarithm of one plus the number is even where asked", () => {
  const counts = new GivenCounts([0, 64], { allGiven: 0, fewGiven: 1 });
  // Of 15 numbers 0 .. 14: as much from 0 to 2 (ln 1 .. ln 4) as from 3 to 14 (ln 4 .. ln 16).
  expect([0, 1, 2].reduce((sum, given) => sum + counts.chance(15, given), 0)).toBeCloseTo(0.5, 12);
});

test("a row without any column gives none", () => {
  expect(new GivenCounts([0, 64], { allGiven: 0, fewGiven: 0.5 }).at(0, 0.7)).toBe(0);
});
