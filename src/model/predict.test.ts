import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";
import type { TableBlocks } from "../table/blocks.ts";
import { readTable } from "../table/files/read.ts";
import { tableBlocks } from "../table/files/table-blocks.ts";
import { writeTable } from "../table/files/write.ts";
import type { Column, Table } from "../table/table.ts";
import { chosenRows } from "../table/table.ts";
import { trainTable } from "../training/train-table.ts";
import { Model } from "./model.ts";
import type { PredictQuestion } from "./predict.ts";

const folder = mkdtempSync(join(tmpdir(), "predict-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** More rows than a batch of questions about one column has (2,595). */
const rows = 2800;
const table = mixed(rows);
let model: Model;

beforeAll(async () => {
  const narrow = { embeddingDim: 8, heads: 2, ffnDim: 8, encoderLayers: 1, headDim: 8, headLayers: 1 };
  const { model: trained } = await trainTable(mixed(400), { ...narrow, epochs: 3, workers: 1, seed: 1 });
  model = new Model(trained);
});
afterAll(() => model.dispose());

/** Numbers with errors and missing cells, categories, days, and a number that depends on them all. */
function mixed(count: number): Table {
  const random = generator(2, "predicted");
  const columns = ["x", "kind", "day", "y"].map((name) => ({ name, values: new Float64Array(count) }));
  const errors = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const [x, kind, day] = [
      random.normal(),
      Math.floor(3 * random.uniform()),
      Math.floor(400 * random.uniform()),
    ];
    const y = x + kind + day / 100 + 0.3 * random.normal();
    for (const [i, cell] of [random.uniform() < 0.2 ? Number.NaN : x, kind, 19_000 + day, y].entries()) {
      columns[i].values[row] = cell;
    }
    errors[row] = 0.1 * random.uniform();
  }
  const [x, kind, day, y] = columns as [Column, Column, Column, Column];
  const kinds = { ...kind, kind: "category" as const, categories: ["blue", "green", "red"] };
  return { source: "mixed", rows: count, columns: [{ ...x, errors }, kinds, { ...day, kind: "date" }, y] };
}

/** The table's rows in blocks of so many. */
function cut(whole: Table, size: number): TableBlocks {
  return {
    ...whole,
    close: async () => {},
    async *[Symbol.asyncIterator]() {
      for (let from = 0; from < whole.rows; from += size) {
        const to = Math.min(whole.rows, from + size);
        const part = (cells: Column["values"]) => cells.subarray(from, to);
        const columns = whole.columns.map((column) => ({
          ...column,
          values: part(column.values),
          ...(column.errors && { errors: part(column.errors) }),
        }));
        yield { source: whole.source, rows: to - from, columns };
      }
    },
  };
}

async function streamed(blocks: TableBlocks, question: PredictQuestion): Promise<Record<string, number[]>> {
  const answers: Record<string, number[]> = {};
  for await (const { columns } of model.predict(blocks, question)) {
    for (const { name, values } of columns) {
      answers[name] ??= [];
      for (const value of values) answers[name].push(value);
    }
  }
  return answers;
}

const cells = ({ columns }: Table) =>
  Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]));

test("predictions are the same bits in blocks of some rows as for the table at once", async () => {
  const question = { of: ["y", "day"], quantiles: [0.05, 0.975] };
  const whole = cells(await model.predict(table, question));
  // The first block has more rows than a batch of questions about two columns (1,297), the second fewer.
  expect(await streamed(cut(table, 1700), question)).toEqual(whole);
});

test("ancestral predictions are, too", async () => {
  const question = { of: "y", method: "ancestral", size: 20, seed: 3, quantiles: [0.5] } as const;
  const few = first(50);
  expect(await streamed(cut(few, 7), question)).toEqual(cells(await model.predict(few, question)));
});

