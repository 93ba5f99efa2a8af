import { expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { ColumnSample } from "./other-units.ts";

const random = generator(5, "units");
const teff = Array.from({ length: 200 }, () => 5000 + 800 * random.normal());
const column = { encoding: { center: 5000, scale: 800 } } as Parameters<ColumnSample["remark"]>[0];

function remark(values: readonly number[]): string | undefined {
  const sample = new ColumnSample();
  for (const value of values) sample.add(value, value < 3000 || value > 8000);
  return sample.remark(column);
}

test("a table in other units is told by how its values lie to those of training", () => {
  expect(remark(teff.map((value) => 1000 * value))).toBe("about 1000 times that of training");
  expect(remark(teff.map((value) => value / 1000))).toBe("about 0.001 times that of training");
  expect(remark(teff.map((value) => value / 57.3))).toMatch(/^about 0.01[78] times that of training$/);
  expect(remark(teff.map((value) => value - 4000))).toMatch(/^about (39|40)\d\d below that of training$/);
});

test("nothing is said of values as in training, of few, and of some that lie outside", () => {
  expect(remark(teff)).toBeUndefined();
  expect(remark([5e6, 6e6])).toBeUndefined();
  expect(remark([...teff, ...teff.slice(0, 50).map((value) => 1000 * value)])).toBeUndefined();
});
