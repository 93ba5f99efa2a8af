/**
 * @file How fast distributions are: against 1,000 ancestral samples of the same untrained model, and by the number
 * of columns asked of one context. `npx tsx bench/densities/speed.ts`
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { Model } from "../../src/model/model.ts";
import { NamedWeights } from "../../src/networks/parts/parameter-layout.ts";
import { ConditionEncoder } from "../../src/networks/query/condition-encoder.ts";
import type { QueryConfig } from "../../src/networks/query/config.ts";
import { encodeForQuery } from "../../src/networks/query/encode.ts";
import { headOf } from "../../src/networks/query/heads/registry.ts";
import { queryParameters } from "../../src/networks/query/parameters.ts";
import { generator } from "../../src/numeric/generator.ts";
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
const { model: trained } = await trainTable(table, { preset: "default", epochs: 1, seed });
const model = new Model(trained);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const ratios: number[] = [];
// The first round starts sessions and threads, and does not count.
for (let round = -1; round < rounds; round++) {
  const density = (await seconds(() => model.density(table, { of: "c0" }))) / questions;
  const ancestral =
    (await seconds(async () => {
      for await (const _ of model.sample(part, { of: "c0", size: 1000, method: "ancestral" }));
    })) / sampled;
  if (round < 0) continue;
  ratios.push(ancestral / density);
  process.stderr.write(
    `density ${(1 / density).toFixed(0)} rows/s, ancestral ${(1 / ancestral).toFixed(2)} rows/s: ${ratios.at(-1)!.toFixed(0)}x\n`,
  );
}
process.stdout.write(
  `density against 1,000 ancestral samples: ${median(ratios).toFixed(0)}x (median of ${rounds})\n`,
);

/** Half of the columns given, one to all of the others asked: whole answers, and what is shared, the encoding. */
const SMALL = 2000;
const half = {
  ...table,
  rows: SMALL,
  columns: table.columns
    .slice(0, Math.ceil(columns / 2))
    .map((c) => ({ ...c, values: c.values.subarray(0, SMALL) })),
};
const given = half.columns.map(({ name }) => name);
const free = table.columns.slice(given.length).map(({ name }) => name);
const network = trained.config.network as QueryConfig;
const head = headOf(network.head);
const weights = new NamedWeights(queryParameters(network, head), trained.weights);
const encoder = await ConditionEncoder.load(network, head, weights, {});
const context = encodeForQuery(
  { table: half, given, start: 0, rows: SMALL },
  trained.config.columns,
  network,
);
const rows: string[][] = [];
for (let count = 1; count <= free.length; count++) {
  const of = free.slice(0, count);
  const indices = of.map((_, i) => given.length + i);
  const times: number[][] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    const work = [
      () => model.density(half, { of, given }),
      async () => {
        for (const each of of) await model.density(half, { of: each, given });
      },
      () => encoder.encode(context, indices),
      async () => {
        for (const index of indices) await encoder.encode(context, [index]);
      },
    ];
    for (const [i, each] of work.entries()) times[i].push(await seconds(each));
  }
  rows.push([
    String(count),
    ...times.map((each) => (1e6 * median(each)) / SMALL).map((each) => each.toFixed(0)),
  ]);
}
process.stdout.write(`microseconds a row, medians of ${rounds}, ${given.length} columns given:\n`);
printTable(
  ["columns asked", "answers, together", "one by one", "encoding alone, together", "one by one"],
  rows,
);
await encoder.dispose();
await model.dispose();
