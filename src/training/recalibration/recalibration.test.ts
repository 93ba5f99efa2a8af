/** @file What is found on held-out rows: answers that are wrong in a known way are put right, right ones are left as they are. */
import { describe, expect, test } from "vitest";
import { trustClasses } from "../../columns/recalibration.ts";
import { levelMap } from "../../distribution/level-map.ts";
import { QuantileCurves } from "../../distribution/quantile-curves.ts";
import { generator } from "../../numeric/generator.ts";
import { normalCdf } from "../../numeric/normal-cdf.ts";
import { rarityOfQuestions } from "./held-out-answers.ts";
import { IDENTITY, LevelFits, levelPoints } from "./level-fit.ts";
import { LevelSetsDraft, type ObservedNumber } from "./level-sets.ts";
import { coverageOf, recalibration } from "./recalibrate.ts";

const SIZES = [0, 2, 4];
const LEVELS = Float64Array.from({ length: 81 }, (_, i) => (i - 40) / 10);
/** Answers that are all the same standard normal. */
const STANDARD = new QuantileCurves(LEVELS, LEVELS);

/** Held-out numbers, each of a row of its own, with 1 or 3 columns given in turn. */
function numbersOf(observed: readonly Omit<ObservedNumber, "turns">[], rowOf = (i: number) => i) {
  const draft = new LevelSetsDraft();
  for (const each of observed) draft.add(STANDARD, 0, { ...each, turns: [0] });
  const rows = observed.map((_, i) => rowOf(i));
  return {
    rows,
    weights: rows.map(() => 1),
    given: observed.map((_, i) => 1 + 2 * (Math.floor(i / 2) % 2)),
    sets: draft.made(),
  };
}

const random = generator(3, "recalibration");
const normals = (count: number, sd: number) => Array.from({ length: count }, () => sd * random.normal());
const plain = (value: number) => ({ value, error: 0 });