test("samples of a row are those of its place in the whole, in several batches", async () => {
  const question = { of: "y", size: 100, seed: 4 }; // 2,621 rows at once
  const of = async (from: Table | TableBlocks) => {
    const all: number[][] = [];
    for await (const { start, rows: count, samples } of model.sample(from, question)) {
      expect(start).toBe(all.length);
      for (let row = 0; row < count; row++) all.push([...samples.y.subarray(100 * row, 100 * (row + 1))]);
    }
    return all;
  };
  const whole = await of(table);
  expect(whole).toHaveLength(rows);
  expect(await of(cut(table, 999))).toEqual(whole);
});

/** The table's first rows. */
const first = (count: number) =>
  chosenRows(
    table,
    Uint32Array.from({ length: count }, (_, i) => i),
  );

test.each(["parquet", "csv", "jsonl"])(
  "predictions from .%s are those of the table read at once",
  async (ending) => {
    const path = join(folder, `mixed.${ending}`);
    await writeTable(first(700), path);
    const question = { of: "y", quantiles: [0.1] };
    const blocks = await tableBlocks(path, { blockRows: 111 });
    expect(await streamed(blocks, question)).toEqual(
      cells(await model.predict(await readTable(path), question)),
    );
    await blocks.close();
  },
);

test("each row's answers are those of its own question", async () => {
  const answers = await streamed(cut(table, 1000), { of: "y", quantiles: [0.05, 0.5] });
  expect(Object.keys(answers)).toEqual(["y", "y_sd", "y_q05", "y_q50"]);
  for (const row of [0, 2594, 2595, rows - 1]) {
    const [x, kind, day] = table.columns as [Column, Column, Column];
    const known = x.values[row];
    const given = {
      kind: kind.categories![kind.values[row]],
      day: day.values[row],
      ...(Number.isNaN(known) ? {} : { x: { value: known, error: x.errors![row] } }),
    };
    const own = await model.density({ of: "y", given });
    if (own.kind !== "number") throw new Error("y is no number");
    const expected = [own.median(), own.mad(), own.quantile(0.05), own.quantile(0.5)];
    Object.values(answers).forEach((values, i) => {
      expect(values[row]).toBeCloseTo(expected[i], 4);
    });
  }
});

test("quantiles of samples are those that numpy gives", async () => {
  const question = { of: "y", method: "ancestral", size: 5, quantiles: [0.25, 0.9] } as const;
  const few = {
    ...table,
    rows: 3,
    columns: table.columns.map((c) => ({
      ...c,
      values: c.values.slice(0, 3),
      ...(c.errors && { errors: c.errors.slice(0, 3) }),
    })),
  };
  const answers = await streamed(cut(few, 2), question);
  for await (const { samples } of model.sample(few, question)) {
    for (let row = 0; row < 3; row++) {
      const [, b, , d, e] = [...samples.y.subarray(5 * row, 5 * row + 5)].sort((one, other) => one - other);
      expect(answers.y_q25[row]).toBe(b);
      expect(answers.y_q90[row]).toBeCloseTo(d + 0.6 * (e - d), 10);
    }
  }
});

test("a wrong cell is told with its row in the whole", async () => {
  const columns = table.columns.map((column) => ({ ...column, values: column.values.slice() }));
  columns[0].values[2700] = Number.POSITIVE_INFINITY;
  const wrong = { ...table, columns };
  await expect(streamed(cut(wrong, 700), { of: "y" })).rejects.toThrow(
    /^mixed, row 2701, column "x": .* infinite/,
  );
  await expect(model.predict(wrong, { of: "y" })).rejects.toThrow(/row 2701,/);
});

test("an abort ends it with the reason, and progress counts the rows", async () => {
  const controller = new AbortController();
  const done: number[] = [];
  const onProgress = (rowsDone: number, all: number) => {
    expect(all).toBe(rows);
    done.push(rowsDone);
    controller.abort(new Error("enough"));
  };
  await expect(streamed(cut(table, 500), { of: "y", signal: controller.signal, onProgress })).rejects.toThrow(
    "enough",
  );
  expect(done).toEqual([2595]);
});

test("wrong quantiles are refused", async () => {
  await expect(model.predict(table, { of: "y", quantiles: [5] })).rejects.toThrow(InputError);
  await expect(model.predict(table, { of: "y", quantiles: [0.5, 0.5] })).rejects.toThrow(/asked for twice/);
});
