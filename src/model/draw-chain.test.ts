/** @file A chain drawn by the network's workers is what its links are, asked one by one. */
import { expect, test } from "vitest";
import "../runtime/node/install.ts";
import { generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";
import { trainTable } from "../training/train-table.ts";
import { Answers } from "./answers.ts";
import type { DensityModel } from "./density-model.ts";
import { sampleJoint } from "./joint.ts";
import { synthesize } from "./synthesize.ts";

const ROWS = 600;

/** Names, a measured number with errors, a count with many zeros, an angle, gaps. */
function things(): Table {
  const random = generator(2, "things");
  const draw = (of: (row: number) => number) => Float64Array.from({ length: ROWS }, (_, row) => of(row));
  const kind = draw(() => random.integer(3));
  const size = draw((row) => kind[row] + random.normal());
  const columns = [
    { name: "kind", kind: "category" as const, categories: ["a", "b", "c"], values: kind },
    { name: "size", values: size, errors: draw(() => 0.1 + 0.2 * random.uniform()) },
    { name: "count", values: draw(() => (random.uniform() < 0.3 ? 0 : random.integer(60))) },
    { name: "angle", values: draw((row) => (400 + 40 * size[row]) % 360) },
    { name: "gaps", values: draw((row) => (random.uniform() < 0.3 ? Number.NaN : size[row])) },
  ];
  return { source: "things", rows: ROWS, columns };
}

const { model } = await trainTable(things(), {
  epochs: 3,
  batchSize: 100,
  workers: 1,
  embeddingDim: 16,
  heads: 2,
  ffnDim: 16,
  encoderLayers: 2,
  headDim: 16,
  headLayers: 1,
  kinds: { angle: { kind: "circular", period: 360 } },
  systemInfo: false,
});
const answers = new Answers(model.config, model.weights, {});
/** The same model, without chains. */
const linkByLink: DensityModel = {
  config: answers.config,
  isMixture: answers.isMixture,
  curvesAt: (...asked) => answers.curvesAt(...asked),
  densityBatches: (...asked) => answers.densityBatches(...asked),
};

/** Rounding moves a value by little, or, at an edge between two, rarely to another. */
function expectSame(found: ArrayLike<number>, wanted: ArrayLike<number>, scale: number): void {
  const others = Array.from(found).filter((value, i) => {
    if (Number.isNaN(value) || Number.isNaN(wanted[i])) return !Object.is(value, wanted[i]);
    return Math.abs(value - wanted[i]) > 1e-3 * scale;
  });
  expect(others.length).toBeLessThanOrEqual(0.01 * found.length);
}

test.each([
  {},
  { given: { kind: "b", size: { value: 1, error: 0.2 } } },
  { order: "table", complete: true },
  { given: { gaps: 0.5 }, order: 2 },
] as const)("made rows: %o", async (options) => {
  const question = { rows: 1500, ...options };
  const [chain, links] = [await synthesize(answers, question), await synthesize(linkByLink, question)];
  for (const [i, { name, values }] of chain.columns.entries()) {
    const scale = answers.config.columns.find((column) => column.name === name)!.encoding.scale;
    expectSame(values, links.columns[i].values, scale);
  }
});

test("joint samples and their log densities", async () => {
  const question = { of: ["angle", "kind", "count", "gaps"], given: { size: 1 }, size: 800, order: 2 };
  const [chain, links] = [await sampleJoint(answers, question), await sampleJoint(linkByLink, question)];
  for (const name of question.of) expectSame(chain.samples[name], links.samples[name], 1);
  expectSame(chain.logPdf, links.logPdf, 1);
});
