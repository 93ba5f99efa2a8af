/** @file Cross-validation in the library: each row is left out once, nothing of a fold is known to its model, and the numbers are those of its folds. */
import { expect, test } from "vitest";
import { chosenRows, crossValidate, evaluate, type Table, train } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import { TINY_MIXTURE } from "./tiny-network.ts";

const ROWS = 120;
const training = { ...TINY_MIXTURE, epochs: 2 };
const evaluation = { of: ["y", "kind"], given: ["x"], bootstrap: 0 };

function table(): Table {
  const random = generator(4, "cross-validated");
  const x = Float64Array.from({ length: ROWS }, () => random.normal());
  const star = Float64Array.from({ length: ROWS }, (_, row) => Math.floor(row / 6));
  return {
    source: "rows",
    rows: ROWS,
    columns: [
      { name: "x", values: x },
      { name: "y", values: x.map((value) => 2 * value + random.normal()) },
      { name: "kind", kind: "category", categories: ["a", "b"], values: x.map((value) => Number(value > 0)) },
      { name: "star", values: star },
    ],
  };
}

test("each fold is a model of the other rows, scored on its own", async () => {
  const rows = table();
  const folds: number[] = [];
  const made = await crossValidate(rows, {
    folds: 3,
    training: { ...training, splitBy: "star" },
    evaluation,
    onFold: ({ fold }) => folds.push(fold),
  });
  expect(folds).toEqual([1, 2, 3]);
  expect(made.folds.map((each) => each.evaluation.rows).reduce((a, b) => a + b)).toBe(ROWS);
  for (const fold of made.folds) expect(fold.trainedRows + fold.evaluation.rows).toBe(ROWS);
  // Six rows a star: were one in two folds, their numbers would not all be multiples of six.
  for (const fold of made.folds) expect(fold.evaluation.rows % 6).toBe(0);
  const { scores, baseline } = made.columns.find(({ name }) => name === "y") ?? expect.fail("no y");
  const values = made.folds.map(({ evaluation: { columns } }) => {
    const [column] = columns;
    return column.kind === "number" ? column.crps.value : Number.NaN;
  });
  const mean = (values[0] + values[1] + values[2]) / 3;
  expect(scores.crps.folds).toEqual(values);
  expect(scores.crps.mean).toBeCloseTo(mean, 12);
  expect(scores.crps.sd ** 2).toBeCloseTo(
    values.reduce((sum, value) => sum + (value - mean) ** 2 / 2, 0),
    12,
  );
  expect(baseline?.crps.mean).toBeGreaterThan(0);
  expect(Object.keys(made.columns.find(({ name }) => name === "kind")?.scores ?? {})).toContain("auc");
});

test("by time each part is scored by a model of the rows before it, as if one had trained it oneself", async () => {
  const rows = table();
  const made = await crossValidate(rows, {
    folds: 2,
    training: { ...training, splitBy: "last:star" },
    evaluation,
  });
  // Twenty stars in time: three parts of about seven.
  expect(made.folds.map(({ trainedRows }) => trainedRows)).toEqual([42, 78]);
  const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const model = await train(chosenRows(rows, range(0, 42)), { ...training, splitBy: "last:star" });
  const { columns } = await evaluate(model, chosenRows(rows, range(42, 78)), evaluation);
  await model.dispose();
  expect(made.folds[0].evaluation.columns).toEqual(columns);
});

test("what can't be is told", async () => {
  const fails = (options: object, message: string | RegExp) =>
    expect(crossValidate(table(), options)).rejects.toThrow(message);
  await fails({ training: { out: "somewhere" } }, "leave out `out`");
  await fails({ folds: 1 }, "2 folds at least");
  await fails({ folds: 100 }, "120 rows, too few for 100 folds");
  await fails({ folds: 25, training: { splitBy: "star" } }, "20 different values, too few for 25 parts");
  await fails({ training: { splitBy: "stars" } }, 'no column "stars"');
});
