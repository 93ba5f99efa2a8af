import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { readTable } from "../table/files/read.ts";
import { measureScaling, standardise } from "./scaling.ts";

const column = (...values: number[]) => ({ name: "x", values: Float64Array.from(values) });
const missing = Number.NaN;

describe("a column's scaling", () => {
  test("is the median and 1.4826 MAD of its non-missing cells", () => {
    expect(measureScaling(column(5, missing, 1, 2), "t")).toEqual({
      center: 2,
      scale: 1.482602218505602,
      by: "mad",
    });
    // median 2.5; deviations 1.5 0.5 0.5 97.5: median 1
    expect(measureScaling(column(1, 2, 3, 100), "t")).toMatchObject({
      center: 2.5,
      scale: 1.482602218505602,
    });
  });

  test("falls back on the standard deviation, and says so, where over half the cells are equal", () => {
    expect(measureScaling(column(0, 0, 0, 4), "t")).toEqual({
      center: 0,
      scale: Math.sqrt(3),
      by: "standard deviation",
    });
  });

  test("is refused for a column without values, a constant one, and one beyond float64", () => {
    expect(() => measureScaling(column(missing, missing), "a.csv")).toThrow(
      new InputError('Column "x" has no value in any row of a.csv; leave it out with `columns`.'),
    );
    expect(() => measureScaling(column(7, missing, 7), "a.csv")).toThrow(
      /same value \(7\) in every row of a\.csv/,
    );
    expect(() => measureScaling(column(-1.7e308, 1.7e308, 0), "a.csv")).toThrow(/logarithm/);
  });

  test("brings cells to its units and keeps what is missing", () => {
    const given = { name: "x", values: Float32Array.of(6, missing, 2) };
    expect(standardise(given, { center: 4, scale: 2 })).toEqual(Float32Array.of(1, missing, -1));
  });

  test("of a Julian date is right though float32 could not hold it", () => {
    const days = { name: "jd", values: Float64Array.of(2459000.1, 2459000.2, 2459000.3) };
    expect([...standardise(days, measureScaling(days, "t"))]).toEqual([
      expect.closeTo(-0.6745, 4),
      0,
      expect.closeTo(0.6745, 4),
    ]);
  });
});

const shared = new URL("../../../shared/", import.meta.url);
const config = new URL("reference/california/config.json", shared);
const housing = fileURLToPath(new URL("data/california_housing/california_housing.csv", shared));
const here = existsSync(config) && existsSync(housing);

test.skipIf(!here)("California's nine scalings are the published model's (needs ../shared)", async () => {
  const { norm_config, tokenizer_config } = JSON.parse(readFileSync(config, "utf8"));
  expect(tokenizer_config.vocabs).toHaveLength(9);
  const table = await readTable(housing, { columns: tokenizer_config.vocabs, precision: "float64" });
  expect(table.rows).toBe(20_640);
  for (const [i, each] of table.columns.entries()) {
    const { center, scale, by } = measureScaling(each, table.source);
    expect(by).toBe("mad");
    expect(Math.abs(center / norm_config._input_mean[i + 1] - 1)).toBeLessThan(1e-12);
    expect(Math.abs(scale / norm_config._input_std[i + 1] - 1)).toBeLessThan(1e-12);
  }
});
