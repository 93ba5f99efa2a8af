/** @file Scores of joint answers against what they are for a normal model that is right. */
import { describe, expect, test } from "vitest";
import { logPdfJoint, sampleJointRows } from "../model/joint.ts";
import { normalLogPdf, normalModel } from "../model/testing/answering-model.ts";
import { generator } from "../numeric/generator.ts";
import type { Column, Table } from "../table/table.ts";
import { evaluateJoint, type JointModel } from "./joint.ts";

const COVARIANCE = [
  [1, 0.6],
  [0.6, 1],
];
const asked = normalModel(["a", "b"], [0, 0], COVARIANCE);
const model: JointModel = {
  columns: ["a", "b"],
  sample: (table, question) => sampleJointRows(asked, table, question),
  logPdf: (table, question) => logPdfJoint(asked, table, question),
};

function rows(count: number, error = 0): Table {
  const random = generator(3, "rows");
  const [a, b] = [new Float64Array(count), new Float64Array(count)];
  for (let row = 0; row < count; row++) {
    a[row] = random.normal();
    b[row] = 0.6 * a[row] + 0.8 * random.normal();
  }
  if (error > 0) for (let row = 0; row < count; row++) a[row] += error * random.normal();
  const errors = new Float64Array(count).fill(error);
  const columns: Column[] = [
    { name: "a", values: a, ...(error > 0 && { errors }) },
    { name: "b", values: b },
  ];
  return { source: "rows", rows: count, columns };
}

/** E|X - X'| / 2 of two normal columns, each in units of its MAD scale, which are its standard deviation here. */
function expectedScore(covariance: readonly (readonly number[])[]): number {
  const random = generator(9, "pairs");
  let sum = 0;
  for (let i = 0; i < 200_000; i++) {
    const [u, v] = [Math.SQRT2 * random.normal(), Math.SQRT2 * random.normal()];
    const rho = covariance[0][1] / Math.sqrt(covariance[0][0] * covariance[1][1]);
    sum += Math.hypot(u, rho * u + Math.sqrt(1 - rho * rho) * v);
  }
  return sum / 400_000;
}

describe("jointly", () => {
  test("a right model earns its own spread and the entropy", async () => {
    const table = rows(1500);
    const found = await evaluateJoint(model, table, { of: ["a", "b"], size: 50, bootstrap: 0 });
    expect(found.questions).toBe(1500);
    expect(Math.abs(found.energyScore.value - expectedScore(COVARIANCE))).toBeLessThan(0.05);
    const [a, b] = table.columns.map(({ values }) => Array.from(values));
    const truth = a.reduce((sum, x, row) => sum - normalLogPdf([x, b[row]], [0, 0], COVARIANCE), 0) / 1500;
    expect(found.nll!.value).toBeCloseTo(truth, 2);
  });

  test("true values are held against measured ones with the errors added", async () => {
    const exact: JointModel = { ...model, isDeconvolved: (name) => name === "a" };
    const table = rows(1500, 3);
    const found = await evaluateJoint(exact, table, { of: ["a", "b"], size: 50, bootstrap: 0 });
    const measured = [
      [10, 0.6],
      [0.6, 1],
    ];
    expect(Math.abs(found.energyScore.value - expectedScore(measured))).toBeLessThan(0.03);
    expect(found.nll).toBeUndefined();
  });

  test("needs numbers, and rows that have them all", async () => {
    const table = rows(10);
    await expect(evaluateJoint(model, table, { of: ["a", "bb"] })).rejects.toThrow('"bb"');
    const gaps = {
      ...table,
      columns: table.columns.map((column) => ({ ...column, values: column.values.map(() => Number.NaN) })),
    };
    await expect(evaluateJoint(model, gaps, { of: ["a", "b"] })).rejects.toThrow(
      "No row of rows has a value of all",
    );
  });
});
