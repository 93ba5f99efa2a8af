import { expect, test } from "vitest";
import { type ModelColumn, plainEncoding } from "../../../../columns/encoding.ts";
import { type MixtureSettings, plannedMixture } from "./config.ts";

const settings: MixtureSettings = {
  headDim: 32,
  headLayers: 2,
  freeNormals: 24,
  fixedNormals: 64,
  measurementErrors: "deconvolve",
};
const encoding = plainEncoding({ center: 0, scale: 1 });
const columns: ModelColumn[] = [
  { name: "x", output: true, encoding, errors: true, typicalError: 0.8 },
  { name: "y", output: true, encoding },
];

test("where errors are taken out, a column's normals are at least a quarter of its error wide", () => {
  expect(plannedMixture(settings, columns).minWidths).toEqual([0.2, 0.003]);
  expect(plannedMixture({ ...settings, measurementErrors: "given" }, columns).minWidths).toBeUndefined();
  expect(plannedMixture(settings, columns.slice(1)).minWidths).toBeUndefined();
});

test("only a table with integers has intervals", () => {
  expect(plannedMixture(settings, columns).intervals).toBe(false);
  const whole: ModelColumn = { name: "n", output: true, encoding: { ...encoding, kind: "integer" } };
  expect(plannedMixture(settings, [...columns, whole]).intervals).toBe(true);
});
