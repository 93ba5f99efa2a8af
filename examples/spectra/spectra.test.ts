/** @file The spectra example: the table's shape, and the numbers of a model trained for a moment. */
import { expect, test } from "vitest";
import { train } from "../../src/index.ts";
import { CONTEXT, demonstrateSpectra } from "./demonstration.ts";
import { COEFFICIENTS, simulateSpectra } from "./simulate-spectra.ts";

test("a table of spectra has the published model's columns, and misses high orders of faint stars", () => {
  const { columns } = simulateSpectra({ stars: 300, seed: 1 });
  expect(columns).toHaveLength(118);
  expect(columns[0].name).toBe("bp0");
  expect(columns[109].name).toBe("rp54");
  const missing = (name: string) =>
    Array.from(columns.find((column) => column.name === name)!.values).filter(Number.isNaN).length;
  expect(missing("bp0")).toBe(0);
  expect(missing("bp54")).toBeGreaterThan(150);
  for (let row = 0; row < 300; row++) {
    // Once irrelevant, all higher orders are.
    const blue = COEFFICIENTS.slice(0, 55).map((name) =>
      Number.isNaN(columns.find((each) => each.name === name)!.values[row]),
    );
    expect(blue.lastIndexOf(false)).toBeLessThan(blue.includes(true) ? blue.indexOf(true) : 55);
  }
  expect(simulateSpectra({ stars: 300, seed: 1 }).columns[5].values).toEqual(columns[5].values);
});

test("labels of spectra and spectra of labels, each from a part", async () => {
  const table = simulateSpectra({ stars: 3000, seed: 1 });
  const model = await train(table, {
    epochs: 12,
    contextRange: [0, CONTEXT],
    size: "small",
    seed: 1,
    workers: 2,
    // Few rows and few epochs: half of the default's long runs.
    batchSize: 64,
  });
  const numbers = await demonstrateSpectra(model, simulateSpectra({ stars: 200, seed: 2 }), { spectra: 40 });
  await model.dispose();
  // Among all stars the scatter is about 1,200 K.
  expect(numbers.scatterFromSpectrum).toBeLessThan(700);
  expect(numbers.scatterFromHighOrders).toBeGreaterThan(numbers.scatterFromSpectrum);
  expect(numbers.coverage).toBeGreaterThan(0.8);
  expect(numbers.coverage).toBeLessThan(0.98);
});
