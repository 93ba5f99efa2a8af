import { describe, expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import type { EncodedCells, EncodedTable } from "../encoded-table.ts";
import { fitNormalModel, type NormalModel } from "./normal-model.ts";

const ROWS = 4000;
const column = (index: number, of: (row: number) => number): EncodedCells => ({
  index,
  values: Float32Array.from({ length: ROWS }, (_, row) => of(row)),
});

/** x = n + 0.2, y = 0.8 x + 0.6 n, z = x - y + 0.02 n, each n a standard normal of its own. */
function columns(): [EncodedCells, EncodedCells, EncodedCells] {
  const random = generator(1, "columns");
  const normals = () => Float32Array.from({ length: ROWS }, () => random.normal());
  const [a, b, c] = [normals(), normals(), normals()];
  const x = column(0, (row) => a[row] + 0.2);
  const y = column(1, (row) => 0.8 * x.values[row] + 0.6 * b[row]);
  return [x, y, column(2, (row) => x.values[row] - y.values[row] + 0.02 * c[row])];
}

const fitted = (all: readonly EncodedCells[]): NormalModel => {
  const model = fitNormalModel({ rows: ROWS, columns: all });
  if (!model) throw new Error("no normal model was fitted");
  return model;
};
const covarianceOf = ({ covariance }: NormalModel, i: number, j: number) => covariance[(i * (i + 1)) / 2 + j];

describe("of complete rows", () => {
  test("are their own mean and covariance", () => {
    const all = columns();
    const model = fitted(all);
    const mean = (values: Float32Array) => values.reduce((sum, each) => sum + each) / ROWS;
    const centred = all.map(({ values }) => {
      const middle = mean(values);
      return values.map((value) => value - middle);
    });
    for (const [i, { values }] of all.entries()) {
      expect(model.means[i]).toBeCloseTo(mean(values), 6);
      for (let j = 0; j <= i; j++) {
        const products = centred[i].map((value, row) => value * centred[j][row]);
        expect(covarianceOf(model, i, j)).toBeCloseTo(mean(products), 5);
      }
    }
  });
});

describe("of rows with missing cells", () => {
  test("is that of the table, although the rows that are complete are a choice", () => {
    const [x, y, z] = columns();
    // y is missing wherever x is high: the rows that have it are no fair sample, given x they are.
    const hidden = { ...y, values: y.values.map((value, row) => (x.values[row] > 0.5 ? Number.NaN : value)) };
    const model = fitted([x, hidden, z]);
    const whole = fitted([x, y, z]);
    model.means.forEach((mean, i) => {
      expect(Math.abs(mean - whole.means[i])).toBeLessThan(0.01);
    });
    model.covariance.forEach((each, i) => {
      expect(Math.abs(each - whole.covariance[i])).toBeLessThan(0.01);
    });
    // The mean of the rows that are there is far off.
    const there = hidden.values.filter((value) => !Number.isNaN(value));
    expect(there.reduce((sum, value) => sum + value) / there.length).toBeLessThan(whole.means[1] - 0.2);
  });

  test("takes point masses for missing, and leaves out columns of categories", () => {
    const [x, y, z] = columns();
    const classes = Int32Array.from({ length: ROWS }, (_, row) => row % 2);
    const mixed = {
      ...y,
      values: y.values.map((value, row) => (row % 2 === 1 ? 0 : value)),
      classes,
      isMixed: true,
    };
    const model = fitted([x, mixed, { ...z, classes, isMixed: false }]);
    expect(model.columns).toEqual([0, 1]);
    expect(Math.abs(covarianceOf(model, 1, 1) - 1)).toBeLessThan(0.05);
  });
});

test("the usual measurement error of each column is kept", () => {
  const [x, y, z] = columns();
  const errors = Float32Array.from({ length: ROWS }, (_, row) => (row % 4 === 0 ? 3 : 0.5));
  expect(fitted([x, { ...y, errors }, z]).noise).toEqual([0, 0.25, 0]);
});

test("there is none of one column, of too many, of few rows", () => {
  const [x, y] = columns();
  const none = (table: EncodedTable) => expect(fitNormalModel(table)).toBeUndefined();
  none({ rows: ROWS, columns: Array.from({ length: 41 }, (_, index) => ({ ...x, index })) });
  none({ rows: ROWS, columns: [x] });
  none({ rows: 9, columns: [x, y] });
  none({ rows: ROWS, columns: [x, { ...y, values: y.values.map(() => Number.NaN) }] });
});
