import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { rowBatches } from "./blocks.ts";
import type { Column, Table } from "./table.ts";

/** Rows from .. to - 1 of a column of whole numbers with errors, and of one of categories. */
function block(from: number, to: number): Table {
  const cells = (cell: (row: number) => number) =>
    Float64Array.from({ length: to - from }, (_, i) => cell(from + i));
  const columns: Column[] = [
    { name: "i", values: cells((row) => row), errors: cells((row) => -row) },
    { name: "kind", kind: "category", categories: ["a", "b"], values: cells((row) => row % 2) },
  ];
  return { source: "numbers", rows: to - from, columns };
}

async function* blocksOf(lengths: readonly number[]) {
  let from = 0;
  for (const length of lengths) {
    yield block(from, from + length);
    from += length;
  }
}

test("batches have their size and all rows in order, however the blocks are cut", async () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(lengths, fc.integer({ min: 1, max: 30 }), async (blocks, size) => {
      const rows = blocks.reduce((a, b) => a + b, 0);
      const found: number[][] = [[], [], []];
      const sizes: number[] = [];
      for await (const { table, start, rows: count, first } of rowBatches(blocksOf(blocks), size)) {
        expect(first).toBe(found[0].length);
        const [i, kind] = table.columns as [Column, Column];
        for (const [k, cells] of [i.values, i.errors!, kind.values].entries()) {
          found[k].push(...cells.subarray(start, start + count));
        }
        sizes.push(count);
      }
      const whole = block(0, rows).columns as [Column, Column];
      expect(found).toEqual([whole[0].values, whole[0].errors!, whole[1].values].map((cells) => [...cells]));
      expect(sizes).toEqual(
        Array.from({ length: Math.ceil(rows / size) }, (_, k) => Math.min(size, rows - k * size)),
      );
    }),
    { seed: 5 },
  );
});

test.each<[string, Partial<Column>]>([
  ["a name", { name: "other" }],
  ["a list of categories", { categories: ["b", "a"] }],
  ["a kind", { kind: "number" }],
])("blocks that differ in %s are refused", async (_, change) => {
  async function* blocks() {
    yield block(0, 3);
    const { columns, ...rest } = block(3, 6);
    yield { ...rest, columns: [columns[0], { ...columns[1], ...change }] };
  }
  const reading = (async () => {
    for await (const batch of rowBatches(blocks(), 4)) expect(batch.rows).toBe(4);
  })();
  await expect(reading).rejects.toThrow(InputError);
});