describe("numbers", () => {
  test("of a standard deviation 1.3 times the answers' have even PIT values afterwards", () => {
    const { sizes, report } = recalibration({ numbers: numbersOf(normals(4000, 1.3).map(plain)) }, SIZES);
    expect(sizes[0].levels).toBeUndefined(); // nobody was asked with nothing given
    const map = levelMap(sizes[2].levels!);
    const fresh = normals(20_000, 1.3).map((value) => normalCdf(map.value(value)));
    const sorted = fresh.sort((a, b) => a - b);
    const ks = Math.max(...sorted.map((u, i) => Math.abs(u - (i + 0.5) / sorted.length)));
    expect(ks).toBeLessThan(0.02);
    expect(map.slope(0)).toBeCloseTo(1 / 1.3, 1);
    // By how much a normal of the right width is better: the Kullback-Leibler divergence.
    const gain = (1.3 ** 2 - 1) / 2 - Math.log(1.3);
    expect(report[2].numbers?.gain).toBeCloseTo(gain, 1);
    expect(report[2].numbers?.kept).toBe(true);
  });

  test("are counted inside the answers' intervals", () => {
    const coverage = coverageOf(numbersOf(normals(20_000, 1.3).map(plain)).sets);
    expect(coverage?.questions).toBe(20_000);
    // A normal 1.3 times as wide as the answer: what lies within 1 and 1.96 of the answer's standard deviations.
    const inside = (end: number) => 2 * normalCdf(end / 1.3) - 1;
    expect(coverage?.of68).toBeCloseTo(inside(0.994458), 1.8);
    expect(coverage?.of95).toBeCloseTo(inside(1.959964), 1.8);
    expect(coverageOf(numbersOf([]).sets)).toBeUndefined();
  });

  test("that are answered rightly are left as they are", () => {
    for (const count of [100, 3000]) {
      const { sizes, report } = recalibration({ numbers: numbersOf(normals(count, 1).map(plain)) }, SIZES);
      expect(sizes.map(({ levels }) => levels)).toEqual([undefined, undefined, undefined]);
      expect(report[1].numbers?.kept).toBe(false);
    }
  });

  test("of few rows tell nothing, however often they are asked", () => {
    const few = normals(400, 2).map(plain);
    const { report } = recalibration({ numbers: numbersOf(few, (i) => i % 20) }, SIZES);
    expect(report[1].numbers).toEqual({ kept: false, rows: 0, gain: 0, error: 0 });
  });

  test("are put right by the size of the given set", () => {
    const sized = normals(4000, 1).map((value, i) =>
      plain(Math.floor(i / 2) % 2 === 0 ? value : 1.5 * value),
    );
    const { sizes } = recalibration({ numbers: numbersOf(sized) }, SIZES);
    const slope = (size: number) => (sizes[size].levels ? levelMap(sizes[size].levels).slope(0) : 1);
    expect(slope(1)).toBeGreaterThan(0.9);
    expect(slope(2)).toBeLessThan(0.75);
  });

  test("that are whole: within their intervals", () => {
    const whole = normals(4000, 1.3).map((value) => {
      const integer = Math.round(value);
      return { value: integer, error: 0, ends: [integer - 0.5, integer + 0.5] as const };
    });
    const { sizes } = recalibration({ numbers: numbersOf(whole) }, SIZES);
    expect(levelMap(sizes[1].levels!).slope(0)).toBeCloseTo(1 / 1.3, 1);
  });

  test.each([0.3, 1])(
    "that were measured with an error of %d: it is the true ones that are put right",
    (error) => {
      const measured = normals(2500, 1.3).map((value) => ({ value: value + error * random.normal(), error }));
      const { sizes } = recalibration({ numbers: numbersOf(measured) }, SIZES);
      const map = levelMap(sizes[2].levels!);
      // From end to end: what lies between is blurred by the error.
      expect((map.value(2) - map.value(-2)) / 4).toBeCloseTo(1 / 1.3, 1);
    },
  );

  test.each([0.3, 1])(
    "a measured number with an error of %d: its levels are those of the true one, given it",
    (error) => {
      const { levels, weights } = numbersOf([{ value: 1.5, error }]).sets;
      const mean = levels.reduce((sum, level, i) => sum + weights[i] * level, 0);
      const square = levels.reduce((sum, level, i) => sum + weights[i] * (level - mean) ** 2, 0);
      // A normal prior and a normal error.
      expect(mean).toBeCloseTo(1.5 / (1 + error ** 2), 2);
      expect(Math.sqrt(square)).toBeCloseTo(error / Math.sqrt(1 + error ** 2), 2);
    },
  );

  test("a number on a circle may lie on any of its turns, as probably as the answer says", () => {
    const draft = new LevelSetsDraft();
    draft.add(STANDARD, 0, { value: -1, error: 0, turns: [-2, 0, 2] });
    const { levels, weights } = draft.made();
    expect(Array.from(levels)).toEqual([-3, -1, 1].map((level) => expect.closeTo(level, 6)));
    const densities = [-3, -1, 1].map((z) => Math.exp((-z * z) / 2));
    const sum = densities.reduce((a, b) => a + b);
    expect(Array.from(weights)).toEqual(densities.map((density) => expect.closeTo(density / sum, 3)));
  });
});

test("the gain of a map is the stored map's log ratio of densities", () => {
  const values = [-7, -4.5, -3, -1, -0.2, 0, 1, 2.5, 3.3, 6];
  const fits = new LevelFits(numbersOf(values.map(plain)).sets);
  const parameters = Float64Array.of(0.15, 0.2, -0.3, 0.1, 0.25, -0.4, 0.3);
  const map = levelMap(levelPoints(parameters));
  const gains = fits.gains(Uint32Array.from(values.keys()), parameters);
  for (const [i, value] of values.entries()) expect(gains[i]).toBeCloseTo(map.logRatio(value), 4);
});

