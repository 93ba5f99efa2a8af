import { expect, test } from "vitest";
import { describedColumns } from "./describe.ts";
import { predictedColumns } from "./predict.ts";
import { answeringModel } from "./testing/answering-model.ts";

const model = answeringModel(
  { x: {}, day: { kind: "date" }, kind: { kind: "category", categories: ["blue", "red"] } },
  (of, given) => (of === "kind" ? { classes: [0.3, 0.7] } : { mean: Number(given.x ?? 5), sd: 2 }),
);
const table = { source: "rows", rows: 2, columns: [{ name: "x", values: Float64Array.of(10, 20) }] };

test("numbers and dates have a mean, a spread and quantiles; categories the most probable one and each one's chance", async () => {
  const described = describedColumns(model.config, ["day", "kind"], [0.5]);
  expect(described.map(({ column }) => column.name)).toEqual(
    "day_mean day_sd day_q50 kind_mode kind_p_blue kind_p_red".split(" "),
  );
  for await (const { densities } of model.densityBatches(table, { of: ["day", "kind"], given: ["x"] })) {
    const values = described.map(({ valuesOf }) => [...valuesOf(densities)]);
    for (const [found, wanted] of [
      [values[0], [10, 20]],
      [values[2], [10, 20]],
    ])
      found.forEach((value, row) => {
        expect(value).toBeCloseTo(wanted[row], 4);
      });
    expect(values[1][0]).toBeCloseTo(2, 1);
    expect(values.slice(3)).toEqual([
      [1, 1],
      [0.3, 0.3],
      [0.7, 0.7],
    ]);
  }
});

test("a column of answers is what its target is in a table, but for the spread", () => {
  const columns = describedColumns(model.config, ["day", "kind"], [0.05]).map(({ column }) => column);
  const kinds = Object.fromEntries(columns.map(({ name, kind }) => [name, kind]));
  expect(kinds).toMatchObject({ day_mean: "date", day_q05: "date", kind_mode: "category" });
  expect([kinds.day_sd, kinds.kind_p_red]).toEqual([undefined, undefined]);
  const predicted = predictedColumns(model.config, ["day"], { quantiles: [0.05] });
  expect(predicted.map(({ name, kind }) => [name, kind])).toEqual([
    ["day", "date"],
    ["day_sd", undefined],
    ["day_q05", "date"],
  ]);
  expect(predictedColumns(model.config, ["kind"])).toEqual([
    { name: "kind", kind: "category", categories: ["blue", "red"] },
    { name: "kind_p_blue" },
    { name: "kind_p_red" },
  ]);
  expect(() => predictedColumns(model.config, ["dya"])).toThrow('did you mean "day"');
});
