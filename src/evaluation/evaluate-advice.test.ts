import { expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";
import { evaluateAdvice } from "./evaluate-advice.ts";
import { normalModel } from "./normal-fixture.ts";

const ROWS = 4000;

/** y = a + b + e, all standard normal; z is noise. */
function table(): Table {
  const random = generator(2, "advised");
  const [a, b, z, e] = Array.from({ length: 4 }, () =>
    Float64Array.from({ length: ROWS }, () => random.normal()),
  );
  const y = e.map((each, row) => a[row] + b[row] + each);
  return {
    source: "rows",
    rows: ROWS,
    columns: Object.entries({ a, b, z, y }).map(([name, values]) => ({ name, values })),
  };
}

/** @param heart how much of the noise it takes for news. */
const knowing = (heart: number) =>
  normalModel(["a", "b", "z", "y"], (_, { a, b, z = 0 }) => {
    const variance = 3 - Number(a !== undefined) - Number(b !== undefined);
    return { mean: (a ?? 0) + (b ?? 0) + heart * z, sd: Math.sqrt(variance) };
  });

test("rows show the information that a candidate has beyond what is given", async () => {
  const shown = await evaluateAdvice(knowing(0), table(), { of: "y", given: ["a"] });
  expect(shown.map(({ column, rows }) => [column, rows])).toEqual([
    ["b", ROWS],
    ["z", ROWS],
  ]);
  const [b, z] = shown.map(({ learnt }) => learnt);
  expect(Math.abs(b.value - Math.log(2) / 2)).toBeLessThan(4 * Math.sqrt(0.5 / ROWS));
  expect(b.lower).toBeLessThan(b.value);
  expect(z.value).toBe(0);
});

test("what a model has learnt by heart makes it negative: (heart z)^2 / (2 variance) on average", async () => {
  const [z] = await evaluateAdvice(knowing(0.3), table(), { of: "y", candidates: ["z"] });
  expect(z.learnt.value).toBeLessThan(0);
  expect(Math.abs(z.learnt.value + 0.3 ** 2 / 6)).toBeLessThan(4 * (0.3 / Math.sqrt(3 * ROWS)));
});

test("a candidate that the table lacks is told", async () => {
  await expect(evaluateAdvice(knowing(0), table(), { of: "y", candidates: ["w"] })).rejects.toThrow(
    'no column "w"',
  );
});
