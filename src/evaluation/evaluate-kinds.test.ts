import { describe, expect, test } from "vitest";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { column as distributionColumn } from "../distribution/distribution-fixture.ts";
import { generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";
import {
  type CategoryColumnEvaluation,
  type Evaluation,
  evaluate,
  type NumberColumnEvaluation,
} from "./evaluate.ts";
import { type Normal, normalDistributions, normalModel } from "./normal-fixture.ts";
import type { ScoredModel } from "./scored-distributions.ts";

describe("a category column", () => {
  const categories = ["blue", "red", "violet"];
  const values = Float64Array.of(0, 1, 1, Number.NaN, 2);
  const table: Table = {
    source: "test",
    rows: 5,
    columns: [{ name: "c", kind: "category", values, categories }],
  };
  const model: ScoredModel = {
    columns: ["c"],
    density: async ({ rows }) => ({
      ...normalDistributions(new Array<Normal>(rows).fill({ mean: 0, sd: 1 })),
      encoding: { kind: "category", categories: ["red", "blue"] }, // another order, and one fewer
      probability: (_, index) => [0.75, 0.25][index],
    }),
  };

  test("that is a number to the model is told, and so is the reverse", async () => {
    const question = { of: ["c"], given: [] };
    const numeric = normalModel(["c"], () => ({ mean: 0, sd: 1 }));
    await expect(evaluate(numeric, table, question)).rejects.toThrow('"c" is a category in the rows');
    const plain = { ...table, columns: [{ name: "c", values }] };
    await expect(evaluate(model, plain, question)).rejects.toThrow('"c" is a number in the rows');
  });

  test("is scored by name: log score, Brier, accuracy, by hand", async () => {
    const { columns, overall } = await evaluate(model, table, { of: ["c"], given: [], bootstrap: 20 });
    expect(columns).toHaveLength(1);
    expect(columns[0]).toMatchObject({
      name: "c",
      kind: "category",
      questions: 4,
      impossible: 1, // violet
      logScore: { value: Number.POSITIVE_INFINITY },
      accuracy: { value: 0.5 },
    });
    const scores = overall.categories!;
    expect(scores.logScoreOfPossible.value).toBeCloseTo((2 * -Math.log(0.75) - Math.log(0.25)) / 3, 12);
    expect(scores.brier.value).toBeCloseTo((2 * 0.125 + 1.125 + 1 + 0.625) / 4, 12);
    expect(overall.numbers).toBeUndefined();
  });
});

describe("classes beside their shares", () => {
  const values = Float64Array.of(0, 1, 1, 0, 1, 0);
  const x = Float64Array.of(0, 1, 1, 1, 0, 0);
  const table: Table = {
    source: "test",
    rows: 6,
    columns: [
      { name: "c", kind: "category", values, categories: ["no", "yes"] },
      { name: "x", values: x },
    ],
  };
  const model = (shares?: readonly number[]): ScoredModel => ({
    columns: ["c", "x"],
    ...(shares && { training: { columns: [{ name: "c", shares }] } }),
    density: async ({ rows, columns }, { given }) => ({
      ...normalDistributions(new Array<Normal>(rows).fill({ mean: 0, sd: 1 })),
      encoding: { kind: "category", categories: ["no", "yes"] },
      probability: (row, index) => {
        const yes = given.includes("x") ? 0.2 + 0.6 * columns[0].values[row] : 0.4;
        return index === 1 ? yes : 1 - yes;
      },
    }),
  });
  const asked = async (shares?: readonly number[]) => {
    const { columns } = await evaluate(model(shares), table, { of: ["c"], given: ["x"], bootstrap: 20 });
    return columns[0] as CategoryColumnEvaluation;
  };

  test("of the training's rows, or where a model does not tell them as it answers given nothing", async () => {
    const told = (await asked([0.7, 0.3])).baseline;
    expect(told?.logScore).toBeCloseTo(-(Math.log(0.7) + Math.log(0.3)) / 2, 12);
    expect(told?.brier).toBeCloseTo(0.7 ** 2 + 0.3 ** 2, 12);
    expect(told?.accuracy).toBe(0.5);
    // Two of three rows have 0.8, one 0.2, on either side.
    const own = -(2 * Math.log(0.8) + Math.log(0.2)) / 3;
    expect(told?.gain.value).toBeCloseTo((told?.logScore ?? 0) - own, 12);
    expect((await asked()).baseline?.logScore).toBeCloseTo(-(Math.log(0.6) + Math.log(0.4)) / 2, 12);
  });

  test("have AUC, confusion and reliability, by hand", async () => {
    const { auc, aucs, confusion, reliability, calibrationError, categories } = await asked();
    // Of the nine pairs of a yes and a no four are told apart rightly, four are ties, one is wrong.
    expect(auc.value).toBeCloseTo((4 + 4 / 2) / 9, 12);
    expect(aucs).toEqual([auc.value, auc.value]);
    expect(categories).toEqual(["no", "yes"]);
    expect(confusion).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect(reliability.map(({ answers, share }) => [answers, share])).toEqual([
      [3, 1 / 3],
      [3, 2 / 3],
    ]);
    expect(calibrationError).toBeCloseTo(1 / 3 - 0.2, 12);
  });
});

describe("distributions with jumps", () => {
  const random = generator(3, "jumps");
  const evaluated = (encoding: Partial<ColumnEncoding>, draw: () => number, classes: readonly number[]) => {
    const rows = 3000;
    const values = Float64Array.from({ length: rows }, draw);
    const model: ScoredModel = {
      columns: ["v"],
      density: async (table) =>
        distributionColumn({
          encoding,
          curves: new Array<(z: number) => number>(table.rows).fill((z) => 2 * z + 1),
          classes: Array.from({ length: table.rows }, () => classes).flat(),
        }),
    };
    const table = { source: "test", rows, columns: [{ name: "v", values }] };
    return evaluate(model, table, { bootstrap: 0 });
  };

  test("a point mass: PIT values are uniform, and only interval NLL is compared with a density's", async () => {
    const draw = () => (random.uniform() < 0.3 ? 0 : 1 + 2 * random.normal());
    const { columns, overall } = await evaluated({ pointMasses: [0] }, draw, [0.7, 0.3]);
    const { ks, scale, atPointMasses, questions, nll, intervalNll } = numberColumn(columns);
    expect(ks.value).toBeLessThan(1.95 / Math.sqrt(questions));
    const share = atPointMasses / questions;
    expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / questions));
    // The mass counts as spread over d, with the little density that is there as well.
    expect(intervalNll.value).toBeCloseTo(nll.value + share * Math.log(0.01 * scale), 1);
    // Changing units changes densities, not masses.
    expect(overall.numbers!.nll.value).toBeCloseTo(nll.value - (1 - share) * Math.log(scale), 10);
    expect(overall.numbers!.intervalNll.value).toBeCloseTo(intervalNll.value - Math.log(scale), 10);
  });

  test("whole numbers: PIT values are uniform, and NLL is of a density spread over one", async () => {
    const draw = () => Math.round(1 + 2 * random.normal());
    const { columns, overall } = await evaluated({ kind: "integer" }, draw, []);
    const { ks, scale, atPointMasses, questions, nll, intervalNll } = numberColumn(columns);
    expect(ks.value).toBeLessThan(1.95 / Math.sqrt(questions));
    expect(atPointMasses).toBe(0);
    // Nearly the entropy of the normal distribution that is rounded.
    expect(Math.abs(nll.value - 0.5 * Math.log(2 * Math.PI * Math.E * 4))).toBeLessThan(0.08);
    expect(overall.numbers!.nll.value).toBeCloseTo(nll.value - Math.log(scale), 10);
    expect(intervalNll.value).toBeCloseTo(nll.value + Math.log(0.01 * scale), 10);
  });
});

function numberColumn(columns: Evaluation["columns"]): NumberColumnEvaluation {
  expect(columns[0]?.kind).toBe("number");
  return columns[0] as NumberColumnEvaluation;
}

test("a value at a point mass is inside the interval that ends there, also as float32 holds it", async () => {
  const cap = 5.00001;
  const encoding: Partial<ColumnEncoding> = { pointMasses: [cap] };
  const table: Table = {
    source: "test",
    rows: 40,
    columns: [{ name: "x", values: new Float32Array(40).fill(cap) }],
  };
  const model: ScoredModel = {
    columns: ["x"],
    density: async ({ rows }) =>
      distributionColumn({ encoding, curves: [(z) => 2 + 0.1 * z], classes: [0.05, 0.95] }).repeated(rows),
  };
  const { columns } = await evaluate(model, table, { of: ["x"], given: [], bootstrap: 0 });
  const { intervals, ks } = columns[0] as NumberColumnEvaluation;
  expect(intervals.map(({ coverage }) => coverage.value)).toEqual([1, 1, 1, 1]);
  expect(ks.value).toBeLessThan(0.25); // all at the top: 0.95
});
