import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { column } from "./distribution-fixture.ts";

const surveys = column({
  encoding: { kind: "category", categories: ["apogee", "galah", "lamost"] },
  classes: [0.5, 0.2, 0.3, 0, 1, 0],
});

describe("a category's distribution", () => {
  const first = surveys.at(0);
  if (first.kind !== "category") throw new Error("not a category");

  test("has a probability for each name, a mode and an entropy", () => {
    expect(first.probability("lamost")).toBe(0.3);
    expect(first.mode).toBe("apogee");
    expect(first.entropy()).toBeCloseTo(-0.5 * Math.log(0.5) - 0.2 * Math.log(0.2) - 0.3 * Math.log(0.3), 12);
    expect(surveys.entropy(1)).toBe(0);
    expect(JSON.parse(JSON.stringify(first))).toEqual({
      kind: "category",
      name: "x",
      mode: "apogee",
      probabilities: { apogee: 0.5, galah: 0.2, lamost: 0.3 },
    });
  });

  test("gives names as samples, as often as they are probable; the column their places", () => {
    const drawn = first.sample(10_000, 4);
    const share = drawn.filter((name) => name === "galah").length / drawn.length;
    expect(Math.abs(share - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / drawn.length));
    expect(Array.from(surveys.sample(0, 4, 4), (index) => first.categories[index])).toEqual(
      drawn.slice(0, 4),
    );
    const alike = column({ encoding: surveys.encoding, classes: [0.5, 0.2, 0.3, 0.5, 0.2, 0.3] });
    expect(alike.at(1).sample(20, 4)).not.toEqual(alike.at(0).sample(20, 4));
    expect(new Set(surveys.sample(1, 100, 4))).toEqual(new Set([1]));
  });

  test("names the known ones where a name is unknown", () => {
    expect(() => first.probability("lamots")).toThrow(/Column "x": "lamots".*apogee, galah, lamost/);
    expect(() => surveys.probability(0, 3)).toThrow(InputError);
  });
});

test("a category column takes names or places, and refuses what only numbers have", () => {
  expect(surveys.probability(0, "galah")).toBe(0.2);
  expect(surveys.probability(0, 1)).toBe(0.2);
  expect(surveys.logLikelihood(1, "apogee")).toBe(Number.NEGATIVE_INFINITY);
  expect(Array.from(surveys.logLikelihoods(Float64Array.of(2, Number.NaN)))).toEqual([
    Math.log(0.3),
    Number.NaN,
  ]);
  const refused = [
    () => surveys.pdf(0, 1),
    () => surveys.cdf(0, 1),
    () => surveys.quantile(0, 0.5),
    () => surveys.mean(0),
    () => surveys.medians(),
    () => surveys.pits(Float64Array.of(0, 1), 1),
    () => surveys.crps(0, 1),
  ];
  for (const ask of refused) expect(ask).toThrow(/Column "x" has categories, not numbers/);
});
