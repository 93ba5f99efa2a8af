/** @file Calls that take long tell how far they are, and end when they are told to. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LongWork } from "../src/base/async.ts";
import { Diffusion } from "../src/diffusion/index.ts";
import { writePublishedExample } from "../src/import/pytorch/torch-fixture.ts";
import * as library from "../src/index.ts";
import { marginalsOf } from "../src/plot/index.ts";
import { temporaryFolder, writeExampleTable } from "./cli.ts";

const folder = temporaryFolder("long-work");
const path = writeExampleTable(join(folder, "table.csv"), 300);
const table = await library.readTable(path);
const model = await library.load("survey");
const stars = library.chosenRows(await library.readSurvey({ columns: ["teff", "logg"] }), [0, 1, 2, 3]);
const points = Array.from({ length: 200 }, (_, i) => [Math.sin(i)]);
const diffusion = new Diffusion({ dimension: 1, width: 8, steps: 4 });
await diffusion.fit(points, { epochs: 1 });
writePublishedExample(join(folder, "published"));
let imports = 0;

const question = { of: ["logg"], given: ["teff"] };
const calls: Readonly<Record<string, (work: LongWork) => Promise<unknown>>> = {
  readTable: (work) => library.readTable(path, work),
  tableBlocks: async (work) => (await library.tableBlocks(path, work)).close(),
  evaluate: (work) => library.evaluate(model, stars, { ...question, ...work }),
  crossValidate: (work) =>
    library.crossValidate(library.chosenRows(table, [...Array(60).keys()]), {
      folds: 2,
      training: { epochs: 1, workers: 1, members: 1 },
      evaluation: { bootstrap: 0 },
      ...work,
    }),
  evaluateAttribution: (work) => library.evaluateAttribution(model, stars, { ...question, ...work }),
  evaluateAdvice: (work) => library.evaluateAdvice(model, stars, { of: "logg", ...work }),
  evaluateJoint: (work) => library.evaluateJoint(model, stars, { of: ["teff", "logg"], size: 4, ...work }),
  importPublished: (work) =>
    library.importPublished(join(folder, "published"), join(folder, `${imports++}`), work),
  "Diffusion.sample": (work) => diffusion.sample({ size: 3, ...work }),
  "Diffusion.logPdf": (work) => diffusion.logPdf([[0]], work),
  marginalsOf: (work) => marginalsOf(model, stars, { of: ["teff", "logg"], ...work }),
};

describe.each(Object.entries(calls))("%s", (_, call) => {
  test("tells how much is done, until all is", async () => {
    const told: [done: number, total: number][] = [];
    await call({ onProgress: (done, total) => told.push([done, total]) });
    expect(told.length).toBeGreaterThan(0);
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).sort((a, b) => a - b));
    const [done, total] = told.at(-1) ?? [];
    if (total !== Number.POSITIVE_INFINITY) expect(done).toBe(total);
  });

  test("ends with the signal's reason", async () => {
    const reason = new Error("enough");
    await expect(call({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

/** Trainings end well: what has been learnt is kept. */
const trainings: Readonly<Record<string, (work: LongWork) => Promise<unknown>>> = {
  train: (work) => library.train(table, { epochs: 2, workers: 1, ...work }),
  "Diffusion.fit": (work) => new Diffusion({ dimension: 1, width: 8 }).fit(points, { epochs: 2, ...work }),
};

test.each(Object.entries(trainings))(
  "%s counts its steps, and a signal ends it early",
  async (_, training) => {
    const told: [number, number][] = [];
    await training({ onProgress: (...steps) => told.push(steps) });
    const total = told.length;
    expect(told).toEqual(Array.from({ length: total }, (__, step) => [step + 1, total]));
    const stop = new AbortController();
    const early: number[] = [];
    await training({
      signal: stop.signal,
      onProgress: (done) => {
        early.push(done);
        stop.abort();
      },
    });
    expect(early.length).toBeLessThan(total);
  },
);