test("the fitted map is a maximum: no neighbour of it is better", () => {
  const sets = numbersOf(normals(500, 1.4).map((value) => ({ value: value + 0.3, error: 0.5 }))).sets;
  const fits = new LevelFits(sets);
  const every = Uint32Array.from({ length: 500 }, (_, i) => i);
  const weights = new Float64Array(500).fill(1);
  // The penalty, written anew.
  const objective = (p: Float64Array) =>
    fits.gains(every, p).reduce((sum, gain) => sum + gain, 0) -
    (p[0] / 0.2) ** 2 / 2 -
    p.slice(1).reduce((sum, slope) => sum + (slope / 0.25) ** 2 / 2, 0) -
    p.slice(2).reduce((sum, slope, i) => sum + ((slope - p[i + 1]) / 0.15) ** 2 / 2, 0);
  const found = fits.fit(every, weights, IDENTITY, false);
  const best = objective(found);
  for (let k = 0; k < found.length; k++) {
    for (const step of [-0.03, 0.03])
      expect(objective(found.map((value, p) => (p === k ? value + step : value)))).toBeLessThan(best);
  }
});

describe("classes", () => {
  /** Two classes: the answers' log odds are `boldness` times the true ones. */
  function answered(count: number, boldness: number) {
    const odds = normals(count, 1.5);
    const probabilities = Float64Array.from(
      odds.flatMap((log) => {
        const p = 1 / (1 + Math.exp(-boldness * log));
        return [1 - p, p];
      }),
    );
    const classes = Int32Array.from(odds, (log) => Number(random.uniform() < 1 / (1 + Math.exp(-log))));
    const rows = odds.map((_, i) => i);
    return {
      rows,
      weights: rows.map(() => 1),
      given: rows.map(() => 4),
      answers: { probabilities, classes },
    };
  }

  test("answered too boldly are trusted less", () => {
    const { sizes } = recalibration({ classes: answered(4000, 2) }, SIZES);
    expect(sizes[2].classes?.trust).toBeCloseTo(0.5, 1);
    const [p] = [Float64Array.of(1 / (1 + Math.E ** 2), 1 / (1 + Math.E ** -2))];
    trustClasses(p, sizes[2].classes!);
    expect(p[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 1);
  });

  test("answered rightly are left as they are", () => {
    expect(recalibration({ classes: answered(2000, 1) }, SIZES).sizes[2].classes).toBeUndefined();
  });
});

test("a row is asked with a set of given columns as often as its rarity says", () => {
  const [sets, present] = [3, 4];
  const rarity = rarityOfQuestions(sets, 6);
  const random = generator(9, "questions");
  const rounds = 20_000;
  // The target is column 3; what is asked are nothing, all others, and what is left of the row where some is hidden.
  const times = new Map<string, number>();
  const ask = (given: readonly number[], count: number) => {
    const name = [...given].sort().join();
    if (!given.includes(3)) times.set(name, (times.get(name) ?? 0) + count);
  };
  ask([], rounds);
  ask([0, 1, 2], rounds);
  for (let round = 0; round < rounds * sets; round++) {
    const known = Uint32Array.of(0, 1, 2, 3);
    random.shuffle(known);
    ask([...known.subarray(0, 1 + Math.floor(random.uniform() * (present - 1)))], 1);
  }
  for (const given of ["", "0", "1,2", "0,1,2"]) {
    const n = given === "" ? 0 : given.split(",").length;
    const expected = Math.exp(-rarity({ present, askable: 1 }, n));
    expect(Math.abs((times.get(given) ?? 0) / rounds / expected - 1)).toBeLessThan(0.05);
  }
  // One that has the target alone is asked twice given nothing; and never given what it has not.
  expect(rarity({ present: 1, askable: 1 }, 0)).toBeCloseTo(-Math.log(2), 12);
  expect(rarity({ present: 2, askable: 1 }, 2)).toBe(Number.POSITIVE_INFINITY);
});
