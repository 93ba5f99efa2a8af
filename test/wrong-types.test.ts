/** @file Public functions that take tables, files and questions, given seeded values of wrong types: one sentence, and nothing done. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as library from "../src/index.ts";
import { temporaryFolder, writeExampleTable } from "./cli.ts";

const folder = temporaryFolder("wrong-types");
const table = writeExampleTable(join(folder, "table.csv"), 5);
const read = await library.readTable(table);

/** No text that could name a file, a column or an option. */
const wrong = fc.oneof(
  fc.constantFrom(
    null,
    0,
    7,
    -1.5,
    Number.NaN,
    true,
    10n,
    Symbol("wrong"),
    () => 1,
    new Date(0),
    /x/,
    new Map(),
  ),
  fc.constantFrom({}, [], [[]], [null], [{}], [7], { name: 7 }, { length: 3 }, { columns: [{ name: "a" }] }),
  fc.constantFrom({ toString: () => "'; DROP" }, Object.create(null), new Proxy({}, {})),
);

const model = await library.load("models/survey");
const rows = [{ teff: 4700, logg: 2.5 }];

type Call = (value: never) => unknown;
const calls: Readonly<Record<string, Call>> = {
  readTable: (source) => library.readTable(source),
  "readTable's format": (format) => library.readTable(table, { format }),
  "readTable's group": (group) => library.readTable(table, { group }),
  "readTable's precision": (precision) => library.readTable(table, { precision }),
  tableBlocks: (source) => library.tableBlocks(source),
  withUnits: (value) => library.withUnits(value, {}),
  "the table of chosenRows": (value) => library.chosenRows(value, [0]),
  "the rows of chosenRows": (value) => library.chosenRows(read, [9, value]),
  "the table of tableColumn": (value) => library.tableColumn(value, "width"),
  "the name of tableColumn": (value) => library.tableColumn(read, value),
  writeTable: (value) => library.writeTable(value, join(folder, "new.csv")),
  "writeTable's path": (path) => library.writeTable(read, path),
  "openTableWriter's path": (path) => library.openTableWriter(path, ["a"]),
  train: (value) => library.train(value),
  load: (value) => library.load(value),
  "the question of density": (question) => model.density(question),
  "the question about rows of density": (question) => model.density(rows, question),
  "the question about rows of densityBatches": (question) => all(model.densityBatches(rows, question)),
  "the question of sample": (question) => model.sample(question),
  "the question about rows of sample": (question) => all(model.sample(rows, question)),
  "the question of logPdf": (question) => model.logPdf(rows, question),
  "the question of predict": (question) => model.predict(rows, question),
  "the question of advise": (question) => model.advise(question),
  "the question about rows of advise": (question) => model.advise(rows, question),
  "the options of synthesize": (options) => model.synthesize(options),
};

async function all(batches: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of batches);
}

test.each(Object.entries(calls))("%s refuses wrong types with an InputError", async (_, call) => {
  const answer = async (value: unknown) => await call(value as never);
  const property = fc.asyncProperty(wrong, async (value) => {
    const error = await answer(value).then(
      () => "no error",
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(library.InputError);
    expect((error as Error).message).not.toMatch(
      /SELECT|Parser Error|undefined \(reading| is not a function/,
    );
  });
  await fc.assert(property, { seed: 18, numRuns: 60 });
  expect(readdirSync(folder)).toEqual(["table.csv"]);
});

test.each([["'; DROP TABLE x; --"], [[{}]], [[null]], [7], ["nan"]])(
  "missing: %j is refused",
  async (missing) => {
    const options = { missing } as unknown as library.ReadOptions;
    await expect(library.readTable(table, options)).rejects.toThrow(
      /^"missing" of the options of reading must be/,
    );
  },
);
