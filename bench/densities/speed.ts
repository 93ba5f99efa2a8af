/**
 * @file How fast distributions are: against 1,000 ancestral samples of the same untrained model, and by the number
 * of columns asked of one context. `npx tsx bench/densities/speed.ts`
 */
import { parseArgs } from "node:util";
import { Model } from "../../src/density/model.ts";
import { generator } from "../../src/random/generator.ts";
import type { Table } from "../../src/table/table.ts";
import { trainTable } from "../../src/training/train-table.ts";
import { printTable } from "./report.ts";

const { values: options } = parseArgs({
  options: {
    questions: { type: "string", default: "10000" },
    /** Ancestral samples are worked out for so many questions only, and scaled up. */
    sampled: { type: "string", default: "100" },
    columns: { type: "string", default: "9" },
    rounds: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
  },
});
const [questions, sampled, columns, rounds, seed] = [
  options.questions,
  options.sampled,
  options.columns,
  options.rounds,
  options.seed,
].map(Number) as [number, number, number, number, number];

function normals(rows: number): Table {
  const random = generator(seed, "speed");
  const all = Array.from({ length: columns }, (_, i) => ({
    name: `c${i}`,
    values: Float64Array.from({ length: rows }, () => random.normal()),
  }));
  return { source: "random", rows, columns: all };
}

const table = normals(questions);
const part = normals(sampled);
const { model: trained } = await trainTable(table, { preset: "default", size: "base", epochs: 1, seed });
const model = new Model(trained);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const ratios: number[] = [];
for (let round = 0; round < rounds; round++) {
  const density = (await seconds(() => model.densities(table, { of: "c0" }))) / questions;
  const ancestral =
    (await seconds(async () => {
      for await (const _ of model.sampleTable(part, { of: "c0", size: 1000, method: "ancestral" }));
    })) / sampled;
  ratios.push(ancestral / density);
  process.stderr.write(
    `density ${(1 / density).toFixed(0)} rows/s, ancestral ${(1 / ancestral).toFixed(2)} rows/s: ${ratios.at(-1)!.toFixed(0)}x\n`,
  );
}
process.stdout.write(
  `density against 1,000 ancestral samples: ${median(ratios).toFixed(0)}x (median of ${rounds})\n`,
);

/** The questions' contexts alone: what shared context saves is in the encoder. */
const half = { ...table, columns: table.columns.slice(0, Math.ceil(columns / 2)) };
const free = table.columns.slice(Math.ceil(columns / 2)).map(({ name }) => name);
const rows: string[][] = [];
for (let count = 1; count <= free.length; count++) {
  const times: [number[], number[]] = [[], []];
  const of = free.slice(0, count);
  for (let round = 0; round < rounds; round++) {
    const small = {
      ...half,
      rows: 2000,
      columns: half.columns.map((c) => ({ ...c, values: c.values.subarray(0, 2000) })),
    };
    const given = small.columns.map(({ name }) => name);
    times[0].push(await seconds(() => model.densities(small, { of, given })));
    times[1].push(
      await seconds(async () => {
        for (const each of of) await model.densities(small, { of: each, given });
      }),
    );
  }
  rows.push([String(count), median(times[0]).toFixed(2), median(times[1]).toFixed(2)]);
}
printTable(["columns asked", "together, s", "one by one, s"], rows);
await model.dispose();
