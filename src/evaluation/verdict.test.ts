import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";
import { evaluate } from "./evaluate.ts";
import { normalDistributions, normalModel } from "./normal-fixture.ts";
import type { ScoredModel } from "./scored-distributions.ts";
import { verdictOfAll, verdictsOf } from "./verdict.ts";

/** y = 10 x + 3 e. */
function pairs(rows: number): Table {
  const random = generator(1, "judged pairs");
  const x = Float64Array.from({ length: rows }, () => random.normal());
  const y = x.map((value) => 10 * value + 3 * random.normal());
  return {
    source: "pairs",
    rows,
    columns: Object.entries({ x, y }).map(([name, values]) => ({ name, values })),
  };
}

async function judged(rows: number, answer: { sd?: number; shift?: number; knows?: boolean } = {}) {
  const { sd = 1, shift = 0, knows = true } = answer;
  const model = normalModel(["x", "y"], (_, { x }) =>
    x === undefined || !knows
      ? { mean: shift, sd: sd * Math.sqrt(109) }
      : { mean: 10 * x + shift, sd: 3 * sd },
  );
  return verdictsOf(await evaluate(model, pairs(rows), { of: ["y"], given: ["x"], bootstrap: 50 }))[0];
}

describe("of numbers", () => {
  test("right answers are as wide as they should be, and know what the rows have", async () => {
    const { isCalibrated, sentence } = await judged(4000);
    expect(isCalibrated).toBe(true);
    // 3 instead of sqrt(109) wide: 71 % less.
    expect(sentence).toMatch(
      /^y: 68 % intervals hold 6[789] %, 90 % intervals hold (89|90|91) %: as wide as they should be; CRPS 7[01] % below/,
    );
  });

  test("narrow, wide and shifted ones are called so, in three degrees", async () => {
    // Of sd times 0.9 the central 90 % hold 86 %; of 0.8, 81 %; of 0.3, 38 %; of 1.5, 98.6 %.
    expect((await judged(4000, { sd: 0.9 })).calibration).toBe("slightly too narrow");
    expect((await judged(4000, { sd: 0.8 })).calibration).toBe("too narrow");
    expect((await judged(4000, { sd: 0.3 })).calibration).toBe("far too narrow");
    expect((await judged(4000, { sd: 1.5 })).calibration).toMatch(/^(far )?too wide$/);
    // Phi(0.5) = 69 % of the values lie below.
    expect((await judged(4000, { shift: 1.5 })).calibration).toMatch(
      /far too high, with 6[89] % of the values below the median/,
    );
    // A shift alone is not called "as wide as they should be" besides: Phi(0.15) = 56 %.
    expect((await judged(1500, { shift: 0.45 })).calibration).toMatch(/^(slightly )?too high, with 5\d % of/);
  });

  test("of few rows nothing is said, and of answers that know nothing it is", async () => {
    expect(await judged(20)).toMatchObject({ calibration: "too few rows to tell", isCalibrated: true });
    expect((await judged(2000, { knows: false })).sentence).toMatch(/CRPS no better than/);
  });
});

test("of categories: how sure the best guess is, and how often right", async () => {
  const random = generator(2, "judged classes");
  const rows = 4000;
  const sure = Float64Array.from({ length: rows }, () => 0.5 + 0.5 * random.uniform());
  const values = sure.map((p) => Number(random.uniform() < p));
  const table: Table = {
    source: "classes",
    rows,
    columns: [
      { name: "c", kind: "category", categories: ["no", "yes"], values },
      { name: "p", values: sure },
    ],
  };
  const model = (exaggerated: number): ScoredModel => ({
    columns: ["c", "p"],
    density: async ({ rows, columns }, { given }) => ({
      ...normalDistributions(Array(rows).fill({ mean: 0, sd: 1 })),
      encoding: { kind: "category", categories: ["no", "yes"] },
      probability: (row, index) => {
        const yes = given.length === 0 ? 0.75 : Math.min(0.999, columns[0].values[row] + exaggerated);
        return index === 1 ? yes : 1 - yes;
      },
    }),
  });
  const verdict = async (exaggerated: number) =>
    verdictsOf(await evaluate(model(exaggerated), table, { of: ["c"], given: ["p"], bootstrap: 50 }))[0];
  expect((await verdict(0)).sentence).toMatch(
    /most probable category has 7[45] % on average and is right in 7[456] %: as sure as it should be; log score .* below/,
  );
  expect((await verdict(0.04)).calibration).toBe("slightly too sure");
  expect((await verdict(0.15)).calibration).toBe("too sure");
});

test("all columns in one sentence", () => {
  const verdict = (column: string, isCalibrated: boolean) => ({
    column,
    isCalibrated,
    calibration: isCalibrated ? "as wide as they should be" : "too narrow",
    sentence: "",
  });
  expect(verdictOfAll([verdict("a", true)])).toMatch(/^The answers are as sure/);
  expect(verdictOfAll([verdict("a", true), verdict("b", true)])).toMatch(/^The answers of all 2 columns/);
  expect(verdictOfAll([verdict("a", true), verdict("b", false), verdict("c", true)])).toBe(
    "Calibrated are the answers about 2 of 3 columns; not those about b (too narrow).",
  );
  expect(verdictOfAll([verdict("b", false)])).toBe("The answers are not calibrated: b (too narrow).");
});
